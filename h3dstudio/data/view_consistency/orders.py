"""Cameras in another order than the photos: exchanged, shifted, sorted as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.camera_assignment import best_assignment
from h3dstudio.geometry.silhouette_conflicts import HullTable
from h3dstudio.geometry.silhouette_consistency import Silhouette
from h3dstudio.geometry.silhouette_tangents import tangent_costs
from h3dstudio.geometry.transforms import Similarity

FREE = 8
"""Views among which every exchange is looked at."""
ALL_FROM, ALL_TO = 6, 100
"""Views for which cameras of unused views are tried, too: of fewer, wrong ones may fit by chance. Cameras
that are tried at the most: 100 take half a gigabyte."""
LONE = 2
"""Suspects for each of which every camera is tried."""
BEST = 3
"""Exchanges that are worth a closer look."""
FEW = 6
"""Views that are named one by one; the others may be some of many."""
RENUMBER = "Renumber world_mat_i and scale_mat_i, or the photos"
RENUMBER_ANY = "Renumber world_mat_i, or the photos and masks"
Order = Mapping[int, int]
"""View number -> number of the view whose camera is its own."""


@dataclass(frozen=True)
class _Known:
    """An order that programs and people make."""

    order: Order
    cause: Cause
    claim: str
    remedy: str = RENUMBER

    def same(self, order: Order) -> bool:
        """Whether it gives each view of `order` the same camera."""
        return all(self.order.get(number, camera) == camera for number, camera in order.items())


def known_orders(cameras: Mapping[int, Camera]) -> Iterator[Assumption]:
    """Orders that programs make, over all views of a scan (number -> camera, ascending)."""
    yield from (_of(one, cameras) for one in _known(sorted(cameras)))


def reverse_order(cameras: Mapping[int, Camera]) -> Assumption:
    """The cameras of all views of a scan (number -> camera) from last to first."""
    return _of(_backwards(sorted(cameras)), cameras)


def _known(numbers: Sequence[int]) -> Iterator[_Known]:
    """The view that a shift leaves without a neighbour is left out: it may have no camera at all."""
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
        yield _Known(order, Cause.SHIFTED, claim)
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
            yield _Known(order, Cause.LEXICOGRAPHIC, claim, remedy)


def _backwards(numbers: Sequence[int]) -> _Known:
    order = dict(zip(numbers, reversed(numbers), strict=True))
    return _Known(order, Cause.REORDERED, "the cameras are in reverse order")


def best_orders(
    sights: Sequence[Sight], sphere: Similarity, cameras: Mapping[int, Camera]
) -> list[Assumption]:
    """The order of the views' own cameras in which the masks' tangents agree best, and that of all cameras.

    Those that `known_orders` and `reverse_order` name are left out.

    Args:
        sphere: unit sphere -> mm.
        cameras: of all views of the scan: a view's own may be that of one that is not used.
    """
    numbers = [one.number for one in sights]
    if len(numbers) < 3:
        return []
    every = list(cameras) if len(numbers) >= ALL_FROM and len(cameras) <= ALL_TO else numbers
    masks, centre = [one.mask for one in sights], sphere.translation
    costs = tangent_costs(masks, [cameras[number] for number in every], centre)
    own = [every.index(number) for number in numbers]
    among = costs[:, own][:, :, :, own]
    orders = [[numbers[place] for place in best_assignment(among)]]
    if len(every) > len(numbers):
        orders.append([every[place] for place in best_assignment(costs)])
    named = [*_known(sorted(cameras)), _backwards(sorted(cameras))]
    found: list[Order] = []
    for places in orders:
        order = dict(zip(numbers, places, strict=True))
        if order not in found and not any(one.same(order) for one in named):
            found.append(order)
    moved = [{number: camera for number, camera in one.items() if number != camera} for one in found]
    return [_named(one, cameras) for one in moved if one]


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
    """Of an order of those that are moved."""
    moved, taken = tuple(order), set(order.values())
    if len({*moved, *taken}) == 2:
        one, other = sorted({*moved, *taken})
        claim = f"the cameras of views {one} and {other} are exchanged"
        remedy = f"Exchange world_mat_{one} and world_mat_{other}, or the names of the two photos and masks"
        exchange = {one: other, other: one}
        return _of(_Known(_all(exchange, cameras), Cause.SWAPPED, claim, remedy), cameras)
    fits = ", ".join(f"view {number} fits camera {order[number]}" for number in moved[:4])
    more = ", ..." if len(moved) > 4 else ""
    whose = f"the cameras of {listed(moved)} are" if len(moved) <= FEW else "the cameras are"
    claim = f"{whose} in another order ({fits}{more})"
    return _of(_Known(_all(order, cameras), Cause.REORDERED, claim, RENUMBER_ANY), cameras)


def _all(moved: Order, cameras: Mapping[int, Camera]) -> Order:
    return {number: number for number in cameras} | dict(moved)


def _of(known: _Known, cameras: Mapping[int, Camera]) -> Assumption:
    def correct(sight: Sight) -> Silhouette | None:
        other = known.order.get(sight.number)
        return None if other is None else Silhouette(sight.mask, cameras[other])

    return Assumption(known.cause, known.claim, known.remedy, correct)
