"""The 3D view: the only place that touches VTK, from the GUI thread; search trees alone come from others."""
