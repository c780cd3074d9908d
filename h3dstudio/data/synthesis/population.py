"""Heads of a statistical population: mean + identity components + expression blend shapes.

The packed file is an npz with `mean` (V, 3), `faces` (F, 3), `identity` (K, V, 3), `expression` (E, V, 3),
`expression_names`, `landmarks68` (68,), `part_starts` and `part_names`, in centimetres, y up, face towards
+z. Source of the model: Li et al., "Learning Formation of Physically-Based Face Attributes", CVPR 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmarks import H3DS_OF_68
from h3dstudio.data.npz_files import NpzError, read_npz
from h3dstudio.data.synthesis.subject import HeadAnatomy, Subject
from h3dstudio.data.synthesis.visibility import seen_from_around
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

CM = 10.0  # mm
COEFFICIENT_LIMIT = 2.5  # standard deviations; beyond it faces start to fold

INDICES = ("faces", "landmarks68", "part_starts")

# Expressions people make, as blend shapes and their full weights; "*" stands for both sides.
EXPRESSIONS: tuple[dict[str, float], ...] = (
    {"mouthSmile_*": 0.7, "cheekSquint_*": 0.4, "eyeSquint_*": 0.2},
    {"browInnerUp_*": 0.6, "browOuterUp_*": 0.6, "eyeWide_*": 0.3},
    {"browDown_*": 0.7, "noseSneer_*": 0.3},
    {"mouthFrown_*": 0.6, "mouthShrugLower": 0.3},
    {"mouthPucker": 0.6},
    {"mouthLeft": 0.5},
    {"mouthRight": 0.5},
    {"mouthPress_*": 0.6, "mouthDimple_*": 0.4},
    {"cheekPuff_*": 0.5},
    {"mouthStretch_*": 0.5},
)


LARGEST_BYTES = 512 << 20
"""Unpacked; large ones of the field, in double precision, have 400 MB."""


@dataclass(frozen=True, eq=False)
class Population:
    """The model in memory, in millimetres. Shapes as in the module's docstring."""

    mean: NDArray[np.float32]
    faces: NDArray[np.int32]
    identity: NDArray[np.float16]
    expression: NDArray[np.float16]
    expression_names: tuple[str, ...]
    landmarks68: NDArray[np.int32]
    part: NDArray[np.intp]
    part_names: tuple[str, ...]

    def head(
        self, coefficients: NDArray[np.floating], weights: NDArray[np.floating] | None = None
    ) -> NDArray[np.float64]:
        """Vertices (V, 3) in mm for identity coefficients (<= K,) and blend-shape weights (E,) in [0, 1]."""
        used = self.identity[: len(coefficients)].astype(np.float32)
        out = self.mean + np.tensordot(np.asarray(coefficients, dtype=np.float32), used, axes=1)
        if weights is not None:
            active = np.flatnonzero(weights)
            shapes = self.expression[active].astype(np.float32)
            out = out + np.tensordot(np.asarray(weights, dtype=np.float32)[active], shapes, axes=1)
        return np.asarray(out * CM, dtype=np.float64)


def is_population(path: Path) -> bool:
    """Whether `path` names a packed population (by its suffix; `read_population` checks the content)."""
    return path.suffix.lower() == ".npz"


def read_population(path: Path) -> Population:
    """Read a packed population. Raises MeshError when it is missing, unreadable or incomplete."""
    try:
        arrays = read_npz(path, limit=LARGEST_BYTES)
    except FileNotFoundError:
        raise MeshError("there is no such file", where=path) from None
    except (NpzError, OSError) as error:
        raise MeshError(f"the file is not a readable npz archive ({error})", where=path) from error
    _check(arrays, path)
    starts = arrays["part_starts"].astype(np.intp)
    count = len(arrays["mean"])
    part = np.searchsorted(starts, np.arange(count), side="right") - 1
    return Population(
        mean=arrays["mean"].astype(np.float32),
        faces=arrays["faces"].astype(np.int32),
        identity=arrays["identity"],
        expression=arrays["expression"],
        expression_names=tuple(str(name) for name in arrays["expression_names"]),
        landmarks68=arrays["landmarks68"].astype(np.int32),
        part=np.asarray(part, dtype=np.intp),
        part_names=tuple(str(name) for name in arrays["part_names"]),
    )


