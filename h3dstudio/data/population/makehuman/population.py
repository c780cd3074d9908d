"""MakeHuman heads in the canonical frame, at the size that their age gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.caps import cap_of_plane, joined, lowest_cap
from h3dstudio.data.population.head import CANONICAL_SIX, Head
from h3dstudio.data.population.makehuman.model import MakeHumanModel, read_makehuman
from h3dstudio.data.population.makehuman.people import (
    Person,
    detail_strength,
    draw_details,
    draw_expression,
    draw_person,
    macro_weights,
)
from h3dstudio.data.population.statistical import EYE_FRONT, licence_beside
from h3dstudio.data.population.subdivision import Subdivision, subdivided, triangles
from h3dstudio.data.synthesis.visibility import seen_from_around
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity, umeyama

GROWTH = 1.08
"""MakeHuman's adults have 58 mm between the pupils, people 63."""
CHIN = 8
HEIGHT_YEARS = (1.0, 4.0, 10.0, 18.0)
HEIGHT_MM = (150.0, 175.0, 198.0, 222.0)
HEIGHT_RANGE_MM = 32.0
"""Chin to crown of the smallest heads by age, and how much larger the largest are."""
LEVELS, SHOWN_LEVELS = 2, 1
"""Subdivisions that place the vertices, and that the faces have: vertices near the limit surface, no more of
them than a grid of millimetres can tell apart."""
WORN_LEVELS = 1
VOLUMES = (0.5, 1.5)
"""Of what is worn: its distance from the skin by that of the file."""
CUTS = (
    # Normal and a point of each plane that ends the bust, canonical mm: what lies behind it is left out.
    ((0.0, 0.95, 0.31), (0.0, -166.0, 0.0)),
    ((1.0, 0.0, 0.0), (-122.0, 0.0, 0.0)),
    ((-1.0, 0.0, 0.0), (122.0, 0.0, 0.0)),
)
NECK_BELOW_CHIN = 0.1
"""Of the height of a head: what lies lower tells nothing about its size and place."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A person's base vertices in the canonical frame.

    Attributes:
        body: (V, 3) mm, at true size; all of them, those that only carry hair too.
        growth: true size by the size of the average grown-up head.
    """

    person: Person
    body: NDArray[np.float64]
    growth: float


