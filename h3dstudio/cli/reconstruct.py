"""`h3dstudio reconstruct`: a head from photos, without a window."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.methods.command_options import add_method_options, given_settings, settings_of
from h3dstudio.methods.registry import default_method, find_method, methods

if TYPE_CHECKING:
    from h3dstudio.session.runs.job import ReconstructionJob, RunResult

NAME = "reconstruct"
HELP = "reconstruct a head from the photos of a scan"
DEMO = "demo"
DONE, FAILED, INTERRUPTED = 0, 1, 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SCAN and its options."""
    add = parser.add_argument
    add("scan", metavar="SCAN", help=f"scan folder, or dataset folder with --scan, or '{DEMO}'")
    add("--scan", dest="scan_name", metavar="NAME", help="which scan of a dataset folder")
    add("--views", metavar="LIST", help="a view list's name or a count (3, 8, all), or view numbers (0,8,58)")
    add("--method", metavar="ID", help=f"{_told_methods()} (default: {default_method().id})")
    add(
        "--trust-cameras",
        action="store_true",
        help="go on where photos, masks and cameras contradict each other",
    )
    add("--out", type=Path, metavar="DIR", help="run folder (default: runs/SCAN-VIEWS-METHOD)")
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="go on with the run in the run folder")
    existing.add_argument("--force", action="store_true", help="replace the run in the run folder")
    add("--json", action="store_true", help="print the result as JSON, and nothing else, on standard output")
    add_method_options(parser.add_argument_group("settings of the method"))


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0 done, 130 interrupted (the latest mesh is kept). Raises what went wrong."""
    from h3dstudio.cli.following import run_here
    from h3dstudio.jobs.events import Finished

    end = run_here(make_job(arguments), "a mesh")
    if not isinstance(end, Finished):
        print("Stopped before there was a mesh to keep.", file=sys.stderr)
        return INTERRUPTED
    result: RunResult = end.result  # type: ignore[assignment]
    _report(result, as_json=arguments.json)
    return INTERRUPTED if end.early else DONE


def make_job(arguments: argparse.Namespace) -> ReconstructionJob:
    """The job that the command line asks for. Raises UsageError, ScanError."""
    from h3dstudio.session.runs.job import ReconstructionJob

    method = find_method(arguments.method or default_method().id)
    settings = settings_of(method.settings, given_settings(arguments))
    scan = _scan_folder(arguments.scan)
    return ReconstructionJob(
        scan=scan,
        out=arguments.out or _default_out(scan, arguments, method.id),
        settings=settings,
        views=arguments.views,
        resume=arguments.resume,
        force=arguments.force,
        scan_name=arguments.scan_name,
        trust_cameras=arguments.trust_cameras,
    )


def _told_methods() -> str:
    return "; ".join(f"{one.id}: {one.hint.rstrip('.')}" for one in methods().values())


def _scan_folder(name: str) -> Path:
    if name != DEMO:
        return Path(name)
    from h3dstudio.data.resources import demo_scan

    return demo_scan()


def _default_out(scan: Path, arguments: argparse.Namespace, method: str) -> Path:
    from h3dstudio.data.readers import read_scan
    from h3dstudio.data.view_lists import choose_views
    from h3dstudio.session.runs.naming import default_run_folder

    found = read_scan(scan, arguments.scan_name)
    views = tuple(view.index for view in choose_views(found, arguments.views))
    return default_run_folder(found.name, views, arguments.views, method)


def _report(result: RunResult, *, as_json: bool) -> None:
    files = {"mesh": result.mesh, "report": result.run_json, "preview": result.preview}
    if as_json:
        named = {name: str(path) for name, path in files.items()}
        print(json.dumps({**result.summary, "folder": str(result.folder), "files": named}, indent=2))
        return
    print(_in_words(result.summary))
    for name, path in files.items():
        print(f"{name + ':':9}{path}")


def _in_words(summary: dict[str, object]) -> str:
    parts = [f"{summary.get('iterations', 0)} iterations"]
    seconds, memory, mesh = (summary.get(name) for name in ("seconds", "peak_memory", "mesh"))
    if isinstance(seconds, int | float):
        parts[0] += f" in {seconds:.1f} s"
    if isinstance(mesh, dict):
        parts.append(f"{mesh['vertices']:,} vertices, {mesh['faces']:,} faces")
    if isinstance(memory, int):
        parts.append(f"peak memory {memory / 2**30:.2f} GB")
    metrics = summary.get("image_metrics")
    if isinstance(metrics, dict):
        parts += [f"{name} {value:.3g}" for name, value in metrics.items() if isinstance(value, float)]
    return "; ".join(parts)
