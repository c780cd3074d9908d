"""Run record, `run.json`: everything that made a result, and what is needed to go on with it.

status           see `RunStatus`
settings, inputs what the result depends on, files by their SHA-256 (see `inputs`)
checkpoint       {"step": ...}: what a run that was stopped or killed goes on from; without it, it starts over
earlier_result   while a run that had finished early is gone on with: the record of the mesh that is there
last_attempt     how the latest attempt to go on with such a run ended, where it has no better result
"""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from h3dstudio import __version__
from h3dstudio.data.atomic import jsonable, write_json
from h3dstudio.data.json_text import read_json
from h3dstudio.data.run_claim import REPLACED
from h3dstudio.data.run_folder import RUN_FORMAT, RUN_JSON, RunFolder
from h3dstudio.errors import OutputError
from h3dstudio.jobs.stop_reason import StopReason
from h3dstudio.methods.registry import renamed
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.runs.inputs import differences_between

CHECKPOINT, EARLIER, LAST_ATTEMPT = "checkpoint", "earlier_result", "last_attempt"
LIBRARIES = ("numpy", "scipy", "torch", "open3d-cpu", "open3d", "scikit-image", "trimesh", "pillow")


class RunStatus:
    """What `run.json` calls the state of a run."""

    RUNNING = "running"
    """It runs, or was killed."""
    FINISHED = "finished"
    FINISHED_EARLY = "finished early"
    """Its user was content with what there was; it can be gone on with."""
    CANCELLED, INTERRUPTED = (reason.value for reason in StopReason)
    FAILED = "failed"
    REPLACED = REPLACED


class RunRecord:
    """Writes `run.json`, each time whole.

    The record of a run that has come to its end stays what it is, whatever becomes of a later attempt to go
    on: one that finished early keeps its result, and its record, until the next one has a better one.

    Args:
        path: of `run.json`.
        inputs: from `describe_inputs`.
    """

    def __init__(self, path: Path, settings: MethodSettings, inputs: Mapping[str, object]) -> None:
        self._path = path
        self._begun = time.monotonic()
        self._seconds_before = 0.0
        self._earlier: Mapping[str, object] | None = None
        self._content: dict[str, object] = {
            "format": RUN_FORMAT,
            "status": RunStatus.RUNNING,
            "settings": settings.as_dict(),
            "inputs": dict(inputs),
            "versions": versions(),
            "machine": {"platform": platform.platform(), "cores": _cores()},
            "started": _now(),
            "resumed": 0,
        }

    def continue_previous(self) -> Mapping[str, object]:
        """Take over from the run that `run.json` describes; returns what that says.

        Raises OutputError when it is unreadable, or was made with other settings, views or files.
        """
        previous = read_run(self._path)
        differences = differences_between(previous, self._content)
        if differences:
            raise OutputError(
                f"this run cannot be resumed: {'; '.join(differences[:3])}",
                where=self._path.parent,
                remedy="Use the settings and files it was started with, or start anew without --resume",
            )
        self._content["started"] = previous.get("started", self._content["started"])
        if CHECKPOINT in previous and RunFolder(self._path.parent).checkpoint.is_file():
            self._content[CHECKPOINT] = previous[CHECKPOINT]
        resumed, seconds = previous.get("resumed"), previous.get("seconds")
        self._content["resumed"] = (resumed if isinstance(resumed, int) else 0) + 1
        self._seconds_before = float(seconds) if isinstance(seconds, int | float) else 0.0
        earlier = previous if previous.get("status") == RunStatus.FINISHED_EARLY else previous.get(EARLIER)
        if isinstance(earlier, dict) and mesh_of(self._path).is_file():
            self._earlier = {name: value for name, value in earlier.items() if name != LAST_ATTEMPT}
        return previous

    def write(self, status: str, **more: object) -> None:
        """Update `run.json`. Raises OutputError."""
        self._content |= {
            "status": status,
            "updated": _now(),
            "seconds": round(self._seconds_before + time.monotonic() - self._begun, 3),
            "peak_memory": peak_memory(),
            **more,
        }
        if CHECKPOINT not in self._content and RunFolder(self._path.parent).checkpoint.is_file():
            self._content[CHECKPOINT] = {"step": None}  # one that was written in closing
        write_json(self._path, self._with_earlier(status))

    def _with_earlier(self, status: str) -> Mapping[str, object]:
        """What is written: of an attempt that ends without a result, the record of the one there is."""
        if self._earlier is None or status in (RunStatus.FINISHED, RunStatus.FINISHED_EARLY):
            return self._content
        if status == RunStatus.RUNNING:
            return {**self._content, EARLIER: self._earlier}
        names = ("status", "updated", "seconds", "error")
        attempt = {name: self._content[name] for name in names if name in self._content}
        kept = {name: self._content[name] for name in ("resumed", CHECKPOINT) if name in self._content}
        return {**self._earlier, **kept, LAST_ATTEMPT: attempt}

    @property
    def checkpoint_step(self) -> int | None:
        """Of the checkpoint that is there, as far as its step is known."""
        known = self._content.get(CHECKPOINT)
        step = known.get("step") if isinstance(known, dict) else None
        return step if isinstance(step, int) else None

    def summary(self) -> dict[str, object]:
        """The facts that a person wants at the end."""
        return summary_of(self._content)


