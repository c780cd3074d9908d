"""One vertex where a file has several at the same place: STL has three a face, GLB some along seams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.equal_rows import first_of_equal
from h3dstudio.geometry.mesh import TriangleMesh


@dataclass(frozen=True, eq=False)
class Welded:
    """Faces that hang together wherever their corners are at the same place.

    Attributes:
        vertices: (W, 3) mm, the distinct places in the order of their first vertex.
        faces: (F, 3) of these.
        first: (W,) the first old vertex at each place.
        number: (V,) the place of each old vertex.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int32]
    first: NDArray[np.intp]
    number: NDArray[np.intp]


def weld(mesh: TriangleMesh) -> Welded:
    """Vertices at exactly equal positions become one. A mesh without any keeps its numbers."""
    # -0.0 and 0.0 are the same place, but not the same bytes.
    first, number = first_of_equal((mesh.vertices + 0.0).view(np.uint64))
    return Welded(mesh.vertices[first], number[mesh.faces].astype(np.int32), first, number)
