"""A mesh without slivers, self-intersections and small handles, and how far its surface had to move for it.

Only what is wrong is touched: a clean mesh comes back as it is, and vertices elsewhere keep their places,
their order, colours and quality.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.handles import shortest_handle
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_defects import FLAT, SLIVER, MeshDefects, doubled_faces, triangle_aspects
from h3dstudio.geometry.mesh_topology import edges_of, face_components, genus
from h3dstudio.geometry.remaking import Remade, remade
from h3dstudio.geometry.resurfacing import dilated, regrow
from h3dstudio.geometry.self_intersections import intersecting_pairs
from h3dstudio.geometry.sliver_removal import Surface, remove_slivers
from h3dstudio.geometry.welding import weld

ASPECT = 50.0
"""What slivers are removed down to: half of what counts as one, so that rounding makes none anew."""
HANDLE = 40.0
"""mm around a handle up to which it is an error of a reconstruction; a longer one may be the head's own."""
MOST_CUT = 0.05
"""Share of the faces beyond which a tangle is no local fault, and is left as it is."""
_ROUNDS = 10


@dataclass(frozen=True, eq=False)
class Cleaned:
    """What cleaning made.

    Attributes:
        remade: the mesh, where its vertices went, and how far the surface moved.
        handles: mm around each handle that was cut.
    """

    remade: Remade
    handles: tuple[float, ...]


def clean_mesh(mesh: TriangleMesh, defects: MeshDefects | None = None) -> Cleaned:
    """Mend what `measure_defects` counts, as far as it can be done locally.

    Equal positions are welded first. Slivers are collapsed or turned; faces that go through others of the
    same connected part are cut out and grown anew, rounds with ever more around them; handles up to `HANDLE`
    are cut and closed. Parts that go through each other, holes, and edges of more than two faces stay.

    Args:
        defects: of the mesh, where they are known: one without any is returned as it is.
    """
    if defects is not None and defects.clean and not defects.genus:
        return Cleaned(Remade.unchanged(mesh), ())
    welded = weld(mesh)
    faces = welded.faces.astype(np.int64)
    distinct = (faces != np.roll(faces, -1, axis=1)).all(axis=1)
    faces = faces[distinct & ~doubled_faces(faces)]
    surface = Surface(welded.vertices.copy(), faces, welded.number.copy())
    remove_slivers(surface, ASPECT)
    _untangle(surface)
    before = surface.faces.copy()
    handles = _cut_handles(surface)
    if handles:
        _untangle(surface, before)
    _drop_flat(surface)
    if not len(surface.faces):
        return Cleaned(Remade.unchanged(mesh), ())
    return Cleaned(remade(mesh, surface), handles)


def _untangle(surface: Surface, before: NDArray[np.int64] | None = None) -> None:
    """Cut out and grow anew what goes through the same part, and slivers that could not be collapsed.

    Each second round cuts a ring more. The best of all rounds is kept. Faces (F, 3) that were there `before`
    are known to go through no other.
    """
    best, most = (surface.vertices, surface.faces, surface.number), np.inf
    for step in range(_ROUNDS):
        fresh = None if before is None else _new_faces(before, surface.faces)
        tangled = _tangled(surface, fresh)
        slivers = triangle_aspects(surface.vertices[surface.faces]) > SLIVER
        wrong = int((tangled | slivers).sum())
        if wrong < most:
            best, most = (surface.vertices, surface.faces.copy(), surface.number), wrong
        cut = dilated(surface.faces, tangled, step // 2) | dilated(surface.faces, slivers, 1 + step // 2)
        if not wrong or cut.mean() > MOST_CUT:
            break
        before = surface.faces.copy()
        # Taut patches do not bulge into each other, as smooth ones may.
        regrow(surface, cut, "smooth" if step < 4 else "taut")
        remove_slivers(surface, ASPECT)
    surface.vertices, surface.faces, surface.number = best


def _tangled(surface: Surface, fresh: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """(F,) the faces that go through another of their part, at least one of each pair being `fresh`."""
    tangled = np.zeros(len(surface.faces), dtype=np.bool_)
    try:
        pairs = intersecting_pairs(TriangleMesh(surface.vertices, surface.faces.astype(np.int32)), fresh)
    except MeshError:
        return tangled
    if len(pairs):
        part = face_components(edges_of(surface.faces))
        tangled[pairs[part[pairs[:, 0]] == part[pairs[:, 1]]]] = True
    return tangled


def _new_faces(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(F,) which faces were not there before, whatever their corner they begin with."""

    def rows(faces: NDArray[np.int64]) -> NDArray[np.void]:
        ordered = np.ascontiguousarray(np.sort(faces, axis=1))
        return ordered.view([("", np.int64)] * 3).reshape(-1)

    return ~np.isin(rows(after), rows(before))


def _cut_handles(surface: Surface) -> tuple[float, ...]:
    """Cut the handles up to `HANDLE` mm around; their lengths around."""
    lengths: list[float] = []
    for _ in range(50):
        found = [
            loop
            for faces in _parts_with_handles(surface)
            if (loop := shortest_handle(surface.vertices, faces))
        ]
        short = [loop for loop in found if loop[1] <= HANDLE]
        if not short:
            break
        around, length = short[0]
        cut = np.asarray(np.isin(surface.faces, around).any(axis=1))
        if not regrow(surface, cut, "taut"):
            break
        lengths.append(length)
    return tuple(lengths)


def _parts_with_handles(surface: Surface) -> list[NDArray[np.int64]]:
    if not genus(surface.faces):
        return []
    part = face_components(edges_of(surface.faces))
    parts = [surface.faces[part == number] for number in range(int(part.max()) + 1)]
    return [faces for faces in parts if genus(faces)]


def _drop_flat(surface: Surface) -> None:
    """Faces without area that nothing could mend go, if no edge is opened by it: doubled ones."""
    flat = triangle_aspects(surface.vertices[surface.faces]) > FLAT
    if flat.any():
        rest = surface.faces[~flat]
        edges, fewer = edges_of(surface.faces), edges_of(rest) if len(rest) else None
        if fewer is not None and (fewer.uses == 1).sum() <= (edges.uses == 1).sum():
            surface.faces = rest
