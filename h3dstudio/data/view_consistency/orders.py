"""Cameras in another order than the photos: exchanged, shifted, sorted as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.silhouette_conflicts import MOVABLE, HullTable
from h3dstudio.geometry.silhouette_consistency import Silhouette
from h3dstudio.geometry.transforms import Similarity

FREE = MOVABLE
"""Views among which any order is looked for; among more it would take minutes."""
LONE = 2
"""Suspects for each of which every camera is tried."""
BEST = 3
"""Exchanges that are worth a closer look."""
Order = Mapping[int, int]
"""View number -> number of the view whose camera is its own."""


def known_orders(cameras: Mapping[int, Camera]) -> Iterator[Assumption]:
    """Orders that programs and people make, over all views of a scan (number -> camera, ascending).

    The view that a shift leaves without a neighbour is left out: it may have no camera at all.
    """
    numbers = sorted(cameras)
    if len(numbers) < 3:
        return
    for step, other in ((1, "previous"), (-1, "next")):
        ends = numbers[-1] if step == 1 else numbers[0]
        order = {
            number: numbers[(place + step) % len(numbers)]
            for place, number in enumerate(numbers)
            if len(numbers) < 5 or number != ends
        }
        claim = f"each photo has the camera of its {other} one: the numbers are shifted by one"
        yield _by(order, cameras, Cause.SHIFTED, claim, "Renumber world_mat_i and scale_mat_i, or the photos")
    text = sorted(numbers, key=str)
    if text != numbers:
        claim = (
            f"the cameras are in the order of names sorted as text ({', '.join(map(str, text[:4]))}, ...), "
            "the photos in the order of numbers"
        )
        remedy = (
            "Number the photos with leading zeros (img_0002) and make the cameras again, or renumber them"
        )
        for order in (dict(zip(numbers, text, strict=True)), dict(zip(text, numbers, strict=True))):
            yield _by(order, cameras, Cause.LEXICOGRAPHIC, claim, remedy)


def reverse_order(cameras: Mapping[int, Camera]) -> Assumption:
    """The cameras of all views of a scan (number -> camera) from last to first."""
    numbers = sorted(cameras)
    backwards = dict(zip(numbers, reversed(numbers), strict=True))
    claim, remedy = "the cameras are in reverse order", "Renumber world_mat_i and scale_mat_i, or the photos"
    return _by(backwards, cameras, Cause.REORDERED, claim, remedy)


def exchanges(
    sights: Sequence[Sight], sphere: Similarity, cameras: Mapping[int, Camera], suspects: Sequence[int]
) -> list[Assumption]:
    """The exchanges of two cameras that fit best, among few views or those numbered `suspects`.

    Args:
        sphere: unit sphere -> mm.
        cameras: of all views of the scan: a suspect's own may be that of a view which nobody suspects.
    """
    table = HullTable([one.silhouette for one in sights], sphere)
    numbers = [one.number for one in sights]
    free = _free(sights, suspects)
    found = [_numbered(order, numbers) for order, _ in table.exchanges(free)[:BEST]] if len(free) > 1 else []
    for number in suspects[:LONE]:
        exchange = _exchanged_with_any(table, numbers, number, cameras)
        found += [exchange] if exchange not in found else []
    return [_named(order, cameras) for order in found]


def best_order(sights: Sequence[Sight], sphere: Similarity, suspects: Sequence[int]) -> Iterator[Assumption]:
    """The order of the cameras that fits best, among few views or those numbered `suspects`.

    Args:
        sphere: unit sphere -> mm.
    """
    free = _free(sights, suspects)
    if 2 < len(free) <= FREE:
        order, _ = HullTable([one.silhouette for one in sights], sphere).best_order(free)
        moved = _numbered(order, [one.number for one in sights])
        if moved:
            yield _named(moved, {one.number: one.camera for one in sights})


def _free(sights: Sequence[Sight], suspects: Sequence[int]) -> list[int]:
    """Places of the views whose cameras may be another's: of all few, or the suspects'."""
    few = len(sights) <= FREE
    return [place for place, one in enumerate(sights) if few or one.number in suspects]


def _numbered(order: Sequence[int], numbers: Sequence[int]) -> dict[int, int]:
    """Only what is moved, by the views' numbers."""
    return {numbers[place]: numbers[camera] for place, camera in enumerate(order) if place != camera}


def _exchanged_with_any(
    table: HullTable, numbers: Sequence[int], suspect: int, cameras: Mapping[int, Camera]
) -> dict[int, int]:
    """The suspect's camera exchanged with the one of all that fits its mask best."""
    others = [number for number in cameras if number != suspect]
    fits = table.fits(numbers.index(suspect), [cameras[number] for number in others])
    other = others[int(fits.argmax())]
    return {one: {suspect: other, other: suspect}[one] for one in sorted((suspect, other))}


def _named(order: Order, cameras: Mapping[int, Camera]) -> Assumption:
    moved = tuple(order)
    if len(moved) == 2:
        one, other = moved
        claim = f"the cameras of views {one} and {other} are exchanged"
        remedy = f"Exchange world_mat_{one} and world_mat_{other}, or the names of the two photos and masks"
        return _by(_all(order, cameras), cameras, Cause.SWAPPED, claim, remedy)
    fits = ", ".join(f"view {number} fits camera {order[number]}" for number in moved[:4])
    more = ", ..." if len(moved) > 4 else ""
    claim = f"the cameras of {listed(moved)} are in another order ({fits}{more})"
    remedy = "Renumber world_mat_i, or the photos and masks"
    return _by(_all(order, cameras), cameras, Cause.REORDERED, claim, remedy)


def _all(moved: Order, cameras: Mapping[int, Camera]) -> Order:
    return {number: number for number in cameras} | dict(moved)


def _by(order: Order, cameras: Mapping[int, Camera], cause: Cause, claim: str, remedy: str) -> Assumption:
    def correct(sight: Sight) -> Silhouette | None:
        other = order.get(sight.number)
        return None if other is None else Silhouette(sight.mask, cameras[other])

    return Assumption(cause, claim, remedy, correct)
