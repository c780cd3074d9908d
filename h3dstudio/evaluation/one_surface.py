"""One surface whatever the file: the figures of an evaluation are the surface's, not the file's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.equal_rows import first_of_equal
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.welding import weld


@dataclass(frozen=True, eq=False)
class OneSurface:
    """A mesh whose equal positions are one vertex, without faces that repeat another, either way round.

    Attributes:
        mesh: no colours, no quality; faces in the file's order.
        number: (V,) for each vertex of the file the one that stands for it in `mesh`.
    """

    mesh: TriangleMesh
    number: NDArray[np.intp]

    def vertex_normals(self) -> NDArray[np.float64]:
        """(V, 3) unit normals of the file's vertices, faces weighted by area; zero for unused ones.

        An STL has three vertices of its own in every triangle: its own normals would be the triangles'.
        """
        return self.mesh.vertex_normals()[self.number]


def one_surface(mesh: TriangleMesh) -> OneSurface:
    """`mesh` said once. Faces that lose a corner go, unless no other is left."""
    joined = weld(mesh)
    a, b, c = joined.faces.T
    faces = joined.faces[(a != b) & (b != c) & (c != a)]
    kept, _ = first_of_equal(np.sort(faces, axis=1).astype(np.uint64))
    once = faces[kept] if len(kept) else joined.faces
    return OneSurface(TriangleMesh(joined.vertices, once), joined.number)
