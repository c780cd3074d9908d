"""Procedural skin: a solid texture of many scales, and a face painted on it where the anatomy is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.synthesis.albedo import Albedo, PaintedAlbedo, SurfaceSamples, UvAlbedo, VertexAlbedo
from h3dstudio.data.synthesis.face_paint import FacePaint
from h3dstudio.data.synthesis.solid_noise import SolidNoise
from h3dstudio.data.synthesis.subject import Subject
from h3dstudio.geometry.rendering import linear_light

F32 = NDArray[np.float32]

# sRGB of skin from pale to dark; hair and iris colours to go with it.
SKIN_TONES = np.array([[235, 200, 178], [224, 182, 155], [206, 158, 128], [172, 122, 94], [122, 82, 62]])
HAIR_COLORS = np.array([[38, 28, 22], [58, 40, 29], [84, 58, 38], [30, 26, 25], [112, 82, 52]])
IRIS_COLORS = np.array([[86, 58, 36], [70, 92, 110], [92, 92, 58], [56, 38, 26]])

# How much blood, melanin and pores (rows) absorb of red, green and blue.
ABSORPTION = np.array([[0.12, 0.85, 0.75], [1.0, 1.15, 1.3], [1.0, 1.1, 1.1]], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Complexion:
    """Colours of one person, linear RGB (3,)."""

    skin: F32
    hair: F32
    iris: F32

    @staticmethod
    def draw(rng: np.random.Generator) -> Complexion:
        tone = rng.uniform(0, len(SKIN_TONES) - 1)
        low = min(int(tone), len(SKIN_TONES) - 2)
        skin = SKIN_TONES[low] + (tone - low) * (SKIN_TONES[low + 1] - SKIN_TONES[low])
        dark = tone > 2.5  # dark skin with fair hair and blue eyes would look painted
        hair = HAIR_COLORS[3 if dark else rng.integers(len(HAIR_COLORS))]
        iris = IRIS_COLORS[3 if dark else rng.integers(len(IRIS_COLORS))]
        return Complexion(*(linear_light(c / 255.0).astype(np.float32) for c in (skin, hair, iris)))


def subject_albedo(
    subject: Subject, strength: float, rng: np.random.Generator, *, spacing: float = 0.5
) -> Albedo:
    """The subject's own colours if it has any, otherwise procedural skin of this `strength`.

    Args:
        strength: contrast of the skin's texture: 1 rich, 0.15 weak, 0 none.
        spacing: mm between samples of the paint; finer than a pixel's footprint.
    """
    if subject.texture is not None:
        return UvAlbedo(subject.texture)
    if subject.mesh.colors is not None:
        return VertexAlbedo(subject.mesh)
    samples = SurfaceSamples(subject.mesh, spacing)
    anatomy = subject.anatomy
    rest = subject.mesh.vertices if anatomy is None else anatomy.rest
    points = samples.interpolate(rest)
    complexion, noise = Complexion.draw(rng), SolidNoise(rng)
    colors = skin_colors(points, complexion, noise, strength)
    colors *= _spots(points, strength, rng)[:, None]
    if anatomy is not None:
        posed = samples.interpolate(subject.mesh.vertices)
        part = anatomy.part[subject.mesh.faces[samples.face, 0]]
        FacePaint(anatomy, complexion.hair, complexion.iris, noise, strength).apply(
            colors, points, posed, part
        )
    return PaintedAlbedo(samples, np.clip(colors, 0.004, 0.95))


def skin_colors(points: F32, complexion: Complexion, noise: SolidNoise, strength: float) -> F32:
    """Linear skin colours (N, 3) at points (N, 3) mm.

    Blood (reddens) varies over centimetres, melanin (darkens) over millimetres, pores and fine hairs
    over a pixel or two. Multiplicative, because pigments absorb.
    """
    pigments = np.stack(
        [
            0.060 * noise.octaves(points, (30.0, 14.0, 7.0), 0)
            + 0.045 * noise.octaves(points, (4.0, 2.2), 4),
            0.045 * noise.octaves(points, (24.0, 10.0, 5.0), 8)
            + 0.060 * noise.octaves(points, (3.0, 1.8), 12),
            0.095 * noise.octaves(points, (1.45, 0.95), 16),
        ],
        axis=1,
    )
    density = strength * pigments @ ABSORPTION
    return np.asarray(complexion.skin * np.exp(-density), dtype=np.float32)


def _spots(points: F32, strength: float, rng: np.random.Generator) -> F32:
    """Factor (N,) by which freckles and a few moles darken the skin."""
    from scipy.spatial import cKDTree

    factor = np.ones(len(points), dtype=np.float32)
    freckles, moles = 900, 26
    center = points[rng.integers(len(points), size=freckles + moles)]
    radius = np.concatenate([rng.uniform(0.5, 1.2, freckles), rng.uniform(0.8, 1.7, moles)])
    depth = np.concatenate([rng.uniform(0.08, 0.28, freckles), rng.uniform(0.4, 0.7, moles)]) * min(
        strength, 1.5
    )
    near = cKDTree(points, balanced_tree=False, compact_nodes=False).query_ball_point(
        center, 2.2 * radius, workers=1
    )
    for k, samples in enumerate(near):
        squared = ((points[samples] - center[k]) ** 2).sum(axis=1) / radius[k] ** 2
        factor[samples] *= 1 - depth[k] * np.exp(-(squared**2))
    return np.maximum(factor, 0.2)
