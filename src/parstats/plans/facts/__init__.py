"""What a cell or an item says: who, until when, how much."""
