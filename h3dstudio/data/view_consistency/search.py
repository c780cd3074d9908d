"""The likeliest cause of a contradiction: the correction that makes silhouettes and cameras agree again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.intrinsics import cropped, off_centre, resized
from h3dstudio.data.view_consistency.orders import best_orders, exchanges, known_orders, reverse_order
from h3dstudio.data.view_consistency.outliers import left_out
from h3dstudio.data.view_consistency.pictures import inverted, turned, turned_by_tag
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.data.view_consistency.sphere import spheres
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.silhouette_conflicts import COARSE
from h3dstudio.geometry.silhouette_consistency import CELLS, hull_shares
from h3dstudio.geometry.transforms import Similarity

MENDED = 0.25
"""Of what the hull leaves uncovered: a correction must leave less than that, as chance does not."""
SEEN = 0.002
"""Of the masks: what must be uncovered for a correction to tell anything."""
LEFT = 0.03
"""Of the masks: what may stay uncovered after the right correction, as masks are rough."""
SINGLE = 6
"""Views that are looked at one by one."""
FEW = 4
"""Views for which there is time to try every correction on the fine grid."""
CLOSER = 8
"""Corrections that are tried again on the fine grid."""
WHOLLY = 1e-5
"""Of the masks, uncovered after the right correction of masks that are right to the pixel."""
MOST_CELLS = 130
"""Along an edge, in a larger sphere: 220 would take ten seconds and half a gigabyte."""
LEAST = 1e-6
EVEN = 0.0007
"""Between two corrections: too little to tell them apart; then the one that comes first is likelier."""


@dataclass(frozen=True)
class Found:
    """A cause, and what it mends.

    Attributes:
        share: of the masks that the hull covers once it is corrected, 0..1.
        others: assumptions that mend it as well.
    """

    assumption: Assumption
    share: float
    others: tuple[Assumption, ...] = ()


@dataclass(frozen=True, eq=False)
class Trial:
    """Views to try corrections on, in a sphere (unit sphere -> mm)."""

    sights: Sequence[Sight]
    sphere: Similarity
    _known: dict[tuple[Assumption | None, int], float] = field(default_factory=dict)

    def loss(self, assumption: Assumption | None, cells: int) -> float:
        """Of the masks, the mean share that the hull leaves uncovered once the assumption is corrected.

        A larger sphere has larger cells, which forgive more: its loss is set against that of the given sphere
        in cells of that size.
        """
        if assumption is None or assumption.growth == 1.0:
            return self._loss(assumption, cells)
        across = min(round(cells * assumption.growth), MOST_CELLS)
        as_given = self._loss(None, round(across / assumption.growth))
        return self._loss(assumption, across) * self._loss(None, cells) / max(as_given, LEAST)

    def _loss(self, assumption: Assumption | None, cells: int) -> float:
        if (assumption, cells) not in self._known:
            self._known[assumption, cells] = self._measured(assumption, cells)
        return self._known[assumption, cells]

    def _measured(self, assumption: Assumption | None, cells: int) -> float:
        right = (one.silhouette if assumption is None else assumption.correct(one) for one in self.sights)
        silhouettes = [one for one in right if one is not None]
        if len(silhouettes) < min(2, len(self.sights)):
            return 1.0
        growth = 1.0 if assumption is None else assumption.growth
        sphere = replace(self.sphere, scale=self.sphere.scale * growth)
        return 1.0 - float(hull_shares(silhouettes, sphere, cells).mean())


def likeliest(
    sights: Sequence[Sight], sphere: Similarity, cameras: Mapping[int, Camera], suspects: Sequence[int]
) -> Found | None:
    """The correction that leaves least uncovered, where it leaves so little that it is no chance.

    What something else speaks for (a tag, a principal point, a mask at all sides) is tried first, and what is
    rarer only where that does not mend all.

    Args:
        sphere: unit sphere -> mm.
        cameras: of all views of the scan, used or not: a shifted one may have its camera among them.
        suspects: numbers of the views that contradict the rest, where they are few.
    """
    trial = Trial(sights, sphere)
    if trial.loss(None, CELLS) < SEEN or not trial.loss(None, _cells(trial)):
        return None
    tried: list[Assumption] = []
    for more in (
        _hinted(sights, sphere),
        _common(sights, sphere, cameras),
        _rare(sights, sphere, cameras, suspects),
    ):
        tried += more
        found = _best(trial, tried)
        if found is not None and found.share >= 1.0 - EVEN:
            break
    return found


def _best(trial: Trial, assumptions: Sequence[Assumption]) -> Found | None:
    cells = _cells(trial)
    before = trial.loss(None, cells)
    ranked = _ranked(trial, assumptions, cells)
    close = [one for loss, one in ranked if loss <= max(MENDED * before, LEFT)][:CLOSER]
    before = trial.loss(None, CELLS)
    mended = [one for one in _ranked(trial, close, CELLS) if one[0] <= min(MENDED * before, LEFT)]
    if not mended:
        return None
    best = min(loss for loss, _ in mended)
    even = [(loss, one) for loss, one in mended if loss <= best + EVEN]
    (loss, first), *others = sorted(even, key=lambda one: (one[0] > WHOLLY, assumptions.index(one[1])))
    different = [one for _, one in others if one.cause not in (first.cause, Cause.OUTLIER)]
    return Found(first, 1.0 - loss, tuple(different))


def _cells(trial: Trial) -> int:
    """Along an edge of the grid on which all corrections are tried: few views contradict finely."""
    return CELLS if len(trial.sights) <= FEW else COARSE


def _ranked(trial: Trial, assumptions: Iterable[Assumption], cells: int) -> list[tuple[float, Assumption]]:
    """Least loss first; what cannot be told apart in the order given."""
    tried = [(trial.loss(one, cells), one) for one in assumptions]
    return sorted(tried, key=lambda one: round(one[0] / EVEN))


def _hinted(sights: Sequence[Sight], sphere: Similarity) -> Iterator[Assumption]:
    """Those that something else speaks for."""
    yield from turned_by_tag(sights)
    yield from inverted(sights)
    if off_centre(sights) or len({one.size for one in sights}) > 1:
        yield from resized(sights)
        yield from cropped(sights, sphere)


def _common(
    sights: Sequence[Sight], sphere: Similarity, cameras: Mapping[int, Camera]
) -> Iterator[Assumption]:
    """What happens often. Mirrored photos and cameras in reverse order may look the same: both are tried."""
    yield from spheres(sights, sphere)
    yield from known_orders(cameras)
    orders = best_orders(sights, sphere, cameras)
    yield from (one for one in orders if one.cause is Cause.SWAPPED)
    yield from turned(sights, [one.number for one in sights], "photos or masks are")
    yield reverse_order(cameras)
    yield from (one for one in orders if one.cause is not Cause.SWAPPED)


def _rare(
    sights: Sequence[Sight], sphere: Similarity, cameras: Mapping[int, Camera], suspects: Sequence[int]
) -> Iterator[Assumption]:
    """What happens seldom, or takes long to find."""
    yield from exchanges(sights, sphere, cameras, suspects)
    everyone = [one.number for one in sights]
    for number in everyone if len(everyone) <= SINGLE else suspects:
        yield from turned(sights, (number,), f"photo or mask of {listed((number,))} is")
    yield from left_out(suspects)
