"""Aligning, measuring and comparing meshes."""
