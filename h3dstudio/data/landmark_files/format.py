"""What a landmark format is, as the registry sees it: a name, its endings, a reader and perhaps a writer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh


@dataclass(frozen=True, eq=False)
class Source:
    """A file to read.

    Attributes:
        text: all of it, decoded.
        mesh: what vertex numbers count in, where that is known.
        part: which of several lists in the file is wanted, by its name or its number from 1; "" says nothing.
        numbered: names that are numbers are kept: they are places in the 68 of Multi-PIE, from 0.
    """

    path: str | os.PathLike[str]
    text: str
    mesh: TriangleMesh | None = None
    part: str = ""
    numbered: bool = False


Writer = Callable[[str | os.PathLike[str], Sequence[Entry], TriangleMesh | None], None]
"""Writes entries whose positions are known, or which are not placed. Raises LandmarkError, OutputError."""


def anything(_source: Source) -> bool:
    """Claims every file of the endings: for a format that has them to itself, or comes last."""
    return True


@dataclass(frozen=True)
class LandmarkFormat:
    """One format. A module of this package that has a `FORMAT` is found by the registry.

    Attributes:
        key: how a user names it: "meshlab".
        title: for people, in the singular: "MeshLab picked points".
        endings: of its files, with the dot, lower case.
        read: entries in the file's order, "" for those without a name. Raises LandmarkError that names the
            line or entry that is wrong.
        claims: whether a file of one of `endings` is of this format; cheap, and raises nothing.
        write: None where it is not written.
        rank: of formats that share an ending, the smallest is asked first; the last is not asked.
        default: whether it is written unless another is named; under its first ending before all others.
        snaps: its coordinates mean vertices of the mesh, as those of a CAD program do, not surface points.
    """

    key: str
    title: str
    endings: tuple[str, ...]
    read: Callable[[Source], list[Entry]]
    claims: Callable[[Source], bool] = anything
    write: Writer | None = None
    rank: int = 0
    default: bool = True
    snaps: bool = False


class SeveralLists(LandmarkError):
    """The file holds several lists of points, and which one is meant must be said.

    Attributes:
        parts: what they are called, in the file's order.
    """

    parts: tuple[str, ...] = ()


def choose_part(parts: Sequence[str], wanted: str, where: str | os.PathLike[str], what: str) -> int:
    """The place of the one that is `wanted` among `parts`; 0 where there is one, and nothing is.

    `what`: what they are, in the plural. Raises SeveralLists, or LandmarkError for one that is not there.
    """
    if not wanted and len(parts) == 1:
        return 0
    named = [place for place, part in enumerate(parts) if part == wanted]
    if len(named) == 1:
        return named[0]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and 1 <= int(wanted) <= len(parts):
        return int(wanted) - 1
    listed = ", ".join(f"{number} {part}" for number, part in enumerate(parts[:8], 1))
    listed += f" and {len(parts) - 8} more" if len(parts) > 8 else ""
    missing = f", and {wanted[:40]!r} is none or more than one of them" if wanted else ""
    error = SeveralLists(
        f"there are {len(parts)} {what} in the file: {listed}{missing}",
        where=where,
        remedy="Say which one is meant, by its name or number: --part 1",
    )
    error.parts = tuple(parts)
    raise error
