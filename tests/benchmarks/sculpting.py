"""Heads that no draw of the population resembles: grown hair, worn things, an open mouth.

Each sculpture starts from a draw (so that the face below is known anatomy) and changes it where the prior has
never seen a head changed: by moving vertices, or by solids given as signed distances in the frame of the mean
head and laid over it. Ground truth is what a scanner reaches of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmarks import H3DS_OF_68
from h3dstudio.data.population.augment import scalp_weight, smooth_step
from h3dstudio.data.synthesis.population import (
    CM,
    Population,
    draw_expression,
    draw_identity,
    population_subject,
    scanned,
)
from h3dstudio.data.synthesis.solid_noise import SolidNoise
from h3dstudio.data.synthesis.subject import HeadAnatomy, Subject
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import umeyama

Points = NDArray[np.float64]
Distance = Callable[[Points], Points]
"""Points (N, 3) mm on the mean head -> distance (N,), negative inside; exact only near the surface."""

CROWN_MM, BEARD_MM = 75.0, 12.0
SOFT, THIN = 4.0, 2.5
"""Edge of the grid that solids are meshed on, mm: no part outweighs the head; frames need a finer one."""


def tall_crown(population: Population, rng: np.random.Generator) -> Subject:
    """Hair piled up: the scalp's top drawn upward by up to 75 mm, with lumps."""
    vertices = population.head(draw_identity(len(population.identity), rng))
    rest = _rest(population)
    top = smooth_step((rest[:, 1] - 70) / 60) * scalp_weight(rest)
    lumps = 1 + 0.15 * SolidNoise(rng).octaves(rest, (60.0, 25.0))
    return population_subject(population, vertices + (CROWN_MM * top * lumps)[:, None] * [0.05, 1.0, -0.25])


def bun(population: Population, rng: np.random.Generator) -> Subject:
    """A knot of hair at the back of the crown."""
    vertices = _drawn(population, rng)
    knot = lumpy(ellipsoid((0, 138, -62), (40, 36, 38)), 2.0, rng)
    return worn(population, vertices, knot, ((-60, 80, -120), (60, 190, 0)), "hair")


def long_hair(population: Population, rng: np.random.Generator) -> Subject:
    """A volume of hair over ears, nape and shoulders, open in front of the face."""
    skull = ellipsoid((0, 30, -8), (98, 128, 118))
    opening = ellipsoid((0, 4, 118), (68, 84, 92))

    def hair(points: Points) -> Points:
        hanging = points.copy()
        hanging[:, 1] = np.maximum(points[:, 1], 30)  # below its middle the skull's outline falls straight
        throat = points.copy()
        throat[:, 1] = np.where(points[:, 1] < 4, 4 + 0.3 * (points[:, 1] - 4), points[:, 1])
        return np.maximum.reduce([skull(hanging), -opening(throat), -150 - points[:, 1]])

    box = ((-112, -156, -140), (112, 172, 124))
    return worn(population, _drawn(population, rng), lumpy(hair, 3.0, rng), box, "hair")


def beard(population: Population, rng: np.random.Generator) -> Subject:
    """A full beard: jaw, chin and upper lip moved out and down by about 12 mm, the lips left bare."""
    vertices = population.head(draw_identity(len(population.identity), rng))
    rest, marks = _rest(population), _rest(population)[population.landmarks68]
    x, y, z = rest.T
    below_nose = smooth_step((marks[33, 1] - 3 - y) / 14)
    cheek = smooth_step((-0.25 * z + 10 - y) / 18)  # from the sideburns down to the corner of the mouth
    mouth = marks[48:60].mean(axis=0)
    lips = smooth_step((np.hypot((x - mouth[0]) / 27, (y - mouth[1]) / 13) - 0.9) / 0.45)
    cover = below_nose * np.maximum(cheek, np.abs(x) < 30) * lips
    cover *= smooth_step((z - 10) / 25) * smooth_step((y + 108) / 25) * (population.part < 2)
    normals = TriangleMesh(vertices, population.faces).vertex_normals()
    depth = BEARD_MM * cover * (1 + 0.25 * SolidNoise(rng).octaves(rest, (20.0, 9.0)))
    grown = vertices + depth[:, None] * (normals + np.array([0, -0.7, 0.2]))
    subject = population_subject(population, grown)
    assert subject.anatomy is not None
    names = (*population.part_names, "hair")
    part = np.where(cover > 0.4, len(names) - 1, population.part)
    return replace(subject, anatomy=replace(subject.anatomy, part=part, part_names=names))


def open_mouth(population: Population, rng: np.random.Generator) -> Subject:
    """The jaw dropped, as in no expression that heads are drawn with."""
    coefficients = draw_identity(len(population.identity), rng)
    weights = 0.4 * draw_expression(population.expression_names, rng)
    wide = {"jawOpen": 0.8, "mouthStretch_L": 0.4, "mouthStretch_R": 0.4, "browInnerUp_L": 0.5}
    for name, weight in wide.items():
        if name in population.expression_names:
            weights[population.expression_names.index(name)] = weight
    return population_subject(population, population.head(coefficients, weights))


