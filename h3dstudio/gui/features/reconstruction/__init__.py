"""Reconstructions: settings, start, follow, stop, past runs."""
