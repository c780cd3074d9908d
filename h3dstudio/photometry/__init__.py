"""What photos and masks say about a surface: photos on the device, consistency, silhouettes, shading, sweeps.

May import `surface`, `data` and `geometry`.
"""
