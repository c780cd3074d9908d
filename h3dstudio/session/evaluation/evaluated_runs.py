"""Rows of the comparison of a scan's evaluated runs with published figures for as many views."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.data.json_text import read_json
from h3dstudio.errors import H3DError
from h3dstudio.session.evaluation.files import EVALUATION_FILE, read_evaluation

if TYPE_CHECKING:
    from h3dstudio.evaluation.evaluate import Evaluation

MOST = 500
"""Folders looked into: a home folder taken for one of runs must not hold the window up."""


@dataclass(frozen=True)
class RunRow:
    """One line of the comparison; lengths in mm.

    Attributes:
        views: how many photos; None where that is not known.
        face, head: of the published protocol; `strict_face`, `strict_head` as given, to visible surface.
        folder: of a run; None for a published row.
        note: what is to be known about it: warnings, that the mesh has changed since, the protocol.
    """

    name: str
    views: int | None
    face: float | None
    head: float | None
    strict_face: float | None = None
    strict_head: float | None = None
    folder: Path | None = None
    note: str = ""


def evaluated_runs(folder: Path, scan_name: str) -> tuple[RunRow, ...]:
    """The evaluated runs of a scan in `folder`, by name; what cannot be read is passed over."""
    rows = []
    for run in _folders(folder):
        with suppress(H3DError, OSError):
            stored = read_evaluation(run)
            if stored.evaluation.scan == scan_name:
                stale = "" if stored.is_of(run / "mesh.ply") else "the mesh has changed since; "
                rows.append(_row(run, stored.evaluation, stale))
    return tuple(sorted(rows, key=lambda row: (row.views or 0, row.name)))


def published_rows(views: int | None) -> tuple[RunRow, ...]:
    """What was measured with the same protocol for as many views; nothing where that is not known."""
    from h3dstudio.evaluation.published import EVALUATOR, ROWS

    return tuple(
        RunRow(
            f"{row.method} {row.dataset.removeprefix('H3DS ')}".strip(),
            views,
            *row.figures[str(views)],
            note=row.label,
        )
        for row in ROWS
        if row.protocol == EVALUATOR and str(views) in row.figures
    )


def _folders(folder: Path) -> Iterator[Path]:
    try:
        for number, entry in enumerate(folder.iterdir()):
            if number >= MOST:
                return
            if (entry / EVALUATION_FILE).is_file():
                yield entry
    except OSError:
        return


def _row(folder: Path, evaluation: Evaluation, note: str) -> RunRow:
    h3ds, strict = evaluation.h3ds, evaluation.strict
    warnings = "; ".join(caution.text for caution in evaluation.cautions)
    return RunRow(
        folder.name,
        _views(folder),
        None if h3ds.face is None else h3ds.face.mean,
        None if h3ds.head is None else h3ds.head.mean,
        None if strict.face is None else strict.face.mean,
        strict.head.mean,
        folder,
        note + warnings,
    )


def _views(folder: Path) -> int | None:
    """How many photos the run used, by its report."""
    with suppress(OSError, ValueError, RecursionError, AttributeError, TypeError):
        return len(read_json(folder / "run.json")["inputs"]["views"])
    return None
