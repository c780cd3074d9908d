"""Cameras that are right in somebody else's convention: what they are, said once for the whole file.

Each convention is a guess at what the matrices were before; a guess holds when every camera then looks at the
head with a likely lens. Two conventions that mirror cannot be told apart by that: the silhouettes decide, by
the hull they cast (Laurentini 1994), where there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.readers.common_sphere import meeting_point
from h3dstudio.errors import CameraError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

Matrix = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Silhouettes = Callable[[], Mapping[int, tuple[Bytes, tuple[int, int]]]]
"""Camera number -> (small gray mask, size of its photo), made when asked for; empty where nothing tells."""
SUSPICIOUS = 0.25
"""Share of the cameras that look away: below, single cameras are wrong and not a convention."""
CLEARLY = 0.004
"""Share of the silhouettes: a mirroring that explains so much less of them than the best one is not named.

Three level views of a head, the hardest, are 0.011 apart; right ones cover 0.998 and more.
"""
CELLS, MOST_VIEWS = 128, 12
"""Cells along the cube: as fine as the small masks' pixels, or the hull has holes."""
WIDER = 1.2
"""Times the sphere: where the world is mirrored and its sphere was not, the head lies partly beside it."""
_OPENGL = np.diag([1.0, -1.0, -1.0])


@dataclass(frozen=True)
class Convention:
    """How a file's matrices differ from world -> pixel in OpenCV axes.

    Attributes:
        what: as the end of "these matrices ...".
        undo: (3, 4) or (4, 4) as stored, and the photo's (width, height) -> (3, 4) as expected.
    """

    what: str
    remedy: str
    undo: Callable[[Matrix, tuple[int, int]], Matrix]


def _opengl(stored: Matrix, _: tuple[int, int]) -> Matrix:
    camera = Camera.from_projection(stored)
    return camera.intrinsics @ _OPENGL @ np.column_stack([camera.rotation, camera.translation])


def _pose(stored: Matrix, _: tuple[int, int]) -> Matrix:
    camera = Camera.from_projection(stored)
    turned = camera.rotation.T
    return camera.intrinsics @ np.column_stack([turned, -turned @ camera.translation])


def _opengl_pose(stored: Matrix, size: tuple[int, int]) -> Matrix:
    return _opengl(_pose(stored, size), size)


def _inverse(stored: Matrix, _: tuple[int, int]) -> Matrix:
    if stored.shape != (4, 4):
        raise CameraError("this is no square matrix")
    return np.asarray(np.linalg.inv(stored)[:3])


def _flipped(stored: Matrix, size: tuple[int, int]) -> Matrix:
    return np.array([[1.0, 0, 0], [0, -1, size[1] - 1], [0, 0, 1]]) @ stored[:3]


def _reversed(stored: Matrix, size: tuple[int, int]) -> Matrix:
    return np.array([[-1.0, 0, size[0] - 1], [0, 1, 0], [0, 0, 1]]) @ stored[:3]


def _mirrored(stored: Matrix, _: tuple[int, int]) -> Matrix:
    return stored[:3]


_TO_CAMERA = "Invert them: world_mat_i is K times the inverse of the pose"
_AXES = "Multiply y and z of camera space by -1: K diag(1, -1, -1) [R | t]"
CONVENTIONS = (
    Convention("use OpenGL's axes: the camera's y points up and its z backwards", _AXES, _opengl),
    Convention("are camera-to-world poses, expected world to camera", _TO_CAMERA, _pose),
    Convention("are camera-to-world poses in OpenGL's axes", f"{_TO_CAMERA}. {_AXES}", _opengl_pose),
    Convention("map pixels to the world: they are inverted", "Store their inverses", _inverse),
)
FLIPPED = Convention(
    "have a flipped y axis: pixels are counted from the photo's lower edge",
    "Replace each second row by (height - 1) times the third row minus the second",
    _flipped,
)
REVERSED = Convention(
    "have a flipped x axis: photos and cameras are mirrored left to right against each other",
    "Replace each first row by (width - 1) times the third row minus the first, or mirror the photos back",
    _reversed,
)
MIRRORED = Convention(
    "belong to a mirrored world: its axes are left-handed",
    "Negate one world axis in the cameras, the sphere and the meshes alike",
    _mirrored,
)


def convention_of(
    stored: Mapping[int, Matrix],
    sphere: Similarity | None,
    size: tuple[int, int] | None,
    silhouettes: Silhouettes | None = None,
) -> tuple[Convention, ...]:
    """The convention of matrices of which many look away; two where nothing tells which; () where none fits.

    Args:
        stored: number -> (3, 4) or (4, 4), finite, as in the file.
        sphere: unit sphere -> mm; None where the file holds none and the cameras must meet somewhere.
        size: (width, height) of the photos in pixels, where it is known.
    """
    with np.errstate(all="ignore"):  # wrong guesses overflow, and are found wrong by it
        return _convention_of(stored, sphere, size, silhouettes)


def _convention_of(
    stored: Mapping[int, Matrix],
    sphere: Similarity | None,
    size: tuple[int, int] | None,
    silhouettes: Silhouettes | None,
) -> tuple[Convention, ...]:
    around = sphere or _guessed(stored, size)
    away = [around is None or not _looks_at(matrix[:3], around, size) for matrix in stored.values()]
    if len(away) < 2 or sum(away) < SUSPICIOUS * len(away):
        return ()
    if around is not None and all(_mirrors(matrix, around) for matrix in stored.values()):
        return _mirroring(stored, around, size or (0, 0), silhouettes)
    for convention in CONVENTIONS:
        undone = _undone(convention, stored, size or (0, 0))
        around = sphere or _guessed(undone, size)
        if undone and around and all(_looks_at(matrix, around, size) for matrix in undone.values()):
            return (convention,)
    return ()


