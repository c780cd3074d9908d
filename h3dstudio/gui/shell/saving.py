"""Where something is to be written: one dialog for everything that leaves the window as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

EXPORT_FOLDER = "export folder"
"""The setting that remembers where something was written last."""


def last_folder(setting: str = EXPORT_FOLDER) -> Path:
    """The folder remembered under `setting`; the user's own where there is none."""
    return Path(str(QSettings().value(setting, str(Path.home()))))


def remember_folder(path: Path, setting: str = EXPORT_FOLDER) -> None:
    """Begin in the folder of the file `path` the next time."""
    QSettings().setValue(setting, str(path.parent))


def ask_where(
    parent: QWidget,
    title: str,
    formats: Mapping[str, str],
    name: str,
    folder: Path,
    chosen: Callable[[Path], object],
    wanted: Callable[[str], object] = lambda _: None,
) -> None:
    """Let the user choose a file to write; its ending says the format.

    Args:
        formats: what the user reads, "Name (*.end)" -> the ending, dot included; the first one is on.
        name: of the file that is suggested, without an ending.
        folder: where to look first.
        chosen: called with the path, unless the dialog is cancelled.
        wanted: called with what the user reads of the format, whenever another one is chosen.
    """
    first = next(iter(formats.values()))
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(formats))
    dialog.setDefaultSuffix(first)
    dialog.filterSelected.connect(lambda which: dialog.setDefaultSuffix(formats[which]))
    dialog.filterSelected.connect(wanted)
    dialog.setDirectory(str(folder))
    dialog.selectFile(name + first)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
