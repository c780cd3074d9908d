"""Masks and photos that were turned, mirrored or inverted on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

import numpy as np

from h3dstudio.data.exif_orientation import UPRIGHT, as_stored
from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_consistency import Bools, Silhouette

TURNS = {1: "90 degrees clockwise", 2: "180 degrees", 3: "90 degrees counterclockwise"}
"""Quarter turns counterclockwise that undo it -> what was done."""
INVERTED_SIDES = 3
"""Sides of the photo that an inverted mask touches, at the least."""


def turned_by_tag(sights: Sequence[Sight]) -> Iterator[Assumption]:
    """Photos whose EXIF orientation one tool obeyed, and this program does not."""
    tagged = tuple(one.number for one in sights if one.orientation != UPRIGHT)
    if not tagged:
        return
    orientations = sorted({one.orientation for one in sights if one.number in tagged})
    tags = " and ".join(map(str, orientations))
    claim = (
        f"the photos of {listed(tagged)} carry a rotation (EXIF orientation {tags}) that is not applied: "
        "their masks or cameras were made of the turned photos"
    )
    yield _changed(
        tagged,
        lambda sight: as_stored(sight.mask, sight.orientation),
        Cause.TURNED,
        claim,
        "Make the masks again from the pixels as they are stored, or store photos upright without the tag",
    )


def turned(sights: Sequence[Sight], which: Collection[int], whose: str) -> Iterator[Assumption]:
    """The masks of the views numbered `which` ("all photos", "photo 3") turned or mirrored."""
    for quarters, said in TURNS.items():
        yield _changed(
            which,
            partial(_rotated, quarters=quarters),
            Cause.TURNED,
            f"{whose} turned by {said} against the cameras",
            "Turn photos and masks back, or make the cameras again from the photos as they are stored",
        )
    yield _changed(
        which,
        lambda sight: np.ascontiguousarray(sight.mask[:, ::-1]),
        Cause.MIRRORED,
        f"{whose} mirrored against the cameras",
        "Mirror photos and masks back: front cameras of phones save mirrored pictures",
    )


def inverted(sights: Sequence[Sight]) -> Iterator[Assumption]:
    """Masks that are white where the background is: all of them, or those that look like it."""
    doubtful = tuple(one.number for one in sights if _may_be_inverted(one.mask))
    for which in {doubtful, tuple(one.number for one in sights)} if doubtful else ():
        everyone = len(which) == len(sights)
        whose = "the masks are" if everyone else f"the masks of {listed(which)} are"
        yield _changed(
            which,
            lambda sight: ~sight.mask,
            Cause.INVERTED,
            f"{whose} inverted: white where the background is",
            "Invert them: the head white (255), the rest black",
        )


def _may_be_inverted(mask: Bools) -> bool:
    sides = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    return sum(bool(side.mean() > 0.5) for side in sides) >= INVERTED_SIDES


def _rotated(sight: Sight, quarters: int) -> Bools:
    return np.ascontiguousarray(np.rot90(sight.mask, quarters))


def _changed(
    which: Collection[int], change: Callable[[Sight], Bools], cause: Cause, claim: str, remedy: str
) -> Assumption:
    chosen = frozenset(which)

    def correct(sight: Sight) -> Silhouette:
        return Silhouette(change(sight) if sight.number in chosen else sight.mask, sight.camera)

    return Assumption(cause, claim, remedy, correct, place="mask")
