"""The packed MakeHuman heads: a base mesh, targets that move it, and what can be worn on it.

The npz has `base` (V, 3) mm, `faces` (F, 4) quads, `part_starts`, `part_faces`, targets as `target_names`,
`target_groups`, `target_range` (T,), `target_starts` (T + 1,), `target_index`, `target_delta` and
`delta_unit_mm`, `landmarks68` (68,), and for each thing worn `KIND/NAME/faces`, `ref`, `weights`, `offset`
and `scale`. y up, face towards +z, at MakeHuman's own scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.npz_files import NpzError, npz_names, read_npz
from h3dstudio.errors import PriorError

LARGEST_BYTES = 256 << 20
"""Unpacked; the file of the field has 6 MB."""
MARK = "target_delta"
"""An array that no other population has."""
WORN_KINDS = ("hair", "hat")

ARRAYS = {
    "base": "f",
    "faces": "iu",
    "part_starts": "iu",
    "part_names": "U",
    "part_faces": "iu",
    "target_names": "U",
    "target_groups": "U",
    "target_range": "f",
    "target_starts": "iu",
    "target_index": "iu",
    "target_delta": "i",
    "delta_unit_mm": "f",
    "landmarks68": "iu",
}
"""What a file must hold, and the kinds of its numbers."""
WORN_ARRAYS = {"faces": "iu", "ref": "iu", "weights": "f", "offset": "f", "scale": "f"}


@dataclass(frozen=True, eq=False)
class Worn:
    """Hair or a hat. Vertex n is sum_k weights[n, k] base[ref[n, k]] + offset[n] * s.

    Attributes:
        faces: (F, 4) quads; a triangle repeats its last corner.
        ref, weights: (N, 3).
        offset: (N, 3).
        scale: (3, 3); for axis a, s[a] is the distance of vertices scale[a, 0] and scale[a, 1] along it,
            divided by scale[a, 2].
    """

    kind: str
    name: str
    faces: NDArray[np.int64]
    ref: NDArray[np.int64]
    weights: NDArray[np.float64]
    offset: NDArray[np.float64]
    scale: NDArray[np.float64]

    def fitted(self, body: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its vertices (N, 3) on a person's vertices (V, 3), in the same frame and unit."""
        first, second = self.scale[:, 0].astype(np.intp), self.scale[:, 1].astype(np.intp)
        axes = np.arange(3)
        stretch = np.abs(body[first, axes] - body[second, axes]) / self.scale[:, 2]
        return np.asarray((body[self.ref] * self.weights[..., None]).sum(axis=1) + self.offset * stretch)


