"""Projects, recovery, what is missing."""
