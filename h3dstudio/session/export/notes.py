"""What an export has to say about its mesh, as sentences without a final period."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from h3dstudio.geometry.finishing import Finish, Finished
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_defects import measure_defects

SHIFT = 0.1
"""mm that a landmark may move with the mesh before it is said."""
HEAD = (120.0, 600.0)
"""mm: the largest extent of a head, alone or with shoulders."""
PLAUSIBLE = (60.0, 3000.0)
"""mm: what is taken without a word, half a face as well as a whole body."""
UNITS = {"metres": 1000.0, "centimetres": 10.0, "decimetres": 100.0, "micrometres": 0.001}
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


def note_level(note: str) -> str:
    """The level of a note in a log."""
    return "warning" if note.startswith("warning: ") else "info"


def renumbered(finished: Finished) -> list[str]:
    """That files which name vertices by their numbers do not fit a mesh that was remade."""
    if np.array_equal(finished.number, np.arange(len(finished.mesh.vertices))):
        return []
    return [
        "the vertices are numbered anew: landmarks and regions by number belong to the mesh as it was; "
        "landmarks that are written with the export fit it"
    ]


def size_note(mesh: TriangleMesh, source: str) -> list[str]:
    """A warning where the mesh has no head's size in mm, but would have in another unit; nothing is rescaled.

    Args:
        source: the suffix of the file that it was read from, "" for none. GLB's unit is the metre, 3.4 of its
            standard, but some programs write the millimetres that they have.
    """
    extent = float(np.ptp(mesh.vertices[np.unique(mesh.faces)], axis=0).max())
    if PLAUSIBLE[0] <= extent <= PLAUSIBLE[1]:
        return []
    for unit, factor in UNITS.items():
        if HEAD[0] <= extent * factor <= HEAD[1]:
            if unit == "micrometres" and source == ".glb":
                text = "its numbers seem to be mm, where a GLB is in metres; multiply it by 0.001 if so"
            else:
                text = f"it seems to be in {unit}; multiply it by {factor:g} if so"
            return [f"warning: the mesh is {extent:.3g} mm large: {text}"]
    return []


def shifted(mesh: TriangleMesh, finished: Finished, marks: Mapping[str, int]) -> list[str]:
    """Landmarks that a change of the mesh has moved."""
    notes = []
    for name, at in marks.items():
        way = float(np.linalg.norm(finished.mesh.vertices[finished.number[at]] - mesh.vertices[at]))
        if way > SHIFT:
            notes.append(f"the landmark {name} moved by {way:.2f} mm, to the nearest vertex")
    return notes
