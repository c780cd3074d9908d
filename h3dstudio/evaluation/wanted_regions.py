"""Which regions an evaluation scores beside face and head: by the scan's names, or from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from h3dstudio.data.scan import Scan
from h3dstudio.errors import EvaluationError
from h3dstudio.evaluation.ground_truth import ALIGNMENT, FACE

ALWAYS = ("nose",)
"""Scored wherever the scan has them."""
_SCORES = {"face", "head", FACE}


def scan_with_regions(scan: Scan, wanted: Sequence[str]) -> tuple[Scan, tuple[str, ...]]:
    """`scan` with the region files that are `wanted`, and the names of all regions to score.

    Each of `wanted` is a name of the scan's regions or the path of a region file, whose stem names it. Face
    and head are scored anyhow and need no mention. Raises EvaluationError for what is neither.
    """
    regions = dict(scan.regions)
    names = [name for name in ALWAYS if name in regions]
    for one in wanted:
        if one in _SCORES or one in names:
            continue
        if one not in regions:
            one, path = _from_file(one, regions)
            regions[one] = path
        names.append(one)
    return replace(scan, regions=regions), tuple(names)


def _from_file(text: str, regions: Mapping[str, Path]) -> tuple[str, Path]:
    path = Path(text)
    if not path.is_file():
        known = ", ".join(sorted(_SCORES - {FACE} | set(regions) - {ALIGNMENT, FACE}))
        raise EvaluationError(
            "this is neither a region of the scan nor a region file",
            where=text,
            remedy=f"The scan's regions are {known}; a file holds one vertex index per line",
        )
    known_as = next((name for name, file in regions.items() if file.resolve() == path.resolve()), None)
    if known_as is not None and known_as not in _SCORES:
        return known_as, path
    name, number = path.stem, 2
    while name in regions or name in _SCORES:
        name, number = f"{path.stem}-{number}", number + 1
    return name, path
