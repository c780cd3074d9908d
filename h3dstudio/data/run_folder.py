"""Paths and line files of a run folder; see `run_claim` for making, locking and replacing one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from h3dstudio.data.atomic import jsonable, output_error, write_bytes

SUGGESTIONS = ("landmarks.txt", "landmarks68.json", "head.json")
"""What a prior's head adds to a run: the six landmarks, all 68, and the head itself."""
EVALUATED = ("evaluation.json", "errors.npz")
"""What an evaluation of its mesh adds to a run."""
RUN_JSON = "run.json"
RUN_FORMAT = 2
"""Of what `run.json` holds. 1: methods had other ids (see `methods.registry.renamed`), caveats were `doubts`.
"""
RUN_FILES = (
    "mesh.ply",
    "preview.png",
    RUN_JSON,
    "metrics.jsonl",
    "events.jsonl",
    "diary.jsonl",
    "checkpoint.npz",
    *SUGGESTIONS,
    *EVALUATED,
)
SNAPSHOTS = "snapshots"
LOCK = "run.lock"


@dataclass(frozen=True)
class RunFolder:
    """Paths of a run's files; they need not exist yet."""

    folder: Path

    @property
    def lock(self) -> Path:
        """Held by the process that works here (see `file_lock`)."""
        return self.folder / LOCK

    @property
    def mesh(self) -> Path:
        return self.folder / "mesh.ply"

    @property
    def preview(self) -> Path:
        return self.folder / "preview.png"

    @property
    def run_json(self) -> Path:
        return self.folder / RUN_JSON

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics.jsonl"

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def events_of_old(self) -> Path:
        """Where runs of earlier versions wrote their events."""
        return self.folder / "diary.jsonl"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.npz"

    @property
    def snapshots(self) -> Path:
        return self.folder / SNAPSHOTS

    def snapshot(self, step: int) -> Path:
        """Where the mesh of iteration `step` goes."""
        return self.snapshots / f"mesh_{step:06d}.ply"

    def append_metrics(self, values: Mapping[str, object]) -> None:
        """Add one line of JSON to `metrics.jsonl`. Raises OutputError."""
        _append(self.metrics, values)

    def append_event(self, values: Mapping[str, object]) -> None:
        """Add one line of JSON to `events.jsonl`. Raises OutputError."""
        _append(self.events, values)

    def trim_metrics(self, last_step: int) -> None:
        """Drop lines after `last_step` and a line cut short by a kill: the resumed run writes them again.

        Raises OutputError.
        """
        try:
            lines = self.metrics.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise output_error(error, self.metrics) from error
        kept = [line for line in lines if _step(line) <= last_step]
        write_bytes(self.metrics, b"".join(line + b"\n" for line in kept))


def _append(path: Path, values: Mapping[str, object]) -> None:
    line = json.dumps(jsonable(values), allow_nan=False) + "\n"
    try:
        with open(path, "ab") as file:
            file.write(line.encode("utf-8"))
    except OSError as error:
        raise output_error(error, path) from error


def _step(line: bytes) -> float:
    """The step of a metrics line; infinite for a damaged line, 0 for one without a step."""
    with suppress(ValueError):
        row = json.loads(line)
        if isinstance(row, dict):
            step = row.get("step", 0)
            return float(step) if isinstance(step, int | float) else 0.0
    return float("inf")
