"""Small questions to the store, by area: what acts and screens ask for more than once."""