@dataclass(frozen=True, eq=False)
class MakeHumanModel:
    """The file in memory.

    Attributes:
        base: (V, 3) mm; nobody in particular.
        quads: (F, 4); the first `skin_quads` are skin, the others the eyeballs.
        eyes: the first eyeball vertex and the first that is no part of any face.
        landmarks68: (68,) vertices.
        names, groups, limits: (T,) of the targets; a limit is the largest weight a plausible head has.
        worn: by name.
    """

    base: NDArray[np.float64]
    quads: NDArray[np.int64]
    skin_quads: int
    eyes: tuple[int, int]
    landmarks68: NDArray[np.int64]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    limits: NDArray[np.float64]
    starts: NDArray[np.int64]
    index: NDArray[np.int64]
    delta: NDArray[np.int16]
    unit: float
    worn: Mapping[str, Worn]

    def vertices(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """(V, 3) of the person whose targets have these weights; names that the file lacks do nothing."""
        out = self.base.copy()
        place = {name: k for k, name in enumerate(self.names)}
        for name, weight in weights.items():
            k = place.get(name)
            if k is None or not weight:
                continue
            rows = slice(self.starts[k], self.starts[k + 1])
            # A target names each of its vertices once.
            out[self.index[rows]] += (weight * self.unit) * self.delta[rows]
        return out


def is_makehuman(path: Path) -> bool:
    """Whether an npz file holds MakeHuman heads; False for what is no readable npz."""
    try:
        return MARK in npz_names(path, LARGEST_BYTES)
    except (NpzError, OSError):
        return False


def read_makehuman(path: Path) -> MakeHumanModel:
    """Read the packed heads. Raises PriorError when the file is unreadable or incomplete."""
    try:
        arrays = read_npz(path, limit=LARGEST_BYTES)
    except (NpzError, OSError) as error:
        raise PriorError(f"the file is not a readable npz archive ({error})", where=path) from error
    _check(arrays, path)
    starts = arrays["part_starts"].astype(np.int64)
    return MakeHumanModel(
        base=arrays["base"].astype(np.float64),
        quads=arrays["faces"].astype(np.int64),
        skin_quads=int(arrays["part_faces"][1]),
        eyes=(int(starts[1]), int(starts[2])),
        landmarks68=arrays["landmarks68"].astype(np.int64),
        names=tuple(str(name) for name in arrays["target_names"]),
        groups=tuple(str(group) for group in arrays["target_groups"]),
        limits=arrays["target_range"].astype(np.float64),
        starts=arrays["target_starts"].astype(np.int64),
        index=arrays["target_index"].astype(np.int64),
        delta=arrays["target_delta"].astype(np.int16),
        unit=float(arrays["delta_unit_mm"]),
        worn={worn.name: worn for worn in _worn(arrays, path)},
    )


def _worn(arrays: Mapping[str, NDArray[Any]], path: Path) -> list[Worn]:
    found = []
    for key in sorted(arrays):
        parts = key.split("/")
        if len(parts) != 3 or parts[0] not in WORN_KINDS or parts[2] != "faces":
            continue
        kind, name, _ = parts
        own = {field: arrays.get(f"{kind}/{name}/{field}") for field in WORN_ARRAYS}
        for field, wanted in WORN_ARRAYS.items():
            array = own[field]
            if array is None or array.dtype.kind not in wanted:
                raise _unfit(f"'{kind}/{name}/{field}' is missing or of another type", path)
        ref, scale = own["ref"], own["scale"]
        assert ref is not None
        assert scale is not None
        if ref.shape[1:] != (3,) or scale.shape != (3, 3) or not (scale[:, 2] > 0).all():
            raise _unfit(f"'{kind}/{name}' has parts of unfit shape", path)
        body, count = len(arrays["base"]), len(ref)
        for field, array in own.items():
            assert array is not None
            wanted_shape = {"ref": (count, 3), "weights": (count, 3), "offset": (count, 3)}.get(field)
            if wanted_shape is not None and array.shape != wanted_shape:
                raise _unfit(f"'{kind}/{name}/{field}' has shape {array.shape}", path)
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise _unfit(f"'{kind}/{name}/{field}' holds NaN or infinite entries", path)
        faces = own["faces"]
        assert faces is not None
        if faces.ndim != 2 or faces.shape[1] != 4 or not faces.size or int(faces.max()) >= count:
            raise _unfit(f"the faces of '{kind}/{name}' do not fit its vertices", path)
        if int(ref.max()) >= body or not ((scale[:, :2] >= 0) & (scale[:, :2] < body)).all():
            raise _unfit(f"'{kind}/{name}' refers to vertices beyond the base mesh", path)
        found.append(
            Worn(
                kind,
                name,
                faces.astype(np.int64),
                ref.astype(np.int64),
                np.asarray(own["weights"], dtype=np.float64),
                np.asarray(own["offset"], dtype=np.float64),
                scale.astype(np.float64),
            )
        )
    return found


def _check(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise _unfit(f"it lacks {', '.join(missing)}", path)
    for name, kinds in ARRAYS.items():
        if arrays[name].dtype.kind not in kinds:
            raise _unfit(f"'{name}' is of type {arrays[name].dtype}", path)
        if arrays[name].dtype.kind == "f" and not np.isfinite(arrays[name]).all():
            raise _unfit(f"'{name}' holds NaN or infinite entries", path)
    count, targets = len(arrays["base"]), len(arrays["target_names"])
    entries = len(arrays["target_index"])
    shapes: dict[str, tuple[int, ...]] = {
        "base": (count, 3),
        "faces": (len(arrays["faces"]), 4),
        "part_starts": (3,),
        "part_names": (3,),
        "part_faces": (2,),
        "target_groups": (targets,),
        "target_range": (targets,),
        "target_starts": (targets + 1,),
        "target_index": (entries,),
        "target_delta": (entries, 3),
        "delta_unit_mm": (),
        "landmarks68": (68,),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise _unfit(f"'{name}' has shape {arrays[name].shape}, expected {shape}", path)
    starts = arrays["target_starts"].astype(np.int64)
    if starts[0] != 0 or starts[-1] != entries or (np.diff(starts) < 0).any():
        raise _unfit("'target_starts' does not part the targets", path)
    parts = arrays["part_starts"].astype(np.int64)
    if parts[0] != 0 or not parts[0] < parts[1] < parts[2] <= count:
        raise _unfit("'part_starts' does not part the vertices", path)
    if not 0 < int(arrays["part_faces"][1]) < len(arrays["faces"]):
        raise _unfit("'part_faces' does not part the faces", path)
    for name, limit in (("faces", int(parts[2])), ("target_index", count), ("landmarks68", count)):
        values = arrays[name].astype(np.int64)
        if values.size and (values.min() < 0 or values.max() >= limit):
            raise _unfit(f"'{name}' names vertices beyond the {limit} there are", path)


def _unfit(reason: str, path: Path) -> PriorError:
    return PriorError(
        f"the archive does not hold MakeHuman heads: {reason}", where=path, remedy="Get the file again"
    )
