"""Progress of a cell, read from its run folder: new, started, reconstructed, done, or another run's."""

from __future__ import annotations

import enum
from pathlib import Path

from h3dstudio.data.run_claim import foreign_entries
from h3dstudio.data.run_folder import RunFolder
from h3dstudio.data.scan import Scan
from h3dstudio.errors import OutputError
from h3dstudio.methods.settings import MethodSettings
from h3dstudio.session.batch.scoring import is_scored
from h3dstudio.session.runs.inputs import describe_views, differences_between
from h3dstudio.session.runs.run_record import read_run


class CellProgress(enum.Enum):
    """What is left to do."""

    NEW = "nothing is done"
    STARTED = "the reconstruction is to be gone on with"
    RECONSTRUCTED = "the mesh is to be scored"
    DONE = "everything is done"


def progress_of(folder: Path, settings: MethodSettings, scan: Scan, views: str) -> CellProgress:
    """How far the run in `folder` is, of `views` of the scan as it is now.

    Raises OutputError when what is there is not a run of these settings and inputs: it must be left alone.
    Raises UsageError and ScanError for views that the scan does not have.
    """
    from h3dstudio.data.view_lists import choose_views

    run = RunFolder(folder)
    inputs = describe_views(scan, choose_views(scan, views), settings)
    if not run.run_json.is_file():
        _check_unstarted(folder)
        return CellProgress.NEW
    report = read_run(run.run_json)
    differences = differences_between(report, {"settings": settings.as_dict(), "inputs": inputs})
    if differences:
        raise OutputError(
            f"the run here is not this cell's: {'; '.join(differences[:3])}",
            where=folder,
            remedy="It is left alone: move it away, or choose another results folder with --out",
        )
    if report.get("status") != "finished" or not run.mesh.is_file():
        return CellProgress.STARTED
    if scan.ground_truth is None:
        return CellProgress.DONE
    return CellProgress.DONE if is_scored(folder, scan.ground_truth) else CellProgress.RECONSTRUCTED


def _check_unstarted(folder: Path) -> None:
    if foreign := foreign_entries(folder):
        raise OutputError(
            f"the folder of a cell holds files of something else ({', '.join(foreign[:3])})",
            where=folder,
            remedy="They are left alone: move them away, or choose another results folder with --out",
        )
