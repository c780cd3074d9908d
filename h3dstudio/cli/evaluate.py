"""`h3dstudio evaluate`: how far a mesh is from the ground truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

NAME = "evaluate"
HELP = "score a mesh against a scan's ground truth, by the published H3DS protocol and the strict one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "scan", metavar="SCAN", type=Path, help="scan folder, or a dataset's root with --scan"
    )
    parser.add_argument(
        "mesh", metavar="MESH", type=Path, help="obj, ply, stl, glb or off, in mm, in the scan's frame"
    )
    parser.add_argument(
        "--scan", dest="scan_name", metavar="NAME", help="the scan's name below a dataset's root"
    )
    parser.add_argument(
        "--landmarks",
        metavar="FILE",
        type=Path,
        help="the mesh's landmarks, 'name vertex_index' per line: aligns a mesh in a frame of its own",
    )
    parser.add_argument("--json", metavar="OUT", type=Path, help="also write every figure to this file")


def run(arguments: argparse.Namespace) -> int:
    """Print the scores; returns the exit code. Raises H3DError for anything a user can mend."""
    from h3dstudio.data.landmarks import read_landmarks
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.data.readers import read_scan
    from h3dstudio.evaluation.evaluate import check_prediction, evaluate_scan
    from h3dstudio.evaluation.table import format_evaluation

    scan = read_scan(arguments.scan, arguments.scan_name)
    mesh = read_mesh(arguments.mesh, allow_no_faces=True)
    check_prediction(mesh, arguments.mesh)
    landmarks = None
    if arguments.landmarks is not None:
        landmarks = dict(read_landmarks(arguments.landmarks, len(mesh.vertices)))
    evaluation = evaluate_scan(scan, mesh, landmarks)
    if arguments.json is not None:
        _write(arguments.json, arguments, evaluation.as_dict())
    print(format_evaluation(evaluation))
    return 0


def _write(path: Path, arguments: argparse.Namespace, figures: dict[str, Any]) -> None:
    from h3dstudio import __version__
    from h3dstudio.data.atomic import write_json

    inputs = {
        "scan": str(arguments.scan),
        "mesh": str(arguments.mesh),
        "landmarks": None if arguments.landmarks is None else str(arguments.landmarks),
    }
    write_json(path, {"h3dstudio": __version__, "inputs": inputs, **figures})
