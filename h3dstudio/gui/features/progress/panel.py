"""The progress dock: how far, how long still, and whether the losses go down."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from h3dstudio.gui.features.progress.plot_row import PlotRow
from h3dstudio.gui.features.reconstruction.job_kinds import RECONSTRUCTING, JobKind
from h3dstudio.gui.features.reconstruction.run_model import RunModel, RunState
from h3dstudio.gui.shell import icons, theme
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.widgets.figures import clock, size
from h3dstudio.gui.widgets.quiet_bar import QuietBar

_tr = translator("ProgressPanel")

_LOOKS = {
    RunState.IDLE: ("idle", "faint", "idle"),
    RunState.PAUSED: ("pause", "warning", "paused"),
    RunState.DONE: ("done", "good", "done"),
    RunState.DONE_EARLY: ("finish", "good", "done"),
    RunState.CANCELLED: ("cancelled", "muted", "cancelled"),
    RunState.CANCELLING: ("cancelled", "muted", "cancelled"),
    RunState.FAILED: ("failed", "bad", "failed"),
    RunState.INTERRUPTED: ("failed", "warning", "paused"),
}
_DETAILS = {
    RunState.IDLE: marked("Choose views and settings, then start"),
    RunState.STARTING: marked("Starting the worker"),
    RunState.DONE: marked("The mesh is written; export or start again"),
    RunState.DONE_EARLY: marked("The mesh as it was is written; start again for the full run"),
    RunState.CANCELLED: marked("Stopped; no final mesh was written"),
    RunState.CANCELLING: marked("Stopping the worker"),
    RunState.FAILED: marked("See the log; a run with a checkpoint can be resumed"),
    RunState.INTERRUPTED: marked("It was cut short when the window closed; resume it, or start again"),
}

_FIGURES = (marked("Time left"), marked("Elapsed"), marked("Speed"), marked("Memory"))
_NARROW = 620
"""Pixels of width, below which speed and memory make room for the plots."""


class ProgressPanel(QWidget):
    """Shows a `RunModel`; redraws only in `show_model`, which the window calls a few times a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setProperty("whole", True)
        self._model = RunModel()
        self._icon = QLabel()
        self.state = QLabel()
        self.state.setObjectName("State")
        self.detail = QLabel()
        self.detail.setObjectName("Muted")
        self.detail.setWordWrap(True)
        self.bar = QuietBar()
        self.percent = QLabel()
        self.percent.setObjectName("Muted")
        self.values = {name: QLabel("–") for name in _FIGURES}
        self._rare: list[QWidget] = []
        self._side = QWidget()
        self.row = PlotRow()
        self._lay_out()
        theme.current().changed.connect(self._take_colors)
        self.show_model(self._model)

    def show_model(self, model: RunModel, work: JobKind = RECONSTRUCTING) -> None:
        """Draw the run as it is now."""
        self._model, self._work = model, work
        name, color, look = _LOOKS.get(model.state, ("start", "accent", "running"))
        tint = getattr(theme.current().colors, color)
        self._icon.setPixmap(icons.pixmap(name, tint, 20, self.devicePixelRatioF()))
        self.state.setText(work.title(model.state))
        self.state.setStyleSheet(
            f"color: {tint if look not in ('running', 'idle') else theme.current().colors.text}"
        )
        self.detail.setText(work.detail(model.state) or _detail(model))
        self._show_bar(model, look)
        self.values["Time left"].setText(clock(model.seconds_left))
        self.values["Elapsed"].setText(clock(model.elapsed) if model.elapsed else "–")
        self.values["Speed"].setText(speed(model.rate))
        self.values["Memory"].setText(size(model.memory))
        self.row.show_model(model)

    def minimumSizeHint(self) -> QSize:
        """What it takes where it is narrow, also before it has been told that it is."""
        return QSize(400, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a small window the plots come before how fast it is and what it takes, which they show too."""
        narrow = self.width() < _NARROW
        self._side.setMinimumWidth(214 if narrow else 334)
        self._side.setMaximumWidth(228 if narrow else 360)
        for widget in self._rare:
            widget.setVisible(not narrow)
        self.row.choice.set_short(narrow)

    def _take_colors(self) -> None:
        self.show_model(self._model, self._work)

    def _show_bar(self, model: RunModel, look: str) -> None:
        fraction = model.fraction
        unknown = fraction is None and model.state.active
        self.bar.setRange(0, 0 if unknown else 1000)
        self.bar.setValue(round(1000 * (fraction or 0.0)))
        self.percent.setText("" if fraction is None else f"{100 * fraction:.0f} %")
        if self.bar.property("state") != look:
            self.bar.setProperty("state", look)
            self.bar.style().unpolish(self.bar)
            self.bar.style().polish(self.bar)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self.state, 1)
        head.addWidget(self.percent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for column, (name, value) in enumerate(self.values.items()):
            label = QLabel(_tr(name))
            label.setObjectName("Faint")
            value.setObjectName("Figure")
            grid.addWidget(label, 0, column)
            grid.addWidget(value, 1, column)
            if column > 1:
                self._rare += [label, value]
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addLayout(head)
        left.addWidget(self.bar)
        left.addWidget(self.detail)
        left.addStretch(1)
        left.addLayout(grid)
        self._side.setLayout(left)
        left.setContentsMargins(0, 4, 0, 4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 12)
        layout.setSpacing(20)
        layout.addWidget(self._side, 3)
        layout.addWidget(self.row, 8)
        layout.setAlignment(self._side, Qt.AlignmentFlag(0))
        self._fit()


def speed(rate: float | None) -> str:
    """Steps per second as "2.4 steps/s", or "3.1 s/step" when they are slow; "–" when unknown."""
    if not rate:
        return "–"
    return _tr("{0:.1f} steps/s").format(rate) if rate >= 1 else _tr("{0:.1f} s/step").format(1 / rate)


def _detail(model: RunModel) -> str:
    if model.state in _DETAILS:
        return _tr(_DETAILS[model.state])
    if model.progress is None:
        return ""
    progress = model.progress
    if progress.phase == "done":
        return _tr("Writing the mesh, the preview and the report")
    steps = _tr("{0} of {1} steps done").format(progress.done, progress.total) if progress.total > 1 else ""
    return " · ".join(part for part in (progress.phase.capitalize(), steps) if part)
