"""Opening scans, their views and thumbnails."""
