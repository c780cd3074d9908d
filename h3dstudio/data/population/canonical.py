"""Bringing any head mesh into the canonical frame: by its landmarks, or else by its shape."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS
from h3dstudio.data.population.head import CANONICAL_SIX
from h3dstudio.errors import LandmarkError, PriorError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.sampling import sample_surface
from h3dstudio.geometry.surface_icp import icp_surface
from h3dstudio.geometry.transforms import Similarity, umeyama

FEWEST_LANDMARKS = 3
WORST_LANDMARK_MM = 25.0
COARSE_POINTS, FINE_POINTS = 250, 3000
BEST_STARTS = 4
WORST_MATCH_MM = 12.0
_PLACES = {name: place for place, name in enumerate(STANDARD_LISTS[MULTI_PIE])}


def known_landmarks(
    points: Mapping[str, NDArray[np.floating]],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Which of the 68 the named points are (L,), and where (L, 3).

    Names: those of the list of 68, which has the six of H3DS, or 0 to 67.
    """
    index, place = [], []
    for name, point in points.items():
        number = _PLACES.get(name, int(name) if name.isdecimal() else -1)
        if 0 <= number < 68:
            index.append(number)
            place.append(np.asarray(point, dtype=np.float64))
    return np.array(index, dtype=np.intp), np.array(place).reshape(-1, 3)


def pose_by_landmarks(points: Mapping[str, NDArray[np.floating]], *, with_scale: bool = False) -> Similarity:
    """From a head's frame (mm) to the canonical one, by at least three of the six H3DS landmarks.

    Raises LandmarkError for fewer, or when they are no face.
    """
    names = [name for name in CANONICAL_SIX if name in points]
    if len(names) < FEWEST_LANDMARKS:
        raise LandmarkError(
            f"{len(names)} of the landmarks {', '.join(CANONICAL_SIX)} are known, expected at least "
            f"{FEWEST_LANDMARKS}"
        )
    there = np.array([CANONICAL_SIX[name][1] for name in names])
    here = np.array([points[name] for name in names], dtype=np.float64)
    pose = umeyama(here, there, with_scale=with_scale)
    off = float(np.linalg.norm(pose.apply(here) - there, axis=1).mean())
    if off > WORST_LANDMARK_MM:
        raise LandmarkError(
            f"the landmarks lie {off:.0f} mm off those of any face",
            remedy="Check their order, and that the mesh is in mm",
        )
    return pose


def pose_by_shape(mesh: TriangleMesh, reference: TriangleMesh) -> Similarity:
    """From a head's frame (mm, any axes) to that of a `reference` head, rigid, by registration.

    All 24 ways to name the axes are tried. Raises PriorError when none fits.
    """
    surface = RayCaster(reference)
    points = _points(mesh, FINE_POINTS)
    coarse = points[:: len(points) // COARSE_POINTS]
    middle, target = np.median(points, axis=0), np.median(_points(reference, COARSE_POINTS), axis=0)
    trials = []
    for rotation in axis_rotations():
        start = Similarity(1.0, rotation, target - rotation @ middle)
        pose = icp_surface(coarse, surface, start=start, turned_starts=False, max_iterations=12).transform
        trials.append((_mismatch(pose, mesh, coarse, surface), pose))
    trials.sort(key=lambda trial: trial[0])
    fine = []
    for number, (_, pose) in enumerate(trials[:BEST_STARTS]):
        # One search from everywhere is enough.
        better = icp_surface(points, surface, start=pose, turned_starts=number == 0).transform
        fine.append((_mismatch(better, mesh, points, surface), better))
    mismatch, best = min(fine, key=lambda trial: trial[0])
    if mismatch > WORST_MATCH_MM:
        raise PriorError(
            f"its shape fits a head only to {mismatch:.0f} mm",
            remedy="Put landmarks.txt beside it, and check that it is a head in mm, cm or m",
        )
    return best


def axis_rotations() -> list[NDArray[np.float64]]:
    """The 24 rotations that map axes to axes."""
    found = []
    for order, signs in product(permutations(range(3)), product((1.0, -1.0), repeat=3)):
        matrix = np.zeros((3, 3))
        matrix[np.arange(3), order] = signs
        if np.linalg.det(matrix) > 0:
            found.append(matrix)
    return found


def _points(mesh: TriangleMesh, count: int) -> NDArray[np.float64]:
    return np.random.default_rng(0).permutation(sample_surface(mesh, count).points)


def _mismatch(pose: Similarity, mesh: TriangleMesh, points: NDArray[np.float64], surface: RayCaster) -> float:
    """mm: both ways, of the parts of the two heads that lie above the neck.

    One way alone would be content with a head swallowed by the other's shoulders.
    """
    there = pose.apply(points)
    face = surface.mesh.vertices[surface.mesh.vertices[:, 1] > -60]
    back = pose.inverse().apply(face[:: max(len(face) // 400, 1)])
    own = RayCaster(mesh) if len(mesh.faces) else None
    to_reference = surface.closest(there[there[:, 1] > -60]).distance
    to_own = own.closest(back).distance if own else np.zeros(1)
    if not len(to_reference):
        return float("inf")
    return 0.5 * float(np.minimum(to_reference, 40).mean() + np.minimum(to_own, 40).mean())
