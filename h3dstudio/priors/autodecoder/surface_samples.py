"""What the autodecoder learns a head from: points on its surface with normals, and distances around it.

No closed surface is needed. Off the surface a point's side is taken from the nearest face where that face
says it clearly, or from the head's box; elsewhere the distance counts without its sign, as in Atzmon &
Lipman, "SAL: Sign Agnostic Learning of Shapes from Raw Data", CVPR 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.caps import joined
from h3dstudio.data.population.head import Head
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.sampling import sample_surface

Array32 = NDArray[np.float32]

CLEAR = 0.7
"""Least cosine between a face's normal and the way to it for its side to be believed."""
BOX_MARGIN_MM = 10.0
LEAST_WITHIN = 0.98


@dataclass(frozen=True)
class SurfaceSampler:
    """How much is taken of each head, and in which box.

    Attributes:
        low, high: the box, mm.
        surface: points on the surface.
        near: points beside it, at Gaussian distances of `spread` mm.
        far: points anywhere in the box.
        lattice: mm between the nodes whose distances describe the head roughly.
    """

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    surface: int = 4096
    near: int = 1024
    far: int = 1024
    spread: float = 8.0
    lattice: float = 30.0

    @property
    def size(self) -> int:
        """Numbers of a head's row."""
        return 6 * self.surface + 5 * (self.near + self.far) + len(self.nodes())

    def nodes(self) -> NDArray[np.float64]:
        """(L, 3) mm, the lattice."""
        axes = [np.arange(low, high, self.lattice) for low, high in zip(self.low, self.high, strict=True)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)

    def take(self, head: Head, rng: np.random.Generator) -> Array32:
        """The head's row (size,). Raises MeshError when it has no surface, or lies outside of the box."""
        whole = joined(head.mesh, head.cap)
        caster = RayCaster(whole, threads=1)
        points, normals = _on_surface(whole, caster, self.surface, rng)
        self._check_place(points)
        chosen = points[rng.integers(0, len(points), self.near)]
        beside = chosen + self.spread * rng.standard_normal(chosen.shape)
        anywhere = rng.uniform(self.low, self.high, (self.far, 3))
        around = _around(np.concatenate([beside, anywhere]), caster, points)
        parts = (np.concatenate([points, normals], axis=1), around, caster.distances(self.nodes()))
        return np.concatenate([part.ravel() for part in parts]).astype(np.float32)

    def _check_place(self, points: NDArray[np.float64]) -> None:
        within = ((points > self.low) & (points < self.high)).all(axis=1).mean()
        if within < LEAST_WITHIN:
            raise MeshError(
                f"only {within:.0%} of the head lies in the prior's box",
                remedy="Check its unit and its landmarks",
            )

    def look(self, samples: Array32) -> TriangleMesh | None:
        """Points are no surface."""
        return None

    def surface_of(self, rows: NDArray[np.floating]) -> Array32:
        """Rows (B, size) -> (B, surface, 6): points mm and unit normals."""
        return np.asarray(rows[:, : 6 * self.surface], np.float32).reshape(len(rows), self.surface, 6)

    def around_of(self, rows: NDArray[np.floating]) -> Array32:
        """Rows (B, size) -> (B, near + far, 5): points mm, distance mm, side (1, -1, or 0 for unknown)."""
        start = 6 * self.surface
        count = self.near + self.far
        part = np.asarray(rows[:, start : start + 5 * count], np.float32)
        return part.reshape(len(rows), count, 5)

    def lattice_of(self, rows: NDArray[np.floating]) -> Array32:
        """Rows (B, size) -> (B, L) mm, unsigned."""
        return np.asarray(rows[:, 6 * self.surface + 5 * (self.near + self.far) :], np.float32)


def _on_surface(
    mesh: TriangleMesh, caster: RayCaster, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points (count, 3) and the normals of their faces; in random order."""
    samples = sample_surface(mesh, count, seed=int(rng.integers(2**31)))
    order = rng.permutation(count)
    return samples.points[order], caster.normals[samples.face[order]]


def _around(
    points: NDArray[np.float64], caster: RayCaster, surface: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(N, 5): points, distances, sides."""
    closest = caster.closest(points)
    toward = np.einsum("ij,ij->i", points - closest.point, caster.normals[closest.face])
    side = np.where(np.abs(toward) > CLEAR * closest.distance, np.sign(toward), 0.0)
    low, high = surface.min(axis=0) - BOX_MARGIN_MM, surface.max(axis=0) + BOX_MARGIN_MM
    side[((points < low) | (points > high)).any(axis=1)] = 1.0
    return np.column_stack([points, closest.distance, side])
