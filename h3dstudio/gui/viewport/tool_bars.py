"""The bars under the 3D view that come with the section plane and the ruler."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSlider,
    QWidget,
)

from h3dstudio.gui.viewport.cut import Facing, SectionPlane

_STEPS = 500


def _tr(text: str) -> str:
    return QCoreApplication.translate("ToolBars", text)


class SectionBar(QWidget):
    """Which way the plane faces, where it is, and what happens behind it.

    Signals: `faced(Facing)`, `put(share)` -1 to 1, `flipped()`, `cut_away(bool)`.
    """

    faced = Signal(object)
    put = Signal(float)
    flipped = Signal()
    cut_away = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("PhotoBar")
        self.facing = QComboBox()
        self.facing.setObjectName("Small")
        self.facing.setAccessibleName(_tr("Which way the section plane faces"))
        for facing, words in (
            (Facing.SIDEWAYS, _tr("Left to right")),
            (Facing.UPWARDS, _tr("Bottom to top")),
            (Facing.FORWARDS, _tr("Back to front")),
            (Facing.TO_ME, _tr("As I look now")),
        ):
            self.facing.addItem(words, facing)
        self.facing.activated.connect(lambda row: self.faced.emit(self.facing.itemData(row)))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-_STEPS, _STEPS)
        self.slider.setMinimumWidth(60)
        self.slider.setToolTip(_tr("Where the plane is; its ball in the view can be dragged too"))
        self.slider.setAccessibleName(_tr("Place of the section plane"))
        self.slider.valueChanged.connect(lambda value: self.put.emit(value / _STEPS))
        self.away = QCheckBox(_tr("Cut away"))
        self.away.setChecked(True)
        self.away.setToolTip(_tr("Hide what lies behind the plane; off, only the contours are drawn"))
        self.away.toggled.connect(self.cut_away)
        self.flip = QPushButton(_tr("Flip"))
        self.flip.setObjectName("Link")
        self.flip.setToolTip(_tr("Keep the other side"))
        self.flip.clicked.connect(self.flipped)
        row = _row(self, _tr("Section"))
        row.addWidget(self.facing)
        row.addWidget(self.slider, 1)
        row.addWidget(self.away)
        row.addWidget(self.flip)

    def show_place(self, share: float) -> None:
        """The plane was moved by other means."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share * _STEPS))

    def show_plane(self, plane: SectionPlane) -> None:
        """Another plane was put there."""
        self.facing.setCurrentIndex(self.facing.findData(plane.facing))
        self.away.setChecked(plane.away)


class RulerBar(QWidget):
    """What to click next, and the measures. Signals: `removed(place)` of one, `cleared()`."""

    removed = Signal(int)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("PhotoBar")
        self.hint = QLabel()
        self.hint.setObjectName("Muted")
        self.list = QListWidget()
        self.list.setObjectName("Chips")
        self.list.setFlow(QListWidget.Flow.LeftToRight)
        self.list.setFixedHeight(34)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setToolTip(_tr("Distances in mm; Delete removes the chosen one"))
        self.list.setAccessibleName(_tr("Measured distances"))
        self.list.installEventFilter(self)
        self.remove, self.clear = QPushButton(_tr("Delete")), QPushButton(_tr("Delete all"))
        for button in (self.remove, self.clear):
            button.setObjectName("Link")
        self.remove.setToolTip(_tr("Delete the chosen distance, or the last one"))
        self.remove.clicked.connect(self._remove)
        self.clear.clicked.connect(self.cleared)
        row = _row(self, _tr("Ruler"))
        row.addWidget(self.hint)
        row.addWidget(self.list, 1)
        row.addWidget(self.remove)
        row.addWidget(self.clear)
        self.show_measures([])
        self.show_waiting(False)

    def show_measures(self, titles: Sequence[str]) -> None:
        """Name each measure."""
        self.list.clear()
        self.list.addItems(list(titles))
        self.list.scrollToBottom()
        for button in (self.remove, self.clear):
            button.setEnabled(bool(titles))

    def show_waiting(self, waiting: bool) -> None:
        """Say what the next click does."""
        self.hint.setText(_tr("Click the other end") if waiting else _tr("Click two points"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete removes the chosen measure."""
        pressed = (
            event.key() if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        )
        if pressed in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
            return True
        return super().eventFilter(watched, event)

    def _remove(self) -> None:
        place = self.list.currentRow()
        self.removed.emit(place if place >= 0 else self.list.count() - 1)


def _row(bar: QWidget, title: str) -> QHBoxLayout:
    row = QHBoxLayout(bar)
    row.setContentsMargins(16, 6, 10, 6)
    row.setSpacing(10)
    row.addWidget(QLabel(title))
    return row
