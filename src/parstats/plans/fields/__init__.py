"""Fields of a measure: who leads, by when, how much."""
