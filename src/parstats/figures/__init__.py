"""Charts, printed tables and sentences made from result tables; nothing is computed here."""
