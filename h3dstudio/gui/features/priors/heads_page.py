"""Sliders over a prior's heads: the first components, a random head, and the way from one head to another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.features.priors.latent_model import REACH, SLIDERS
from h3dstudio.gui.shell.texts import marked, translator

_STEPS = 20
"""Of a slider, per standard deviation."""
_tr = translator("HeadsPage")
SOURCES = (
    ("mean", marked("Mean head")),
    ("random", marked("Random head")),
    ("sliders", marked("Head on the sliders")),
    ("run", marked("Fitted head of a run…")),
)


class HeadsPage(QWidget):
    """Signals: `moved(component, value)`, `reset()`, `random()`, `end_chosen(0 or 1, source)`, see `SOURCES`,
    `morphed(part)` from 0 to 1."""

    moved = Signal(int, float)
    reset = Signal()
    random = Signal()
    end_chosen = Signal(int, str)
    morphed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders = [self._slider(component) for component in range(SLIDERS)]
        self.values = [QLabel() for _ in range(SLIDERS)]
        self._names = [QLabel(str(component + 1)) for component in range(SLIDERS)]
        self.mean = QPushButton(self.tr("Mean head"))
        self.mean.setToolTip(self.tr("All sliders back to the middle"))
        self.mean.clicked.connect(self.reset)
        self.draw = QPushButton(self.tr("Random head"))
        self.draw.setToolTip(self.tr("A head as likely as any other, all components drawn"))
        self.draw.clicked.connect(self.random)
        self.ends = [self._end(number) for number in (0, 1)]
        self.morph = QSlider(Qt.Orientation.Horizontal)
        self.morph.setRange(0, 100)
        self.morph.setToolTip(self.tr("From head A on the left to head B on the right"))
        self.morph.setAccessibleName(self.tr("Between head A and head B"))
        self.morph.valueChanged.connect(lambda value: self.morphed.emit(value / 100))
        self._lay_out()
        self.show_head([0.0] * SLIDERS, 0.0)

    def show_head(self, sliders: Sequence[float], between: float) -> None:
        """Put the sliders where the head is, without a signal."""
        for slider, label, value in zip(self.sliders, self.values, sliders, strict=True):
            with QSignalBlocker(slider):
                slider.setValue(round(value * _STEPS))
            label.setText(f"{value:+.1f}" if round(value, 1) else "0.0")
        with QSignalBlocker(self.morph):
            self.morph.setValue(round(100 * between))

    def show_components(self, count: int) -> None:
        """Only as many sliders as the code is long."""
        for component in range(SLIDERS):
            for widget in (self._names[component], self.sliders[component], self.values[component]):
                widget.setVisible(component < count)

    def name_end(self, end: int, text: str) -> None:
        """Call the fitted head at `end` by the name of its run."""
        self.ends[end].setItemText(len(SOURCES) - 1, text)
        self.ends[end].setCurrentIndex(len(SOURCES) - 1)

    def _slider(self, component: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(round(-REACH * _STEPS), round(REACH * _STEPS))
        slider.setObjectName("Signed")
        slider.setPageStep(_STEPS // 2)
        slider.setAccessibleName(self.tr("Component {0}").format(component + 1))
        slider.setToolTip(
            self.tr("Component {0}, in standard deviations of the population").format(component + 1)
        )
        slider.valueChanged.connect(lambda value: self.moved.emit(component, value / _STEPS))
        return slider

    def _end(self, number: int) -> QComboBox:
        box = QComboBox()
        for key, text in SOURCES:
            box.addItem(_tr(text), key)
        box.setAccessibleName(self.tr("Head {0}").format("AB"[number]))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(lambda row: self.end_chosen.emit(number, box.itemData(row)))
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        for row, (name, slider, value) in enumerate(zip(self._names, self.sliders, self.values, strict=True)):
            name.setObjectName("FieldName")
            value.setObjectName("Muted")
            value.setMinimumWidth(value.fontMetrics().horizontalAdvance("+0.00"))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, widget in enumerate((name, slider, value)):
                grid.addWidget(widget, row, column)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.mean, 1)
        buttons.addWidget(self.draw, 1)
        shape = QLabel(self.tr("Shape, in standard deviations"))
        shape.setObjectName("SectionTitle")
        title = QLabel(self.tr("Morph from A to B"))
        title.setObjectName("SectionTitle")
        ends = QGridLayout()
        ends.setHorizontalSpacing(10)
        ends.setVerticalSpacing(6)
        for row, box in enumerate(self.ends):
            letter = QLabel("AB"[row])
            letter.setObjectName("FieldName")
            ends.addWidget(letter, row, 0)
            ends.addWidget(box, row, 1)
        ends.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(shape)
        layout.addLayout(grid)
        layout.addLayout(buttons)
        layout.addSpacing(6)
        layout.addWidget(title)
        layout.addLayout(ends)
        layout.addWidget(self.morph)
        layout.addStretch(1)
