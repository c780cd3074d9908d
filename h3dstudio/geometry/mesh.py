"""The one mesh type that travels between all parts of the program."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.vectors import cross_rows, row_norms

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class TriangleMesh:
    """A triangle mesh.

    Attributes:
        vertices: (V, 3) float64, mm unless said otherwise. The order is never changed silently:
            landmarks and regions index it.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        colors: (V, 3) uint8 sRGB, or None.
        quality: (V,) float32 in 0..1, how far each vertex can be trusted, or None.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int32]
    colors: NDArray[np.uint8] | None = None
    quality: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        vertices = np.ascontiguousarray(self.vertices, dtype=np.float64)
        faces = np.ascontiguousarray(self.faces, dtype=np.int32)
        if vertices.ndim != 2 or vertices.shape[1] != 3:
            raise MeshError(f"vertices have shape {vertices.shape}, expected (V, 3)")
        if faces.size == 0:
            faces = faces.reshape(0, 3)
        if faces.ndim != 2 or faces.shape[1] != 3:
            raise MeshError(f"faces have shape {faces.shape}, expected (F, 3)")
        if faces.size and (faces.min() < 0 or faces.max() >= len(vertices)):
            raise MeshError(
                f"faces index vertices {faces.min()}..{faces.max()}, but there are {len(vertices)}"
            )
        object.__setattr__(self, "vertices", vertices)
        object.__setattr__(self, "faces", faces)
        if self.colors is not None:
            colors = np.ascontiguousarray(self.colors, dtype=np.uint8)
            if colors.shape != vertices.shape:
                raise MeshError(f"colors have shape {colors.shape}, expected {vertices.shape}")
            object.__setattr__(self, "colors", colors)
        if self.quality is not None:
            object.__setattr__(self, "quality", _checked_quality(self.quality, len(vertices)))

    def with_colors(self, colors: NDArray[np.uint8] | None) -> TriangleMesh:
        """The same surface with other vertex colours."""
        return replace(self, colors=colors)

    def with_quality(self, quality: FloatArray | None) -> TriangleMesh:
        """The same surface with another quality (V,) in 0..1. Raises MeshError."""
        return replace(self, quality=None if quality is None else np.asarray(quality, dtype=np.float32))

    def with_vertices(self, vertices: FloatArray) -> TriangleMesh:
        """The same connectivity with vertices (V, 3) elsewhere; colours and quality move with them."""
        return replace(self, vertices=np.asarray(vertices, dtype=np.float64))

    @property
    def triangles(self) -> NDArray[np.float64]:
        """(F, 3, 3) corner positions."""
        return self.vertices[self.faces]

    def face_normals(self) -> NDArray[np.float64]:
        """(F, 3) unit normals; zero for degenerate faces."""
        corner = self.triangles
        normals = cross_rows(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        return _normalized(normals)

    def vertex_normals(self) -> NDArray[np.float64]:
        """(V, 3) unit normals, faces weighted by area; zero for unused vertices."""
        corner = self.triangles
        weighted = cross_rows(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        normals = np.empty_like(self.vertices)
        flat = self.faces.ravel()
        for axis in range(3):
            normals[:, axis] = np.bincount(
                flat, np.repeat(weighted[:, axis], 3), minlength=len(self.vertices)
            )
        return _normalized(normals)

    def submesh(self, keep: NDArray[np.bool_]) -> TriangleMesh:
        """The faces whose three vertices are all in `keep` (V,) bool, with unused vertices dropped."""
        renumber = np.cumsum(keep) - 1
        faces = self.faces[keep[self.faces].all(axis=1)]
        return TriangleMesh(
            self.vertices[keep],
            renumber[faces].astype(np.int32),
            None if self.colors is None else self.colors[keep],
            None if self.quality is None else self.quality[keep],
        )

    def largest_component(self) -> TriangleMesh:
        """The connected part with the most vertices. Raises MeshError when there is no face."""
        if not len(self.faces):
            raise MeshError("the mesh has no faces")
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        count = len(self.vertices)
        start = np.concatenate([self.faces[:, 0], self.faces[:, 1]])
        end = np.concatenate([self.faces[:, 1], self.faces[:, 2]])
        graph = coo_matrix((np.ones(len(start), dtype=np.int8), (start, end)), (count, count))
        _, label = connected_components(graph, directed=False)
        return self.submesh(label == np.bincount(label).argmax())


def _checked_quality(values: FloatArray, count: int) -> NDArray[np.float32]:
    quality = np.ascontiguousarray(values, dtype=np.float32)
    if quality.shape != (count,):
        raise MeshError(f"quality has shape {quality.shape}, expected ({count},)")
    if count and not (quality.min() >= 0 and quality.max() <= 1):
        raise MeshError(f"quality lies in {quality.min():g}..{quality.max():g}, expected 0..1")
    return quality


def _normalized(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length = row_norms(vectors)[:, None]
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
