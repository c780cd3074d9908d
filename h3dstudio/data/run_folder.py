"""The folder of one reconstruction run. What a user made is never overwritten.

An existing folder is left alone: a numbered sibling is made beside it, unless the user asks to resume or to
replace that run, and even then only files that a run writes are touched.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from h3dstudio.data.atomic import jsonable, output_error, write_bytes
from h3dstudio.errors import OutputError, UsageError

SUGGESTIONS = ("landmarks.txt", "landmarks68.json", "head.json")
"""What a prior's head adds to a run: the six landmarks, all 68, and the head itself."""
EVALUATED = ("evaluation.json", "errors.npz")
"""What an evaluation of its mesh adds to a run."""
RUN_FILES = (
    "mesh.ply",
    "preview.png",
    "run.json",
    "metrics.jsonl",
    "events.jsonl",
    "diary.jsonl",
    "checkpoint.npz",
    *SUGGESTIONS,
    *EVALUATED,
)
SNAPSHOTS = "snapshots"
_PROOFS = ("run.json", "metrics.jsonl", "checkpoint.npz")  # any of them says: a run was here
_TEMPORARY = re.compile(
    r"\.(mesh|mesh_\d+|preview|run|metrics|checkpoint|landmarks|landmarks68|head|evaluation|errors)"
    r"\.[0-9a-f]{8}\.(ply|png|json|jsonl|npz|txt)"
)
_MOST_RUNS = 10_000


@dataclass(frozen=True)
class RunFolder:
    """Paths of a run's files; they need not exist yet (except `folder` and `snapshots`)."""

    folder: Path

    @property
    def mesh(self) -> Path:
        return self.folder / "mesh.ply"

    @property
    def preview(self) -> Path:
        return self.folder / "preview.png"

    @property
    def run_json(self) -> Path:
        return self.folder / "run.json"

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

    @staticmethod
    def create(out: Path, *, resume: bool = False, force: bool = False) -> RunFolder:
        """Make or take the run folder that the user named `out`.

        Without flags, a folder that holds anything is left alone and `out-2`, `out-3`, ... is made.
        `resume` takes the run in `out` as it is. `force` removes that run's files, never others.

        Raises UsageError when both flags are given, OutputError when the folder cannot be made, there is no
        run to resume, or `force` would replace files that no run wrote.
        """
        out = Path(out)
        if resume and force:
            raise UsageError("--resume continues a run and --force replaces it, expected one of them")
        if out.exists() and not out.is_dir():
            raise OutputError("this is a file, expected a folder", where=out, remedy="Choose another --out")
        if resume:
            _require_run(out)
            folder = out
        elif force:
            _remove_run(out)
            folder = _make(out, exist_ok=True)
        else:
            folder = _fresh(out)
        _make(folder / SNAPSHOTS, exist_ok=True)
        if resume or force:
            _sweep(folder)
        return RunFolder(folder)

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


def _sweep(folder: Path) -> None:
    """Remove temporary files that a killed run left behind (see `data.atomic`)."""
    for place in (folder, folder / SNAPSHOTS):
        for name in _entries(place):
            if _TEMPORARY.fullmatch(name):
                with suppress(OSError):
                    (place / name).unlink()


def _step(line: bytes) -> float:
    """The step of a metrics line; infinite for a damaged line, 0 for one without a step."""
    with suppress(ValueError):
        row = json.loads(line)
        if isinstance(row, dict):
            step = row.get("step", 0)
            return float(step) if isinstance(step, int | float) else 0.0
    return float("inf")


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder) if folder.is_dir() else []
    except OSError as error:
        raise output_error(error, folder) from error


def _fresh(out: Path) -> Path:
    """`out` when it is new or empty, else the first free `out-2`, `out-3`, ..."""
    if not _entries(out):
        return _make(out, exist_ok=True)
    for number in count(2):
        candidate = out.with_name(f"{out.resolve().name}-{number}")
        if number > _MOST_RUNS:
            break
        try:
            candidate.mkdir()  # fails if another run takes the name at the same moment
        except FileExistsError:
            if candidate.is_dir() and not _entries(candidate):
                return candidate
        except OSError as error:
            raise output_error(error, candidate) from error
        else:
            return candidate
    raise OutputError("there are too many runs of this name", where=out, remedy="Choose another --out")


def _make(folder: Path, *, exist_ok: bool) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=exist_ok)
    except OSError as error:
        raise output_error(error, folder) from error
    return folder


def _require_run(out: Path) -> None:
    if not out.is_dir():
        raise OutputError("there is no such run to resume", where=out, remedy="Start it without --resume")
    # Without a checkpoint it was stopped early, and starts over; what it was is in its report.
    if not (out / "run.json").is_file():
        raise OutputError(
            "there is no run.json in this folder, so no run to resume",
            where=out,
            remedy="Start the run again without --resume",
        )


def _remove_run(out: Path) -> None:
    present = set(_entries(out))
    ours = [name for name in RUN_FILES if name in present]
    if not ours and SNAPSHOTS not in present:
        return
    if not present.intersection(_PROOFS):
        names = ", ".join(ours or [SNAPSHOTS + "/"])
        raise OutputError(
            f"the folder holds {names}, but no run.json that tells a run wrote it",
            where=out,
            remedy="Choose another --out, or remove it yourself",
        )
    try:
        for name in ours:
            (out / name).unlink()
        if (out / SNAPSHOTS).is_dir():
            for file in (out / SNAPSHOTS).glob("mesh_*.ply"):
                file.unlink()
    except OSError as error:
        raise output_error(error, out) from error
