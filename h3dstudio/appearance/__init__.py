"""Albedo, light and vertex colours of a surface that is known.

May import `photometry`, `surface` and `geometry`.
"""
