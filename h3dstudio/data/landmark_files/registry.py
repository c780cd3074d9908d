"""All landmark formats: every module of this package that has a `FORMAT`."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from h3dstudio.data.landmark_files.format import LandmarkFormat
from h3dstudio.errors import LandmarkError


def _found() -> tuple[LandmarkFormat, ...]:
    package = __name__.rpartition(".")[0]
    formats = []
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        # Itself would be imported a second time while it is being imported.
        if module.name != "registry":
            one = getattr(importlib.import_module(f"{package}.{module.name}"), "FORMAT", None)
            formats += [one] if isinstance(one, LandmarkFormat) else []
    return tuple(sorted(formats, key=lambda one: (one.rank, one.key)))


FORMATS = _found()
"""The smallest rank first."""
ENDINGS = tuple(dict.fromkeys(ending for one in FORMATS for ending in one.endings))
READABLE = {
    ending: ", ".join(one.title for one in FORMATS if ending in one.endings) for ending in sorted(ENDINGS)
}
"""Ending -> what may have it."""
WRITABLE = tuple(
    ending
    for ending in READABLE
    if any(ending in one.endings and one.write and one.default for one in FORMATS)
)


def suffix_of(path: str | os.PathLike[str]) -> str:
    """ ".mrk.json" counts as one ending; lower case."""
    name = Path(path).name.lower()
    whole = (ending for ending in ENDINGS if ending.count(".") > 1 and name.endswith(ending))
    return next(whole, Path(name).suffix)


def reader_of(path: str | os.PathLike[str]) -> list[LandmarkFormat]:
    """The formats that `path` may be of, in the order to ask. Raises LandmarkError for another ending."""
    known = [one for one in FORMATS if suffix_of(path) in one.endings]
    if not known:
        raise _unknown(path, suffix_of(path), READABLE)
    return known


def writer_of(path: str | os.PathLike[str], key: str = "") -> LandmarkFormat:
    """The format that is written to `path`: the one named `key`, or that of the ending.

    Raises LandmarkError for an unknown one, or one that does not have this ending.
    """
    ending = suffix_of(path)
    if key:
        chosen = format_named(key)
        if ending not in chosen.endings:
            raise _unknown(path, ending, chosen.endings)
        return chosen
    known = [one for one in FORMATS if ending in one.endings and one.write is not None and one.default]
    if not known:
        raise _unknown(path, ending, WRITABLE)
    return min(known, key=lambda one: one.endings.index(ending))


def format_named(key: str) -> LandmarkFormat:
    """The format of that key that is written. Raises LandmarkError."""
    for one in FORMATS:
        if one.key == key and one.write is not None:
            return one
    keys = ", ".join(one.key for one in FORMATS if one.write is not None)
    raise LandmarkError(f"there is no landmark format {key[:30]!r} to write", remedy=f"Choose one of {keys}")


def means_vertices(path: str | os.PathLike[str]) -> bool:
    """Whether coordinates in a file of this ending mean vertices of a mesh, not points of its surface."""
    return any(one.snaps for one in FORMATS if suffix_of(path) in one.endings)


def _unknown(path: str | os.PathLike[str], suffix: str, known: Iterable[str]) -> LandmarkError:
    return LandmarkError(
        f"landmark files of type {suffix or '(none)'} are not known, expected {', '.join(known)}",
        where=path,
        remedy="Choose one of these endings",
    )
