"""Robust registration of points to a surface, rigid or with scale, from anywhere. All lengths in mm."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.icp_descent import descent, median_distance
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.registration import ICPSolution
from h3dstudio.geometry.registration_search import Search
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.geometry.vectors import cross_rows, row_norms

_GOOD_START = 1.5
"""Median distance in mm above which other starts are tried."""
REGISTERED = 0.04
"""Share of a surface's radius that the rms of a registration may reach, about 4 mm for a head.

On scans of five people and 26 wrong places of rest the rms was 9 to 28 mm there, and 0 to 1.4 mm in the right
place with meshes of the same head; two heads of different people leave 2 to 9 mm.
"""


def icp_surface(
    source: NDArray[np.floating],
    surface: RayCaster,
    *,
    start: Similarity | None = None,
    turned_starts: bool = True,
    max_iterations: int = 40,
    tolerance: float = 1e-3,
) -> ICPSolution:
    """Robust rigid ICP of points (N, 3) to a surface; the scale of `start` is kept, never changed.

    See `icp_descent` for the steps. With `turned_starts`, where the search from `start` ends far off, all
    ways to turn and shift the points are searched too and the best is kept: the start matters no more.
    Converged: the steps ended by themselves, and what is left is at most `largest_rms`; never when the sizes
    differ more than threefold, but for parts without `turned_starts`. Raises EvaluationError without points.
    """
    steps = surface_icp_steps(
        source,
        surface,
        start=start,
        turned_starts=turned_starts,
        max_iterations=max_iterations,
        tolerance=tolerance,
    )
    # The last is the result: there always is one.
    return deque(steps, maxlen=1)[0]


def surface_icp_steps(
    source: NDArray[np.floating],
    surface: RayCaster,
    *,
    start: Similarity | None = None,
    turned_starts: bool = True,
    with_scale: bool = False,
    max_iterations: int = 40,
    tolerance: float = 1e-3,
) -> Iterator[ICPSolution]:
    """`icp_surface` one iteration after another, each with what there is by then: the last is the result.

    `with_scale` lets the final search resize too. Raises EvaluationError without points.
    """
    if not len(source):
        raise EvaluationError("there are no points to register")
    points = _thinned(np.asarray(source, dtype=np.float64), 12_000)
    begin = start or Similarity.identity()
    thin = _thinned(points, 1000)
    # A search from one start may be that of a part, a nose on a head.
    similar = with_scale or _similar_size(points, surface, 1 / 3 if turned_starts else 1 / 100)
    most = largest_rms(surface.mesh) if similar else -1.0
    coarse = ICPSolution(begin, False, 0, np.inf)
    for coarse in descent(thin, surface, begin, max_iterations, 1e-2):
        yield judged(coarse, most)
    if not similar:
        return
    median = median_distance(thin, surface, coarse.transform)
    if turned_starts and median > _GOOD_START:
        search = Search(points, surface)
        coarse = replace(coarse, transform=search.best(coarse.transform, begin, with_scale))
        points = search.partners(points, coarse.transform)
        thin = _thinned(points, 1000)
        median = median_distance(thin, surface, coarse.transform)
    # A poor fit costs the most time per point and deserves the least precision.
    fine = points if median < 1 else _thinned(points, 3000)
    for one in descent(fine, surface, coarse.transform, max_iterations, tolerance, with_scale=with_scale):
        yield judged(replace(one, iterations=coarse.iterations + one.iterations), most)


def judged(fit: ICPSolution, most: float) -> ICPSolution:
    """`fit`, which is `registered` and may have converged if its rms is at most `most` mm."""
    registered = fit.rms <= most
    return replace(fit, registered=registered, converged=fit.converged and registered)


def largest_rms(mesh: TriangleMesh) -> float:
    """What a registration with this surface may leave, mm: in proportion to its size."""
    # A part of its faces says it as well.
    corners = mesh.vertices[mesh.faces[:: max(1, len(mesh.faces) // 20_000)]]
    area = row_norms(cross_rows(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    if not area.sum() > 0:
        return 0.0
    middles = corners.mean(axis=1)
    middle = np.average(middles, axis=0, weights=area)
    return REGISTERED * float(np.sqrt(np.average(np.sum((middles - middle) ** 2, axis=1), weights=area)))


def _thinned(points: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """At most `most` of the points: every second, third, ..."""
    return points[:: -(-len(points) // most)]


def _similar_size(points: NDArray[np.float64], surface: RayCaster, least: float) -> bool:
    """Whether a rigid motion can help at all: metres do not fit millimetres however they are turned."""
    ratio = np.linalg.norm(np.ptp(points, axis=0)) / np.linalg.norm(surface.extent)
    return bool(least < ratio < 3)
