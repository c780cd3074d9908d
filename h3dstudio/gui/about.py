"""The small informative dialogs: shortcuts, version and licences, why another scan cannot be opened now."""

from __future__ import annotations

import html

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMessageBox, QWidget

from h3dstudio import __version__
from h3dstudio.gui import dialogs
from h3dstudio.gui.action_table import ACTIONS, MENUS

_CLOSE = dialogs.Choice("close", "Close", dialogs.Role.RejectRole, default=True)
_LICENCES = (
    ("PySide6 (Qt)", "LGPL-3.0"),
    ("VTK, PyVista, pyvistaqt", "BSD-3-Clause, MIT"),
    ("pyqtgraph", "MIT"),
    ("NumPy, SciPy, scikit-image", "BSD-3-Clause"),
    ("PyTorch", "BSD-3-Clause"),
    ("Open3D, trimesh", "MIT"),
    ("Pillow", "MIT-CMU"),
    ("ReportLab", "BSD-3-Clause"),
)


class Help(QObject):
    """The slots of the help menu."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def shortcuts(self) -> None:
        show_shortcuts(self._window)

    def about(self) -> None:
        show_about(self._window)


def show_shortcuts(parent: QWidget) -> QMessageBox:
    """Every shortcut by menu."""
    rows = []
    for menu, names in MENUS.items():
        rows.append(f"<tr><td colspan=2 style='padding-top:10px'><b>{menu.replace('&', '')}</b></td></tr>")
        for name in names:
            if name in ACTIONS and ACTIONS[name].shortcut:
                keys = QKeySequence(ACTIONS[name].shortcut).toString(QKeySequence.SequenceFormat.NativeText)
                text = html.escape(ACTIONS[name].text.replace("&", ""))
                rows.append(f"<tr><td style='padding-right:36px'>{text}</td><td>{keys}</td></tr>")
    rows.append("<tr><td colspan=2 style='padding-top:10px'><b>Thumbnails</b></td></tr>")
    rows.append("<tr><td>Tick or untick</td><td>Space</td></tr><tr><td>Look through</td><td>Return</td></tr>")
    text = f"<table>{''.join(rows)}</table>"
    kind = QMessageBox.Icon.NoIcon
    return dialogs.ask(
        parent, "Keyboard shortcuts", "Keyboard shortcuts", (_CLOSE,), kind=kind, information=text
    )


def show_about(parent: QWidget) -> QMessageBox:
    """Version and what the program stands on."""
    rows = "".join(
        f"<tr><td style='padding-right:28px'>{name}</td><td>{kind}</td></tr>" for name, kind in _LICENCES
    )
    text = (
        "Few-shot, high-fidelity 3D head reconstruction: from a few photos to a shape in millimetres."
        f"<br><br>Licence: MIT. It stands on<table style='margin-top:8px'>{rows}</table>"
    )
    box = dialogs.ask(parent, "About H3D Studio", f"H3D Studio {__version__}", (_CLOSE,), information=text)
    box.setIconPixmap(parent.windowIcon().pixmap(64, 64))
    return box


def show_busy(parent: QWidget, noun: str) -> QMessageBox:
    """Another scan was asked for in the middle of a run."""
    return dialogs.ask(
        parent,
        f"{noun} is running",
        f"Another scan cannot be opened while {noun[:1].lower()}{noun[1:]} runs",
        (_CLOSE,),
        kind=QMessageBox.Icon.Information,
        information="<b>What to do:</b> Finish or cancel it first (F7, F8).",
    )
