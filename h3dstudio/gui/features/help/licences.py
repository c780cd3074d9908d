"""The about box: version, what the program stands on, and the licences of libraries and bundled data."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from h3dstudio import __version__
from h3dstudio.data.resources import resource
from h3dstudio.errors import H3DError
from h3dstudio.gui.shell import icons
from h3dstudio.gui.shell.dialogs import close_button

_TEXT = Qt.ItemDataRole.UserRole
_WORDS = ("licence", "license", "copying", "notice")


@dataclass(frozen=True)
class Library:
    """`distribution` is its name in the package index."""

    name: str
    distribution: str
    licence: str

    @property
    def version(self) -> str:
        """The installed one; "" where it is not installed."""
        try:
            return metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return ""

    def text(self) -> str:
        """Its licence as it came with it."""
        try:
            files = metadata.files(self.distribution) or []
        except metadata.PackageNotFoundError:
            return ""
        found = [file for file in files if any(word in file.name.lower() for word in _WORDS)]
        texts = [_read(Path(str(file.locate()))) for file in found if file.suffix not in (".py", ".pyc")]
        return "\n\n".join(text for text in texts if text)


LIBRARIES = (
    Library("Qt for Python", "PySide6-Essentials", "LGPL-3.0"),
    Library("VTK", "vtk", "BSD-3-Clause"),
    Library("PyVista", "pyvista", "MIT"),
    Library("pyvistaqt", "pyvistaqt", "MIT"),
    Library("pyqtgraph", "pyqtgraph", "MIT"),
    Library("NumPy", "numpy", "BSD-3-Clause"),
    Library("SciPy", "scipy", "BSD-3-Clause"),
    Library("scikit-image", "scikit-image", "BSD-3-Clause"),
    Library("PyTorch", "torch", "BSD-3-Clause"),
    Library("Open3D", "open3d-cpu", "MIT"),
    Library("trimesh", "trimesh", "MIT"),
    Library("Pillow", "pillow", "MIT-CMU"),
    Library("ReportLab", "reportlab", "BSD-3-Clause"),
    Library("Rich", "rich", "MIT"),
    Library("psutil", "psutil", "BSD-3-Clause"),
    Library("platformdirs", "platformdirs", "MIT"),
    Library("shtab", "shtab", "MPL-2.0"),
)
DATA = (
    ("Demo scan", "demo_scan/LICENSE.txt", "MIT, drawn from the ICT FaceKit light model"),
    ("Head prior", "head_prior/LICENSE.txt", "MIT, learnt from the ICT FaceKit light model"),
)


class AboutDialog(QDialog):
    """Choose a row to read its licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About H3D Studio"))
        self.resize(660, 640)
        self.rows = QTreeWidget()
        self.rows.setObjectName("Framed")
        self.rows.setHeaderLabels([self.tr("It stands on"), self.tr("Version"), self.tr("Licence")])
        self.rows.setRootIsDecorated(False)
        self.rows.setIndentation(14)
        self.rows.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.rows.setAccessibleName(self.tr("Libraries and data"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setObjectName("Framed")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setPlaceholderText(self.tr("Choose a row to read its licence"))
        self.text.setAccessibleName(self.tr("Licence"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 18)
        layout.setSpacing(14)
        layout.addLayout(self._head())
        layout.addWidget(self.rows, 3)
        layout.addWidget(self.text, 2)
        layout.addWidget(close_button(self))
        self._fill()
        self.rows.currentItemChanged.connect(lambda item, _: self._show(item))

    def _head(self) -> QHBoxLayout:
        logo, title = QLabel(), QLabel(f"H3D Studio {__version__}")
        logo.setPixmap(icons.pixmap("app", "#000000", 64, self.devicePixelRatioF()))
        title.setObjectName("Value")
        lead = QLabel(
            self.tr(
                "Few-shot, high-fidelity 3D head reconstruction: from a few photos to a shape in millimetres."
            )
        )
        lead.setWordWrap(True)
        licence = QLabel(self.tr("Licence: MIT"))
        licence.setObjectName("Muted")
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (title, lead, licence):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(18)
        head.addWidget(logo)
        head.addLayout(words, 1)
        return head

    def _fill(self) -> None:
        for library in LIBRARIES:
            item = QTreeWidgetItem(self.rows, [library.name, library.version or "–", library.licence])
            item.setData(0, _TEXT, library)
        for name, file, licence in DATA:
            item = QTreeWidgetItem(self.rows, [name, __version__, licence])
            item.setData(0, _TEXT, file)

    def _show(self, item: QTreeWidgetItem | None) -> None:
        what = item.data(0, _TEXT) if item is not None else None
        if isinstance(what, Library):
            text = what.text() or self.tr("{0}: {1}. Its text is at its project's site.").format(
                what.name, what.licence
            )
        else:
            text = _bundled(what) if isinstance(what, str) else ""
        self.text.setPlainText(text)


def _bundled(name: str) -> str:
    try:
        return _read(resource(name))
    except H3DError as error:
        return str(error)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
