"""The surface seen through each pixel of a camera: what every renderer here starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh

if TYPE_CHECKING:
    from h3dstudio.geometry.raycasting import RayCaster


@dataclass(frozen=True, eq=False)
class Fragments:
    """The N pixels of a camera that see the mesh.

    Attributes:
        size: (width, height) of the image they belong to.
        pixel: (N,) flat index, row * width + column.
        position: (N, 3) surface point in the world, mm.
        view: (N, 3) unit direction from the surface point to the camera.
        normal: (N, 3) unit smooth normal (vertex normals interpolated), on the camera's side.
        backside: (N,) bool, the face is seen from behind (inside an open mesh).
        face: (N,) index of the face.
        barycentric: (N, 3) weights of the face's corners.
        depth: (N,) mm along the optical axis.
    """

    size: tuple[int, int]
    pixel: NDArray[np.intp]
    position: NDArray[np.float64]
    view: NDArray[np.float64]
    normal: NDArray[np.float64]
    backside: NDArray[np.bool_]
    face: NDArray[np.intp]
    barycentric: NDArray[np.float64]
    depth: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.pixel)

    def interpolate(self, mesh: TriangleMesh, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Vertex values (V, C) of the mesh -> values (N, C) at the fragments."""
        return _blend(mesh.faces[self.face], self.barycentric, values)

    def image(self, values: NDArray[np.floating], empty: object = 0.0) -> NDArray[np.float64]:
        """Fragment values (N,) or (N, C) -> an image (H, W) or (H, W, C), `empty` elsewhere."""
        width, height = self.size
        flat = np.empty((height * width, *values.shape[1:]))
        flat[:] = empty
        flat[self.pixel] = values
        return flat.reshape(height, width, *values.shape[1:])

    def mask(self) -> NDArray[np.bool_]:
        """(H, W) bool, the pixels that see the mesh."""
        width, height = self.size
        flat = np.zeros(height * width, dtype=np.bool_)
        flat[self.pixel] = True
        return flat.reshape(height, width)


def cast_fragments(
    mesh: TriangleMesh,
    camera: Camera,
    size: tuple[int, int],
    *,
    caster: RayCaster | None = None,
    normals: NDArray[np.float64] | None = None,
) -> Fragments:
    """Cast one ray through each pixel centre.

    Args:
        size: (width, height) pixels.
        caster: of the same mesh, when several images of it are made.
        normals: (V, 3) vertex normals, when they are not those of the mesh.
    """
    from h3dstudio.geometry.raycasting import RayCaster

    if caster is None:
        caster = RayCaster(mesh)
    if normals is None:
        normals = mesh.vertex_normals()
    pixel = _candidate_pixels(mesh, camera, size)
    width = size[0]
    origin, direction = camera.rays(np.column_stack([pixel % width, pixel // width]))
    hits = caster.cast(origin, direction)
    seen = np.flatnonzero(hits.face >= 0)
    origin, direction, face = origin[seen], direction[seen], np.asarray(hits.face[seen], dtype=np.intp)
    uv = np.asarray(hits.barycentric[seen], dtype=np.float64)
    weights = np.column_stack([1 - uv.sum(axis=1), uv])
    # The point is rebuilt from the corners: the caster's depth is a float32.
    corner = mesh.faces[face]
    position = _blend(corner, weights, mesh.vertices)
    backside = np.einsum("ij,ij->i", hits.normal[seen], direction) > 0
    normal = _blend(corner, weights, normals)
    normal *= np.where(backside, -1.0, 1.0)[:, None]
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    depth = (position - camera.center) @ camera.forward
    return Fragments(size, pixel[seen], position, -direction, normal, backside, face, weights, depth)


def _blend(
    corner: NDArray[np.integer], weights: NDArray[np.float64], values: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Vertex values (V, C) at barycentric weights (N, 3) of corners (N, 3) -> (N, C)."""
    # A sum over corners keeps the temporary at (N, C); values[corner] would be three times that.
    out = np.zeros((len(corner), values.shape[1]))
    for k in range(3):
        out += weights[:, k : k + 1] * values[corner[:, k]]
    return out


def _candidate_pixels(mesh: TriangleMesh, camera: Camera, size: tuple[int, int]) -> NDArray[np.intp]:
    """Flat indices of the pixels inside the box around the projected mesh; all, if it is too near."""
    width, height = size
    left, right, top, bottom = 0, width - 1, 0, height - 1
    pixel, depth = camera.project(mesh.vertices)
    if len(depth) and depth.min() > 1.0:
        low, high = np.floor(pixel.min(axis=0)), np.ceil(pixel.max(axis=0))
        left, right = int(max(low[0], 0)), int(min(high[0], right))
        top, bottom = int(max(low[1], 0)), int(min(high[1], bottom))
    rows, columns = np.arange(top, bottom + 1), np.arange(left, right + 1)
    return np.asarray((rows[:, None] * width + columns).ravel(), dtype=np.intp)
