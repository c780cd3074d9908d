"""`h3dstudio info PATH`: what is there, and what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from h3dstudio.data.inspection import Inspection
    from h3dstudio.data.scan import Problem

NAME = "info"
HELP = "show what a scan or dataset holds, and what is wrong"
MOST_PROBLEMS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", type=Path, help="a scan's folder, or a dataset's root")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every scan can be read, 1 otherwise."""
    from h3dstudio.data.inspection import inspect_scan
    from h3dstudio.data.readers import find_scans

    folders = find_scans(arguments.path)
    alone = len(folders) == 1
    # Of many scans only headers are read; the pixels of a whole dataset would take minutes.
    found = [inspect_scan(folder, pixels=alone) for folder in folders]
    if arguments.json:
        _print_json(found, alone)
    elif alone:
        _print_scan(_console(), found[0])
    else:
        _print_dataset(_console(), arguments.path, found)
    return 1 if any(inspection.fatal for inspection in found) else 0


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    # Into a pipe or a file nothing is folded to the width of a terminal that is not there.
    return console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, width=400)


def _print_scan(console: Console, inspection: Inspection) -> None:
    from rich.table import Table

    scan = inspection.scan
    console.print(scan.name if scan else inspection.path.name, style="bold")
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for label, text in _facts(inspection):
        table.add_row("  " + label, text)
    console.print(table)
    _print_problems(console, inspection)


def _facts(inspection: Inspection) -> list[tuple[str, str]]:
    from h3dstudio.data.view_lists import number_ranges

    scan = inspection.scan
    facts = [("folder", str(inspection.path))]
    if scan is None:
        return facts
    numbers = number_ranges(tuple(view.index for view in scan.views))
    centre = ", ".join(f"{value:.1f}" for value in scan.unit_sphere.translation)
    facts += [
        ("layout", scan.layout),
        ("views", f"{len(scan.views)} ({numbers}), {_sizes(inspection)}"),
        ("view lists", ", ".join(scan.view_lists) or "none; views are chosen by camera azimuth"),
        ("cameras", _cameras(inspection)),
        ("unit sphere", f"radius {scan.unit_sphere.scale:.1f} mm around ({centre})"),
    ]
    if inspection.foreground is not None:
        facts.append(("masks", f"the head covers {inspection.foreground:.0%} of the photos"))
    if (agreement := inspection.consistency) is not None and len(agreement.numbers) > 1:
        number, least = agreement.worst
        facts.append(
            (
                "silhouettes",
                f"their hull covers {agreement.mean:.1%} of the masks (least: {least:.1%}, view {number})",
            )
        )
    facts.append(("ground truth", _truth(inspection)))
    if scan.landmarks:
        facts.append(("landmarks", ", ".join(f"{name} {at}" for name, at in scan.landmarks.items())))
    if scan.regions:
        sizes = dict(inspection.region_sizes)
        text = ", ".join(f"{name} ({sizes[name]:,})" if name in sizes else name for name in scan.regions)
        facts.append(("regions", text))
    return facts


def _sizes(inspection: Inspection) -> str:
    assert inspection.scan is not None
    sizes = sorted({view.size for view in inspection.scan.views})
    shown = ", ".join(f"{width}x{height}" for width, height in sizes[:3])
    return shown + (f", ... ({len(sizes)} sizes)" if len(sizes) > 3 else "") + " pixels"


def _cameras(inspection: Inspection) -> str:
    import numpy as np

    assert inspection.scan is not None
    centre = inspection.scan.unit_sphere.translation
    views = inspection.scan.views
    distance = [float(np.linalg.norm(view.camera.center - centre)) for view in views]
    focal = [float(view.camera.intrinsics[0, 0]) for view in views]
    return f"{_range(distance)} mm from the head, focal length {_range(focal)} px"


def _range(values: list[float]) -> str:
    low, high = f"{min(values):.0f}", f"{max(values):.0f}"
    return low if low == high else f"{low} to {high}"


