"""The viewport with its bars: what is shown above, the photo one looks through below, a hint while empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from h3dstudio.gui import theme
from h3dstudio.gui.actions import dress
from h3dstudio.gui.viewport.legend import Legend
from h3dstudio.gui.viewport.mesh_view import MeshView

_NARROW, _NARROWEST = 860, 620
"""Pixels, below which the modes, and then the meshes too, are icons alone."""
_INSET = 14


class ViewportPage(QWidget):
    """Create it before its window is shown (see `MeshView`). `opacity_changed(percent)`: the photo's."""

    opacity_changed = Signal(int)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.view = MeshView(self)
        self._modes = segment(actions, ("coloured", "shaded", "wireframe", "confidence"))
        self._meshes = segment(actions, ("reconstruction", "ground_truth"))
        self.bar = QWidget()
        self.bar.setObjectName("ViewBar")
        self.bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(8)
        row.addWidget(self._meshes)
        row.addStretch(1)
        row.addWidget(self._modes)
        for name in ("landmarks", "cameras", "axes", "reset_view"):
            row.addWidget(tool_button(actions[name], text=False))
        self.photo_bar = PhotoBar(actions["leave_photo"])
        self.photo_bar.opacity.valueChanged.connect(self.opacity_changed)
        self.stage_bar = StageBar(actions["back_to_scan"])
        self.legend = Legend(self.view)
        self._confidence = actions["confidence"]
        self._confidence.toggled.connect(self._show_legend)
        self._hint = QLabel(self.view)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.photo_bar)
        layout.addWidget(self.stage_bar)
        self.show_photo(None)
        self.show_stage(False)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def show_photo(self, number: int | None) -> None:
        """Say which photo one looks through; None hides the bar."""
        self.photo_bar.setVisible(number is not None)
        if number is not None:
            self.photo_bar.title.setText(f"Through the camera of view {number}")
            self.photo_bar.opacity.setValue(50)

    def show_stage(self, on_stage: bool) -> None:
        """Say that a head of the prior is shown instead of the scan."""
        self.stage_bar.setVisible(on_stage)
        self._show_legend()

    def show_hint(self, text: str) -> None:
        """A line over the view that says what to do; "" removes it."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._place_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in self._modes.findChildren(QToolButton):
            dress(button, text=self.width() >= _NARROW)
        for button in self._meshes.findChildren(QToolButton):
            dress(button, text=self.width() >= _NARROWEST)
        self._place_hint()

    def _show_legend(self) -> None:
        on_stage = self.stage_bar.isVisibleTo(self)
        self.legend.setVisible(self._confidence.isChecked() and not on_stage)
        self._place_hint()

    def _place_hint(self) -> None:
        legend = self.legend
        legend.move(
            self.view.width() - legend.width() - _INSET, self.view.height() - legend.height() - _INSET
        )
        legend.raise_()
        self._hint.adjustSize()
        box = self.view.rect()
        self._hint.move((box.width() - self._hint.width()) // 2, box.height() - self._hint.height() - 22)
        self._hint.raise_()

    def _take_colors(self) -> None:
        colors = theme.current().colors
        self._hint.setStyleSheet(
            f"background: {colors.panel}; color: {colors.text}; border: 1px solid {colors.border};"
            "border-radius: 15px; padding: 7px 16px;"
        )


class PhotoBar(QWidget):
    """Which photo, how opaque, and the way out."""

    def __init__(self, leave: QAction) -> None:
        super().__init__()
        self.setObjectName("PhotoBar")
        self.title = QLabel()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setFixedWidth(160)
        self.opacity.setToolTip("How much of the photo is seen over the mesh")
        name = QLabel("Photo")
        name.setObjectName("Muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(name)
        row.addWidget(self.opacity)
        row.addWidget(tool_button(leave, text=True))


class StageBar(QWidget):
    """What is shown instead of the scan, and the way back."""

    def __init__(self, back: QAction) -> None:
        super().__init__()
        self.setObjectName("PhotoBar")
        self.title = QLabel("A head of the prior, in its own frame")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(tool_button(back, text=True))


def tool_button(action: QAction, *, text: bool) -> QToolButton:
    """A button of an action."""
    button = QToolButton()
    button.setDefaultAction(action)
    dress(button, text=text)
    return button


def segment(actions: Mapping[str, QAction], names: Sequence[str]) -> QWidget:
    """Buttons that belong together, in one frame."""
    frame = QWidget()
    frame.setObjectName("Segment")
    frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    row = QHBoxLayout(frame)
    row.setContentsMargins(3, 3, 3, 3)
    row.setSpacing(2)
    for name in names:
        row.addWidget(tool_button(actions[name], text=True))
    return frame
