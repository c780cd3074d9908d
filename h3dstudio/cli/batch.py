"""`h3dstudio batch`: a whole table of reconstructions, as one job that can be stopped at any time."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.methods.command_options import add_method_options, given_settings, values_of
from h3dstudio.methods.registry import find_method, methods

if TYPE_CHECKING:
    from h3dstudio.session.batch.job import BatchJob, BatchResult
    from h3dstudio.session.batch.manifest import Manifest

NAME = "batch"
HELP = "reconstruct and score many scans, with several numbers of views and methods"
DEMO = "demo"
DONE, FAILED, INTERRUPTED = 0, 1, 130
LINE_SECONDS = 20.0
"""Between two lines of progress in a log: a batch takes hours."""
_OF_THE_PLAN = ("views", "methods", "scans", "threads", "out")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DATASET and its options."""
    add = parser.add_argument
    add(
        "dataset",
        metavar="DATASET",
        help=f"dataset folder, one scan, or '{DEMO}'; or the results folder of a batch, to go on with it",
    )
    add("--views", metavar="LIST", help="view lists or counts (default: 3,4,8,16,32)")
    add("--methods", metavar="LIST", help=f"some of {','.join(methods())} (default: all)")
    add("--scans", metavar="LIST", help="names of scans (default: all)")
    add("--out", type=Path, metavar="RESULTS", help="results folder (default: runs/DATASET-batch)")
    add("--workers", type=int, metavar="N", help="cells at once (default: what cores and memory allow)")
    add("--threads", type=int, metavar="N", help="cores of each (default: 1); decides a mesh's last digits")
    add(
        "--trust-cameras",
        action="store_true",
        help="go on where photos, masks and cameras contradict each other; kept for when the batch goes on",
    )
    add("--retries", type=int, default=2, metavar="N", help="for a cell that failed (default: 2)")
    add("--engine", default="local", help="local (default) or dask, for many machines")
    add("--scheduler", default="", metavar="ADDRESS", help="of the Dask scheduler, as tcp://host:8786")
    add("--json", action="store_true", help="print the outcome as JSON, and nothing else, on standard output")
    add_method_options(parser.add_argument_group("settings of the methods"))


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0 all cells done, 1 some failed, 130 interrupted. Raises what stopped the batch."""
    from h3dstudio.cli.following import follow, stopped_by_signals
    from h3dstudio.cli.progress import display
    from h3dstudio.jobs.engines import InlineEngine
    from h3dstudio.jobs.events import Finished, Log

    job = make_job(arguments)
    handle = InlineEngine().submit(job)
    with (
        display(sys.stderr, LINE_SECONDS) as show,
        stopped_by_signals(handle, show.note, "waiting for the checkpoints", "Stopping the running cells"),
    ):
        show.event(Log(f"Results in {job.results}"))
        end = follow(handle, show.event)
    if not isinstance(end, Finished):
        print("Stopped; the same command goes on with it.", file=sys.stderr)
        return INTERRUPTED
    result: BatchResult = end.result  # type: ignore[assignment]
    _report(result, as_json=arguments.json)
    return INTERRUPTED if result.stopped else FAILED if result.failed else DONE


def make_job(arguments: argparse.Namespace) -> BatchJob:
    """The job that the command line asks for. Raises UsageError, ScanError, OutputError."""
    from h3dstudio.errors import UsageError
    from h3dstudio.session.batch.job import BatchJob
    from h3dstudio.session.batch.manifest import has_manifest, read_manifest

    if arguments.engine not in ("local", "dask") or (arguments.engine == "dask") != bool(arguments.scheduler):
        raise UsageError(
            "the engine is local, or dask with --scheduler", remedy="Write --engine dask --scheduler ADDRESS"
        )
    for name in ("workers", "threads"):
        number = getattr(arguments, name)
        if number is not None and number < 1:
            raise UsageError(f"--{name} is {number}, expected at least 1")
    if arguments.retries < 0:
        raise UsageError(f"--retries is {arguments.retries}, expected 0 or more")
    given = Path(arguments.dataset)
    if has_manifest(given):
        _refuse_a_plan(arguments)
        results, wanted = given, read_manifest(given)
    else:
        results, wanted = _planned(arguments)
    wanted = replace(wanted, trust_cameras=wanted.trust_cameras or arguments.trust_cameras)
    return BatchJob(
        Path(os.path.abspath(results)), wanted, arguments.workers, arguments.scheduler, arguments.retries
    )


def _refuse_a_plan(arguments: argparse.Namespace) -> None:
    from h3dstudio.errors import UsageError

    told = [f"--{name}" for name in _OF_THE_PLAN if getattr(arguments, name) is not None]
    told += ["--" + name.replace("_", "-") for name in given_settings(arguments)]
    if told:
        raise UsageError(
            f"{', '.join(told)} cannot be changed of a batch that is there",
            where=arguments.dataset,
            remedy="Give the dataset's folder, with --out for the results",
        )


def _planned(arguments: argparse.Namespace) -> tuple[Path, Manifest]:
    from h3dstudio.session.batch.cells import Recipe
    from h3dstudio.session.batch.plan import VIEWS, default_results, plan

    wanted_methods = _words(arguments.methods) or tuple(methods())
    for name in wanted_methods:
        find_method(name)
    given = values_of(wanted_methods, given_settings(arguments))
    dataset = _dataset(arguments.dataset)
    wanted = plan(
        dataset,
        Recipe.of(given, wanted_methods, arguments.threads or 1),
        views=_words(arguments.views) or VIEWS,
        methods=wanted_methods,
        scans=_words(arguments.scans),
    )
    return arguments.out or default_results(dataset), wanted


def _dataset(name: str) -> Path:
    if name != DEMO:
        return Path(name)
    from h3dstudio.data.resources import demo_scan

    return demo_scan()


def _words(text: str | None) -> tuple[str, ...]:
    """ "3, 8,3" -> ("3", "8")."""
    return tuple(dict.fromkeys(word.strip() for word in (text or "").split(",") if word.strip()))


def _report(result: BatchResult, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**asdict(result), "results": str(result.results)}, indent=2))
        return
    from h3dstudio.cli.progress import duration

    for cell, problem in result.failed.items():
        print(f"failed: {cell}: {problem}", file=sys.stderr)
    for cell in result.reduced:
        print(f"reduced: {cell}", file=sys.stderr)
    ended = "Stopped; the same command goes on with it. " if result.stopped else ""
    print(f"{ended}{result.done} of {result.total} cells are done, in {duration(result.seconds)}")
    print(f"h3dstudio table {result.results}")
