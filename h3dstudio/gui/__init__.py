"""The studio's window. The only package that may import PySide6, pyvista, pyvistaqt, vtk or pyqtgraph."""
