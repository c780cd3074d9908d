"""H3D Studio: few-shot, high-fidelity 3D head reconstruction in millimetres."""

__version__ = "0.1.0"
