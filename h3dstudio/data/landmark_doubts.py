"""Whether six landmarks lie as those of a face do, and what was likely done to them where they do not.

A similarity that brings them to a mean face leaves 1 to 6 mm on 60 FaceKit heads with expressions, on
MakeHuman's and on scans; 10 and more where names are exchanged or vertices counted from 1; 24 on any points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_lists import partner
from h3dstudio.data.population.head import CANONICAL_SIX
from h3dstudio.geometry.transforms import umeyama

FEWEST = 4
"""Landmarks below which left cannot be told from right."""
DOUBTFUL, NO_FACE = 8.0, 14.0
"""mm, of a mean face's size: what is left of a face is less; what is left is no face whatever was done."""
EXPLAINED = 0.6
"""What was done to them must leave less than this share of what they leave now."""
SMALLEST, LARGEST = 15.0, 1500.0
"""mm that landmarks of a head can span: an ear alone, a bust."""
Points = Mapping[str, NDArray[np.floating]]


def landmark_doubts(vertices: NDArray[np.floating], landmarks: Mapping[str, int]) -> str:
    """What is wrong with these vertices of a mesh (V, 3) as landmarks; "" where nothing is.

    One sentence without a final period. Nothing is said of fewer than four of the six of H3DS, nor of
    indices that the mesh does not have: see `landmarks.check_indices`.
    """
    known = {name: landmarks[name] for name in CANONICAL_SIX if name in landmarks}
    if len(known) < FEWEST or not all(0 <= index < len(vertices) for index in known.values()):
        return ""
    here = {name: vertices[index] for name, index in known.items()}
    now = misfit(here)
    if now < DOUBTFUL:
        return ""
    if min(known.values()) > 0:
        before = misfit({name: vertices[index - 1] for name, index in known.items()})
        if before < min(EXPLAINED * now, DOUBTFUL):
            return (
                f"the landmarks' indices start at 1, and should at 0: as they are they lie {now:.0f} mm "
                f"off a face's, one vertex earlier {before:.0f} mm"
            )
    return point_doubts(here)


def point_doubts(points: Points) -> str:
    """`landmark_doubts` of points (3,) in any unit, without what only vertices can show."""
    known = {name: points[name] for name in CANONICAL_SIX if name in points}
    if len(known) < FEWEST:
        return ""
    now = misfit(known)
    if now < DOUBTFUL:
        return ""
    order = _best_order(known)
    exchanged = misfit(dict(zip(known, (known[name] for name in order), strict=True)))
    if exchanged < min(EXPLAINED * now, DOUBTFUL):
        what = _exchange(list(known), order)
        return f"{what}: they lie {now:.0f} mm off a face's, exchanged {exchanged:.0f} mm"
    if now < NO_FACE:
        return ""
    return f"the landmarks do not lie as a face's do: {now:.0f} mm off, whatever their size and place"


def size_doubts(points: Points) -> str:
    """Whether points (3,) in mm span what no head does; "" for a size that one can have."""
    if len(points) < FEWEST:
        return ""
    span = float(np.linalg.norm(np.ptp(np.array(list(points.values())), axis=0)))
    if SMALLEST < span < LARGEST:
        return ""
    return f"the landmarks span {span:.3g} mm, which no head does: they seem to be in another unit"


def misfit(points: Points) -> float:
    """Root mean square in mm between points (3,) and a mean face, after the best similarity."""
    there = np.array([CANONICAL_SIX[name][1] for name in points])
    here = np.array([points[name] for name in points], dtype=np.float64)
    spread = float(np.ptp(here, axis=0).max())
    if not np.isfinite(here).all() or spread <= 0:
        return float("inf")
    here = (here - here.mean(axis=0)) / spread
    return float(np.sqrt(np.mean(np.sum((umeyama(here, there).apply(here) - there) ** 2, axis=1))))


def _best_order(points: Points) -> tuple[str, ...]:
    """The names whose points fit best when they are put in place of those of `points`, in its order."""

    def cost(order: Sequence[str]) -> float:
        return misfit(dict(zip(points, (points[name] for name in order), strict=True)))

    return min(permutations(points), key=cost)


def _exchange(names: Sequence[str], order: Sequence[str]) -> str:
    """What was exchanged, in words."""
    moved = {name: other for name, other in zip(names, order, strict=True) if name != other}
    if all(partner(name) == other for name, other in moved.items()):
        sides = [name for name in names if name in moved]
        some = "" if len(sides) > 2 or len(names) < 6 else f" ({' and '.join(sides)})"
        return f"left and right landmarks are swapped{some}, or the mesh is mirrored"
    return f"the landmarks' names are exchanged ({', '.join(f'{a} is {b}' for a, b in moved.items())})"
