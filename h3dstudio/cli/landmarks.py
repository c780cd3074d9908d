"""`h3dstudio landmarks convert|snap|triangulate`: landmark files without the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.cli.log_level import shows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from h3dstudio.data.landmark_files import Entry
    from h3dstudio.geometry.mesh import TriangleMesh
    from h3dstudio.geometry.triangulation import Triangulation

NAME = "landmarks"
HELP = "convert, compare and mirror landmarks, snap coordinates to a mesh, triangulate clicks in photos"
_IN = "a landmark file: txt, csv, mrk.json, fcsv, pp, pts, tps or json"
_OUT = "the file to write, of the format that its ending or --format says"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command each."""
    table = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    convert = table.add_parser("convert", help="write a landmark file in another format")
    convert.add_argument("file", type=Path, metavar="FILE", help=_IN)
    _add_out(convert)
    convert.add_argument("--mesh", type=Path, help="the mesh whose vertices the landmarks are (for .txt)")
    _add_reading(convert)
    snap = table.add_parser("snap", help="find the vertices nearest to coordinates, say of a CAD program")
    snap.add_argument("file", type=Path, metavar="FILE", help=f"{_IN}, with coordinates")
    snap.add_argument("mesh", type=Path, metavar="MESH", help="obj, ply, stl, glb or off, in mm")
    _add_out(snap)
    snap.add_argument("--unit", default="mm", help="of the coordinates: mm (default), cm, m or in")
    _add_reading(snap)
    clicks = table.add_parser("triangulate", help="find landmarks from clicks in two or more photos")
    clicks.add_argument("scan", type=Path, metavar="SCAN", help="scan folder, whose cameras are used")
    clicks.add_argument("clicks", type=Path, metavar="CSV", help="columns name, view, x, y (pixels)")
    _add_out(clicks)
    clicks.add_argument("--mesh", type=Path, help="a mesh in the scan's frame (for .txt)")
    compare = table.add_parser("compare", help="say what is left between two sets after the best fit")
    for which in ("source", "target"):
        compare.add_argument(which, type=Path, metavar=which.upper(), help=_IN)
        compare.add_argument(
            f"--{which}-mesh", type=Path, metavar="MESH", help=f"the mesh of {which.upper()}, for .txt"
        )
    compare.add_argument("--scale", action="store_true", help="fit with a common scale, not rigidly")
    mirror = table.add_parser("mirror", help="add what is missing on one side of the face from the other")
    mirror.add_argument("file", type=Path, metavar="FILE", help=_IN)
    _add_out(mirror)
    mirror.add_argument("--mesh", type=Path, help="their mesh: for .txt, and to put them on its surface")
    _add_reading(mirror)


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="OUT", help=_OUT)
    parser.add_argument(
        "--format",
        default="",
        metavar="NAME",
        help="h3ds, table, slicer, slicer-table, fcsv, meshlab, cloudcompare, idav, ibug, tps, names-json or "
        "points-json, where the ending of OUT does not say which",
    )


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--names",
        default="",
        metavar="LIST",
        help="what the points are, in the file's order: h3ds (its six), 68, 468, 478, or names with commas "
        "between; needed where the file has no names",
    )
    parser.add_argument(
        "--part",
        default="",
        metavar="NAME",
        help="which list, where the file holds several (a markup, a specimen, a face): its name or number",
    )


def run(arguments: argparse.Namespace) -> int:
    """Raises H3DError for anything a user can mend."""
    actions = {
        "convert": _convert,
        "snap": _snap,
        "triangulate": _triangulate,
        "compare": _compare,
        "mirror": _mirror,
    }
    return actions[arguments.action](arguments)


def _convert(arguments: argparse.Namespace) -> int:
    from h3dstudio.data.landmark_files import write_landmark_file
    from h3dstudio.data.mesh_files import read_mesh

    mesh = None if arguments.mesh is None else read_mesh(arguments.mesh)
    entries = _entries(arguments, mesh)
    write_landmark_file(arguments.out, entries, mesh, arguments.format)
    missing = [entry.name for entry in entries if not entry.placed]
    unplaced = f", not placed: {', '.join(missing)}" if missing else ""
    print(f"{arguments.out}: {len(entries)} landmarks{unplaced}")
    return 0


def _snap(arguments: argparse.Namespace) -> int:
    from dataclasses import replace

    from h3dstudio.data.landmark_files import write_landmark_file
    from h3dstudio.data.landmark_files.axes import UNITS
    from h3dstudio.data.landmark_snapping import snap
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.errors import UsageError
    from h3dstudio.geometry.surface_points import vector

    if arguments.unit not in UNITS:
        raise UsageError(f"the unit is {arguments.unit!r}, expected one of {', '.join(UNITS)}")
    mesh = read_mesh(arguments.mesh)
    entries = _entries(arguments, mesh, UNITS[arguments.unit])
    x = UNITS[arguments.unit]
    points = {
        entry.name: (x * entry.position[0], x * entry.position[1], x * entry.position[2])
        for entry in entries
        if entry.position is not None
    }
    found = snap(points, mesh)
    for name, vertex in found.vertices.items():
        print(f"{name}: vertex {vertex}, {found.distances[name]:.2f} mm away")
    for warning in found.warnings if shows("warning") else ():
        print(f"warning: {warning}", file=sys.stderr)
    placed = [
        replace(
            entry,
            vertex=found.vertices[entry.name],
            position=vector(mesh.vertices[found.vertices[entry.name]]),
        )
        for entry in entries
        if entry.name in found.vertices
    ]
    write_landmark_file(arguments.out, placed, mesh, arguments.format)
    print(f"{arguments.out}: {len(placed)} landmarks, at most {found.worst:.2f} mm from where they were")
    return 0


