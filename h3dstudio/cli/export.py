"""`h3dstudio export`: a mesh in another format, in the ground truth's frame, with its errors or in parts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.errors import UsageError

if TYPE_CHECKING:
    from h3dstudio.session.export.job import ExportJob, ExportResult

NAME = "export"
HELP = "write a mesh as PLY, OBJ, STL or GLB: as it is, aligned, as a heat map, or a region of it"
FORMATS = ("ply", "obj", "stl", "glb")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("mesh", metavar="RUN|MESH", type=Path, help="a run's folder, or a mesh file in mm")
    parser.add_argument(
        "--out",
        metavar="PATH",
        type=Path,
        required=True,
        help="the file to write, or the folder to put it in",
    )
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of --out, else ply")
    parser.add_argument(
        "--aligned-to",
        metavar="SCAN",
        type=Path,
        help="move the mesh into the ground truth's frame, as the strict scores do; also writes the matrix",
    )
    parser.add_argument(
        "--compared-with",
        metavar="SCAN",
        type=Path,
        help="the scan for --heat-map and --region, without moving the mesh",
    )
    parser.add_argument("--scan", dest="scan_name", metavar="NAME", help="its name below a dataset's root")
    parser.add_argument(
        "--align", choices=("landmarks", "free"), help="what the alignment starts from (see evaluate)"
    )
    parser.add_argument(
        "--heat-map",
        nargs="?",
        type=float,
        const=0.0,
        metavar="MM",
        help="colour the distance to the ground truth, 0 to MM (default 5); in a PLY it is also the quality",
    )
    parser.add_argument(
        "--landmarks",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="FILE",
        help="write the landmarks too: those of FILE, of any format, or the run's",
    )
    parser.add_argument("--region", metavar="NAME|FILE", help="only this region of the ground truth")
    parser.add_argument(
        "--clean",
        action=argparse.BooleanOptionalAction,
        help="mend slivers, self-intersections and handles up to 40 mm around; done by default for a run's "
        "mesh and with --faces or --watertight, not for the meshes of others, which stay as they are",
    )
    parser.add_argument("--watertight", action="store_true", help="close all holes, as for a 3D printer")
    parser.add_argument(
        "--smooth",
        type=int,
        default=0,
        metavar="N",
        help="steps of smoothing (Taubin's, which keeps the volume)",
    )
    parser.add_argument("--faces", type=int, metavar="N", help="reduce to about N faces")
    parser.add_argument("--force", action="store_true", help="replace files that are there")


def run(arguments: argparse.Namespace) -> int:
    """Write and say what was written. Raises H3DError for anything a user can mend."""
    from h3dstudio.cli.following import to_the_end

    result: ExportResult = to_the_end(_job(arguments).events())
    glb = result.files[0].suffix.lower() == ".glb"
    unit = "in metres with y up, as its standard asks" if glb else "in mm"
    print(f"{result.files[0]}: {result.vertices} vertices, {result.faces} faces, {unit}")
    for path in result.files[1:]:
        print(path)
    for note in result.notes:
        print(f"  {note}")
    return 0


def _job(arguments: argparse.Namespace) -> ExportJob:
    from h3dstudio.session.export.job import CLAMP, ExportJob, ExportOptions

    if arguments.aligned_to is not None and arguments.compared_with is not None:
        raise UsageError("--aligned-to and --compared-with both name a scan, expected one of them")
    if arguments.align is not None and arguments.aligned_to is None:
        raise UsageError("--align says how to align, but without --aligned-to nothing is aligned")
    wanted, heat = arguments.landmarks, arguments.heat_map
    options = ExportOptions(
        aligned=arguments.aligned_to is not None,
        align=arguments.align,
        heat_map=heat is not None,
        clamp=heat if heat is not None and heat != 0.0 else CLAMP,
        landmarks=wanted is not None,
        region=arguments.region,
        clean=arguments.clean,
        watertight=arguments.watertight,
        smooth=arguments.smooth,
        faces=arguments.faces,
    )
    return ExportJob(
        arguments.mesh,
        _file(arguments),
        arguments.aligned_to or arguments.compared_with,
        options,
        wanted if wanted is not None and wanted != Path() else None,
        arguments.scan_name,
        arguments.force,
    )


def _file(arguments: argparse.Namespace) -> Path:
    """The file that --out and --format mean."""
    out: Path = arguments.out
    suffix = out.suffix.lower()
    folder = _is_folder(out)
    known = suffix[1:] in FORMATS and not folder
    if known and arguments.format not in (None, suffix[1:]):
        raise UsageError(f"--format is {arguments.format}, but --out ends in {suffix}")
    if known:
        return out
    if suffix and not folder and arguments.format is None:
        raise UsageError(
            f"--out ends in {suffix}, expected a folder or {', '.join('.' + f for f in FORMATS)}"
        )
    mesh: Path = arguments.mesh
    name = mesh.resolve().name if mesh.is_dir() else mesh.stem
    return out / f"{name}.{arguments.format or 'ply'}"


def _is_folder(path: Path) -> bool:
    """Raises OutputError for a name that no file can have."""
    from h3dstudio.data.atomic import output_error

    try:
        return path.is_dir()
    except OSError as error:
        raise output_error(error, path) from error
