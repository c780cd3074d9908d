"""The batch dock: how far each cell is, and its scores as they come in."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.features.batch.dialog import trusting
from h3dstudio.gui.features.batch.table_model import TIME, BatchModel
from h3dstudio.gui.widgets.figures import clock
from h3dstudio.gui.widgets.quiet_bar import QuietBar
from h3dstudio.session.batch.record import CellState
from h3dstudio.session.batch.results import BatchResults

_NARROW = 56
_ROOM_FOR_TIMES = 520
"""Pixels of width, below which times make room for scores."""


class BatchPanel(QWidget):
    """Signals: `new_wanted()`, `results_wanted()`, `start_wanted()`, `stop_wanted()`, and
    `cell_wanted(FoundCell)` when a row is opened."""

    new_wanted = Signal()
    results_wanted = Signal()
    start_wanted = Signal()
    stop_wanted = Signal()
    cell_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setProperty("whole", True)
        self.new = self._button(self.tr("New…"), self.new_wanted.emit)
        self.new.setToolTip(self.tr("Choose a dataset, scans, views and methods for a new batch"))
        self.open = self._button(self.tr("Open…"), self.results_wanted.emit)
        self.open.setToolTip(self.tr("Open the results folder of a batch, to see it or to go on with it"))
        self.start = self._button(self.tr("Go on"), self.start_wanted.emit)
        self.stop = self._button(self.tr("Stop"), self.stop_wanted.emit)
        self.trust_cameras = trusting()
        self.state = QLabel()
        self.state.setObjectName("SectionTitle")
        self.left = QLabel()
        self.left.setObjectName("Muted")
        self.bar = QuietBar()
        self.hint = QLabel(
            self.tr(
                "A batch reconstructs and scores many scans with several numbers of views and methods. "
                "It can be stopped at any time, and goes on where it was."
            )
        )
        self.hint.setObjectName("Muted")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.model = BatchModel(self)
        self.table = self._make_table()
        self._running = self._stopping = False
        self._found: BatchResults | None = None
        self._lay_out()
        self.show_results(None)
        self.show_progress(0, 0)

    def show_results(self, found: BatchResults | None) -> None:
        """Show the cells of a results folder; None where none is open."""
        if found is None or found.manifest.trust_cameras:
            self.trust_cameras.setChecked(found is not None)
        self._found = found
        self.model.show(() if found is None else found.cells)
        self._follow()

    def show_progress(self, done: int, total: int, left: float | None = None, phase: str = "") -> None:
        """How many cells are done."""
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.state.setText(self.tr("{0} of {1} cells").format(done, total) if total else "")
        told = self.tr("{0} left").format(clock(left)) if left is not None and self._running else ""
        words = {"checking": self.tr("Looking at what is done"), "stopping": self.tr("Stopping…")}
        self.left.setText(words.get(phase, told))

    def show_running(self, *, running: bool, stopping: bool = False) -> None:
        """Whether a batch of this window is at work."""
        self._running, self._stopping = running, stopping
        if not running:
            self.left.setText("")
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(TIME, self.width() < _ROOM_FOR_TIMES)

    def _follow(self) -> None:
        self.new.setEnabled(not self._running)
        self.open.setEnabled(not self._running)
        why_not = self._why_not()
        may_start = not why_not and not self._running
        self.start.setEnabled(may_start)
        go_on = self.tr("Do what is left to do; what is done is not done again")
        self.start.setToolTip(self.tr("Not now: {0}").format(why_not) if why_not else go_on)
        kept = self._found is not None and self._found.manifest.trust_cameras
        self.trust_cameras.setEnabled(may_start and not kept)
        self.stop.setEnabled(self._running and not self._stopping)
        self.stop.setToolTip(self.tr("Every cell keeps its checkpoint; the batch can be gone on with"))
        empty = self._found is None and not self._running
        self.hint.setVisible(empty)
        for part in (self.table, self.bar, self.state, self.left, self.trust_cameras):
            part.setVisible(not empty)

    def _why_not(self) -> str:
        """Why the batch cannot be gone on with; "" when it can."""
        if self._found is None:
            return self.tr("open the results of a batch first")
        if self._found.working and not self._running:
            return self.tr("another process is at work on this batch")
        if all(one.record.state is CellState.DONE and not one.file_problem for one in self._found.cells):
            return self.tr("every cell is done")
        return ""

    def _open_row(self, index: QModelIndex) -> None:
        self.cell_wanted.emit(self.model.cells[index.row()])

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: slot())  # type: ignore[operator]
        return button

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_NARROW)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.activated.connect(self._open_row)
        return table

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        for button in (self.new, self.open, self.start, self.stop):
            head.addWidget(button)
        head.addSpacing(8)
        head.addWidget(self.trust_cameras)
        head.addSpacing(8)
        head.addWidget(self.state)
        head.addWidget(self.left)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.hint)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
