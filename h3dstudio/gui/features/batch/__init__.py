"""Batches: the dialog, the table, and who starts and follows them."""
