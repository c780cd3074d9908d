"""What a new batch is to do: dataset, scans, views, methods, quality, and where its results go."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.shell.texts import translator
from h3dstudio.gui.widgets.fields import choice, dots, with_button
from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.methods.registry import methods
from h3dstudio.session.batch.plan import VIEWS

FOLDER = "batch folder"
_tr = translator("BatchDialog")


@dataclass(frozen=True)
class BatchWishes:
    """What the user chose; `scans` empty means all."""

    dataset: Path
    results: Path
    scans: tuple[str, ...]
    views: tuple[str, ...]
    methods: tuple[str, ...]
    quality: str
    trust_cameras: bool = False

    @property
    def count(self) -> int:
        """How many cells a scan has."""
        return len(self.views) * len(self.methods)


class BatchDialog(QDialog):
    """Signals: `dataset_chosen(Path)` for whoever knows its scans, `wanted(BatchWishes)` on Start."""

    dataset_chosen = Signal(object)
    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New batch"))
        self.setMinimumWidth(480)
        self.dataset = _line(self.tr("The folder that holds the scans"))
        self.results = _line(self.tr("A new folder"))
        self.scans = QListWidget()
        self.scans.setObjectName("Ticks")
        self.scans.setFixedHeight(136)
        self.problem = QLabel()
        self.problem.setObjectName("Problem")
        self.problem.setWordWrap(True)
        self.views = _line("3, 8")
        self.views.setText(", ".join(VIEWS))
        self.views.setToolTip(self.tr("View lists or counts, with commas"))
        self.methods = QListWidget()
        self.methods.setObjectName("Ticks")
        self.methods.setToolTip(self.tr("Which methods to compare"))
        for name, method in methods().items():
            item = _tick(method.title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.methods.addItem(item)
        self.methods.setFixedHeight(min(4, self.methods.count()) * 26 + 12)
        self.quality = choice(tuple(QUALITIES), _quality_names(), self.tr("Of every reconstruction"))
        self.quality.setCurrentIndex(list(QUALITIES).index("standard"))
        self.trust_cameras = trusting()
        self.sum = QLabel()
        self.sum.setObjectName("Muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start = self.buttons.addButton(self.tr("Start batch"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.start.setDefault(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())  # as everywhere
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._asked = ""
        self._lay_out()
        self.dataset.editingFinished.connect(self._ask_for_scans)
        for line in (self.dataset, self.results, self.views):
            line.textChanged.connect(self._follow)
        self.methods.itemChanged.connect(self._follow)
        self.scans.itemChanged.connect(self._follow)
        self.accepted.connect(lambda: self.wanted.emit(self.wishes))
        self._follow()

    @property
    def wishes(self) -> BatchWishes | None:
        """None while something is missing."""
        dataset, results = self.dataset.text().strip(), self.results.text().strip()
        views = tuple(dict.fromkeys(part.strip() for part in self.views.text().split(",") if part.strip()))
        ticked = self._ticked()
        wanted = tuple(one.data(Qt.ItemDataRole.UserRole) for one in _ticked(self.methods))
        if not (dataset and results and views and ticked and wanted):
            return None
        scans = () if len(ticked) == self.scans.count() else ticked
        return BatchWishes(
            _path(dataset),
            _path(results),
            scans,
            views,
            wanted,
            self.quality.currentData(),
            self.trust_cameras.isChecked(),
        )

    def choose(self, dataset: Path) -> None:
        """Take this dataset."""
        self.dataset.setText(str(dataset))
        self._ask_for_scans()

    def show_scans(self, names: Sequence[str], problem: str = "") -> None:
        """The scans of the dataset, all ticked; `problem` says why there are none."""
        self.scans.clear()
        for name in names:
            self.scans.addItem(_tick(name))
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._follow()

    def _ticked(self) -> tuple[str, ...]:
        return tuple(item.text() for item in _ticked(self.scans))

    def _follow(self, *_: object) -> None:
        wishes = self.wishes
        self.start.setEnabled(wishes is not None)
        scans = len(self._ticked())
        cells = scans * (wishes.count if wishes else 0)
        self.sum.setText(_sum(scans, cells))

    def _ask_for_scans(self) -> None:
        """Once for each new text: a line says that it was edited whenever it loses the focus."""
        text = self.dataset.text().strip()
        if text and text != self._asked:
            self._asked = text
            self.dataset_chosen.emit(_path(text))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        dataset = self._with_dots(self.dataset, self.tr("Choose the dataset's folder"), self._ask_for_scans)
        results = self._with_dots(self.results, self.tr("Choose the folder for the results"), lambda: None)
        for name, field in (
            (self.tr("Dataset"), dataset),
            (self.tr("Scans"), self.scans),
            (self.tr("Views"), self.views),
            (self.tr("Methods"), self.methods),
            (self.tr("Quality"), self.quality),
            ("", self.trust_cameras),
            (self.tr("Results"), results),
        ):
            label = QLabel(name)
            label.setObjectName("FieldName")
            label.setMinimumHeight(self.views.sizeHint().height())
            form.addRow(label, field)
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        foot = QHBoxLayout()
        foot.addWidget(self.sum, 1)
        foot.addWidget(self.buttons)
        layout.addLayout(foot)

    def _with_dots(self, line: QLineEdit, title: str, chosen: Callable[[], None]) -> QWidget:
        def take(path: Path) -> None:
            line.setText(str(path))
            chosen()

        return with_button(line, dots(title, lambda: ask_for_folder(self, title, take)))


def trusting() -> QCheckBox:
    """The tick that lets cells go on where a single run would ask."""
    tick = QCheckBox(_tr("Trust the cameras"))
    tick.setToolTip(_tr("Go on where photos, masks and cameras contradict each other (--trust-cameras)"))
    return tick


def _quality_names() -> dict[str, str]:
    return {name: QCoreApplication.translate("Methods", one.label) for name, one in QUALITIES.items()}


def _tick(text: str) -> QListWidgetItem:
    """A row with a tick that is set."""
    item = QListWidgetItem(text)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked)
    return item


def _ticked(rows: QListWidget) -> list[QListWidgetItem]:
    items = (rows.item(row) for row in range(rows.count()))
    return [item for item in items if item.checkState() is Qt.CheckState.Checked]


def _sum(scans: int, cells: int) -> str:
    """How much it comes to; "" for nothing."""
    if not cells:
        return ""
    first = _tr("1 scan") if scans == 1 else _tr("%n scans", scans)
    second = _tr("1 reconstruction") if cells == 1 else _tr("%n reconstructions", cells)
    return f"{first}, {second}"


def ask_for_folder(parent: QWidget, title: str, take: Callable[[Path], None]) -> None:
    """Let the user choose a folder, where the last one was."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setDirectory(str(QSettings().value(FOLDER, str(Path.home()))))

    def chosen(path: str) -> None:
        QSettings().setValue(FOLDER, str(Path(path).parent))
        take(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.open()


def _line(hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(hint)
    return line


def _path(text: str) -> Path:
    return Path(os.path.abspath(os.path.expanduser(text)))
