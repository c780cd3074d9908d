"""Which silhouettes contradict the others, and which exchange of two cameras would mend it.

Works on a coarse grid with a table of what each mask excludes: any hull of some of the masks, through any of
the cameras, is then a few operations on rows of booleans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.silhouette_consistency import Bools, CellGrid, Outline, Silhouette
from h3dstudio.geometry.transforms import Similarity

COARSE = 64
"""Cells along an edge of the cube: 3 to 5 mm for a head, enough to tell one order from another."""
COVERED = 0.99
"""Of a mask: more is agreement, at this fineness."""
MENDED = 0.2
"""Of what is uncovered in the worst mask: what may stay so without those that are wrong."""
FEW = 16
"""Masks: of so many each can be left out in turn."""
Order = tuple[int, ...]


class HullTable:
    """Silhouettes on a coarse grid in `sphere` (unit sphere -> mm), and each through the others' cameras."""

    def __init__(self, silhouettes: Sequence[Silhouette], sphere: Similarity, cells: int = COARSE) -> None:
        self._grid = CellGrid.over(sphere, cells)
        self._outlines = [Outline.of(one, self._grid) for one in silhouettes]
        self._cameras: list[Camera] = [one.camera for one in silhouettes]
        self._seen: dict[tuple[int, int], tuple[Outline, Bools]] = {}

    def __len__(self) -> int:
        return len(self._outlines)

    def shares(self, order: Sequence[int]) -> NDArray[np.float64]:
        """(n,) of each mask, what the hull of all covers when mask i is taken by camera order[i]."""
        through = [self._through(mask, camera) for mask, camera in enumerate(order)]
        hull = self._grid.points[np.logical_and.reduce([inside for _, inside in through])]
        return np.array([outline.covered(hull) for outline, _ in through])

    def pairs(self) -> NDArray[np.float64]:
        """(n, n) of mask i, what the hull of the masks i and j alone covers."""
        count = len(self)
        table = np.ones((count, count))
        for one, other in combinations(range(count), 2):
            outline, inside = self._through(one, one)
            partner, allowed = self._through(other, other)
            hull = self._grid.points[inside & allowed]
            table[one, other], table[other, one] = outline.covered(hull), partner.covered(hull)
        return table

    def outliers(self, most: int) -> tuple[int, ...]:
        """The fewest masks, at most `most`, without which the rest agree; none where there are no such few.

        A cell that k masks exclude stays in the hull that forgives k: where k masks are wrong, it holds the
        solid, covers the right masks, and not the wrong ones. Where that shows none (a mask that is too small
        is covered), masks are left out one by one.
        """
        rows = [self._through(mask, mask) for mask in range(len(self))]
        needed = max(COVERED, 1.0 - MENDED * (1.0 - self._least_without(())))
        excluded = np.sum([~inside for _, inside in rows], axis=0)
        for forgiven in range(1, most + 1):
            hull = self._grid.points[excluded <= forgiven]
            shares = np.array([outline.covered(hull) for outline, _ in rows])
            worst = [int(mask) for mask in shares.argsort(kind="stable") if shares[mask] < 1.0]
            if worst and self._least_without(worst[:forgiven]) >= needed:
                return tuple(sorted(worst[:forgiven]))
        return self._left_out_in_turn(most, needed) if len(self) <= FEW else ()

    def _left_out_in_turn(self, most: int, needed: float) -> tuple[int, ...]:
        out: list[int] = []
        while len(out) < most:
            rest = [mask for mask in range(len(self)) if mask not in out]
            best, least = max(
                ((mask, self._least_without([*out, mask])) for mask in rest), key=lambda one: one[1]
            )
            out.append(best)
            if least >= needed:
                return tuple(sorted(out))
        return ()

    def _least_without(self, out: Sequence[int]) -> float:
        """The least share of the masks but `out`, covered by the hull of these."""
        rest = [self._through(mask, mask) for mask in range(len(self)) if mask not in out]
        hull = self._grid.points[np.logical_and.reduce([inside for _, inside in rest])]
        return min(outline.covered(hull) for outline, _ in rest)

    def exchanges(self, movable: Sequence[int] | None = None) -> list[tuple[Order, float]]:
        """Each order in which just two cameras are exchanged, with its mean share; the best first."""
        free = tuple(range(len(self)) if movable is None else movable)
        return self._ranked(_exchanges(tuple(range(len(self))), free))

    def fits(self, mask: int, cameras: Sequence[Camera]) -> NDArray[np.float64]:
        """(C,) mean share of all masks when `mask` is taken by each of the cameras (world mm -> pixel)."""
        rest = [self._through(one, one) for one in range(len(self)) if one != mask]
        points = self._grid.points[np.logical_and.reduce([inside for _, inside in rest])]
        shares = []
        for camera in cameras:
            outline = self._outlines[mask].through(camera)
            hull = points[outline.inside(points)]
            shares.append(np.mean([one.covered(hull) for one in (outline, *(other for other, _ in rest))]))
        return np.array(shares)

    def _ranked(self, orders: Iterable[Order]) -> list[tuple[Order, float]]:
        tried = [(order, float(self.shares(order).mean())) for order in orders]
        return sorted(tried, key=_fewest_moved, reverse=True)

    def _through(self, mask: int, camera: int) -> tuple[Outline, Bools]:
        if (mask, camera) not in self._seen:
            outline = self._outlines[mask]
            if mask != camera:
                outline = outline.through(self._cameras[camera])
            self._seen[mask, camera] = outline, outline.inside(self._grid.points)
        return self._seen[mask, camera]


def _exchanges(order: Order, free: Order) -> Iterator[Order]:
    for one, other in combinations(free, 2):
        changed = list(order)
        changed[one], changed[other] = changed[other], changed[one]
        yield tuple(changed)


def _fewest_moved(tried: tuple[Order, float]) -> tuple[float, int]:
    order, share = tried
    return round(share, 4), -sum(mask != camera for mask, camera in enumerate(order))
