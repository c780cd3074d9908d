"""Other ways to store cameras in an .npz than IDR's, brought to world_mat_i and scale_mat_i.

- DVR and UNISURF: world_mat_i = [R | t], camera_mat_i = K towards [-1, 1] (Niemeyer et al. 2020, Oechsle et
  al. 2021, data conventions). Where world_mat_i is a whole projection, as for DTU, camera_mat_i only
  normalises pixels.
- Stacks: projections, or extrinsics and poses with intrinsics, (N, 3, 4) or (N, 4, 4).
- OpenCV's K, R, t, or rotation vectors, stacked or numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import CameraError

Matrix = NDArray[np.float64]
Raw = NDArray[np.generic]
Stack = Mapping[int, Raw]
_NUMBERED = re.compile(r"(.*?)_?(\d{1,6})")
_PROJECTION = ("world_mat", "projection", "projection_matrix", "projection_matrice", "proj", "proj_mat", "p")
_UNNAMED = ("camera", "camera_matrice", "arr_0", "arr")
_INTRINSIC = (
    "k", "intrinsic", "intrinsic_mat", "intrinsic_matrix", "intrinsic_matrice", "camera_mat", "camera_matrix",
    "camera_intrinsic", "mtx", "kmat",
)  # fmt: skip
_ROTATION = ("r", "rot", "rotation", "rotation_matrix", "rotation_matrice", "rmat")
_VECTOR = ("rvec", "rotation_vector")
_TRANSLATION = ("t", "tran", "translation", "tvec", "translation_vector")
_CENTER = ("c", "center", "centre", "camera_center", "camera_centre", "position")
_TO_CAMERA = (
    "extrinsic",
    "extrinsic_mat",
    "w2c",
    "world_to_camera",
    "world2cam",
    "world_to_cam",
    "rt",
    "viewmat",
)
_TO_WORLD = ("pose", "c2w", "camera_to_world", "cam2world", "cam_to_world", "camera_pose")
_SCALE = ("scale_mat", "scale_matrix")
NORMALIZED = 20.0
"""Pixels: a focal length below is one in units of half the photo, as DVR's are."""


@dataclass(frozen=True)
class CameraArrays:
    """Matrices as IDR stores them, not judged yet.

    Attributes:
        world: number -> world -> pixel, or world -> [-1, 1] where `normalized`.
        scale: number -> unit sphere -> mm; empty where the file holds none.
        label: how messages name a matrix: label.format(3).
        sphere_expected: the form has a unit sphere; one that lacks it is incomplete.
    """

    world: Stack
    scale: Stack
    label: str = "world_mat_{}"
    normalized: bool = False
    sphere_expected: bool = True


def standard_arrays(arrays: Mapping[str, Raw], path: Path) -> CameraArrays:
    """The cameras among the arrays of one file. Raises CameraError where they do not fit together."""
    groups = _grouped(arrays)
    scale = _first(groups, _SCALE) or {}
    if any(re.fullmatch(r"world_mat_\d{1,6}", key) for key in arrays):
        return _from_world_mats(groups["world_mat"], scale, groups, path)
    projections = _first(groups, (*_PROJECTION, *_UNNAMED))
    if projections and not _all_rigid(projections):
        return CameraArrays(projections, _shared(scale, projections), "camera {}", sphere_expected=False)
    return _composed(projections, scale, groups, path)


def _from_world_mats(world: Stack, scale: Stack, groups: Mapping[str, Stack], path: Path) -> CameraArrays:
    if not _all_rigid(world):
        return CameraArrays(world, _shared(scale, world) if -1 in scale else scale)
    intrinsics = _first(groups, _INTRINSIC)
    if intrinsics is None:
        raise _no_intrinsics("world_mat_i", path)
    product = _products(intrinsics, world, path)
    scale = _shared(scale, world) or {min(world): np.eye(4)}  # as DVR reads a file that holds none
    return CameraArrays(product, scale, normalized=_is_normalized(intrinsics))


def _composed(
    extrinsics: Stack | None, scale: Stack, groups: Mapping[str, Stack], path: Path
) -> CameraArrays:
    """From intrinsics and one of the ways to store a pose; no cameras at all where there is none."""
    named = extrinsics or _first(groups, _TO_CAMERA) or _inverted(_first(groups, _TO_WORLD))
    pose = named or _from_parts(groups, path)
    if not pose:
        return CameraArrays({}, scale)
    intrinsics = _first(groups, _INTRINSIC)
    if intrinsics is None:
        raise _no_intrinsics("the poses", path)
    product = _products(intrinsics, pose, path)
    return CameraArrays(
        product, _shared(scale, product), "camera {}", _is_normalized(intrinsics), sphere_expected=False
    )


def _grouped(arrays: Mapping[str, Raw]) -> dict[str, dict[int, Raw]]:
    """Name without number, in lower case and singular -> number -> array; -1 for one that holds for all."""
    groups: dict[str, dict[int, Raw]] = {}
    for key, array in arrays.items():
        name = key.strip().lower()
        match = None if _singular(name) in _UNNAMED else _NUMBERED.fullmatch(name)
        if match and (array.ndim or match[1] in ("world_mat", "scale_mat")):  # k1, p2: distortion
            groups.setdefault(_singular(match[1]), {})[int(match[2])] = array
        elif array.ndim:
            groups.setdefault(_singular(name), {}).update(_unstacked(array, _singular(name)))
    return groups


def _singular(name: str) -> str:
    name = name.strip("_- ")
    return name[:-1] if name.endswith("s") and len(name) > 1 else name


