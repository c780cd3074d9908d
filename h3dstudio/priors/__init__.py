"""Head priors: what all families share here, each family (field, training, file) in a room of its own.

May import `photometry`, `surface`, `data`, `jobs` and `geometry`.
"""
