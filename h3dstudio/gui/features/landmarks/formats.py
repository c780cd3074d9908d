"""Landmark formats as the file dialogs show them: whatever the registry knows, in the order of their use."""

from __future__ import annotations

from h3dstudio.gui.shell.texts import translator

_tr = translator("LandmarkExchange")
_FIRST = ("h3ds", "slicer", "fcsv", "table")


def readable() -> str:
    """A name filter of every ending that can be read."""
    from h3dstudio.data.landmark_files import READABLE

    return _tr("Landmarks") + f" ({' '.join(f'*{ending}' for ending in READABLE)})"


def writable() -> dict[str, tuple[str, str]]:
    """Name filter -> (ending, key of the format), those that are used most first."""
    from h3dstudio.data.landmark_files import FORMATS

    formats = [one for one in FORMATS if one.write is not None]
    first = {key: place for place, key in enumerate(_FIRST)}
    formats.sort(key=lambda one: (first.get(one.key, len(first)), one.title))
    return {f"{_tr(one.title)} (*{one.endings[0]})": (one.endings[0], one.key) for one in formats}