def _check(arrays: dict[str, NDArray[np.generic]], path: Path) -> None:
    """Raise MeshError unless the arrays fit together."""
    wanted = [
        "mean",
        "faces",
        "identity",
        "expression",
        "expression_names",
        "landmarks68",
        "part_starts",
        "part_names",
    ]
    missing = [name for name in wanted if name not in arrays]
    if missing:
        raise MeshError(
            f"the archive is not a head population: it lacks {', '.join(missing)}",
            where=path,
            remedy="Give a mesh (obj, ply, stl, glb) or a packed population",
        )
    for name in wanted:
        kinds = "U" if name.endswith("names") else "iu" if name in INDICES else "f"
        if arrays[name].dtype.kind not in kinds:
            raise MeshError(f"the array '{name}' is of type {arrays[name].dtype}", where=path)
    shape = arrays["mean"].shape
    for name, ok in {
        "mean": len(shape) == 2 and shape[1:] == (3,) and shape[0] > 0,
        "faces": arrays["faces"].ndim == 2 and arrays["faces"].shape[1:] == (3,),
        "identity": arrays["identity"].ndim == 3 and arrays["identity"].shape[1:] == shape,
        "expression": arrays["expression"].ndim == 3 and arrays["expression"].shape[1:] == shape,
        "landmarks68": arrays["landmarks68"].shape == (68,),
        "expression_names": arrays["expression_names"].shape == arrays["expression"].shape[:1],
        "part_names": arrays["part_names"].shape == arrays["part_starts"].shape,
    }.items():
        if not ok:
            raise MeshError(
                f"the array '{name}' has shape {arrays[name].shape}, unfit for {shape}", where=path
            )
    if not len(arrays["part_starts"]) or arrays["part_starts"][0] != 0 or not len(arrays["faces"]):
        raise MeshError("the population has no faces, or its parts do not start at vertex 0", where=path)
    for name in ("faces", "landmarks68"):
        index = np.asarray(arrays[name], dtype=np.int64)
        if index.size and (index.min() < 0 or index.max() >= shape[0]):
            raise MeshError(f"'{name}' indexes vertices beyond the {shape[0]} of the mean", where=path)
    for name in ("mean", "identity", "expression"):
        if not np.isfinite(arrays[name]).all():  # type: ignore[arg-type]
            raise MeshError(f"the array '{name}' holds NaN or infinite entries", where=path)


def draw_identity(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Identity coefficients (count,) ~ N(0, 1), clipped."""
    return np.clip(rng.standard_normal(count), -COEFFICIENT_LIMIT, COEFFICIENT_LIMIT)


def draw_expression(
    names: tuple[str, ...], rng: np.random.Generator, mildness: float = 1.0
) -> NDArray[np.float64]:
    """Blend-shape weights (E,): one or two of EXPRESSIONS at half to full weight, a little asymmetric."""
    weights = np.zeros(len(names))
    place = {name: k for k, name in enumerate(names)}
    for choice in rng.choice(len(EXPRESSIONS), size=int(rng.integers(1, 3)), replace=False):
        amount = mildness * rng.uniform(0.5, 1.0)
        for pattern, full in EXPRESSIONS[choice].items():
            for side in "LR" if "*" in pattern else "-":
                name = pattern.replace("*", side)
                if name in place:
                    weights[place[name]] += amount * full * rng.uniform(0.85, 1.15)
    return np.clip(weights, 0.0, 1.0)


def draw_subject(population: Population, rng: np.random.Generator, *, expression: bool) -> Subject:
    """A head drawn from the population, with its ground truth and landmarks.

    Ground truth keeps what a scanner reaches (skin and the front of the eyeballs) and nothing of the
    sockets, the back of the eyeballs, the mouth or the nostrils.
    """
    coefficients = draw_identity(len(population.identity), rng)
    weights = draw_expression(population.expression_names, rng) if expression else None
    return population_subject(population, population.head(coefficients, weights))


def population_subject(population: Population, vertices: NDArray[np.float64]) -> Subject:
    """A head of the population's mesh with vertices (V, 3) mm anywhere, as `draw_subject` makes them."""
    mesh = TriangleMesh(vertices, population.faces)
    landmark_vertices = {name: int(population.landmarks68[k]) for name, k in H3DS_OF_68.items()}
    rest = np.asarray(population.mean * CM, dtype=np.float64)
    anatomy = HeadAnatomy(rest, population.part, population.part_names, rest[population.landmarks68])
    return scanned(mesh, landmark_vertices, anatomy)


def scanned(mesh: TriangleMesh, landmarks: Mapping[str, int], anatomy: HeadAnatomy | None) -> Subject:
    """`mesh` (mm) as a subject whose ground truth is what a scanner reaches of it.

    Args:
        landmarks: H3DS name -> vertex of `mesh`; those inside the head (under hair, say) are left out.
    """
    keep = seen_from_around(mesh)
    # A lone vertex without a face would be a point that no surface can reach.
    used = np.zeros(len(keep), dtype=np.bool_)
    used[mesh.faces[keep[mesh.faces].all(axis=1)]] = True
    keep &= used
    renumber = np.cumsum(keep) - 1
    return Subject(
        mesh=mesh,
        ground_truth=mesh.submesh(keep),
        landmarks={name: int(renumber[v]) for name, v in landmarks.items() if keep[v]},
        anatomy=anatomy,
    )
