"""Planning a batch: from what a user asks for to its cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from h3dstudio.data.readers import find_scans
from h3dstudio.errors import ScanError, UsageError
from h3dstudio.methods.registry import methods as known_methods
from h3dstudio.session.batch.cells import Cell, Recipe
from h3dstudio.session.batch.manifest import Manifest
from h3dstudio.session.runs.naming import RUNS, plain_name

VIEWS = ("3", "4", "8", "16", "32")
_MOST_NAMED = 8


def plan(
    dataset: Path,
    recipe: Recipe,
    *,
    views: Sequence[str] = VIEWS,
    methods: Sequence[str] = (),
    scans: Sequence[str] = (),
) -> Manifest:
    """Every scan with every number of views by every method, scan by scan.

    Args:
        dataset: a dataset's root, or one scan.
        methods: ids; none means all.
        views: view lists' names or counts; what only some scans have fails when the others' turn comes.
        scans: names of folders, or paths below `dataset`; none means all.

    Raises ScanError without scans, UsageError for names that do not exist or numbers that are none.
    """
    root = Path(dataset).resolve()
    found = scan_names(root)
    chosen = [_find(name, found, dataset) for name in scans] or found
    ways = methods or tuple(known_methods())
    cells = [Cell(scan, wanted, method) for scan in chosen for wanted in views for method in ways]
    if not cells:
        raise UsageError("there is nothing to do", remedy="Name at least one number of views and one method")
    made = Manifest(root, recipe, tuple(dict.fromkeys(cells)), _version(root))
    for wanted in views:
        _check_views(made, wanted)
    return made


def scan_names(root: Path) -> list[str]:
    """The scans at or below a folder, as `Cell` names them, in natural order. Raises ScanError."""
    below = [path.relative_to(root).as_posix() for path in find_scans(root)]
    return [root.name if name == "." else name for name in below]


def default_results(dataset: Path) -> Path:
    """`runs/<dataset>-batch`."""
    return RUNS / f"{plain_name(Path(dataset).resolve().name)}-batch"


def _check_views(made: Manifest, wanted: str) -> None:
    """Raises UsageError for what cannot be meant: a count of nothing, or a list that no scan has."""
    from h3dstudio.data.readers import read_scan

    if wanted.isascii() and wanted.isdigit():
        known = int(wanted[:9]) > 0
    else:
        folders = dict.fromkeys(made.scan_folder(cell) for cell in made.cells)
        known = wanted.lower() == "all" or any(wanted in read_scan(one).view_lists for one in folders)
    if not known:
        raise UsageError(f"'{wanted}' names no views of any scan", where="--views", remedy="Try 3,8,32")


def _find(name: str, found: Sequence[str], dataset: Path) -> str:
    matches = [one for one in found if one == name] or [one for one in found if one.endswith(f"/{name}")]
    if len(matches) == 1:
        return matches[0]
    listed = ", ".join(matches or found[:_MOST_NAMED])
    if matches:
        raise UsageError(f"{len(matches)} scans are named {name}", where="--scans", remedy=f"Say {listed}")
    raise ScanError(f"there is no scan named {name}", where=dataset, remedy=f"There are {listed}")


def _version(root: Path) -> str:
    """What the dataset says about itself."""
    try:
        with open(root / "version.txt", encoding="utf-8", errors="replace") as stream:
            return stream.readline(40).strip()
    except OSError:
        return ""