def glasses(population: Population, rng: np.random.Generator) -> Subject:
    """A thick frame that stands off the face: two rims, a bridge and two arms to the ears."""
    parts: list[Distance] = [capsule((-12, 36, 113), (12, 36, 113), 3.2)]
    for side in (-1, 1):
        parts.append(rim((side * 34, 32, 112), 25, 3.6))
        parts.append(capsule((side * 58, 36, 112), (side * 84, 38, 8), 3.2))
    frame = union(*parts)
    return worn(population, _drawn(population, rng), frame, ((-92, -2, -4), (92, 66, 122)), "frame", THIN)


def hat(population: Population, rng: np.random.Generator) -> Subject:
    """A hat pulled to the brows: a dome over the scalp and a wide brim."""
    dome = ellipsoid((0, 72, 6), (92, 98, 118))

    def cloth(points: Points) -> Points:
        x, y, z = points.T
        droop = 72 + 0.0012 * x**2 - 0.06 * z
        across = (np.hypot(x / 135, (z - 8) / 165) - 1) * 135
        brim = np.maximum(np.abs(y - droop) - 4.0, across)
        return np.minimum(brim, np.maximum(dome(points), droop - y))

    box = ((-142, 48, -164), (142, 178, 182))
    return worn(population, _drawn(population, rng), cloth, box, "cloth")


SCULPTURES: dict[str, Callable[[Population, np.random.Generator], Subject]] = {
    "crown": tall_crown,
    "bun": bun,
    "long-hair": long_hair,
    "beard": beard,
    "open-mouth": open_mouth,
    "glasses": glasses,
    "hat": hat,
}


def worn(
    population: Population,
    vertices: Points,
    solid: Distance,
    box: tuple[tuple[float, float, float], tuple[float, float, float]],
    part: str,
    spacing: float = SOFT,
) -> Subject:
    """A head with vertices (V, 3) mm that wears `solid`, meshed inside `box` (lower, upper) of the mean head.

    Args:
        part: what it is painted as; see `face_paint.WORN`.
    """
    rest = _rest(population)
    skull = population.part < 2
    added = meshed(solid, np.array(box, dtype=np.float64), spacing)
    pose = umeyama(rest[skull], vertices[skull])
    names = (*population.part_names, part)
    anatomy = HeadAnatomy(
        rest=np.vstack([rest, added.vertices]),
        part=np.concatenate([population.part, np.full(len(added.vertices), len(names) - 1)]),
        part_names=names,
        landmarks68=rest[population.landmarks68],
    )
    mesh = TriangleMesh(
        np.vstack([vertices, pose.apply(added.vertices)]),
        np.vstack([population.faces, added.faces + len(vertices)]),
    )
    landmarks = {name: int(population.landmarks68[k]) for name, k in H3DS_OF_68.items()}
    return scanned(mesh, landmarks, anatomy)


def meshed(solid: Distance, box: Points, spacing: float) -> TriangleMesh:
    """The surface of a solid inside `box` (2, 3) mm."""
    axes = [np.arange(low, high + spacing, spacing) for low, high in box.T]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    samples = solid(points.reshape(-1, 3)).reshape(points.shape[:3])
    return zero_level(samples, box[0], spacing)


def ellipsoid(center: tuple[float, ...], radii: tuple[float, ...]) -> Distance:
    """Distance by the first-order estimate |p| (|p| - 1) / |grad|."""
    middle, half = np.array(center, dtype=np.float64), np.array(radii, dtype=np.float64)

    def distance(points: Points) -> Points:
        unit = (points - middle) / half
        length = np.linalg.norm(unit, axis=1)
        slope = np.linalg.norm(unit / half, axis=1)
        return np.asarray(length * (length - 1) / np.maximum(slope, 1e-9))

    return distance


def rim(center: tuple[float, ...], radius: float, tube: float) -> Distance:
    """A torus about the z axis."""
    middle = np.array(center, dtype=np.float64)

    def distance(points: Points) -> Points:
        x, y, z = (points - middle).T
        return np.asarray(np.hypot(np.hypot(x, y) - radius, z) - tube)

    return distance


def capsule(start: tuple[float, ...], end: tuple[float, ...], radius: float) -> Distance:
    """A rod with round ends."""
    first = np.array(start, dtype=np.float64)
    along = np.array(end, dtype=np.float64) - first

    def distance(points: Points) -> Points:
        offset = points - first
        place = np.clip(offset @ along / (along @ along), 0, 1)
        return np.asarray(np.linalg.norm(offset - place[:, None] * along, axis=1) - radius)

    return distance


def union(*solids: Distance) -> Distance:
    return lambda points: np.minimum.reduce([solid(points) for solid in solids])


def lumpy(solid: Distance, mm: float, rng: np.random.Generator) -> Distance:
    """The solid with its surface moved in and out by about `mm`, as strands of hair do."""
    noise = SolidNoise(rng)
    return lambda points: solid(points) + mm * noise.octaves(points, (40.0, 16.0)).astype(np.float64)


def _drawn(population: Population, rng: np.random.Generator) -> Points:
    return population.head(draw_identity(len(population.identity), rng))


def _rest(population: Population) -> Points:
    return np.asarray(population.mean * CM, dtype=np.float64)
