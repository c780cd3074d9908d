"""Reconstruction and prior training as plain generators of events.

May import `fields`, `data`, `jobs` and `geometry`; not `evaluation` (its neighbour), and no Qt.
"""
