"""`cameras.npz`: world_mat_i (world mm -> pixel) and scale_mat_i (unit sphere -> mm), as IDR defined them.

Source: Yariv et al., "Multiview Neural Surface Reconstruction" (IDR, 2020), data convention:
P_i = (world_mat_i @ scale_mat_i)[:3] maps the unit sphere to pixels. Cameras are kept in mm here, so only
world_mat_i is decomposed; scale_mat gives the sphere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Problem
from h3dstudio.errors import CameraError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

Matrix = NDArray[np.float64]
_KEY = re.compile(r"(world_mat|scale_mat)_(\d{1,6})")
_LARGEST = 100_000_000  # bytes; a damaged header may claim petabytes


@dataclass(frozen=True)
class CameraFile:
    """What `cameras.npz` holds.

    Attributes:
        cameras: number -> camera, world mm -> pixel.
        unit_sphere: unit sphere -> mm.
        broken: number -> what is wrong with that camera.
        problems: what is doubtful about the file as a whole.
    """

    path: Path
    cameras: Mapping[int, Camera]
    unit_sphere: Similarity
    broken: Mapping[int, Problem] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """All camera numbers in the file, usable or not, ascending."""
        return sorted({*self.cameras, *self.broken})


def read_cameras(path: Path) -> CameraFile:
    """Read and check `cameras.npz`.

    Raises CameraError when the file is unreadable, holds no usable camera, or no usable unit sphere; single
    bad cameras are collected in `broken`.
    """
    raw, problems = _matrices(path)
    world, scale = raw["world_mat"], raw["scale_mat"]
    if not world:
        raise CameraError(
            "the file holds no world_mat_0, world_mat_1, ...",
            where=path,
            remedy="Store a 4x4 matrix world_mat_i (world mm -> pixel) for each photo",
        )
    unit_sphere, doubts = _unit_sphere(scale, path, world)
    cameras: dict[int, Camera] = {}
    broken: dict[int, Problem] = {}
    for number, matrix in sorted(world.items()):
        result = _camera(number, matrix, unit_sphere, path)
        if isinstance(result, Camera):
            cameras[number] = result
        else:
            broken[number] = result
    if not cameras:
        raise _all_broken(path, broken)
    problems += [*doubts, *_about_cameras(cameras, unit_sphere, path)]
    return CameraFile(path, cameras, unit_sphere, broken, tuple(problems))


def _matrices(path: Path) -> tuple[dict[str, dict[int, NDArray[np.generic]]], list[Problem]]:
    raw: dict[str, dict[int, NDArray[np.generic]]] = {"world_mat": {}, "scale_mat": {}}
    problems: list[Problem] = []
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not hasattr(archive, "files"):
                raise ValueError("it is a single array")
            _refuse_absurd(archive, path)
            for key in archive.files:
                match = _KEY.fullmatch(key)
                if match:
                    raw[match[1]][int(match[2])] = np.asarray(_entry(archive, key))
    except FileNotFoundError:
        raise CameraError(
            "the cameras are missing", where=path, remedy="Copy cameras.npz into the scan's folder"
        ) from None
    except PermissionError:
        raise CameraError("reading is not permitted", where=path) from None
    except Exception as error:  # zipfile and NumPy raise almost anything for damaged files
        raise CameraError(
            f"this is not a readable .npz file ({_reason(error)})", where=path, remedy="Copy the file again"
        ) from error
    return raw, problems


def _refuse_absurd(archive: np.lib.npyio.NpzFile, path: Path) -> None:
    size = sum(entry.file_size for entry in archive.zip.infolist()) if archive.zip else 0
    if size > _LARGEST:
        raise ValueError(f"it would unpack to {size / 1e6:.0f} MB")


def _entry(archive: np.lib.npyio.NpzFile, key: str) -> NDArray[np.generic]:
    """One array; one that holds pickled objects or is damaged becomes an empty one, refused later."""
    try:
        array = archive[key]
    except Exception as error:  # as above
        text = "holds Python objects, which are not read" if "pickle" in str(error) else "is damaged"
        return np.array(text)
    return np.asarray(array)


def _reason(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:100]


def _wrong_matrix(matrix: NDArray[np.generic], shapes: tuple[tuple[int, int], ...]) -> str | None:
    """What is wrong with a matrix before any geometry, or None."""
    if matrix.dtype.kind == "U" and matrix.ndim == 0:
        return str(matrix)
    if matrix.dtype.kind not in "fiu":
        return f"has dtype {matrix.dtype}, expected real numbers"
    if matrix.shape not in shapes:
        return f"has shape {matrix.shape}, expected (4, 4)"
    if not np.isfinite(matrix).all():
        return "holds NaN or infinite entries"
    largest = float(np.abs(matrix.astype(np.float64)).max())
    if largest and not 1e-12 < largest < 1e12:
        return f"holds absurd numbers (the largest is {largest:.3g})"
    return None


def _camera(number: int, matrix: NDArray[np.generic], sphere: Similarity, path: Path) -> Camera | Problem:
    where, name = str(path), f"world_mat_{number}"
    wrong = _wrong_matrix(matrix, ((4, 4), (3, 4)))
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
            "Store world -> camera matrices, not camera -> world",
        )
    return camera


def _unit_sphere(
    scale: Mapping[int, NDArray[np.generic]], path: Path, world: Mapping[int, NDArray[np.generic]]
) -> tuple[Similarity, list[Problem]]:
    """The one scale_mat of the file. Raises CameraError."""
    if not scale:
        raise CameraError(
            "the file holds no scale_mat_i (unit sphere -> mm)",
            where=path,
            remedy="Store a 4x4 scale_mat_i: the radius in mm on its diagonal, the head's centre in column 4",
        )
    problems = []
    good: dict[int, Matrix] = {}
    first_wrong: tuple[int, str] | None = None
    for number, matrix in sorted(scale.items()):
        wrong = _wrong_matrix(matrix, ((4, 4),)) or _wrong_scale(np.asarray(matrix, dtype=np.float64))
        if wrong is None:
            good[number] = np.asarray(matrix, dtype=np.float64)
            continue
        first_wrong = first_wrong or (number, wrong)
        problems.append(Problem(str(path), f"scale_mat_{number} {wrong}", "Make all scale_mat_i the same"))
    if not good:
        number, wrong = first_wrong or (0, "is missing")
        raise CameraError(
            f"scale_mat_{number} {wrong}", where=path, remedy="Store the sphere that holds the head"
        )
    number, reference = next(iter(good.items()))
    for other, matrix in good.items():
        if not np.allclose(matrix, reference, rtol=1e-3, atol=1e-3 * abs(reference[0, 0])):
            raise CameraError(
                f"scale_mat_{other} differs from scale_mat_{number}, expected one sphere for all photos",
                where=path,
                remedy="Make all scale_mat_i the same, and the world_mat_i fit it",
            )
    missing = [index for index in world if index not in scale]
    if missing:
        problems.append(
            Problem(str(path), f"scale_mat_{missing[0]} is missing ({len(missing)} in all); the others serve")
        )
    return Similarity.from_matrix(reference), problems


def _wrong_scale(matrix: Matrix) -> str | None:
    singular = np.linalg.svd(matrix[:3, :3], compute_uv=False)
    if singular[0] == 0 or singular[2] < 1e-9 * singular[0]:
        return "is singular"
    if singular[2] < 0.99 * singular[0]:
        return "stretches one axis more than another, expected a sphere"
    if np.linalg.det(matrix[:3, :3]) < 0:
        return "mirrors, expected a positive scale"
    if not np.allclose(matrix[3], [0, 0, 0, 1]):
        return "has a last row other than 0 0 0 1"
    return None


def _all_broken(path: Path, broken: Mapping[int, Problem]) -> CameraError:
    first = next(iter(broken.values()))
    error = CameraError(
        f"none of the {len(broken)} cameras is usable; {first.what}", where=path, remedy=first.remedy
    )
    error.problems = tuple(broken.values())
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
