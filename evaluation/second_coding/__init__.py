"""How far two people agree on the types of measures, and the model with each of them."""
