"""scale_mat_i: the one sphere that holds the head, and what a matrix must be before any geometry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Problem
from h3dstudio.errors import CameraError
from h3dstudio.geometry.transforms import Similarity

Matrix = NDArray[np.float64]
SQUARE, PROJECTION = ((4, 4),), ((4, 4), (3, 4))


def wrong_matrix(matrix: NDArray[np.generic], shapes: tuple[tuple[int, int], ...] = SQUARE) -> str | None:
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


def unit_sphere(
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
        wrong = wrong_matrix(matrix) or _wrong_scale(np.asarray(matrix, dtype=np.float64))
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
