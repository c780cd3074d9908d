"""A small linear prior of made-up heads, and their photos: the truth is known, nothing is read from files.

A head is an ellipsoid with a nose and a wider back, so that its outline tells which way it looks; the latent
changes its width, height, depth, nose and back. Photos show solid noise on its zero level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.priors.fitting.latent_fit import canonical_mesh
from h3dstudio.priors.linear.field import LinearPrior
from h3dstudio.priors.posed_head import PosedHead, rotation_of
from h3dstudio.surface.grid import Grid
from tests.unit.methods.textured_ball import CENTER, ball_view, texture
from tests.unit.surface.analytic import photos_of

SPACING = 6.0
GRID = Grid((-108.0, -132.0, -132.0), SPACING, (37, 45, 45))
SIZE = 5
LATENT = (0.9, -0.7, 0.5, 0.8, -0.6)
POSE = Similarity(1.0, rotation_of(np.array([0.06, 0.35, -0.05])), np.array([4.0, -6.0, 3.0]))
"""Working frame -> canonical."""
AZIMUTHS = (0, 45, 100, 180, 250, 310)


def distance_of(points: NDArray[np.floating], shape: Iterable[float]) -> NDArray[np.float64]:
    """About the signed distance (N,) of a head; `shape` (SIZE,) in standard deviations."""
    wide, high, deep, nose, back = shape
    skull = _ellipsoid(points, (0, 0, 0), (66 + 4 * wide, 98 + 5 * high, 78 + 5 * deep))
    behind = _ellipsoid(points, (0, 30, -30 - 4 * back), (72, 62, 62))
    tip = _ellipsoid(points, (0, -10, 80 + 5 * nose), (16, 24, 24))
    return -12 * np.logaddexp.reduce(np.stack([-skull, -behind, -tip]) / 12, axis=0)


def _ellipsoid(
    points: NDArray[np.floating], center: Sequence[float], radii: Sequence[float]
) -> NDArray[np.float64]:
    scaled = (np.asarray(points, np.float64) - center) / radii
    length = np.maximum(np.linalg.norm(scaled, axis=1), 1e-6)
    return np.asarray((length - 1) * length / np.maximum(np.linalg.norm(scaled / radii, axis=1), 1e-6))


@cache
def made_up_prior() -> LinearPrior:
    """Landmarks lie on a fixed cloud that moves with the latent."""
    nodes = GRID.nodes()
    mean = distance_of(nodes, np.zeros(SIZE))
    basis = [0.5 * (distance_of(nodes, one) - distance_of(nodes, -one)) for one in np.eye(SIZE)]
    rng = np.random.default_rng(0)
    return LinearPrior(
        GRID,
        torch.from_numpy(mean).float(),
        torch.from_numpy(np.stack(basis, axis=1)).float(),
        torch.from_numpy(rng.uniform(-60, 60, (68, 3))).float(),
        torch.from_numpy(rng.normal(size=(68, 3, SIZE))).float(),
    )


def true_head(latent: Sequence[float] = LATENT, pose: Similarity = POSE) -> PosedHead:
    return PosedHead(torch.tensor(latent), pose)


def true_mesh(head: PosedHead) -> TriangleMesh:
    """In the working frame."""
    prior = made_up_prior()
    mesh = canonical_mesh(prior, prior.bake(head.latent))
    return mesh.with_vertices(head.pose.inverse().apply(mesh.vertices))


def photographed(
    mesh: TriangleMesh,
    azimuths: Sequence[float] = AZIMUTHS,
    size: tuple[int, int] = (160, 160),
    zoom: float = 0.75,
) -> list[LoadedView]:
    """Photos of a mesh of the working frame: the scan's frame has its origin at CENTER."""
    caster = RayCaster(mesh)
    return [_photograph(caster, index, azimuth, size, zoom) for index, azimuth in enumerate(azimuths)]


def _photograph(
    caster: RayCaster, index: int, azimuth: float, size: tuple[int, int], zoom: float
) -> LoadedView:
    view = ball_view(index, azimuth, size, zoom=zoom)
    v, u = np.mgrid[: size[1], : size[0]].astype(np.float64)
    origins, directions = view.view.camera.rays(np.stack([u, v], axis=-1).reshape(-1, 2))
    hits = caster.cast(origins - CENTER, directions)
    gray = np.full(len(u.ravel()), 0.2)
    points = origins[hits.hit] + hits.depth[hits.hit, None] * directions[hits.hit]
    gray[hits.hit] = texture(points)
    image = np.round(255 * gray.reshape(size[1], size[0], 1) * np.array([1.0, 0.85, 0.7])).astype(np.uint8)
    return replace(view, image=image, mask=hits.hit.reshape(size[1], size[0]))


@cache
def head_views(size: int = 160) -> tuple[LoadedView, ...]:
    return tuple(photographed(true_mesh(true_head()), size=(size, size)))


@cache
def head_photos(size: int = 160) -> PhotoSet:
    return photos_of(head_views(size))


def apart(one: TriangleMesh, other: TriangleMesh) -> NDArray[np.float64]:
    """mm from the vertices of one surface to the other (V,)."""
    return RayCaster(other).closest(one.vertices).distance