def _unstacked(array: Raw, name: str) -> dict[int, Raw]:
    """(N, ...) as N arrays, one that is not stacked as number -1."""
    single = 1 if name in (*_VECTOR, *_TRANSLATION, *_CENTER) else 2
    if array.ndim == 2 and name in _INTRINSIC and array.shape[1] == 4 and _holds_rows(array):
        single = 1
    if array.ndim == 3 and single == 1:
        array = array.reshape(len(array), -1)  # column vectors, as OpenCV gives them
    if array.ndim != single + 1:
        return {-1: array}
    return dict(enumerate(array))


def _holds_rows(array: Raw) -> bool:
    """Whether (N, 4) intrinsics are fx, fy, cx, cy of N cameras and no single matrix."""
    return array.shape[0] not in (3, 4) or bool(array[1, 0] != 0)


def _first(groups: Mapping[str, Stack], names: Iterable[str]) -> Stack | None:
    return next((groups[name] for name in names if groups.get(name)), None)


def _shared(scale: Stack, world: Stack) -> Stack:
    """A single scale_mat holds for every camera."""
    return dict.fromkeys(world, next(iter(scale.values()))) if len(scale) == 1 else scale


def _all_rigid(world: Stack) -> bool:
    """Whether every usable matrix is a rotation and a translation, no projection to pixels."""
    usable = [array for array in world.values() if _is_matrix(array, ((3, 4), (4, 4)))]
    return bool(usable) and all(_is_rigid(np.asarray(array, dtype=np.float64)) for array in usable)


def _is_matrix(array: Raw, shapes: tuple[tuple[int, ...], ...]) -> bool:
    return array.dtype.kind in "fiu" and array.shape in shapes and bool(np.isfinite(array).all())


def _is_rigid(matrix: Matrix) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-3))


def _is_normalized(intrinsics: Stack) -> bool:
    values = [float(np.abs(_intrinsic(array)[0, 0])) for array in intrinsics.values()]
    return bool(values) and max(values) < NORMALIZED


def _intrinsic(array: Raw) -> Matrix:
    """(3, 3) from (3, 3), (4, 4), (3, 4) or fx, fy, cx, cy; NaN where it is none of these."""
    if array.dtype.kind not in "fiu":
        return np.full((3, 3), np.nan)
    values = np.asarray(array, dtype=np.float64)
    if values.shape == (4,):
        fx, fy, cx, cy = values
        return np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1.0]])
    return values[:3, :3] if values.ndim == 2 and min(values.shape) >= 3 else np.full((3, 3), np.nan)


def _products(intrinsics: Stack, poses: Stack, path: Path) -> dict[int, Raw]:
    """K [R | t] for each pose."""
    out: dict[int, Raw] = {}
    for number, pose in poses.items():
        own = intrinsics.get(number, intrinsics.get(-1))
        if own is None:
            raise CameraError(
                f"there are {len(intrinsics)} intrinsic and {len(poses)} extrinsic matrices",
                where=path,
                remedy="Store one K for all photos, or one for each",
            )
        if not _is_matrix(pose, ((3, 4), (4, 4))):
            out[number] = pose  # refused where every matrix is judged
            continue
        with np.errstate(all="ignore"):
            out[number] = _intrinsic(own) @ np.asarray(pose, dtype=np.float64)[:3]
    return out


def _inverted(poses: Stack | None) -> Stack | None:
    """Camera -> world as world -> camera."""
    if not poses:
        return None
    out: dict[int, Raw] = {}
    for number, pose in poses.items():
        out[number] = pose
        if _is_matrix(pose, ((3, 4), (4, 4))):
            matrix = np.vstack([np.asarray(pose, dtype=np.float64)[:3], [0, 0, 0, 1.0]])
            with np.errstate(all="ignore"):
                out[number] = np.linalg.pinv(matrix)
    return out


def _from_parts(groups: Mapping[str, Stack], path: Path) -> Stack | None:
    """[R | t] from rotations (or rotation vectors) and translations (or camera centres)."""
    rotations, vectors = _first(groups, _ROTATION), _first(groups, _VECTOR)
    translations, centers = _first(groups, _TRANSLATION), _first(groups, _CENTER)
    turned, moved = rotations or vectors, translations or centers
    if not turned or not moved:
        return None
    if set(turned) != set(moved):
        raise CameraError(
            f"there are {len(turned)} rotations and {len(moved)} translations",
            where=path,
            remedy="Store one of each for every photo",
        )
    poses: dict[int, Raw] = {}
    for number in turned:
        rotation = _rotation(turned[number])
        offset = moved[number].reshape(-1)
        fits = rotation is not None and offset.shape == (3,) and offset.dtype.kind in "fiu"
        if not fits or rotation is None:
            poses[number] = np.array("has a rotation or translation of the wrong shape")
            continue
        shift = np.asarray(offset, dtype=np.float64)
        poses[number] = np.column_stack([rotation, shift if translations else -rotation @ shift])
    return poses


def _rotation(array: Raw) -> Matrix | None:
    """(3, 3) from a rotation matrix or a rotation vector."""
    from scipy.spatial.transform import Rotation

    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        return None
    values = np.asarray(array, dtype=np.float64)
    if values.size == 3:
        return np.asarray(Rotation.from_rotvec(values.reshape(3)).as_matrix())
    return values if values.shape == (3, 3) else None


def _no_intrinsics(what: str, path: Path) -> CameraError:
    return CameraError(
        f"{what} hold only rotations and positions, no focal length",
        where=path,
        remedy="Store world -> pixel matrices K [R | t], or add the intrinsics as camera_mat_i or K",
    )