class MakeHumanPopulation:
    """Endless draws of people, bald, with a hair style or a hat to put on."""

    count: int | None = None

    def __init__(
        self, name: str, model: MakeHumanModel, licence: str = "", notices: Sequence[str] = ()
    ) -> None:
        self.name, self.model = name, model
        self.licence, self.notices = licence, notices
        self._worn_fine: dict[str, Subdivision] = {}
        self._limits = dict(zip(model.names, model.limits.tolist(), strict=True))

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        """A draw of `rng`; `index` only names it."""
        figure = self.figure(rng, expression=expression)
        head = self.bald(figure, f"draw {index}")
        wearing = rng.spawn(1)[0]
        return replace(head, wear=partial(self.draw_worn, figure, wearing)) if self.model.worn else head

    def figure(self, rng: np.random.Generator, *, expression: float = 0.0) -> Figure:
        """A person drawn from `rng`, `expression` of them with an expression."""
        own, posed = rng.spawn(2)
        person = draw_person(own)
        names, groups = self.model.names, self.model.groups
        weights = macro_weights(person)
        weights |= draw_details(names, groups, self._limits, own, detail_strength(person.age))
        if posed.random() < expression:
            weights |= draw_expression(names, groups, person.origin, posed)
        return self.placed(person, weights)

    def placed(self, person: Person, weights: Mapping[str, float]) -> Figure:
        """The person of some target weights, upright in the canonical frame."""
        body = self.model.vertices(weights)
        height = self._height(body) * GROWTH * person.size
        least = float(np.interp(person.age, HEIGHT_YEARS, HEIGHT_MM))
        body = body * (GROWTH * person.size * float(np.clip(height, least, least + HEIGHT_RANGE_MM)) / height)
        shape, reference = body[self._skull], self._reference[self._skull]
        growth = _spread(shape) / _spread(reference)
        # The canonical origin is where size has no effect.
        return Figure(person, body - shape.mean(axis=0) + growth * reference.mean(axis=0), growth)

    def draw_worn(self, figure: Figure, rng: np.random.Generator) -> TriangleMesh:
        """One of the file's hair styles or hats, any with the same chance, its volume varied."""
        styles = tuple(self.model.worn)
        style, volume = styles[int(rng.integers(len(styles)))], float(rng.uniform(*VOLUMES))
        return self.worn(figure, style, volume)

    def worn(self, figure: Figure, style: str, volume: float = 1.0) -> TriangleMesh:
        """A hair style or hat of the file on a figure; `volume` stretches its distance from the skin."""
        from scipy.spatial import cKDTree

        item = self.model.worn[style]
        own = item.fitted(figure.body)
        skin = figure.body[: self.model.eyes[0]]
        nearest = skin[cKDTree(skin).query(own)[1]]
        if style not in self._worn_fine:
            self._worn_fine[style] = subdivided(item.faces, len(own), WORN_LEVELS)
        fine = self._worn_fine[style]
        return TriangleMesh(fine.apply(nearest + volume * (own - nearest)), triangles(fine.quads))

    def bald(self, figure: Figure, name: str = "") -> Head:
        """The head of a figure, nothing on it."""
        points = self._fine.apply(figure.body)[: self._shown_count]
        skin = TriangleMesh(points, self._seen)
        marks = points[self.model.landmarks68]
        mesh, cap = _cut(skin.submesh(_used(skin)), figure.growth)
        return Head(
            name=name,
            mesh=mesh,
            landmarks=marks,
            cap=cap,
            barrier=TriangleMesh(points, self._unseen),
            growth=figure.growth,
        )

    def _height(self, body: NDArray[np.float64]) -> float:
        crown = body[: self.model.eyes[0], 1].max()
        return float(crown - body[self.model.landmarks68[CHIN], 1])

    @cached_property
    def _average(self) -> NDArray[np.float64]:
        return self.model.vertices(macro_weights(Person()))

    @cached_property
    def _reference(self) -> NDArray[np.float64]:
        """(V, 3) the average grown-up where the canonical head stands, and of its size."""
        there = np.array([point for _, point in CANONICAL_SIX.values()])
        here = self._average[self.model.landmarks68[[number for number, _ in CANONICAL_SIX.values()]]]
        pose = umeyama(here, there, with_scale=True)
        upright = Similarity(pose.scale, np.eye(3), np.zeros(3))
        placed = upright.apply(self._average)
        return placed + (there - upright.apply(here)).mean(axis=0)

    @cached_property
    def _skull(self) -> NDArray[np.intp]:
        """Vertices that tell a head's size and place: skin and all above the chin."""
        skin = self._average[: self.model.eyes[0]]
        low = skin[self.model.landmarks68[CHIN], 1] - NECK_BELOW_CHIN * self._height(self._average)
        return np.flatnonzero(skin[:, 1] > low)

    @cached_property
    def _fine(self) -> Subdivision:
        return subdivided(self.model.quads, len(self.model.base), LEVELS)

    @cached_property
    def _shown(self) -> Subdivision:
        return subdivided(self.model.quads, len(self.model.base), SHOWN_LEVELS)

    @property
    def _shown_count(self) -> int:
        return int(self._shown.matrix.shape[0])

    @cached_property
    def _parts(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Faces of the skin that can be seen and of the eyes' fronts; all others, which only close it."""
        per_quad = 4**SHOWN_LEVELS
        faces = triangles(self._shown.quads)
        skin = triangles(self._shown.quads[: per_quad * self.model.skin_quads])
        points = self._fine.apply(self._reference)[: self._shown_count]
        eyes = np.isin(faces, np.unique(self._shown.quads[per_quad * self.model.skin_quads :])).all(axis=1)
        visible = seen_from_around(TriangleMesh(points, skin))
        normals = TriangleMesh(points, faces).face_normals()
        seen = np.where(eyes, normals[:, 2] > EYE_FRONT, visible[faces].any(axis=1))
        return faces[seen], faces[~seen]

    @property
    def _seen(self) -> NDArray[np.int32]:
        return self._parts[0]

    @property
    def _unseen(self) -> NDArray[np.int32]:
        return self._parts[1]


def packed_makehuman(path: Path) -> MakeHumanPopulation:
    """The packed heads in `path` (npz); the licence is looked for beside it. Raises PriorError."""
    return MakeHumanPopulation(path.name, read_makehuman(path), licence_beside(path))


def _spread(points: NDArray[np.float64]) -> float:
    return float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean()))


def _used(mesh: TriangleMesh) -> NDArray[np.bool_]:
    used = np.zeros(len(mesh.vertices), dtype=np.bool_)
    used[mesh.faces] = True
    return used


def _cut(mesh: TriangleMesh, growth: float) -> tuple[TriangleMesh, TriangleMesh | None]:
    """The head above its bust, and the caps that close it where it was cut."""
    from trimesh.intersections import slice_faces_plane

    def above(part: TriangleMesh, normal: NDArray[np.float64], origin: NDArray[np.float64]) -> TriangleMesh:
        vertices, faces, _ = slice_faces_plane(part.vertices, part.faces, normal, origin)
        return TriangleMesh(np.asarray(vertices), np.asarray(faces))

    cap = lowest_cap(mesh)  # the bust's own opening, as far as it lies above the cuts
    for direction, point in CUTS:
        normal, origin = np.array(direction), growth * np.array(point)
        normal = normal / np.linalg.norm(normal)
        mesh = above(mesh, normal, origin)
        cap = None if cap is None else above(cap, normal, origin)
        new = cap_of_plane([mesh] if cap is None else [mesh, cap], normal, origin)
        cap = joined(new, cap) if new is not None else cap
    return mesh, cap
