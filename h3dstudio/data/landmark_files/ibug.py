"""The `.pts` of the iBUG group and of Menpo: "n_points: 68", then the points in braces, without names."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import Entry, coordinates
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.names import by_count, in_listed_order
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = 'Write "version: 1", "n_points: N", then N lines of x, y, z in braces'


def claims(source: Source) -> bool:
    return "{" in source.text


def read(source: Source) -> list[Entry]:
    """68 points are those of Multi-PIE; any other number has no names.

    Raises LandmarkError, also for the two numbers of a pixel, which no surface has.
    """
    found = re.fullmatch(r"(?s)(?P<head>[^{}]*)\{(?P<points>[^{}]*)\}\s*", source.text)
    said = re.search(r"(?im)^\s*n_points\s*:\s*([0-9]{1,6})\s*$", found["head"]) if found else None
    if found is None or said is None:
        raise LandmarkError(
            "there is no 'n_points' and one list in braces", where=source.path, remedy=_REMEDY
        )
    rows = [line.split() for line in found["points"].splitlines() if line.strip()]
    if len(rows) != int(said[1]):
        raise LandmarkError(
            f"the file says that there are {said[1]} points, and holds {len(rows)}",
            where=source.path,
            remedy=_REMEDY,
        )
    return by_count([_entry(fields, number, source) for number, fields in enumerate(rows, 1)])


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """The 68 of Multi-PIE, or another list that its number tells. Raises LandmarkError for any other."""
    points = in_listed_order(entries, path)
    rows = [" ".join(f"{value:.6f}" for value in point) for point in points]
    write_text(path, "\n".join(["version: 1", f"n_points: {len(rows)}", "{", *rows, "}", ""]))


def _entry(fields: Sequence[str], number: int, source: Source) -> Entry:
    if len(fields) == 2:
        raise LandmarkError(
            "the points have two numbers: they are pixels of a photo, not points of a surface",
            where=source.path,
            remedy="Write them as clicks in two or more photos, and let `landmarks triangulate` place them",
        )
    return Entry("", coordinates(fields, source.path, f"point {number}"))


FORMAT = LandmarkFormat("ibug", "iBUG points", (".pts",), read, claims, write, default=False)
