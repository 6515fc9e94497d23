"""What few plans can say: descriptions, shrunken figures, totals, predictions."""
