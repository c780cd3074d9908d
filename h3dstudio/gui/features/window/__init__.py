"""Undo and redo, the layout of the panels, the end of the program."""
