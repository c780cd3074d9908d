"""The 3D view: the only place that touches VTK, and on the GUI thread alone."""
