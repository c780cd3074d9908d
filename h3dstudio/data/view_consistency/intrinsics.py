"""Cameras made for photos of another size: resized or cropped afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.silhouette_consistency import Silhouette
from h3dstudio.geometry.transforms import Similarity

OFF = 0.05
"""Of the photo's size: a principal point that far from the middle is none that a lens has."""
EVEN = 0.08
"""Between the two axes: more is a crop, not another size."""
PLACES = 5
"""Along each axis, of a crop that is the same in all photos."""


def off_centre(sights: Sequence[Sight]) -> tuple[int, ...]:
    """Numbers of the views whose principal point is far from the middle of the photo."""
    return tuple(one.number for one in sights if max(abs(ratio - 1.0) for ratio in one.shrunk) > OFF)


def offness(sights: Sequence[Sight]) -> str:
    """What is known before anything is tried: "the principal point lies 25% off the middle of ..."."""
    if not off_centre(sights):
        return ""
    off = [max(abs(1.0 / ratio - 1.0) for ratio in one.shrunk) for one in sights if off_centre([one])]
    which = "every photo" if len(off) == len(sights) else f"the photo in {listed(off_centre(sights))}"
    return f"the principal point lies {float(np.median(off)):.0%} off the middle of {which}"


def resized(sights: Sequence[Sight]) -> Iterator[Assumption]:
    """Photos of another size than their cameras are for: by principal point, and by the others' size."""
    even = {
        one.number: round(float(np.mean(one.shrunk)), 2)
        for one in sights
        if one.number in off_centre(sights) and abs(np.subtract(*one.shrunk)) < EVEN
    }
    if even:
        yield _resized(even, sights)
    usual = Counter(one.size for one in sights).most_common(1)[0][0]
    uneven = [one for one in sights if one.number in off_centre(sights) and one.number not in even]
    if uneven:
        yield _stretched(uneven, sights)
    by_size = {one.number: round(one.size[0] / usual[0], 3) for one in sights if one.size != usual}
    if by_size and by_size != even:
        yield _resized(by_size, sights)


def cropped(sights: Sequence[Sight], sphere: Similarity) -> Iterator[Assumption]:
    """Photos cut after their cameras were made: all alike somewhere, or each around its head.

    Args:
        sphere: unit sphere -> mm.
    """
    off = off_centre(sights)
    if not off:
        return
    for along, down in product(np.linspace(0.0, 1.0, PLACES), repeat=2):
        yield _cropped(off, sights, partial(_cut, along=float(along), down=float(down)))
    yield _cropped(off, sights, lambda one: _onto_mask(one, sphere))


def _cut(sight: Sight, along: float, down: float) -> Camera:
    """The camera when the share `along` of what is missing was cut off at the left, `down` at the top."""
    k = sight.camera.intrinsics
    middle = (np.array(sight.size) - 1.0) / 2.0
    return _moved(sight.camera, 2.0 * (k[:2, 2] - middle) * (along, down))


def _onto_mask(sight: Sight, sphere: Similarity) -> Camera:
    """The camera that sees the sphere's middle at the middle of the mask: where it is cut is not known."""
    if not sight.mask.any():
        return sight.camera
    spans = [np.flatnonzero(sight.mask.any(axis=axis)) for axis in (0, 1)]
    middle = np.array([0.5 * (span[0] + span[-1]) for span in spans])
    return _moved(sight.camera, sight.camera.project(sphere.translation[None])[0][0] - middle)


def _moved(camera: Camera, cut: NDArray[np.float64]) -> Camera:
    shift = np.eye(3)
    shift[:2, 2] = -cut
    return Camera(shift @ camera.intrinsics, camera.rotation, camera.translation)


def _cropped(off: tuple[int, ...], sights: Sequence[Sight], change: Callable[[Sight], Camera]) -> Assumption:
    def correct(sight: Sight) -> Silhouette:
        return Silhouette(sight.mask, change(sight) if sight.number in off else sight.camera)

    whose = "the photos were" if len(off) == len(sights) else f"the photos of {listed(off)} were"
    return Assumption(
        Cause.CROPPED,
        f"{whose} cropped after the cameras were made",
        "Give the photos as they were, or take what was cut off at the left and the top from the principal "
        "points",
        correct,
        hint=offness(sights),
    )


def _stretched(uneven: Sequence[Sight], sights: Sequence[Sight]) -> Assumption:
    """Width and height made smaller or larger by factors of their own."""
    which = tuple(one.number for one in uneven)

    def correct(sight: Sight) -> Silhouette:
        camera = sight.camera
        if sight.number not in which:
            return sight.silhouette
        along, down = sight.shrunk
        resize = np.array([[along, 0, (along - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1.0]])
        return Silhouette(sight.mask, Camera(resize @ camera.intrinsics, camera.rotation, camera.translation))

    whose = "all photos were" if len(which) == len(sights) else f"the photos of {listed(which)} were"
    along, down = (float(np.median([one.shrunk[axis] for one in uneven])) for axis in (0, 1))
    return Assumption(
        Cause.RESIZED,
        f"{whose} resized unevenly, to {along:.0%} of the width and {down:.0%} of the height that the "
        "cameras are for",
        f"Multiply the first row of world_mat_i by {along:.3g} and the second by {down:.3g}, or give the "
        "photos at that size",
        correct,
        hint=offness(sights),
    )


def _resized(factors: Mapping[int, float], sights: Sequence[Sight]) -> Assumption:
    def correct(sight: Sight) -> Silhouette:
        return Silhouette(sight.mask, sight.camera.scaled(factors.get(sight.number, 1.0)))

    which = tuple(factors)
    whose = "all photos were" if len(which) == len(sights) else f"the photos of {listed(which)} were"
    if len(which) == 1:
        whose = f"the photo of view {which[0]} was"
    factor = float(np.median(list(factors.values())))
    row = "each world_mat_i" if len(which) > 1 else f"world_mat_{which[0]}"
    return Assumption(
        Cause.RESIZED,
        f"{whose} resized to {factor:.0%} of the size that the cameras are for",
        f"Multiply the first two rows of {row} by {factor:.3g}, or give the photos at that size",
        correct,
        hint=offness(sights),
    )