def summary_of(content: Mapping[str, object]) -> dict[str, object]:
    """Of what a `run.json` holds, the facts that a person wants."""
    names = ("status", "iterations", "seconds", "timings", "peak_memory", "image_metrics", "mesh")
    return {name: jsonable(content[name]) for name in names if name in content}


def read_run(path: Path) -> dict[str, object]:
    """The content of a `run.json`. Raises OutputError when it is missing, damaged, or of another format."""
    remedy = "Start a new run without --resume"
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise OutputError("there is no run to resume", where=path, remedy=remedy) from None
    except (OSError, ValueError, RecursionError) as error:
        raise OutputError(f"the run's report is unreadable ({error})", where=path, remedy=remedy) from error
    found = content.get("format") if isinstance(content, dict) else None
    if not isinstance(content, dict) or found not in (1, RUN_FORMAT):
        raise OutputError(
            f"the run's report has format {found!r}, expected {RUN_FORMAT}", where=path, remedy=remedy
        )
    return content if found == RUN_FORMAT else _of_format_1(content)


def _of_format_1(content: dict[str, object]) -> dict[str, object]:
    settings, confidence = content.get("settings"), content.get("confidence")
    if isinstance(settings, dict):
        content["settings"] = renamed(settings)
    if isinstance(confidence, dict) and "doubts" in confidence:
        content["confidence"] = {**confidence, "caveats": confidence["doubts"]}
    return {**content, "format": RUN_FORMAT}


def is_finished(folder: Path) -> bool:
    """Whether the run in `folder` has come to its proper end with its mesh: nothing is to be resumed.

    Read from `run.json`, whatever a window remembers of the run: it may have crashed since.
    """
    path = folder / RUN_JSON
    try:
        return read_run(path).get("status") == RunStatus.FINISHED and mesh_of(path).is_file()
    except OutputError:
        return False


def mesh_of(run_json: Path) -> Path:
    """The result that a `run.json` describes."""
    return RunFolder(run_json.parent).mesh


def versions() -> dict[str, str]:
    """Of the program, Python, and the libraries a result depends on; nothing is imported for it."""
    found = {"h3dstudio": __version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def peak_memory() -> int:
    """The most memory this process ever had resident, in bytes."""
    # Not getrusage's ru_maxrss where it can be helped: on Linux a started process inherits its parent's.
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import psutil

    memory = psutil.Process().memory_info()
    return int(getattr(memory, "peak_wset", memory.rss))


def _cores() -> int:
    from h3dstudio.jobs.process_engine import available_cores

    return available_cores()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
