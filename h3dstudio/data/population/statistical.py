"""Heads drawn from a statistical model of heads, packed or in the files of an ICT FaceKit checkout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.population.caps import lowest_cap
from h3dstudio.data.population.head import Head
from h3dstudio.data.synthesis.population import Population, draw_expression, draw_identity
from h3dstudio.geometry.mesh import TriangleMesh

SKIN = ("face", "head_neck")
EYES = ("eyeball_left", "eyeball_right")
EYE_FRONT = 0.2  # least z of an eyeball's face normal on the mean head that can be seen between the lids
REALISTIC = 0.6  # of the expressions; the others are random blend shapes, which reach what no one thought of
MOST_SHAPES, STRONGEST_SHAPE = 3, 0.7


class StatisticalPopulation:
    """Endless draws of a model: identity ~ N(0, 1), with an expression as often as asked for."""

    count: int | None = None

    def __init__(self, name: str, model: Population, licence: str = "", notices: Sequence[str] = ()) -> None:
        self.name, self.model = name, model
        self.licence, self.notices = licence, notices
        self._surface, self._barrier = _visible_faces(model)

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        """A draw of `rng`; `index` only names it."""
        coefficients = draw_identity(len(self.model.identity), rng)
        posed = rng.random() < expression
        weights = self._expression(rng) if posed else None
        vertices = self.model.head(coefficients, weights)
        skin = TriangleMesh(vertices, self._surface)
        used = np.zeros(len(vertices), dtype=np.bool_)
        used[self._surface] = True
        return Head(
            name=f"draw {index}",
            mesh=skin.submesh(used),
            landmarks=vertices[self.model.landmarks68],
            cap=lowest_cap(skin),
            barrier=TriangleMesh(vertices, self._barrier) if len(self._barrier) else None,
        )

    def _expression(self, rng: np.random.Generator) -> NDArray[np.float64]:
        names = self.model.expression_names
        if rng.random() < REALISTIC:
            return draw_expression(names, rng)
        weights = np.zeros(len(names))
        if names:
            chosen = rng.integers(0, len(names), int(rng.integers(1, MOST_SHAPES + 1)))
            weights[chosen] = STRONGEST_SHAPE * rng.random(len(chosen))
        return weights


def _visible_faces(model: Population) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Faces of the skin and of the eyes' fronts; faces of all else, which only closes the surface."""
    part = model.part[model.faces]
    names = model.part_names
    skin = np.isin(part, [k for k, name in enumerate(names) if name in SKIN]).all(axis=1)
    eye = np.isin(part, [k for k, name in enumerate(names) if name in EYES]).all(axis=1)
    rest = TriangleMesh(model.mean.astype(np.float64), model.faces)
    forward = rest.face_normals()[:, 2] > EYE_FRONT
    seen = skin | (eye & forward)
    return model.faces[seen], model.faces[~seen]


def packed_population(path: Path) -> StatisticalPopulation:
    """The packed model in `path` (npz); its licence is looked for beside it. Raises MeshError."""
    from h3dstudio.data.synthesis.population import read_population

    model = read_population(path)
    return StatisticalPopulation(path.name, model, licence_beside(path))


def licence_beside(path: Path) -> str:
    """The text of `<stem>.LICENSE.txt`, `LICENSE` or `LICENSE.txt` beside a file or in a folder, or ""."""
    folder = path if path.is_dir() else path.parent
    for name in (f"{path.stem}.LICENSE.txt", "LICENSE.txt", "LICENSE", "LICENSE.md"):
        candidate = folder / name
        if candidate.is_file() and candidate.stat().st_size < 100_000:
            return candidate.read_text(encoding="utf-8", errors="replace").strip()
    return ""
