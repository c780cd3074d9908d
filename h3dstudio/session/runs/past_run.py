"""Reader of a run folder of an earlier session: meshes, metrics, log and outcome.

All of it may be there or not: a run that was killed, or one of an earlier version, has left less. What is
damaged is left out, never guessed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from h3dstudio.data.run_folder import RunFolder
from h3dstudio.errors import OutputError
from h3dstudio.jobs.events import Log, Metrics
from h3dstudio.session.runs.run_record import read_run

_SNAPSHOT = re.compile(r"mesh_(\d+)\.ply")
_LEVELS = ("debug", "info", "warning", "error")
JsonObject = Mapping[str, object]


@dataclass(frozen=True)
class PastMesh:
    """A mesh on the way.

    Attributes:
        seconds: of the run when it was kept; None where that was not noted.
    """

    step: int
    path: Path
    seconds: float | None = None


@dataclass(frozen=True)
class PastLine:
    """A line of the run's log, and the run's seconds at which it was event."""

    seconds: float
    event: Log


@dataclass(frozen=True)
class PastRun:
    """What is left of a run.

    Attributes:
        summary: the content of `run.json`; empty where that is missing or damaged.
        result: the final mesh; None where the run has not come to its end.
        meshes: those on the way, oldest first.
        metrics: losses and figures of a mesh, in the order of their steps.
        seconds: what the run took so far. One that was killed could not write it to its report: then it is
            that of the last line of its event log.
    """

    folder: Path
    summary: JsonObject = field(default_factory=dict)
    result: Path | None = None
    meshes: tuple[PastMesh, ...] = ()
    metrics: tuple[Metrics, ...] = ()
    log: tuple[PastLine, ...] = ()
    seconds: float = 0.0


def read_past_run(folder: Path) -> PastRun:
    """What is left of the run in `folder`. Raises OutputError when there is no such folder."""
    if not folder.is_dir():
        raise OutputError("there is no such folder", where=folder, remedy="Show where the run is now")
    files = RunFolder(folder)
    events = [row for path in (files.events_of_old, files.events) for row in _rows(path)]
    summary = _summary(files)
    times = (_number(row.get("seconds")) or 0.0 for row in (summary, *events))
    figures = _not_repeated([row for row in events if "step" in row])
    return PastRun(
        folder,
        summary,
        files.mesh if files.mesh.is_file() else None,
        tuple(_meshes(files, events)),
        tuple(one for row in (*_rows(files.metrics), *figures) if (one := _metrics(row)) is not None),
        tuple(line for row in events if (line := _line(row)) is not None),
        max(times),
    )


def _summary(files: RunFolder) -> JsonObject:
    with suppress(OutputError):
        return read_run(files.run_json)
    return {}


def _meshes(files: RunFolder, events: list[JsonObject]) -> Iterator[PastMesh]:
    times = {row["kept"]: _number(row.get("seconds")) for row in events if isinstance(row.get("kept"), int)}
    found = ((_SNAPSHOT.fullmatch(path.name), path) for path in files.snapshots.glob("mesh_*.ply"))
    steps = sorted((int(match[1]), path) for match, path in found if match is not None)
    for step, path in steps:
        yield PastMesh(step, path, times.get(step))


def _not_repeated(rows: list[JsonObject]) -> list[JsonObject]:
    """Without those whose steps a resumed run did again."""
    kept: list[JsonObject] = []
    for row in rows:
        step = _number(row["step"])
        if step is not None:
            while kept and (_number(kept[-1]["step"]) or 0.0) >= step:
                kept.pop()
            kept.append(row)
    return kept


def _metrics(row: JsonObject) -> Metrics | None:
    step = row.get("step")
    if isinstance(step, bool) or not isinstance(step, int):
        return None
    values = {name: _number(value) for name, value in row.items() if name not in ("step", "seconds")}
    plain = {name: value for name, value in values.items() if value is not None}
    return Metrics(step, plain) if plain else None


def _line(row: JsonObject) -> PastLine | None:
    message, level, seconds = row.get("message"), row.get("level"), _number(row.get("seconds"))
    if not isinstance(message, str) or level not in _LEVELS:
        return None
    return PastLine(seconds or 0.0, Log(message, str(level)))


def _number(value: object) -> float | None:
    """As a finite number; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    with suppress(OverflowError):
        return float(value) if math.isfinite(value) else None
    return None


def _rows(path: Path) -> Iterator[JsonObject]:
    """The objects of a file of JSON lines; damaged lines are left out, and so is a missing file."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError, RecursionError):
            row = json.loads(line)
            if isinstance(row, dict):
                yield row
