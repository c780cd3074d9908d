"""Choosing views by where their cameras stand around the head, for scans without view lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Scan, View

WIDEST_STEP = 45.0  # degrees; farther apart, two photos of a head share too little surface


def camera_azimuths(scan: Scan) -> NDArray[np.float64]:
    """(V,) degrees in (-180, 180] around the head, 0 = the frontal view, counter-clockwise from above.

    The vertical is the mean up direction of the cameras. Frontal is the view list "1" when there is one;
    else the middle of the arc on which the cameras stand, or the first view when they stand all around.
    """
    offsets = np.array([view.camera.center for view in scan.views]) - scan.unit_sphere.translation
    up = -np.mean([view.camera.rotation[1] for view in scan.views], axis=0)
    length = np.linalg.norm(up)
    up = up / length if length > 1e-6 else np.array([0.0, 1.0, 0.0])
    side = np.cross(up, np.eye(3)[np.abs(up).argmin()])
    side /= np.linalg.norm(side)
    angle = np.degrees(np.arctan2(offsets @ np.cross(up, side), offsets @ side))
    return _wrapped(angle - angle[_frontal(scan, angle)])


def _frontal(scan: Scan, angle: NDArray[np.float64]) -> int:
    """The position in `scan.views` of the frontal one."""
    indices = [view.index for view in scan.views]
    for name in ("1", "3"):
        first = scan.view_lists.get(name, ())[:1]
        if first and first[0] in indices:
            return indices.index(first[0])
    order = np.sort(angle)
    gaps = np.diff(np.append(order, order[0] + 360.0))
    if gaps.max() < 90.0:
        return 0
    widest = int(gaps.argmax())
    middle = order[widest] + gaps[widest] / 2 + 180.0
    return int(np.abs(_wrapped(angle - middle)).argmin())


def views_by_azimuth(scan: Scan, count: int) -> tuple[View, ...]:
    """`count` different views, frontal first, then left and right in turn, evenly spread.

    The spacing is the arc divided by the count, but at most 45 degrees: few views stay around the face,
    as the dataset's own lists do, and eight or more close the ring.
    """
    azimuth = camera_azimuths(scan)
    if count >= len(scan.views):
        return tuple(scan.views[at] for at in np.argsort(np.abs(azimuth), kind="stable"))
    step = min(WIDEST_STEP, 360.0 / count, _span(azimuth) / max(count - 1, 1))
    targets = [0.0]
    for turn in range(1, count):
        targets.append(step * ((turn + 1) // 2) * (1 if turn % 2 else -1))
    chosen: list[int] = []
    for target in targets:
        distance = np.abs(_wrapped(azimuth - target))
        distance[chosen] = np.inf
        chosen.append(int(distance.argmin()))
    return tuple(scan.views[at] for at in chosen)


def _span(azimuth: NDArray[np.float64]) -> float:
    """Degrees between the outermost cameras: 360 less the widest gap."""
    order = np.sort(azimuth)
    gaps = np.diff(np.append(order, order[0] + 360.0))
    # On a closed ring the widest gap is one step between neighbours, not an open side.
    return 360.0 if gaps.max() < 90.0 else float(360.0 - gaps.max())


def _wrapped(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(180.0 - np.mod(180.0 - degrees, 360.0))
