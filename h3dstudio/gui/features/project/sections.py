"""What a project says of its scan, before that is open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from h3dstudio.session.project.sections import Json, entries, path_entry, path_of


def scan_folder(sections: Mapping[str, Json]) -> Path | None:
    """The scan that a project is about; None where it has none. Raises ProjectError."""
    state = entries(sections.get("scan") or {}, "scan")
    return path_of(state["folder"], "the scan's folder") if state.get("folder") else None


def moved_scan(sections: Mapping[str, Json], folder: Path) -> dict[str, Json]:
    """`sections` whose scan, and whose run's scan, is now in `folder`."""
    scan, run = dict(entries(sections.get("scan") or {}, "scan")), sections.get("run")
    out: dict[str, Json] = {**sections, "scan": {**scan, "folder": path_entry(folder)}}
    job = run.get("job") if isinstance(run, dict) else None
    if isinstance(run, dict) and isinstance(job, dict) and "scan" in job:
        out["run"] = {**run, "job": {**job, "scan": path_entry(folder)}}
    return out
