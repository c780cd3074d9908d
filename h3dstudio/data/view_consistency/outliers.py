"""Views without which the others agree, whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from h3dstudio.data.view_consistency.assumptions import Assumption, Cause, listed
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_conflicts import HullTable
from h3dstudio.geometry.silhouette_consistency import Silhouette
from h3dstudio.geometry.transforms import Similarity

LEAST = 4
"""Views: of three any two may agree."""


def outliers(sights: Sequence[Sight], sphere: Similarity) -> tuple[int, ...]:
    """Numbers of the few views, at most a quarter, without which the others agree.

    Args:
        sphere: unit sphere -> mm.
    """
    if len(sights) < LEAST:
        return ()
    table = HullTable([one.silhouette for one in sights], sphere)
    return tuple(sights[place].number for place in table.outliers(len(sights) // 4))


def left_out(suspects: Sequence[int]) -> Iterator[Assumption]:
    """The views numbered `suspects` do not belong to the rest."""
    if not suspects:
        return
    out = frozenset(suspects)

    def correct(sight: Sight) -> Silhouette | None:
        return None if sight.number in out else sight.silhouette

    which, one = listed(tuple(suspects)), len(out) == 1
    yield Assumption(
        Cause.OUTLIER,
        f"{which} {'does' if one else 'do'} not belong to the others: {'its' if one else 'their'} masks or cameras "
        "are wrong".replace("its masks or cameras are", "its mask or camera is"),
        f"Check the mask{'s' * (not one)} and camera{'s' * (not one)} of {which}, or leave {which} out",
        correct,
    )
