"""A panel that no other file of the program knows of."""
