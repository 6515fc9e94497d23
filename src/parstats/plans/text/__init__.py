"""How plans write: words, numbering, column headers."""
