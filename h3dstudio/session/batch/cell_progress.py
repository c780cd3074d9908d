"""How far a cell's run folder is, and whether it is that cell's at all."""

from __future__ import annotations

import enum
import os
import re
from pathlib import Path

from h3dstudio.data.atomic import output_error
from h3dstudio.data.run_folder import SNAPSHOTS, RunFolder
from h3dstudio.data.scan import Scan
from h3dstudio.errors import OutputError
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.batch.scoring import is_scored
from h3dstudio.session.runs.run_record import describe_views, differences_between, read_run

_UNBORN = re.compile(r"\.run\.[0-9a-f]{8}\.json")


class Standing(enum.Enum):
    """What is left to do."""

    NEW = "nothing is done"
    STARTED = "the reconstruction is to be gone on with"
    RECONSTRUCTED = "the mesh is to be scored"
    DONE = "everything is done"


def standing_of(folder: Path, settings: MethodSettings, scan: Scan, views: str) -> Standing:
    """How far the run in `folder` is, of `views` of the scan as it is now.

    Raises OutputError when what is there is not a run of these settings and inputs: it must be left alone.
    Raises UsageError and ScanError for views that the scan does not have.
    """
    from h3dstudio.data.view_lists import choose_views

    run = RunFolder(folder)
    inputs = describe_views(scan, choose_views(scan, views))
    if not run.run_json.is_file():
        _check_unborn(folder)
        return Standing.NEW
    report = read_run(run.run_json)
    differences = differences_between(report, {"settings": settings.as_dict(), "inputs": inputs})
    if differences:
        raise OutputError(
            f"the run here is not this cell's: {'; '.join(differences[:3])}",
            where=folder,
            remedy="It is left alone: move it away, or choose another results folder with --out",
        )
    if report.get("status") != "finished" or not run.mesh.is_file():
        return Standing.STARTED
    if scan.ground_truth is None:
        return Standing.DONE
    return Standing.DONE if is_scored(folder, scan.ground_truth) else Standing.RECONSTRUCTED


def clear_unborn(folder: Path) -> None:
    """Remove what a run leaves that was killed before it wrote its first report. Raises OutputError."""
    try:
        for name in _entries(folder):
            (folder / name).rmdir() if name == SNAPSHOTS else (folder / name).unlink()
    except OSError as error:
        raise output_error(error, folder) from error


def _check_unborn(folder: Path) -> None:
    strangers = [name for name in _entries(folder) if not (name == SNAPSHOTS or _UNBORN.fullmatch(name))]
    if strangers:
        raise OutputError(
            f"the folder of a cell holds files of something else ({', '.join(sorted(strangers)[:3])})",
            where=folder,
            remedy="They are left alone: move them away, or choose another results folder with --out",
        )


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise output_error(error, folder) from error
