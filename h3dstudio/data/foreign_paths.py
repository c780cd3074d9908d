r"""Paths that were written on another system: `..\scans\S1` of Windows leads to `../scans/S1` here."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath


def path_in(folder: Path, written: str) -> Path:
    r"""Where the path that a file in `folder` holds leads; it need not exist.

    A backslash separates on Windows alone, and may be part of a name elsewhere: the name as it is comes
    first where there is such a file.
    """
    here = _below(folder, written)
    if "\\" not in written or os.sep == "\\" or _exists(here):
        return here
    return _below(folder, PureWindowsPath(written).as_posix())


def _below(folder: Path, written: str) -> Path:
    return Path(os.path.normpath(folder / written))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # No permission to look, or no name for a file: as good as missing.
        return False
