"""`cameras.npz`: world_mat_i (world mm -> pixel) and scale_mat_i (unit sphere -> mm), as IDR defined them.

Other forms are brought to this one first (`camera_arrays`); `camera_conventions` names foreign conventions.

Source: Yariv et al., "Multiview Neural Surface Reconstruction" (IDR, 2020), data convention:
P_i = (world_mat_i @ scale_mat_i)[:3] maps the unit sphere to pixels. Cameras are kept in mm here, so only
world_mat_i is decomposed; scale_mat gives the sphere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.readers.camera_arrays import CameraArrays, standard_arrays
from h3dstudio.data.readers.camera_conventions import Silhouettes, convention_error, convention_of
from h3dstudio.data.readers.common_sphere import common_sphere
from h3dstudio.data.readers.npz_arrays import read_arrays
from h3dstudio.data.readers.unit_sphere import PROJECTION, unit_sphere, wrong_matrix
from h3dstudio.data.scan import Problem
from h3dstudio.errors import CameraError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class CameraFile:
    """What `cameras.npz` holds.

    Attributes:
        cameras: number -> camera, world mm -> pixel.
        unit_sphere: unit sphere -> mm.
        broken: number -> what is wrong with that camera.
        problems: what is doubtful about the file as a whole.
        normalized_for: the file maps to [-1, 1] whatever the photos' size, and `cameras` are for this one.
    """

    path: Path
    cameras: Mapping[int, Camera]
    unit_sphere: Similarity
    broken: Mapping[int, Problem] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    normalized_for: tuple[int, int] | None = None

    def camera(self, number: int, size: tuple[int, int]) -> Camera:
        """The camera of photo `number`, whose (width, height) in pixels is `size`."""
        camera = self.cameras[number]
        if self.normalized_for is None or self.normalized_for == size:
            return camera
        resize = _to_pixels(size) @ np.linalg.inv(_to_pixels(self.normalized_for))
        return Camera(resize @ camera.intrinsics, camera.rotation, camera.translation)

    @property
    def numbers(self) -> list[int]:
        """All camera numbers in the file, usable or not, ascending."""
        return sorted({*self.cameras, *self.broken})


def read_cameras(
    path: Path, size: tuple[int, int] | None = None, silhouettes: Silhouettes | None = None
) -> CameraFile:
    """Read and check `cameras.npz`.

    Args:
        size: (width, height) of the photos, pixels; forms that map to [-1, 1] or hold no sphere need it.
        silhouettes: tell two ways of mirroring apart, should the cameras mirror.

    Raises CameraError when the file is unreadable, holds no usable camera or no usable unit sphere, or holds
    cameras in another convention; single bad cameras are collected in `broken`.
    """
    arrays = read_arrays(path)
    found = standard_arrays(arrays, path)
    if not found.world:
        raise _no_cameras(arrays, path)
    world, normalized_for = _in_pixels(found, size, path)
    sphere, doubts = _sphere(found, world, size, silhouettes, path)
    cameras: dict[int, Camera] = {}
    broken: dict[int, Problem] = {}
    for number, matrix in sorted(world.items()):
        result = _camera(found.label.format(number), matrix, sphere, path)
        if isinstance(result, Camera):
            cameras[number] = result
        else:
            broken[number] = result
    if conventions := convention_of(_finite(world), sphere, size, silhouettes):
        raise convention_error(conventions, path)
    if not cameras:
        raise _all_broken(path, broken)
    problems = (*doubts, *_about_cameras(cameras, sphere, path))
    return CameraFile(path, cameras, sphere, broken, problems, normalized_for)


def _no_cameras(arrays: Mapping[str, object], path: Path) -> CameraError:
    held = ", ".join(sorted(arrays)[:8]) + (", ..." if len(arrays) > 8 else "")
    return CameraError(
        "the file holds no world_mat_0, world_mat_1, ..." + (f"; it holds {held}" if held else ""),
        where=path,
        remedy="Store a 4x4 matrix world_mat_i (world mm -> pixel) for each photo",
    )


def _to_pixels(size: tuple[int, int]) -> Matrix:
    """(3, 3) from [-1, 1] to pixels, whose outermost centres are at -1 and 1 (DVR, `arange_pixels`)."""
    x, y = (size[0] - 1) / 2, (size[1] - 1) / 2
    return np.array([[x, 0, x], [0, y, y], [0, 0, 1.0]])


def _in_pixels(
    found: CameraArrays, size: tuple[int, int] | None, path: Path
) -> tuple[Mapping[int, NDArray[np.generic]], tuple[int, int] | None]:
    if not found.normalized:
        return found.world, None
    if size is None:
        raise CameraError(
            "the cameras map to [-1, 1], which says nothing without the photos' size",
            where=path,
            remedy="Add the photos",
        )
    pixels = {number: _to_pixels(size) @ matrix[:3] for number, matrix in _finite(found.world).items()}
    return {**found.world, **pixels}, size


def _finite(world: Mapping[int, NDArray[np.generic]]) -> dict[int, Matrix]:
    """The matrices that can be calculated with."""
    return {
        number: np.asarray(matrix, dtype=np.float64)
        for number, matrix in world.items()
        if wrong_matrix(matrix, PROJECTION) is None
    }


def _sphere(
    found: CameraArrays,
    world: Mapping[int, NDArray[np.generic]],
    size: tuple[int, int] | None,
    silhouettes: Silhouettes | None,
    path: Path,
) -> tuple[Similarity, list[Problem]]:
    """The file's unit sphere, or one that all photos see where the form has none. Raises CameraError."""
    if found.scale or found.sphere_expected or size is None:
        return unit_sphere(found.scale, path, world)
    matrices = _finite(world)
    cameras = []
    for matrix in matrices.values():
        with suppress(CameraError):
            cameras.append(Camera.from_projection(matrix))
    sphere = common_sphere(cameras, size)
    if sphere is None:
        if conventions := convention_of(matrices, None, size, silhouettes):
            raise convention_error(conventions, path)
        return unit_sphere(found.scale, path, world)
    centre = ", ".join(f"{value:.1f}" for value in sphere.translation)
    note = f"the file holds no unit sphere; the one that all photos see whole is taken, around ({centre})"
    return sphere, [Problem(str(path), note, "Store a scale_mat that holds the head alone, in mm")]


