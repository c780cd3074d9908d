"""What pixels alone say against photos and masks, before any geometry."""

from __future__ import annotations

from collections.abc import Sequence

from h3dstudio.data.image_turns import turned_photos
from h3dstudio.data.scan import LoadedView, Problem

FULL = 0.98
"""Share of the photo: a mask that covers more is no head's."""


def check_pixels(views: Sequence[LoadedView], *, explained: bool = False) -> list[Problem]:
    """Photos of a single value, masks that fill every photo, EXIF rotations that were not applied.

    Args:
        explained: photos, masks and cameras were found to disagree and the cause was named. Rotations were
            among the causes tried, so the guess that one may matter has nothing to add.
    """
    turned = [] if explained else turned_photos([one.view for one in views])
    return [*_one_valued(views), *_all_full(views), *turned]


def _one_valued(views: Sequence[LoadedView]) -> list[Problem]:
    blank = [one for one in views if _blank(one)]
    return [
        Problem(
            str(one.view.image_path),
            "every pixel of the photo has the same colour",
            "Convert the photo again, or replace it",
            fatal=len(blank) == len(views),
        )
        for one in blank
    ]


def _blank(one: LoadedView) -> bool:
    first = one.image[0, 0]
    return bool((one.image[::37, ::37] == first).all() and (one.image == first).all())


def all_full(views: Sequence[LoadedView]) -> bool:
    """Whether every mask fills its photo: then none says where the head is."""
    return bool(views) and all(float(one.mask.mean()) > FULL for one in views)


def _all_full(views: Sequence[LoadedView]) -> list[Problem]:
    if not all_full(views):
        return []
    return [
        Problem(
            str(views[0].view.mask_path.parent),
            f"every mask covers more than {FULL:.0%} of its photo: they hold no silhouette",
            "Write the head as white (255) on black (0), or as the alpha of a cut-out",
            fatal=True,
        )
    ]