def _triangulate(arguments: argparse.Namespace) -> int:
    from h3dstudio.data.landmark_clicks import read_clicks, triangulate_clicks
    from h3dstudio.data.landmark_files import Entry, write_landmark_file
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.data.readers import read_scan
    from h3dstudio.geometry.surface_points import vector

    scan = read_scan(arguments.scan)
    clicks = read_clicks(arguments.clicks)
    found = triangulate_clicks(clicks, {view.index: view.camera for view in scan.views}, arguments.clicks)
    entries: list[Entry] = []
    for name, solution in found.items():
        _print_solution(name, sorted(clicks[name]), solution)
        entries.append(Entry(name, vector(solution.point)))
    mesh = None if arguments.mesh is None else read_mesh(arguments.mesh)
    write_landmark_file(arguments.out, entries, mesh, arguments.format)
    print(f"{arguments.out}: {len(entries)} landmarks")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    from h3dstudio.errors import LandmarkError
    from h3dstudio.session.landmarks.fit import FEWEST, fit_landmarks

    source = _positions(arguments.source, arguments.source_mesh)
    target = _positions(arguments.target, arguments.target_mesh)
    fit = fit_landmarks(source, target, with_scale=arguments.scale)
    if fit is None:
        raise LandmarkError(
            f"the two have fewer than {FEWEST} landmarks in common",
            where=arguments.target,
            remedy="Place the same ones on both",
        )
    for name, mm in fit.residuals.items():
        print(f"{name}: {mm:.3f} mm")
    scale = f", scale {fit.transform.scale:.4f}" if arguments.scale else ""
    print(f"root mean square {fit.rms:.3f} mm{scale}")
    return 0


def _mirror(arguments: argparse.Namespace) -> int:
    from h3dstudio.data.landmark_files import Entry, write_landmark_file
    from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS, partner
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.geometry.surface_points import SurfaceIndex, vector
    from h3dstudio.session.landmarks.mirror import mirrored

    mesh = None if arguments.mesh is None else read_mesh(arguments.mesh)
    entries = _entries(arguments, mesh)
    points = _points(entries, arguments.file)
    wanted = [*STANDARD_LISTS[MULTI_PIE], *(other for name in points if (other := partner(name)))]
    found = mirrored(points, dict.fromkeys(wanted))
    for name, point in found.items():
        on = point if mesh is None else SurfaceIndex(mesh).nearest(point)[0][0].array
        entries.append(Entry(name, vector(on)))
    kept = [entry for entry in entries if entry.position is not None or entry.name not in found]
    write_landmark_file(arguments.out, kept, mesh, arguments.format)
    print(f"{arguments.out}: {len(kept)} landmarks, of these mirrored: {', '.join(found) or 'none'}")
    return 0


def _positions(path: Path, mesh_path: Path | None) -> dict[str, NDArray[np.float64]]:
    """Name -> (3,) mm. Raises LandmarkError for vertices without their mesh."""
    from h3dstudio.data.landmark_files import read_landmark_file
    from h3dstudio.data.landmark_files.names import named
    from h3dstudio.data.mesh_files import read_mesh

    mesh = None if mesh_path is None else read_mesh(mesh_path)
    return _points(named(read_landmark_file(path, mesh), "", path), path)


def _points(entries: Sequence[Entry], path: Path) -> dict[str, NDArray[np.float64]]:
    """Those that are placed. Raises LandmarkError for vertices without their mesh."""
    import numpy as np

    from h3dstudio.errors import LandmarkError

    if all(entry.position is None for entry in entries):
        raise LandmarkError(
            "these are vertex numbers alone", where=path, remedy="Give the mesh they belong to"
        )
    return {entry.name: np.array(entry.position) for entry in entries if entry.position is not None}


def _print_solution(name: str, views: list[int], solution: Triangulation) -> None:
    x, y, z = solution.point
    pixels = ", ".join(f"view {view} {px:.2f} px" for view, px in zip(views, solution.errors, strict=True))
    print(f"{name}: ({x:.2f}, {y:.2f}, {z:.2f}) mm, {pixels}, rays {solution.angle:.0f} degrees apart")


def _entries(arguments: argparse.Namespace, mesh: TriangleMesh | None, unit: float = 1.0) -> list[Entry]:
    """What the file holds, by the names that it or the user gives; what is doubtful goes to stderr.

    `unit`: mm in each unit of the coordinates, which are not changed here.
    """
    import numpy as np

    from h3dstudio.data.landmark_doubts import point_doubts, size_doubts
    from h3dstudio.data.landmark_files import read_landmark_file
    from h3dstudio.data.landmark_files.names import named

    found = read_landmark_file(arguments.file, mesh, part=arguments.part)
    entries = named(found, arguments.names, arguments.file)
    points = {one.name: unit * np.array(one.position) for one in entries if one.position is not None}
    for doubt in filter(None, (size_doubts(points), point_doubts(points))):
        print(f"warning: {doubt}", file=sys.stderr)
    return entries