def _camera(name: str, matrix: NDArray[np.generic], sphere: Similarity, path: Path) -> Camera | Problem:
    where = str(path)
    wrong = wrong_matrix(matrix, PROJECTION)
    if wrong:
        return Problem(where, f"{name} {wrong}", "Calibrate this photo again, or remove it")
    try:
        camera = Camera.from_projection(np.asarray(matrix, dtype=np.float64))
    except CameraError as error:
        return Problem(where, f"{name}: {error.problem}", "Calibrate this photo again, or remove it")
    values = (camera.intrinsics, camera.rotation, camera.translation)
    if not all(np.isfinite(value).all() for value in values):
        return Problem(where, f"{name} is singular", "Calibrate this photo again, or remove it")
    depth = float(camera.project(sphere.translation[None])[1][0])
    if depth <= 0:
        return Problem(
            where,
            f"{name} looks away from the head: the unit sphere's centre lies {-depth:.0f} mm behind it",
            "Turn this camera, or remove it and its photo",
        )
    return camera


def _all_broken(path: Path, broken: Mapping[int, Problem]) -> CameraError:
    first = next(iter(broken.values()))
    error = CameraError(
        f"none of the {len(broken)} cameras is usable; {first.what}", where=path, remedy=first.remedy
    )
    # One line says it where all have the same fault; they differ in their names and figures.
    kinds = {re.sub(r"\d+", "", problem.what) for problem in broken.values()}
    error.problems = tuple(broken.values()) if len(kinds) > 1 else ()
    return error


def _about_cameras(cameras: Mapping[int, Camera], sphere: Similarity, path: Path) -> list[Problem]:
    problems = []
    radius = sphere.scale
    if not 50 <= radius <= 1000:
        units = {True: "metres", False: "no millimetres"}[0.05 <= radius <= 1]
        problems.append(
            Problem(
                str(path),
                f"the unit sphere's radius is {radius:.4g} mm, expected 100 to 300 for a head; "
                f"these look like {units}",
                "Scale world_mat_i and scale_mat_i to mm, or read all distances in the file's own unit",
            )
        )
    odd = [number for number, camera in cameras.items() if not _plausible(camera.intrinsics)]
    if odd:
        k = cameras[odd[0]].intrinsics
        problems.append(
            Problem(
                str(path),
                f"camera {odd[0]} has odd intrinsics: focal lengths {k[0, 0]:.4g} and {k[1, 1]:.4g} px, "
                f"skew {k[0, 1]:.4g} ({len(odd)} of {len(cameras)} are odd)",
                "Store world -> pixel matrices, not camera -> world",
            )
        )
    inside = [
        number
        for number, camera in cameras.items()
        if np.linalg.norm(camera.center - sphere.translation) <= radius
    ]
    if inside:
        problems.append(
            Problem(
                str(path),
                f"camera {inside[0]} stands inside the unit sphere ({len(inside)} of {len(cameras)} do)",
                "Make scale_mat_i smaller, so that the sphere holds the head alone",
            )
        )
    return problems


def _plausible(k: Matrix) -> bool:
    """Whether pixels are about square and upright, as every digital camera's are."""
    return bool(0.8 < k[0, 0] / k[1, 1] < 1.25 and abs(k[0, 1]) < 0.1 * k[0, 0])
