"""The 3D view: the only place that touches VTK, always from the GUI thread."""
