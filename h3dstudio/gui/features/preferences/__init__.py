"""Preferences: table, store, dialog."""
