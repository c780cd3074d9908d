"""Meshes, cameras, transforms, sampling, distances, registration, isosurfaces, ray casting.

The ground floor: numpy, scipy, open3d, trimesh and scikit-image only; no torch, no Qt, nothing else of
this package but `errors`. Lengths are millimetres unless a name says otherwise. Heavy libraries are
imported where they are used, because the window imports these types at start-up.
"""
