"""Default names of run folders."""

from __future__ import annotations

from pathlib import Path

RUNS = Path("runs")
LONGEST = 24


def default_run_folder(scan_name: str, views: tuple[int, ...], wanted: str | None, method: str) -> Path:
    """`runs/<scan>-<views>-<method>`; <views> are the numbers asked for, or else how many there are.

    Args:
        views: the indices of the chosen views.
        wanted: what the user asked for (see `data.view_lists.choose_views`).
    """
    numbers = "_".join(map(str, views))
    explicit = wanted is not None and "," in wanted and len(numbers) <= LONGEST
    name = numbers if explicit else f"{len(views)}"
    return RUNS / f"{plain_name(scan_name)}-{name}-{plain_name(method)}"


def plain_name(text: str) -> str:
    """Only what every file system takes."""
    return "".join(sign if sign.isalnum() or sign in "._" else "_" for sign in text).strip(".") or "scan"
