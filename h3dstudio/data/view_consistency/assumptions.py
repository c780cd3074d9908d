"""What may be wrong with a scan, each as a correction that can be tried."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_consistency import Silhouette


class Cause(enum.Enum):
    """Why photos, masks and cameras do not belong together."""

    SWAPPED = "swapped cameras"
    SHIFTED = "cameras shifted by one"
    LEXICOGRAPHIC = "cameras in the order of names, not numbers"
    REORDERED = "cameras in another order"
    RESIZED = "resized photos"
    CROPPED = "cropped photos"
    INVERTED = "inverted masks"
    TURNED = "turned photos or masks"
    MIRRORED = "mirrored photos or masks"
    SPHERE = "a sphere that does not hold the head"
    OUTLIER = "views that do not belong to the others"
    MISPAIRED = "masks of other photos"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Assumption:
    """Something that may be wrong.

    Attributes:
        claim: the sentence that says so, without a final period, lower case.
        remedy: what its user can do about it, without a final period.
        correct: a view -> its silhouette as it would be right; None leaves the view out of the test.
        hint: what speaks for it before it is tried.
        growth: times the unit sphere's radius.
        place: whether the fault is the masks' ("mask") or the cameras'.
    """

    cause: Cause
    claim: str
    remedy: str
    correct: Callable[[Sight], Silhouette | None] = lambda sight: sight.silhouette
    hint: str = ""
    growth: float = 1.0
    place: str = "cameras.npz"


def listed(numbers: tuple[int, ...]) -> str:
    """(3,) -> "view 3"; (3, 5, 6) -> "views 3, 5 and 6"; many are counted."""
    if len(numbers) == 1:
        return f"view {numbers[0]}"
    if len(numbers) > 6:
        return f"{len(numbers)} views ({', '.join(map(str, numbers[:3]))}, ...)"
    return f"views {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
