"""Variations of a head: another size, a higher cut of the neck, hair as a smooth offset of the scalp."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.augmentation import Augmentation
from h3dstudio.data.population.caps import cap_of_plane, joined
from h3dstudio.data.population.head import Head
from h3dstudio.data.synthesis.face_paint import HAIRLINE
from h3dstudio.data.synthesis.solid_noise import SolidNoise
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity

SKULL_CENTER = np.array([0.0, 35.0, -10.0])
HAIR_EDGE_MM = 28.0
CUT_HEIGHTS = (-150.0, -108.0)
CUT_FALL = (-0.05, 0.35)  # how much lower the cut is in front, per mm: clear of the chin
LEAST_FACES_LEFT = 0.6


def augmented(head: Head, options: Augmentation, rng: np.random.Generator) -> Head:
    """`head` varied as `options` say. The draws do not depend on the outcome of earlier ones."""
    factor = 1 + options.scale * rng.uniform(-1, 1)
    hairy, cut = rng.random() < options.hair, rng.random() < options.cut
    hair_rng, cut_rng = rng.spawn(2)
    if hairy:
        head = with_hair(head, options.hair_mm, hair_rng)
    if cut:
        head = with_cut(head, cut_rng)
    return scaled(head, factor) if options.scale else head


def scaled(head: Head, factor: float) -> Head:
    """The head at another size, about the canonical origin."""
    size = Similarity(factor, np.eye(3), np.zeros(3))

    def moved(mesh: TriangleMesh | None) -> TriangleMesh | None:
        return None if mesh is None else mesh.with_vertices(size.apply(mesh.vertices))

    return replace(
        head,
        mesh=head.mesh.with_vertices(size.apply(head.mesh.vertices)),
        landmarks=size.apply(head.landmarks),
        cap=moved(head.cap),
        barrier=moved(head.barrier),
        wear=None if head.wear is None else _moved_later(head.wear, size),
        growth=factor * head.growth,
    )


def _moved_later(wear: Callable[[], TriangleMesh], by: Similarity) -> Callable[[], TriangleMesh]:
    def worn() -> TriangleMesh:
        mesh = wear()
        return mesh.with_vertices(by.apply(mesh.vertices))

    return worn


def with_hair(head: Head, thickest: float, rng: np.random.Generator) -> Head:
    """The scalp moved outward by a smooth random field of up to `thickest` mm; the ears stay bare."""
    points = head.mesh.vertices
    noise = SolidNoise(rng)
    lumps = noise.octaves(points, (90.0, 45.0)).astype(np.float64)
    # Thin hair is more frequent than thick hair, and it is thinner at the sides and the nape than on top.
    amount = thickest * rng.beta(1.3, 1.8)
    top = np.clip((points[:, 1] - SKULL_CENTER[1]) / 90, -1, 1)
    profile = 1 + rng.uniform(-0.2, 0.5) * top + 0.3 * lumps
    depth = amount * scalp_weight(points, rng.uniform(-14, 14)) * np.clip(profile, 0.1, 1.8)
    away = points - SKULL_CENTER
    away[:, 1] = np.where(away[:, 1] < 0, 0.25 * away[:, 1], away[:, 1])  # the nape's hair stands off level
    away /= np.linalg.norm(away, axis=1, keepdims=True) + 1e-9
    depth = np.minimum(depth, thickest)
    return replace(head, mesh=head.mesh.with_vertices(points + depth[:, None] * away))


def scalp_weight(points: NDArray[np.float64], recede: float = 0.0) -> NDArray[np.float64]:
    """(N,) 1 on the scalp, 0 on face, neck and ears of canonical points (N, 3) mm, smooth between.

    Args:
        recede: mm by which the hairline lies higher than usual.
    """
    x, y, z = points.T
    line = np.interp(z, HAIRLINE[:, 0], HAIRLINE[:, 1]) + recede
    above = smooth_step((y - line) / HAIR_EDGE_MM)
    # Ears: an ellipse beside the head, leaning back.
    radius = np.hypot((z - 3 + 0.22 * (y - 8)) / 24.0, (y - 8) / 40.0)
    ear = (1 - smooth_step((radius - 0.85) / 0.5)) * smooth_step((np.abs(x) - 55) / 12)
    return np.asarray(above * (1 - ear))


def smooth_step(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 below 0, 1 above 1, 3 v^2 - 2 v^3 between."""
    inside = np.clip(value, 0, 1)
    return np.asarray(inside * inside * (3 - 2 * inside))


def with_cut(head: Head, rng: np.random.Generator) -> Head:
    """The neck cut by a tilted plane, and closed there; unchanged where the plane would take too much."""
    height, fall = rng.uniform(*CUT_HEIGHTS), rng.uniform(*CUT_FALL)
    normal = np.array([0.08 * rng.standard_normal(), 1.0, fall])
    normal /= np.linalg.norm(normal)
    origin = np.array([0.0, height, 0.0])
    parts = [_above(part, normal, origin) for part in (head.mesh, head.cap) if part is not None]
    barrier = None if head.barrier is None else _above(head.barrier, normal, origin)
    if len(parts[0].faces) < LEAST_FACES_LEFT * len(head.mesh.faces):
        return head
    # The old cap is cut as well: together they are open along one closed curve in the plane.
    closing = cap_of_plane(parts, normal, origin)
    if closing is None:
        return head
    rest = parts[1] if len(parts) > 1 and len(parts[1].faces) else None
    return replace(head, mesh=parts[0], cap=joined(closing, rest), barrier=barrier)


def _above(mesh: TriangleMesh, normal: NDArray[np.float64], origin: NDArray[np.float64]) -> TriangleMesh:
    """What of a mesh lies above a plane, faces cut at it."""
    from trimesh.intersections import slice_faces_plane

    vertices, faces, _ = slice_faces_plane(mesh.vertices, mesh.faces, normal, origin)
    return TriangleMesh(np.asarray(vertices), np.asarray(faces))
