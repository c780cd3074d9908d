"""Landmarks on meshes and in photos."""
