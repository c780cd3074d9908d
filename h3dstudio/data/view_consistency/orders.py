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


def found_orders(
    sights: Sequence[Sight], sphere: Similarity, cameras: Mapping[int, Camera], suspects: Sequence[int]
) -> list[Assumption]:
    """The exchanges and the order that fit best, among few views or those numbered `suspects`.

    Args:
        sphere: unit sphere -> mm.
        cameras: of all views of the scan: a suspect's own may be that of a view which nobody suspects.
    """
    table = HullTable([one.silhouette for one in sights], sphere)
    numbers = [one.number for one in sights]
    few = len(sights) <= FREE
    free = [place for place, number in enumerate(numbers) if few or number in suspects]
    found: list[Order] = []
    if 2 <= len(free) <= FREE:
        places = [order for order, _ in table.exchanges(free)[:BEST]]
        places += [table.best_order(free)[0]] if len(free) > 2 else []
        found = [dict(zip(numbers, (numbers[one] for one in order), strict=True)) for order in places]
    for number in suspects[:LONE]:
        found += _exchanged_with_any(table, numbers, number, cameras)
    every = {number: number for number in cameras}
    distinct = {tuple(sorted((every | dict(order)).items())) for order in found}
    orders = [dict(order) for order in sorted(distinct, key=lambda one: sum(a != b for a, b in one))]
    return [_named(order, cameras) for order in orders if any(a != b for a, b in order.items())]


def _exchanged_with_any(
    table: HullTable, numbers: Sequence[int], suspect: int, cameras: Mapping[int, Camera]
) -> list[Order]:
    """The suspect's camera exchanged with the one of all that fits its mask best."""
    others = [number for number in cameras if number != suspect]
    fits = table.fits(numbers.index(suspect), [cameras[number] for number in others])
    other = others[int(fits.argmax())]
    return [{suspect: other, other: suspect}]


def _named(order: Order, cameras: Mapping[int, Camera]) -> Assumption:
    moved = tuple(number for number, other in order.items() if number != other)
    if len(moved) == 2:
        one, other = moved
        claim = f"the cameras of views {one} and {other} are exchanged"
        remedy = f"Exchange world_mat_{one} and world_mat_{other}, or the names of the two photos and masks"
        return _by(order, cameras, Cause.SWAPPED, claim, remedy)
    fits = ", ".join(f"view {number} fits camera {order[number]}" for number in moved[:4])
    more = ", ..." if len(moved) > 4 else ""
    claim = f"the cameras of {listed(moved)} are in another order ({fits}{more})"
    return _by(order, cameras, Cause.REORDERED, claim, "Renumber world_mat_i, or the photos and masks")


def _by(order: Order, cameras: Mapping[int, Camera], cause: Cause, claim: str, remedy: str) -> Assumption:
    def correct(sight: Sight) -> Silhouette | None:
        other = order.get(sight.number)
        return None if other is None else Silhouette(sight.mask, cameras[other])

    return Assumption(cause, claim, remedy, correct)