def convention_error(conventions: tuple[Convention, ...], path: Path) -> CameraError:
    """One error for all cameras of the file."""
    what = ", or ".join(convention.what for convention in conventions)
    remedy = "; or: ".join(convention.remedy for convention in conventions)
    return CameraError(f"the matrices {what}", where=path, remedy=remedy)


def _guessed(matrices: Mapping[int, Matrix], size: tuple[int, int] | None) -> Similarity | None:
    """A third of the cameras' distance around the point they look at."""
    try:
        cameras = [Camera.from_projection(matrix) for matrix in matrices.values()]
    except (CameraError, np.linalg.LinAlgError):
        return None
    centre = meeting_point(cameras, size) if size else None
    if centre is None:
        return None
    nearest = min(float(np.linalg.norm(camera.center - centre)) for camera in cameras)
    return Similarity(0.3 * nearest, np.eye(3), centre) if nearest > 0 else None


def _undone(convention: Convention, stored: Mapping[int, Matrix], size: tuple[int, int]) -> dict[int, Matrix]:
    try:
        undone = {number: convention.undo(matrix, size) for number, matrix in stored.items()}
    except (CameraError, np.linalg.LinAlgError):
        return {}
    return undone if all(np.abs(matrix).max() < 1e12 for matrix in undone.values()) else {}


def _mirrors(matrix: Matrix, sphere: Similarity) -> bool:
    depth = matrix[2, :3] @ sphere.translation + matrix[2, 3]
    return bool(depth * np.linalg.det(matrix[:3, :3]) < 0 and depth > 0)


def _looks_at(matrix: Matrix, sphere: Similarity, size: tuple[int, int] | None) -> bool:
    """Whether this is a camera with a likely lens, outside the sphere, that has its middle in the photo."""
    try:
        camera = Camera.from_projection(matrix)
    except (CameraError, np.linalg.LinAlgError):
        return False
    k = camera.intrinsics
    likely = np.isfinite(k).all() and 0.5 < k[0, 0] / k[1, 1] < 2 and abs(k[0, 1]) < 0.1 * k[0, 0]
    pixel, depth = camera.project(sphere.translation[None])
    if not likely or depth[0] <= sphere.scale:
        return False
    if size is None:
        return True
    longest = max(size)
    in_photo = np.all((pixel[0] >= 0) & (pixel[0] <= np.array(size)))
    return bool(in_photo and 0.2 * longest < k[0, 0] < 50 * longest)


def _mirroring(
    stored: Mapping[int, Matrix],
    sphere: Similarity,
    size: tuple[int, int],
    silhouettes: Silhouettes | None,
) -> tuple[Convention, ...]:
    masks = silhouettes() if silhouettes else {}
    if len(masks) < 2:
        return FLIPPED, MIRRORED
    guesses = (FLIPPED, MIRRORED, REVERSED)
    scores = [_hull_share(_undone(guess, stored, size), masks, sphere) for guess in guesses]
    return tuple(guess for guess, score in zip(guesses, scores, strict=True) if score > max(scores) - CLEARLY)


def _hull_share(
    matrices: Mapping[int, Matrix],
    masks: Mapping[int, tuple[Bytes, tuple[int, int]]],
    sphere: Similarity,
) -> float:
    """Mean share of the silhouettes that their hull in the sphere covers, 0..1."""
    shared = [number for number in matrices if number in masks][:MOST_VIEWS]
    if len(shared) < 2:
        return 0.0
    axis = np.linspace(-1.0, 1.0, CELLS)
    slab = np.stack(np.meshgrid([0.0], axis, axis, indexing="ij")).reshape(3, -1)
    left = []
    for along in axis:  # slab by slab and view by view, so that few points are left for the later ones
        grid = slab + np.array([[along], [0.0], [0.0]])
        points = sphere.translation[:, None] + WIDER * sphere.scale * grid
        for number in shared:
            cell = _cells(matrices[number], *masks[number], points)
            # A cell counts as inside where the mask only begins: right matrices then miss nothing.
            points = points[:, (masks[number][0].ravel()[cell] > 0) & (cell >= 0)]
        left.append(points)
    points = np.concatenate(left, axis=1)
    shares = []
    for number in shared:
        mask = masks[number][0].ravel() > 127
        covered = np.zeros_like(mask)
        covered[_cells(matrices[number], *masks[number], points)] = True
        shares.append(float((mask & covered).sum() / max(mask.sum(), 1)))
    return float(np.mean(shares))


def _cells(matrix: Matrix, mask: Bytes, size: tuple[int, int], points: Matrix) -> NDArray[np.int64]:
    """(N,) index of the small mask's pixel that each of `points` (3, N) falls on, -1 beside the photo."""
    column, row, depth = matrix[:, :3] @ points + matrix[:, 3:]
    with np.errstate(divide="ignore", invalid="ignore"):
        column, row = (column / depth + 0.5) / size[0], (row / depth + 0.5) / size[1]
    within = (column >= 0) & (column < 1) & (row >= 0) & (row < 1)
    height, width = mask.shape
    at = [
        (np.where(within, share, 0.0) * side).astype(np.int64)
        for share, side in ((row, height), (column, width))
    ]
    return np.where(within, at[0] * width + at[1], -1)
