"""Reports on one or several runs."""
