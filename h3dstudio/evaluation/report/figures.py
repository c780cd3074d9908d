"""Every number of a report for programs: JSON as a tree, CSV as a row for each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from h3dstudio.data.atomic import jsonable
from h3dstudio.data.text_tables import guarded
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.scale import STOPS

FORMAT = 1
UNITS = {"mm": "mm", "deg": "degrees", "5mm": "share", "psnr": "dB", "seconds": "s", "memory": "bytes"}
"""By the last word of a figure's name."""


def as_tree(runs: Sequence[ReportedRun], *, command: str, made: str, version: str) -> dict[str, Any]:
    """What `report.json` holds: of each run its evaluation and its record, both as they were read."""
    return {
        "format": FORMAT,
        "h3dstudio": version,
        "made": made,
        "command": command,
        "color_scale_mm": list(STOPS),
        "runs": [_run(run) for run in runs],
    }


def _run(run: ReportedRun) -> dict[str, Any]:
    return {
        "label": run.label,
        "folder": str(run.folder),
        "scan": run.facts.scan,
        "warnings": list(run.warnings),
        "sha256": dict(run.hashes),
        "mesh": {"vertices": len(run.mesh.vertices), "faces": len(run.mesh.faces)},
        "evaluation": None if run.evaluation is None else dict(run.evaluation),
        "cameras_against_true": run.camera_errors,
        "run": dict(run.facts.raw),
    }


def as_csv(tree: Mapping[str, Any]) -> str:
    """What `report.csv` holds: run, figure (its path in the tree), value in full precision, unit.

    Words are left out, and so are the run's inputs: numbers of views and hashes measure nothing.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("run", "figure", "value", "unit"))
    for run in tree["runs"]:
        for path, value in _numbers(jsonable(run), ""):
            if not path.startswith(("run.inputs.", "run.settings.", "run.format")):
                writer.writerow((guarded(str(run["label"])), guarded(path), repr(value), _unit(path)))
    return stream.getvalue()


def _numbers(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _numbers(entry, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            yield from _numbers(entry, f"{path}[{at}]")
    elif isinstance(value, bool | int | float):
        yield path, int(value) if isinstance(value, bool) else value


def _unit(path: str) -> str:
    name = path.rpartition(".")[2].partition("[")[0]
    if "run.timings." in path:
        return "s"
    return UNITS.get(name.rpartition("_")[2], "")
