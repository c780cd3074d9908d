"""The colour of the surface itself, at any point of any face, before light falls on it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.synthesis.subject import UvTexture
from h3dstudio.geometry.fragments import Fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.rendering import linear_light

MOST_STEPS = 32  # samples along a face's edge, less one


class Albedo(Protocol):
    """Fragments -> linear RGB (N, 3) in [0, 1]."""

    def __call__(self, seen: Fragments) -> NDArray[np.floating]: ...


class VertexAlbedo:
    """The mesh's own vertex colours."""

    def __init__(self, mesh: TriangleMesh) -> None:
        assert mesh.colors is not None
        self._mesh, self._linear = mesh, linear_light(mesh.colors / 255.0)

    def __call__(self, seen: Fragments) -> NDArray[np.floating]:
        return seen.interpolate(self._mesh, self._linear)


class UvAlbedo:
    """A texture picture, looked up bilinearly; it repeats outside [0, 1]."""

    def __init__(self, texture: UvTexture) -> None:
        self._corners = texture.corners
        self._linear = linear_light(texture.image / 255.0).astype(np.float32)

    def __call__(self, seen: Fragments) -> NDArray[np.floating]:
        from scipy.ndimage import map_coordinates

        uv = np.einsum("nk,nkc->nc", seen.barycentric, self._corners[seen.face])
        height, width = self._linear.shape[:2]
        place = np.stack([(1 - uv[:, 1]) * height - 0.5, uv[:, 0] * width - 0.5])
        channels = [
            map_coordinates(self._linear[:, :, c], place, order=1, mode="grid-wrap") for c in range(3)
        ]
        return np.stack(channels, axis=1)


class SurfaceSamples:
    """A triangular grid of samples on every face, at most `spacing` mm apart (but MOST_STEPS to an edge).

    Paint is worked out once per sample and then looked up, which costs each photo next to nothing.
    Source: Yuksel, Keyser, House, "Mesh colors", ACM TOG 2010 (here without sharing across edges: both
    faces evaluate the same paint on a common edge).
    """

    def __init__(self, mesh: TriangleMesh, spacing: float = 0.5) -> None:
        corner = mesh.triangles
        edges = np.linalg.norm(corner - np.roll(corner, 1, axis=1), axis=2).max(axis=1)
        self.steps = np.clip(np.ceil(edges / spacing), 1, MOST_STEPS).astype(np.intp)
        count = (self.steps + 1) * (self.steps + 2) // 2
        self.start = np.concatenate([[0], np.cumsum(count)])
        self.face = np.repeat(np.arange(len(mesh.faces)), count)
        local = np.arange(self.start[-1]) - self.start[self.face]
        steps = self.steps[self.face]
        # Row i holds steps + 1 - i samples; invert the quadratic sum of the rows before it.
        row = np.floor((2 * steps + 3 - np.sqrt((2 * steps + 3.0) ** 2 - 8 * local)) / 2 + 1e-9)
        row = row.astype(np.intp)
        column = local - _row_start(row, steps)
        u, v = row / steps, column / steps
        self.barycentric = np.column_stack([1 - u - v, u, v]).astype(np.float32)
        self._mesh = mesh

    def __len__(self) -> int:
        return int(self.start[-1])

    def interpolate(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """Vertex values (V, C) -> values (S, C) at the samples."""
        out = np.zeros((len(self), values.shape[1]), dtype=np.float32)
        for k in range(3):
            corner = self._mesh.faces[self.face, k]
            out += self.barycentric[:, k : k + 1] * values[corner].astype(np.float32)
        return out

    def look_up(self, values: NDArray[np.float32], seen: Fragments) -> NDArray[np.float32]:
        """Sample values (S, C) at fragments -> (N, C), linear within each small triangle."""
        steps = self.steps[seen.face]
        row_at, column_at = seen.barycentric[:, 1] * steps, seen.barycentric[:, 2] * steps
        row = np.clip(np.floor(row_at), 0, steps - 1).astype(np.intp)
        column = np.clip(np.floor(column_at), 0, steps - 1 - row).astype(np.intp)
        a, b = row_at - row, column_at - column
        upper = (a + b > 1) & (row + column < steps - 1)
        start = self.start[seen.face]

        def at(row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[np.float32]:
            return values[start + _row_start(row, steps) + column]

        far = np.where(upper, 1, 0)
        first = np.where(upper, a + b - 1, 1 - a - b)[:, None].astype(np.float32)
        second = np.where(upper, 1 - b, a)[:, None].astype(np.float32)
        third = np.where(upper, 1 - a, b)[:, None].astype(np.float32)
        return (
            first * at(row + far, column + far) + second * at(row + 1, column) + third * at(row, column + 1)
        )


class PaintedAlbedo:
    """Colours (S, 3) worked out at the samples of a surface."""

    def __init__(self, samples: SurfaceSamples, colors: NDArray[np.float32]) -> None:
        self._samples, self._colors = samples, colors

    def __call__(self, seen: Fragments) -> NDArray[np.floating]:
        return self._samples.look_up(self._colors, seen)


def _row_start(row: NDArray[np.intp], steps: NDArray[np.intp]) -> NDArray[np.intp]:
    return row * (steps + 1) - row * (row - 1) // 2
