"""What an export has to say about its mesh, as sentences without a final period."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from h3dstudio.geometry.finishing import Finish, Finished
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_defects import measure_defects

SHIFT = 0.1
"""mm that a landmark may move with the mesh before it is said."""
LOSS = 0.01
"""mm that a format's numbers may lose before it is said."""


def about_written(written: TriangleMesh, wanted: Finish, lost: float) -> list[str]:
    """What is still wrong with a mesh as it reads back, and what its format has cost.

    Args:
        lost: mm, the most that a coordinate lost in the format's numbers.
    """
    defects = measure_defects(written)
    notes = [f"as written: {defects}"]
    if wanted.watertight and not defects.watertight:
        notes.append("warning: the mesh is not watertight: some edges have one face, or more than two")
    if not wanted.clean and not defects.clean:
        notes.append("it was written as it is; --clean mends what can be mended")
    if lost > LOSS:
        notes.append(
            f"warning: coordinates lost up to {lost:.3f} mm, as the format's 32-bit numbers are too coarse "
            "so far from the origin; move the mesh nearer to it, or write an OBJ"
        )
    return notes


def shifted(mesh: TriangleMesh, finished: Finished, marks: Mapping[str, int]) -> list[str]:
    """Landmarks that a change of the mesh has moved."""
    notes = []
    for name, at in marks.items():
        way = float(np.linalg.norm(finished.mesh.vertices[finished.number[at]] - mesh.vertices[at]))
        if way > SHIFT:
            notes.append(f"the landmark {name} moved by {way:.2f} mm, to the nearest vertex")
    return notes
