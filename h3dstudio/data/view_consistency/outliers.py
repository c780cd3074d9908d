"""Views without which the others agree, whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_conflicts import HullTable
from h3dstudio.geometry.silhouette_consistency import Silhouette
from h3dstudio.geometry.transforms import Similarity

MOST = 6
"""Views: of more it is not said that they are the wrong ones."""
LEAST = 4
"""Views: of three any two may agree."""


def outliers(sights: Sequence[Sight], sphere: Similarity) -> tuple[int, ...]:
    """Numbers of the few views, at most a quarter and six, without which the others agree.

    Args:
        sphere: unit sphere -> mm.
    """
    if len(sights) < LEAST:
        return ()
    table = HullTable([one.silhouette for one in sights], sphere)
    return tuple(sights[place].number for place in table.outliers(min(MOST, len(sights) // 4)))


def left_out(suspects: Sequence[int]) -> Iterator[Assumption]:
    """The views numbered `suspects` do not belong to the rest."""
    if not suspects:
        return
    out = frozenset(suspects)

    def correct(sight: Sight) -> Silhouette | None:
        return None if sight.number in out else sight.silhouette

    one, which = len(out) == 1, listed(tuple(suspects))
    wrong = "does not belong to the others: its mask or camera is wrong"
    yield Assumption(
        Cause.OUTLIER,
        f"{which} {wrong if one else 'do not belong to the others: their masks or cameras are wrong'}",
        f"Check {'its mask and camera' if one else 'their masks and cameras'}, or leave {which} out",
        correct,
    )
