"""Landmarks of the open scan: placed, mirrored, triangulated, compared; every change can be undone."""
