"""Which head prior: the bundled one, one used before, or a file to look for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from h3dstudio.gui.shell.texts import translator

_KNOWN = "head priors"
_MOST = 6
_tr = translator("PriorChooser")


class PriorChoice(QObject):
    """The prior in use, "" for the bundled one, and those used before. One for the whole window."""

    changed = Signal(str)
    listed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = ""

    def choose(self, path: str) -> None:
        """Use the prior in the file `path`, "" for the bundled one."""
        if path:
            self.add(path)
        if path != self.path:
            self.path = path
            self.changed.emit(path)

    def add(self, path: str) -> None:
        """Offer a file, without using it yet."""
        known = [path, *(one for one in self.known() if one != path)][:_MOST]
        QSettings().setValue(_KNOWN, known)
        self.listed.emit()

    def known(self) -> list[str]:
        """Files used before that are still there, newest first."""
        stored: Any = QSettings().value(_KNOWN, [])
        paths = [stored] if isinstance(stored, str) else [str(path) for path in stored or []]
        return [path for path in paths if (path == self.path or Path(path).exists())]


class PriorChooser(QComboBox):
    """A view of a `PriorChoice`; its last row opens a file dialog."""

    def __init__(self, choice: PriorChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.setToolTip(tip())
        self.setAccessibleName(self.tr("Head prior"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._take)
        choice.changed.connect(self._fill)
        choice.listed.connect(self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.clear()
        self.addItem(_tr("Bundled heads"), "")
        for path in self._choice.known():
            self.addItem(Path(path).name, path)
            self.setItemData(self.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        self.addItem(_tr("Browse…"), None)
        self.setCurrentIndex(max(0, self.findData(self._choice.path)))
        self.setToolTip(f"{tip()}\n{self._choice.path}".strip())

    def _take(self, row: int) -> None:
        path = self.itemData(row)
        if path is not None:
            self._choice.choose(path)
            return
        self.setCurrentIndex(max(0, self.findData(self._choice.path)))
        ask_for_prior(self, self._choice.choose)


def tip() -> str:
    """What a prior is."""
    return _tr("The head prior: what heads look like in general, learned from many (.h3dprior)")


def ask_for_prior(parent: QWidget, take: Callable[[str], None]) -> None:
    """Let the user look for a prior's file."""
    dialog = QFileDialog(parent, _tr("Choose a head prior"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_tr("Head priors (*.h3dprior)"))
    dialog.setDirectory(str(QSettings().value("prior folder", str(Path.home()))))

    def chosen(path: str) -> None:
        QSettings().setValue("prior folder", str(Path(path).parent))
        take(path)

    dialog.fileSelected.connect(chosen)
    dialog.open()
