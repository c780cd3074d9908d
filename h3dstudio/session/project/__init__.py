"""The project: its file, its sections, the undo stack."""
