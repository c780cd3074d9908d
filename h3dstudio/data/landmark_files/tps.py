"""Rohlf's `.tps` in three dimensions: "LM=6" or "LM3=6", x, y, z for each, then ID, SCALE and others.

Source: the tps series' file format (Rohlf); the R package geomorph reads it the same way (`readland.tps`).
The format has no names: ours stand in a comment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from h3dstudio.data.atomic import write_text
from h3dstudio.data.landmark_files.entry import Entry, coordinates, scaled
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source, choose_part
from h3dstudio.data.landmark_files.names import by_count
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

_REMEDY = 'Write "LM3=" with the number of points, then a line of x, y, z for each'
_NAMES = "names:"
_KEY = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=(.*)")
_MISSING = ("na", "nan", "?")


@dataclass
class _Specimen:
    """One "LM=" block: its number of points, lines of numbers, and what is said behind them."""

    count: str
    line: int
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


def read(source: Source) -> list[Entry]:
    """One specimen's points, curves left out. Raises LandmarkError; SeveralLists for several specimens."""
    specimens = _specimens(source)
    if not specimens:
        raise LandmarkError("there is no 'LM=' in the file", where=source.path, remedy=_REMEDY)
    called = [one.said.get("ID") or one.said.get("IMAGE") or "(no ID)" for one in specimens]
    specimen = specimens[choose_part(called, source.part, source.path, "specimens")]
    if not re.fullmatch(r"[0-9]{1,6}", specimen.count) or int(specimen.count) != len(specimen.rows):
        raise LandmarkError(
            f"line {specimen.line} says {specimen.count[:20]!r} points, and {len(specimen.rows)} follow",
            where=source.path,
            remedy=_REMEDY,
        )
    scale = _scale(specimen.said, source)
    entries = [_entry(fields, number, scale, source) for number, fields in specimen.rows]
    names = specimen.said.get("COMMENT", "").removeprefix(_NAMES).split()
    if specimen.said.get("COMMENT", "").startswith(_NAMES) and len(names) == len(entries):
        return [replace(entry, name=name) for entry, name in zip(entries, names, strict=True)]
    return by_count(entries)


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """One specimen; NA stands for what is not placed."""
    lines = [f"LM3={len(entries)}"]
    for entry in entries:
        values = ["NA"] * 3 if entry.position is None else [f"{value:.6f}" for value in entry.position]
        lines.append(" ".join(values))
    name = os.path.basename(os.fspath(path)).rsplit(".", 1)[0]
    lines += [f"COMMENT={_NAMES} {' '.join(entry.name for entry in entries)}", f"ID={name}"]
    write_text(path, "\n".join(lines) + "\n")


def _specimens(source: Source) -> list[_Specimen]:
    found: list[_Specimen] = []
    curve = False
    for number, line in enumerate(source.text.splitlines(), 1):
        if not line.strip():
            continue
        key = _KEY.fullmatch(line)
        name, value = (key[1].upper(), key[2].strip()) if key else ("", "")
        if name in ("LM", "LM3"):
            found.append(_Specimen(value, number))
            curve = False
        elif not found:
            raise LandmarkError(f"line {number} stands before 'LM='", where=source.path, remedy=_REMEDY)
        elif name:
            curve = curve or name in ("CURVES", "CURVES3", "POINTS", "POINTS3")
            found[-1].said.setdefault(name, value)
        elif not curve:
            found[-1].rows.append((number, line.split()))
    return found


def _scale(said: Mapping[str, str], source: Source) -> float:
    text = said.get("SCALE", "1")
    if not re.fullmatch(r"\d*\.?\d+([eE][+-]?\d{1,2})?", text) or float(text) <= 0:
        raise LandmarkError(f"SCALE is {text[:20]!r}", where=source.path, remedy=_REMEDY)
    return float(text)


def _entry(fields: Sequence[str], number: int, scale: float, source: Source) -> Entry:
    place = f"line {number}"
    if len(fields) == 2:
        raise LandmarkError(
            f"{place} has two numbers: they are pixels of a photo, not points of a surface",
            where=source.path,
            remedy="Write them as clicks in two or more photos, and let `landmarks triangulate` place them",
        )
    if len(fields) == 3 and all(each.lower() in _MISSING for each in fields):
        return Entry("")
    return Entry("", scaled(coordinates(fields, source.path, place), scale, source.path, place))


FORMAT = LandmarkFormat("tps", "tps specimen", (".tps",), read, write=write)
