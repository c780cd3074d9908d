"""From shares to words: whether the views agree, which contradict which, and the likeliest cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, Problem, Scan
from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.intrinsics import offness
from h3dstudio.data.view_consistency.outliers import outliers
from h3dstudio.data.view_consistency.search import Found, likeliest
from h3dstudio.data.view_consistency.sights import Sight, some_of
from h3dstudio.geometry.silhouette_conflicts import HullTable
from h3dstudio.geometry.silhouette_consistency import hull_shares

AGREED, AGREED_LEAST = 0.998, 0.99
"""Mean and least share of right data: masks of 3 ragged pixels and cameras 0.5 degrees and 2 mm off keep 0.999."""
HOPELESS, HOPELESS_PER_VIEW = 0.05, 0.0015
"""What the hull leaves uncovered (for few views, and more for each) that no roughness explains: it stops a run even
where no cause is found. Real masks made in a hurry leave 0.022 of 8, 0.023 of 16, 0.031 of 32, 0.054 of 60."""
CUT = 0.95
"""Mean share below which a sphere that cuts heads wholly in their photos stops a run."""
SAYS_NOTHING = 0.98
"""Of the photo: a mask that covers more is no silhouette, and is told of elsewhere."""
START = "masks and cameras do not belong together"
GO_ON = "To go on all the same: --trust-cameras"


@dataclass(frozen=True, eq=False)
class ViewConsistency:
    """How well the views agree.

    Attributes:
        numbers: of the views that were looked at.
        shares: (n,) of each mask, what the hull of all masks covers, 0..1.
        cause: None where the views agree.
        problems: what is to be said; a fatal one stops a run, unless its user trusts the cameras.
    """

    numbers: tuple[int, ...]
    shares: NDArray[np.float64]
    cause: Cause | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def mean(self) -> float:
        return float(self.shares.mean()) if len(self.shares) else 1.0

    @property
    def worst(self) -> tuple[int, float] | None:
        """The view whose mask is covered least, and its share."""
        if not len(self.shares):
            return None
        place = int(self.shares.argmin())
        return self.numbers[place], float(self.shares[place])

    @property
    def agrees(self) -> bool:
        return self.mean >= AGREED and float(self.shares.min(initial=1.0)) >= AGREED_LEAST


def check_consistency(views: Sequence[LoadedView], scan: Scan) -> ViewConsistency:
    """Whether the masks of `views` agree with their cameras in the scan's sphere; never raises for their content.

    A second or two for 3 to 66 views; some seconds more where they do not agree.
    """
    sights = [Sight.of(view) for view in views if 0.0 < view.mask.mean() <= SAYS_NOTHING]
    numbers = tuple(one.number for one in sights)
    shares = hull_shares([one.silhouette for one in sights], scan.unit_sphere)
    found = ViewConsistency(numbers, shares)
    if found.agrees or len(sights) < 2:
        return found
    return _explained(found, sights, scan)


def _explained(found: ViewConsistency, sights: Sequence[Sight], scan: Scan) -> ViewConsistency:
    suspects = outliers(sights, scan.unit_sphere)
    sample = some_of(sights, suspects)
    cameras = {view.index: view.camera for view in scan.views}
    why = likeliest(sample, scan.unit_sphere, cameras, suspects)
    words = _Words(found, sample, suspects, scan)
    if why is not None:
        return replace(found, cause=why.assumption.cause, problems=(words.named(why),))
    return replace(found, cause=Cause.UNKNOWN, problems=(words.unnamed(),))


@dataclass(frozen=True, eq=False)
class _Words:
    found: ViewConsistency
    sights: Sequence[Sight]
    suspects: tuple[int, ...]
    scan: Scan

    def named(self, why: Found) -> Problem:
        """The cause that was confirmed, and what contradicts what."""
        known = why.assumption
        others = "".join(f" (or {other.claim})" for other in why.others[:1])
        hint = f"; {known.hint}" if known.hint else ""
        what = f"{START}: probably {known.claim}{others}{hint}. {self._fact}, and {why.share:.1%} {self._then(known)}"
        fatal = {Cause.SPHERE: self._cut, Cause.OUTLIER: self._hopeless}.get(known.cause, True)
        return Problem(self._where(known.place), what, _remedy(known.remedy, fatal), fatal)

    def unnamed(self) -> Problem:
        """What contradicts what, and what to look at."""
        fatal = self._hopeless
        start, off = (START if fatal else "the masks agree in part only"), offness(self.sights)
        likely = "" if fatal else ": they are rough, or the cameras a little off"
        if off:
            likely = f": perhaps the photos were resized or cropped after the cameras were made; {off}"
        remedy = "Check that each camera, photo and mask belong together, at the size they were made"
        return Problem(
            self._where("cameras.npz"), f"{start}{likely}. {self._fact}", _remedy(remedy, fatal), fatal
        )

    @cached_property
    def _fact(self) -> str:
        number, share = self.found.worst or (0, 1.0)
        return (
            f"The hull of the {len(self.found.numbers)} masks covers {self.found.mean:.1%} of them "
            f"({share:.1%} in view {number}{self._quarrel})"
        )

    @property
    def _quarrel(self) -> str:
        """The views that contradict the others, or the two that contradict each other most."""
        if self.suspects:
            return f"; {listed(self.suspects)} contradict{'s' * (len(self.suspects) == 1)} the others"
        if len(self.sights) < 3:
            return ""
        table = HullTable([one.silhouette for one in self.sights], self.scan.unit_sphere).pairs()
        mutual = np.minimum(table, table.T)
        one, other = np.unravel_index(int(mutual.argmin()), mutual.shape)
        if mutual[one, other] > 0.99:
            return ""
        numbers = (self.sights[int(one)].number, self.sights[int(other)].number)
        return f"; {listed(tuple(sorted(numbers)))} contradict each other most"

    @staticmethod
    def _then(known: Assumption) -> str:
        return "in a larger sphere" if known.cause is Cause.SPHERE else "once that is corrected"

    @property
    def _hopeless(self) -> bool:
        return 1.0 - self.found.mean > HOPELESS + HOPELESS_PER_VIEW * len(self.found.numbers)

    @property
    def _cut(self) -> bool:
        """Whether the sphere cuts what the photos show whole."""
        return self.found.mean < CUT and np.mean([one.framed for one in self.sights]) > 0.5

    def _where(self, place: str) -> str:
        return str(self.sights[0].mask_path.parent if place == "mask" else self.scan.root / place)


def _remedy(remedy: str, fatal: bool) -> str:
    return f"{remedy}. {GO_ON}" if fatal else remedy
