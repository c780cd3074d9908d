"""Aligning, evaluating, regions and reports."""
