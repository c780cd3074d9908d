"""Choice of held-out views: photos that judge a reconstruction made without them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Scan, View

COUNT = 3
REACH = 40.0
"""Degrees from the nearest used camera: beyond, a photo shows much that no used one saw."""


def choose_held_out(scan: Scan, used: Sequence[View], count: int = COUNT) -> tuple[View, ...]:
    """Up to `count` views of `scan` not in `used`: within reach of these and far from one another.

    Where none is within reach, the nearest.
    """
    taken = {view.index for view in used}
    others = [view for view in scan.views if view.index not in taken]
    if not others or not used:
        return ()
    away = _degrees(others, used).min(axis=1)
    near = [others[at] for at in away.argsort(kind="stable") if away[at] <= max(REACH, away.min() + 1.0)]
    chosen: list[View] = []
    while near and len(chosen) < count:
        # The next one is the view that is farthest from all that are used or chosen already.
        gap = _degrees(near, [*used, *chosen]).min(axis=1)
        chosen.append(near.pop(int(gap.argmax())))
    return tuple(sorted(chosen, key=lambda view: view.index))


def _degrees(some: Sequence[View], others: Sequence[View]) -> NDArray[np.float64]:
    """(A, B) angles between viewing directions."""
    cosine = (
        np.array([view.camera.forward for view in some])
        @ np.array([view.camera.forward for view in others]).T
    )
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
