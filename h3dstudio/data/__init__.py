"""What is on disk: scans, images, masks, landmarks, regions, mesh files, head populations, run folders.

May import `geometry` and `errors`; never torch or Qt. Files are written to a temporary name, flushed and
replaced; nothing is unpickled.
"""
