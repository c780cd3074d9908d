"""Whether a scan's photos, masks and cameras agree; if not, what is said and whether it stops a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, Problem, Scan
from h3dstudio.data.view_consistency.assumptions import Cause
from h3dstudio.data.view_consistency.outliers import outliers
from h3dstudio.data.view_consistency.photo_outlines import misfits
from h3dstudio.data.view_consistency.search import likeliest
from h3dstudio.data.view_consistency.sights import Sight, some_of
from h3dstudio.data.view_consistency.words import Disagreement, about_misfits
from h3dstudio.geometry.silhouette_consistency import hull_shares

AGREED, AGREED_LEAST = 0.998, 0.99
"""Mean and least share of right data: ragged masks and cameras 0.5 degrees and 2 mm off keep 0.999."""
WORST = 4
"""Views whose masks are covered least: corrections are tried on these in any case."""
SAYS_NOTHING = 0.98
"""Of the photo: a mask that covers more is no silhouette, and is told of elsewhere."""


@dataclass(frozen=True, eq=False)
class ViewConsistency:
    """How well the views agree.

    Attributes:
        numbers: of the views that were looked at.
        shares: (n,) of each mask, what the hull of all covers, 0..1.
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
    def explained(self) -> bool:
        """Whether something but the sphere is known to be wrong: silhouettes outside it are no news then."""
        return self.cause not in (None, Cause.UNKNOWN, Cause.SPHERE)

    @property
    def worst(self) -> tuple[int, float]:
        """The view whose mask is covered least, and its share. At least one view is needed."""
        place = int(self.shares.argmin())
        return self.numbers[place], float(self.shares[place])


def check_consistency(views: Sequence[LoadedView], scan: Scan) -> ViewConsistency:
    """Whether the masks of `views` agree with their cameras, in the scan's sphere, and with their photos.

    A second or two for 3 to 66 views, five to fifteen where they do not agree. Never raises for them.
    """
    views = [view for view in views if 0.0 < view.mask.mean() <= SAYS_NOTHING]
    sights = [Sight.of(view) for view in views]
    shares = hull_shares([one.silhouette for one in sights], scan.unit_sphere)
    found = ViewConsistency(tuple(one.number for one in sights), shares)
    agrees = found.mean >= AGREED and float(shares.min(initial=1.0)) >= AGREED_LEAST
    if wrong := misfits(views, sights):
        told = about_misfits(wrong, scan, agrees=agrees)
        return replace(found, cause=told[0], problems=(told[1],))
    return found if agrees or len(sights) < 2 else _explained(found, sights, scan)


def _explained(found: ViewConsistency, sights: Sequence[Sight], scan: Scan) -> ViewConsistency:
    suspects = outliers(sights, scan.unit_sphere)
    worst = [found.numbers[place] for place in found.shares.argsort()[:WORST]]
    sample = some_of(sights, {*suspects, *worst})
    cameras = {view.index: view.camera for view in scan.views}
    why = likeliest(sample, scan.unit_sphere, cameras, suspects)
    said = Disagreement(len(sights), found.mean, found.worst, sample, suspects, scan)
    if why is not None:
        return replace(found, cause=why.assumption.cause, problems=(said.named(why),))
    return replace(found, cause=Cause.UNKNOWN, problems=(said.unnamed(),))
