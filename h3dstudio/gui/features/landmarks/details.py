"""What is known about one landmark: coordinates, clicks in photos, colour and note."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.features.landmarks.rows import PanelState
from h3dstudio.gui.shell import icons, theme
from h3dstudio.gui.viewport.markers import spoken, tint


class LandmarkDetails(QFrame):
    """Signals: `note_changed(text)`, `color_changed("#rrggbb")`, `photo_chosen(view)` to look through it,

    `photo_removed(view)` to take the click there back.
    """

    note_changed = Signal(str)
    color_changed = Signal(str)
    photo_chosen = Signal(int)
    photo_removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = ""
        self.title = QLabel()
        self.title.setObjectName("SectionTitle")
        self.color = QToolButton()
        self.color.setToolTip(self.tr("Colour of this landmark"))
        self.color.setAccessibleName(self.tr("Colour of this landmark"))
        self.color.clicked.connect(self._ask_color)
        self.where = QLabel()
        self.where.setObjectName("Muted")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.where.setWordWrap(True)
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("Note"))
        self.note.setMaxLength(500)
        self.note.setAccessibleName(self.tr("Note about this landmark"))
        self.note.editingFinished.connect(lambda: self.note_changed.emit(self.note.text()))
        self._photos: Mapping[int, float | None] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.color)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.where)
        layout.addLayout(self._grid)
        layout.addWidget(self.note)
        theme.current().changed.connect(self._paint_color)

    def show_state(self, state: PanelState) -> None:
        """Show the current landmark; hide where there is none."""
        self.setVisible(state.current is not None)
        if state.current is None:
            return
        self.title.setText(spoken(state.current))
        self.where.setText(self._place(state))
        self._color = state.about.color
        self._paint_color()
        if not self.note.hasFocus() or not self.note.isModified():
            self.note.setText(state.about.note)
        self._show_photos(state.photos)

    def _place(self, state: PanelState) -> str:
        if state.position is None:
            return self.tr("not placed")
        x, y, z = state.position
        text = f"{x:.2f}, {y:.2f}, {z:.2f} mm"
        return text if state.vertex is None else text + self.tr(" · vertex {0}").format(state.vertex)

    def _show_photos(self, photos: Mapping[int, float | None]) -> None:
        if dict(photos) == dict(self._photos) and self._grid.count():
            return
        self._photos = dict(photos)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, (view, error) in enumerate(sorted(photos.items())):
            self._grid.addWidget(self._photo_button(view), row, 0)
            text = self.tr("click another") if error is None else self.tr("{0:.2f} px off").format(error)
            label = QLabel(text)
            label.setObjectName("Muted")
            self._grid.addWidget(label, row, 1)
            self._grid.addWidget(self._remove_button(view), row, 2)

    def _photo_button(self, view: int) -> QToolButton:
        button = QToolButton()
        button.setText(self.tr("View {0}").format(view))
        button.setToolTip(self.tr("Look through this photo's camera"))
        button.clicked.connect(lambda: self.photo_chosen.emit(view))
        return button

    def _remove_button(self, view: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon("close", theme.current().colors.muted))
        button.setToolTip(self.tr("Take the click in this photo back"))
        button.setAccessibleName(button.toolTip())
        button.clicked.connect(lambda: self.photo_removed.emit(view))
        return button

    def _paint_color(self) -> None:
        swatch = QPixmap(28, 28)
        swatch.setDevicePixelRatio(2.0)
        swatch.fill(QColor(tint(self._color, theme.current().colors)))
        self.color.setIcon(QIcon(swatch))

    def _ask_color(self) -> None:
        dialog = QColorDialog(QColor(tint(self._color, theme.current().colors)), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda color: self.color_changed.emit(color.name()))
        dialog.open()
