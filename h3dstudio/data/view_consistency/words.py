"""What is said about views that do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from h3dstudio.data.scan import Problem, Scan
from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.intrinsics import offness
from h3dstudio.data.view_consistency.photo_outlines import EXIF, Misfit
from h3dstudio.data.view_consistency.search import Found
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_conflicts import COVERED, HullTable

HOPELESS, HOPELESS_PER_VIEW = 0.05, 0.0015
"""What the hull leaves uncovered (for few views, and more for each) that no roughness explains: it stops a
run even where no cause is found. Real masks made in a hurry leave 0.022 of 8 and of 16, 0.054 of 60."""
CUT = 0.95
"""Mean share below which a sphere that cuts heads wholly in their photos stops a run."""
AGREED, GROSS = 0.998, 0.95
"""Of the others' masks, covered without the wrong ones; and of the wrong one's, covered with all: no mask
made in a hurry stands out like that among good ones."""
MOST_PAIRS = 4
"""Masks of other photos that are named one by one."""
START = "masks and cameras do not belong together"
GO_ON = "To go on all the same: --trust-cameras"
REMEDY = "Check that each camera, photo and mask belong together, at the size they were made"


@dataclass(frozen=True, eq=False)
class Disagreement:
    """Masks that contradict one another through their cameras.

    Attributes:
        count: of the views.
        mean: share of the masks that the hull of all covers.
        worst: the view that is covered least, and its share.
        sights: all views, or some of many.
        suspects: numbers of the views without which the others agree.
    """

    count: int
    mean: float
    worst: tuple[int, float]
    sights: Sequence[Sight]
    suspects: tuple[int, ...]
    scan: Scan

    def named(self, why: Found) -> Problem:
        """The cause that was confirmed, and what contradicts what."""
        known = why.assumption
        others = "".join(f" (or {other.claim})" for other in why.others[:1])
        hint = f"; {known.hint}" if known.hint else ""
        start = f"{START}: probably {known.claim}{others}{hint}"
        what = f"{start}. {self._fact}, and {why.share:.1%} {self._then(known)}"
        fatal = {Cause.SPHERE: self._cut, Cause.OUTLIER: self._hopeless or self._clear(why)}.get(
            known.cause, True
        )
        return Problem(self._where(known.place), what, stopping(known.remedy, fatal), fatal)

    def unnamed(self) -> Problem:
        """What contradicts what, and what to look at."""
        off, fatal = offness(self.sights), self._hopeless
        start = START if fatal else "the masks agree in part only"
        likely = "" if fatal else ": they are rough, or the cameras a little off or of other photos"
        if off:
            likely = f": perhaps the photos were resized or cropped after the cameras were made; {off}"
        what = f"{start}{likely}. {self._fact}"
        return Problem(self._where("cameras.npz"), what, stopping(REMEDY, fatal), fatal)

    @property
    def _fact(self) -> str:
        number, share = self.worst
        return (
            f"The hull of the {self.count} masks covers {self.mean:.1%} of them "
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
        pair = np.unravel_index(int(mutual.argmin()), mutual.shape)
        numbers = tuple(sorted(self.sights[int(place)].number for place in pair))
        return f"; {listed(numbers)} contradict each other most" if mutual[pair] < COVERED else ""

    @staticmethod
    def _then(known: Assumption) -> str:
        return "in a larger sphere" if known.cause is Cause.SPHERE else "once that is corrected"

    @property
    def _hopeless(self) -> bool:
        return 1.0 - self.mean > HOPELESS + HOPELESS_PER_VIEW * self.count

    @property
    def _cut(self) -> bool:
        """Whether the sphere cuts what the photos show whole."""
        return self.mean < CUT and float(np.mean([one.framed for one in self.sights])) > 0.5

    def _clear(self, why: Found) -> bool:
        """Whether the others agree wholly without views that contradict them grossly."""
        return why.share >= AGREED and self.worst[1] < GROSS

    def _where(self, place: str) -> str:
        return str(self.sights[0].mask_path.parent if place == "mask" else self.scan.root / place)


def about_misfits(wrong: Sequence[Misfit], scan: Scan, *, agrees: bool) -> tuple[Cause, Problem]:
    """Masks that are not their photos'; `agrees` says whether they fit the cameras."""
    turned = [one for one in wrong if one.turned]
    if len(turned) * 2 >= len(wrong):
        how = " or ".join(sorted({one.turned for one in turned}))
        which = listed(tuple(one.number for one in turned))
        what = f"the masks of {which} are {how} against their photos"
        if how.startswith(EXIF):
            what = f"the photos of {which} carry a rotation ({how}) that is not applied; in the masks it is"
        remedy = (
            "Make the masks again from the pixels as they are stored, or store photos upright without the tag"
        )
        return Cause.TURNED, _of_masks(scan, wrong, what, remedy)
    pairs = [(scan.view(one.number), scan.view(one.other)) for one in wrong if one.other is not None]
    named = ", ".join(
        f"{mask.mask_path.name} is that of {photo.image_path.name}" for mask, photo in pairs[:MOST_PAIRS]
    )
    more = f", and so on in {len(pairs)} views" if len(pairs) > MOST_PAIRS else ""
    whose = (
        "cameras and masks agree, the photos are in another order"
        if agrees
        else "masks do not belong to their photos"
    )
    return Cause.MISPAIRED, _of_masks(
        scan, wrong, f"{whose}: {named}{more}", "Name photos and masks alike, by the number of their camera"
    )


def stopping(remedy: str, fatal: bool) -> str:
    """The remedy, and for what stops a run how to go on all the same."""
    return f"{remedy}. {GO_ON}" if fatal else remedy


def trusted(problem: Problem) -> Problem:
    """The same for a user who goes on all the same."""
    return replace(problem, remedy=problem.remedy.removesuffix(f". {GO_ON}"), fatal=False)


def _of_masks(scan: Scan, wrong: Sequence[Misfit], what: str, remedy: str) -> Problem:
    folder = scan.view(wrong[0].number).mask_path.parent
    return Problem(str(folder), what, stopping(remedy, fatal=True), fatal=True)
