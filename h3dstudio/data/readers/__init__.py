"""Readers of scan layouts, one file each, found through a registry and entry points.

    scan = read_scan(Path("h3ds/1b2a8613401e42a8"))     # or read_scan(Path("h3ds"), "1b2a8613401e42a8")

A package adds a layout by an entry point in the group "h3dstudio.scan_readers" that names a `ScanReader`
class. The first reader that `can_read` a folder reads it; added ones are asked before the built-in ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Protocol, runtime_checkable

from h3dstudio.data.readers.h3ds import H3DSReader
from h3dstudio.data.readers.idr import IDRReader
from h3dstudio.data.readers.numbering import natural_key
from h3dstudio.data.readers.reproduction import ReproductionReader
from h3dstudio.data.scan import Scan
from h3dstudio.errors import ScanError

ENTRY_POINTS = "h3dstudio.scan_readers"
DEEPEST = 3  # levels below a dataset's root: OWN_DATA/view3/scan1

MOST_FOLDERS = 5000  # a whole home folder was given by mistake


@runtime_checkable
class ScanReader(Protocol):
    """Reads one layout."""

    layout: str

    def can_read(self, path: Path) -> bool:
        """Whether the folder looks like this layout, quickly and without raising."""
        ...

    def read(self, path: Path) -> Scan:
        """Read it. Raises ScanError or CameraError that says exactly what is wrong, where, and the remedy."""
        ...


READERS: tuple[ScanReader, ...] = (ReproductionReader(), H3DSReader(), IDRReader())


@cache
def readers() -> tuple[ScanReader, ...]:
    """Readers of installed packages first, then the built-in ones."""
    from importlib.metadata import entry_points

    added: list[ScanReader] = []
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            added.append(entry.load()())
        except Exception as error:  # somebody else's package must not stop this program
            raise ScanError(
                f"the scan reader {entry.value} cannot be loaded ({error})",
                where=entry.name,
                remedy="Update or remove the package that brings it",
            ) from error
    return (*added, *READERS)


def find_scans(path: Path) -> list[Path]:
    """The scan folders at or below `path`, in natural order: a scan folder -> itself.

    Raises ScanError when `path` does not exist, is no folder, or holds no scan.
    """
    path = Path(path)
    _check_folder(path)
    found = _find(path, DEEPEST, count(1))
    if not found and _can_read(path.resolve().parent):
        raise ScanError("this is a part of a scan", where=path, remedy=f"Give {path.resolve().parent}")
    if not found:
        raise ScanError(
            f"there is no scan here: expected image/, mask/ and cameras.npz, found {_listing(path)}",
            where=path,
            remedy="Give a scan's folder, or the dataset's root that holds scan folders",
        )
    return found


def read_scan(path: Path, scan: str | None = None) -> Scan:
    """Read the scan at `path`, or the one named `scan` below a dataset's root.

    Only headers are read of images, nothing of the ground truth: see `data.images` and `data.mesh_files`.
    Raises ScanError or CameraError.
    """
    path = Path(path)
    folders = find_scans(path)
    if scan is not None:
        folders = [folder for folder in folders if folder.name == scan or folder == path / scan]
        if not folders:
            raise ScanError(f"there is no scan named {scan}", where=path, remedy=_names(find_scans(path)))
    if len(folders) > 1:
        raise ScanError(f"there are {len(folders)} scans here", where=path, remedy=_names(folders))
    return reader_of(folders[0]).read(folders[0])


def reader_of(folder: Path) -> ScanReader:
    """The reader that takes `folder`. Raises ScanError when none does."""
    for reader in readers():
        if reader.can_read(folder):
            return reader
    raise ScanError("no reader knows this layout", where=folder)


def _can_read(path: Path) -> bool:
    return any(reader.can_read(path) for reader in readers())


def _find(path: Path, depth: int, visited: Iterator[int]) -> list[Path]:
    if next(visited) > MOST_FOLDERS:
        raise ScanError(
            f"there are more than {MOST_FOLDERS} folders here", where=path, remedy="Give the dataset's root"
        )
    try:
        if _can_read(path):
            return [path]
        if depth == 0:
            return []
        below = [entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    except PermissionError:
        return []
    below.sort(key=lambda entry: natural_key(entry.name))
    return [scan for entry in below for scan in _find(entry, depth - 1, visited)]


def _check_folder(path: Path) -> None:
    try:
        if path.is_dir():
            next(path.iterdir(), None)
            return
        exists = path.exists()
    except OSError as error:
        raise ScanError(f"the folder cannot be read ({error.strerror})", where=path) from error
    except ValueError as error:  # a null byte in the path
        raise ScanError("this is not a path", where=repr(path)) from error
    if exists:
        remedy = f"Give {path.parent}" if _can_read(path.parent) else "Give the folder of a scan"
        raise ScanError("this is a file, expected a scan's folder", where=path, remedy=remedy)
    raise ScanError("there is no such folder", where=path, remedy="Check the path")


def _listing(path: Path) -> str:
    names = sorted(entry.name + ("/" if entry.is_dir() else "") for entry in path.iterdir())
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "") if names else "an empty folder"


def _names(folders: list[Path]) -> str:
    names = [folder.name for folder in folders]
    return f"Choose one of {', '.join(names[:8])}" + (", ..." if len(names) > 8 else "")
