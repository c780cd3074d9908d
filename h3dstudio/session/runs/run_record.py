"""`run.json`: everything that made a result, and what is needed to go on with it or to make it again."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio import __version__
from h3dstudio.data.atomic import jsonable, write_json
from h3dstudio.data.json_text import read_json
from h3dstudio.data.scan import LoadedView, Scan, View
from h3dstudio.errors import OutputError
from h3dstudio.methods.registry import renamed
from h3dstudio.methods.settings import MethodSettings

FORMAT = 2
"""1: methods had other ids (see `methods.registry.renamed`), caveats were called doubts."""
LIBRARIES = ("numpy", "scipy", "torch", "open3d-cpu", "open3d", "scikit-image", "trimesh", "pillow")


def describe_inputs(
    scan: Scan, used: Sequence[LoadedView], held_out: Sequence[LoadedView]
) -> dict[str, object]:
    """What the result depends on, with a SHA-256 of every photo, mask and camera that is used."""
    return {
        **describe_views(scan, [one.view for one in used]),
        "held_out": [one.view.index for one in held_out],
    }


def describe_views(scan: Scan, used: Sequence[View]) -> dict[str, object]:
    """The same of photos that need not be loaded, without those that only judge the result."""
    return {
        "scan": scan.name,
        "layout": scan.layout,
        "views": [view.index for view in used],
        "unit_sphere": _hash(scan.unit_sphere.matrix),
        "files": {str(view.index): view_hashes(view) for view in used},
    }


def view_hashes(view: View) -> dict[str, str]:
    """SHA-256 of a view's photo, mask and camera. Raises OSError."""
    return {
        "image": hashlib.sha256(view.image_path.read_bytes()).hexdigest(),
        "mask": hashlib.sha256(view.mask_path.read_bytes()).hexdigest(),
        "camera": _hash(view.camera.projection),
    }


def _hash(matrix: NDArray[np.float64]) -> str:
    # Rounded: decomposing a matrix differs in the last bits from one LAPACK to the next.
    digits = " ".join(f"{value:.9g}" for value in matrix.ravel())
    return hashlib.sha256(digits.encode()).hexdigest()


class RunRecord:
    """Writes `run.json`, each time whole.

    Args:
        path: of `run.json`.
        inputs: from `describe_inputs`.
    """

    def __init__(self, path: Path, settings: MethodSettings, inputs: Mapping[str, object]) -> None:
        self._path = path
        self._begun = time.monotonic()
        self._seconds_before = 0.0
        self._content: dict[str, object] = {
            "format": FORMAT,
            "status": "running",
            "settings": settings.as_dict(),
            "inputs": dict(inputs),
            "versions": versions(),
            "machine": {"platform": platform.platform(), "cores": _cores()},
            "started": _now(),
            "resumed": 0,
        }

    def continue_previous(self) -> None:
        """Take over from the run that `run.json` describes.

        Raises OutputError when it is unreadable, or was made with other settings, views or files.
        """
        previous = read_run(self._path)
        differences = differences_between(previous, self._content)
        if differences:
            raise OutputError(
                f"this run cannot be resumed: {'; '.join(differences[:3])}",
                where=self._path.parent,
                remedy="Use the settings and the scan it was started with, or start anew without --resume",
            )
        self._content["started"] = previous.get("started", self._content["started"])
        resumed, seconds = previous.get("resumed"), previous.get("seconds")
        self._content["resumed"] = (resumed if isinstance(resumed, int) else 0) + 1
        self._seconds_before = float(seconds) if isinstance(seconds, int | float) else 0.0

    def write(self, status: str, **more: object) -> None:
        """Update `run.json`. Raises OutputError."""
        self._content |= {
            "status": status,
            "updated": _now(),
            "seconds": round(self._seconds_before + time.monotonic() - self._begun, 3),
            "peak_memory": peak_memory(),
            **more,
        }
        write_json(self._path, self._content)

    def summary(self) -> dict[str, object]:
        """The facts that a person wants at the end."""
        names = ("status", "iterations", "seconds", "timings", "peak_memory", "image_metrics", "mesh")
        return {name: jsonable(self._content[name]) for name in names if name in self._content}


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
    if not isinstance(content, dict) or found not in (1, FORMAT):
        raise OutputError(
            f"the run's report has format {found!r}, expected {FORMAT}", where=path, remedy=remedy
        )
    return content if found == FORMAT else _of_format_1(content)


def _of_format_1(content: dict[str, object]) -> dict[str, object]:
    settings, confidence = content.get("settings"), content.get("confidence")
    if isinstance(settings, dict):
        content["settings"] = renamed(settings)
    if isinstance(confidence, dict) and "doubts" in confidence:
        content["confidence"] = {**confidence, "caveats": confidence["doubts"]}
    return {**content, "format": FORMAT}


def differences_between(previous: Mapping[str, object], current: Mapping[str, object]) -> list[str]:
    """What of `current`'s settings and inputs was another in the `previous` report, in words."""
    found = []
    now = jsonable(current)
    assert isinstance(now, dict)
    for part in ("settings", "inputs"):
        before, after = previous.get(part), now[part]
        if not isinstance(before, dict):
            found.append(f"its report names no {part}")
            continue
        for name, value in after.items():
            if before.get(name) != value:
                found.append(_difference(name, before.get(name), value))
    return found


def _difference(name: str, before: object, after: object) -> str:
    if name == "files" and isinstance(before, dict) and isinstance(after, dict):
        changed = [view for view in after if before.get(view) != after[view]]
        return f"the photo, mask or camera of view {', '.join(changed[:5])} has changed since"
    if name == "unit_sphere":
        return "the scan's bounding sphere has changed since"
    return f"{name} was {_words(before)}, now it is {_words(after)}"


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


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
