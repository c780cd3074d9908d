"""Whoever can show a mesh: the viewport, a recorder, a fake in tests."""

from __future__ import annotations

import enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

RECONSTRUCTION = "reconstruction"
GROUND_TRUTH = "ground truth"
PRIOR = "prior"
COMPARED = "compared"
"""A mesh of the timeline beside another."""


class DisplayMode(enum.Enum):
    """How surfaces are drawn."""

    COLOURED = "coloured"
    SHADED = "shaded"
    WIREFRAME = "wireframe"
    NORMALS = "normals"
    CONFIDENCE = "confidence"
    ERROR = "error"


class MeshSink(Protocol):
    """Shows meshes by name; a new one replaces the one of the same name."""

    def show_mesh(self, name: str, mesh: TriangleMesh, normals: NDArray[np.floating] | None = None) -> None:
        """Show `mesh` (mm, the scan's frame); `normals` (V, 3) saves working them out."""
        ...
