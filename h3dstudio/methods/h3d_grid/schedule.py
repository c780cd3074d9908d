"""The schedules that start from a prior's head, and what changes where outlines contradict it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from h3dstudio.errors import UsageError
from h3dstudio.grid_solver.schedule import (
    FINE_SWEEP,
    NEAR_SWEEP,
    RefineStage,
    Schedule,
    hull_schedule,
)
from h3dstudio.photometry.photo_consistency import PhotoOptions
from h3dstudio.photometry.shading import ShadingOptions

MISMATCH_REACH = 8.0

_DEPTH_FIRST = (
    replace(NEAR_SWEEP, carry=False),
    RefineStage(1, 4, finest=1, silhouette_reach=12.0, share=0.4),
)
_MISMATCH = {
    "draft": _DEPTH_FIRST,
    "standard": (*_DEPTH_FIRST, replace(FINE_SWEEP, carry=False)),
    "high": (_DEPTH_FIRST[0], replace(_DEPTH_FIRST[1], steps=6), replace(FINE_SWEEP, carry=False)),
}
"""Where a prior's head is wrong, depth is looked for as without it, but from the head."""


def _from_prior(quality: str, steps: int, share: float, last: int, **more: Any) -> Schedule:
    """Steps with a share of the pixels bring the surface near, `last` ones with all, each with others, settle
    it: 0.31 / 0.34 mm at 32 views where eight steps with the same 40,000 left 0.33 / 0.37, for less time.

    Level 0 only: from the prior's head the finest photos are within reach, and coarse ones are biased by
    light that turns (0.33 against 0.38 mm on the face of one scan, 0.44 against 0.52 of another).
    """
    near, settle = RefineStage(0, steps, discount=4.0, share=share), RefineStage(0, 1, discount=4.0)
    stages, photo = (near, *[settle] * last), PhotoOptions(smooth_slopes=True)
    base = replace(hull_schedule(quality), stages=stages, mismatch_stages=_MISMATCH[quality], photo=photo)
    return replace(base, shading=ShadingOptions(), with_prior=True, **more)


_FROM_PRIOR = {
    "draft": _from_prior("draft", 4, 0.5, 1, extra_steps=0, sources=9_000),
    # With three photos the extras cost 3 s and changed nothing; with eight, faces lost .02 mm without.
    "standard": _from_prior(
        "standard",
        6,
        0.2,
        2,
        extra_steps=2,
        extra_sources=24_000,
        extra_from=5,
        sources=36_000,
        silhouettes=8_000,
    ),
    "high": _from_prior("high", 14, 0.4, 4, extra_steps=4, sources=60_000, silhouettes=12_000),
}


def prior_schedule(quality: str) -> Schedule:
    """The schedule that starts from a prior's head. Raises UsageError for an unknown quality."""
    try:
        return _FROM_PRIOR[quality]
    except KeyError:
        known = ", ".join(_FROM_PRIOR)
        raise UsageError(f"quality is {quality!r}, expected one of {known}") from None


def for_prior_mismatch(schedule: Schedule) -> Schedule:
    """The same for a head that the outlines contradict: photos are all there is there, and not doubted.

    What no head has is further from its outline, too (a face with glasses: 2.0 instead of 2.4 mm).
    """
    stages = tuple(
        replace(one, discount=1.0, silhouette_reach=MISMATCH_REACH) if isinstance(one, RefineStage) else one
        for one in schedule.stages
    )
    return replace(schedule, stages=(*schedule.mismatch_stages, *stages) if stages else ())