def _truth(inspection: Inspection) -> str:
    assert inspection.scan is not None
    truth, mesh = inspection.scan.ground_truth, inspection.mesh
    if truth is None:
        return "none"
    if mesh is None:
        return truth.name
    extent = mesh.vertices.max(axis=0) - mesh.vertices.min(axis=0)
    size = " x ".join(f"{value:.0f}" for value in extent)
    return f"{truth.name}, {len(mesh.vertices):,} vertices, {len(mesh.faces):,} faces, {size} mm"


def _print_problems(console: Console, inspection: Inspection) -> None:
    from h3dstudio.data.inspection import grouped

    if not inspection.problems:
        console.print("  no problems found", style="green")
        return
    groups = grouped(inspection.problems)
    console.print(f"  {len(groups)} problem{'s' if len(groups) > 1 else ''} found", style="yellow")
    for problem, count in groups[:MOST_PROBLEMS]:
        more = f" and {count - 1} more" if count > 1 else ""
        remedy = f" {problem.remedy}." if problem.remedy else ""
        line = f"  - {_relative(problem, inspection.path)}{more}: {problem.what}.{remedy}"
        console.print(line, style="red" if problem.fatal else None)
    if len(groups) > MOST_PROBLEMS:
        console.print(f"  ... and {len(groups) - MOST_PROBLEMS} more; --json lists them all")


def _relative(problem: Problem, root: Path) -> str:
    where = Path(problem.where)
    return str(where.relative_to(root)) if where != root and where.is_relative_to(root) else problem.where


def _print_dataset(console: Console, path: Path, found: list[Inspection]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=f"{path}: {len(found)} scans", title_justify="left")
    for column in ("scan", "layout", "views", "pixels", "view lists", "ground truth", "problems"):
        table.add_column(column)
    for inspection in found:
        scan = inspection.scan
        name = str(inspection.path.relative_to(path))
        if scan is None:
            table.add_row(name, "-", "-", "-", "-", "-", f"unreadable: {inspection.problems[0].what}")
            continue
        table.add_row(
            name,
            scan.layout,
            str(len(scan.views)),
            _sizes(inspection).removesuffix(" pixels"),
            ", ".join(scan.view_lists) or "none",
            "yes" if scan.ground_truth else "no",
            str(len(inspection.problems)) if inspection.problems else "none",
        )
    console.print(table)
    console.print(
        f"h3dstudio info {found[0].path} tells more about one scan, and checks its pixels and meshes."
    )


def _print_json(found: list[Inspection], alone: bool) -> None:
    import json

    from h3dstudio.data.atomic import jsonable

    scans = [_as_dict(inspection) for inspection in found]
    print(json.dumps(jsonable(scans[0] if alone else {"scans": scans}), indent=2))


def _as_dict(inspection: Inspection) -> dict[str, object]:
    scan, mesh = inspection.scan, inspection.mesh
    document: dict[str, object] = {
        "path": inspection.path,
        "readable": scan is not None,
        "problems": [vars(problem) for problem in inspection.problems],
    }
    if scan is None:
        return document
    sphere = scan.unit_sphere
    views = [
        {"index": v.index, "image": v.image_path, "mask": v.mask_path, "size": v.size} for v in scan.views
    ]
    return document | {
        "name": scan.name,
        "layout": scan.layout,
        "views": views,
        "left_out": sorted(scan.left_out),
        "view_lists": scan.view_lists,
        "unit_sphere": {"radius_mm": sphere.scale, "center_mm": sphere.translation},
        "ground_truth": scan.ground_truth,
        "vertices": None if mesh is None else len(mesh.vertices),
        "faces": None if mesh is None else len(mesh.faces),
        "landmarks": scan.landmarks,
        "consistency": _consistency(inspection),
        "regions": dict(inspection.region_sizes) or list(scan.regions),
    }


def _consistency(inspection: Inspection) -> dict[str, object] | None:
    found = inspection.consistency
    if found is None:
        return None
    shares = {str(number): float(share) for number, share in zip(found.numbers, found.shares, strict=True)}
    return {"covered": shares, "cause": found.cause.value if found.cause else None}
