"""`h3dstudio report`: what a run is worth, for people and for programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from h3dstudio.session.report.job import ReportJob, ReportResult

NAME = "report"
HELP = "report on a run, or compare several: HTML and PDF to read, CSV and JSON with every number"
INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """RUN… and the options."""
    add = parser.add_argument
    add("runs", metavar="RUN", type=Path, nargs="+", help="run folder, or a folder that holds some")
    add("--out", type=Path, metavar="DIR", help="the report's folder (default: RUN/report for one RUN)")
    add(
        "--scan", type=Path, metavar="DIR", help="the scan, or the dataset with all scans, if they have moved"
    )
    add("--cameras", type=Path, metavar="FILE", help="cameras.npz with true cameras, to judge the runs' by")
    add("--force", action="store_true", help="replace a report that is there")


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0 done, 130 interrupted. Raises H3DError for anything a user can mend."""
    from h3dstudio.cli.following import follow, stopped_by_signals
    from h3dstudio.cli.progress import display
    from h3dstudio.jobs.engines import InlineEngine
    from h3dstudio.jobs.events import Finished

    handle = InlineEngine().submit(make_job(arguments))
    with display(sys.stderr) as show, stopped_by_signals(handle, show.note, "a report"):
        end = follow(handle, show.event)
    if not isinstance(end, Finished):
        print("Stopped before the report was written.", file=sys.stderr)
        return INTERRUPTED
    result: ReportResult = end.result  # type: ignore[assignment]
    for name, path in (("page", result.html), ("PDF", result.pdf), ("numbers", result.folder / "report.csv")):
        print(f"{name + ':':9}{path}")
    return 0


def make_job(arguments: argparse.Namespace) -> ReportJob:
    """The job that the command line asks for. Raises UsageError."""
    from h3dstudio.errors import UsageError
    from h3dstudio.session.report.job import ReportJob

    out = arguments.out
    if out is None and len(arguments.runs) > 1:
        raise UsageError("a report on several runs needs a folder", remedy="Name it with --out")
    return ReportJob(
        tuple(arguments.runs),
        out or arguments.runs[0] / "report",
        arguments.scan,
        arguments.cameras,
        arguments.force,
    )
