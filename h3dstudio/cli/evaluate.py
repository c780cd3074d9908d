"""`h3dstudio evaluate`: how far a mesh is from the ground truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from h3dstudio.session.evaluation.job import EvaluationResult

NAME = "evaluate"
HELP = "score a mesh against a scan's ground truth, by the published H3DS protocol and the strict one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "scan", metavar="SCAN", type=Path, help="scan folder, or a dataset's root with --scan"
    )
    parser.add_argument(
        "mesh",
        metavar="MESH",
        type=Path,
        help="obj, ply, stl, glb or off, in mm, in the scan's frame; or a run's folder, which then also gets "
        "evaluation.json and errors.npz",
    )
    parser.add_argument(
        "--scan", dest="scan_name", metavar="NAME", help="the scan's name below a dataset's root"
    )
    parser.add_argument(
        "--landmarks",
        metavar="FILE",
        type=Path,
        help="the mesh's landmarks, a file of any format: aligns a mesh in a frame of its own",
    )
    parser.add_argument(
        "--align",
        choices=("landmarks", "free", "none"),
        help="what the registrations start from: the landmarks (the default where they are given), the mesh "
        "as it is (the default otherwise), or no registration at all",
    )
    parser.add_argument(
        "--region",
        metavar="NAME|FILE",
        action="append",
        default=[],
        help="score this region too, by its name in the scan or from a file of vertex indices; repeatable "
        "(face, head and nose are always scored)",
    )
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, help="write evaluation.json and errors.npz to this folder"
    )
    parser.add_argument("--json", metavar="OUT", type=Path, help="also write every figure to this file")


def run(arguments: argparse.Namespace) -> int:
    """Print the scores; returns the exit code. Raises H3DError for anything a user can mend."""
    from h3dstudio.cli.following import to_the_end
    from h3dstudio.evaluation.options import EvaluationOptions
    from h3dstudio.evaluation.table import format_evaluation
    from h3dstudio.session.evaluation.job import EvaluationJob

    out = arguments.out or (arguments.mesh if arguments.mesh.is_dir() else None)
    job = EvaluationJob(
        arguments.scan,
        arguments.mesh,
        out,
        arguments.landmarks,
        EvaluationOptions(arguments.align, tuple(arguments.region)),
        arguments.scan_name,
    )
    result: EvaluationResult = to_the_end(job.events())
    if arguments.json is not None:
        from h3dstudio.data.atomic import write_json

        write_json(arguments.json, result.content)
    print(format_evaluation(result.evaluation))
    if result.folder is not None:
        print(f"\nWritten to {result.folder}: evaluation.json, errors.npz")
    return 0
