"""The viewport with its bars: what is shown above, the photo one looks through below, a hint while empty."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.bar import ViewBar, tool_button
from h3dstudio.gui.viewport.legend import ErrorLegend, Legend
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.gui.viewport.pane_titles import PaneTitles
from h3dstudio.gui.viewport.timeline_bar import TimelineBar
from h3dstudio.gui.viewport.tool_bars import RulerBar, SectionBar

_INSET = 14


class ViewportPage(QWidget):
    """Create it before its window is shown (see `MeshView`). `opacity_changed(percent)`: the photo's."""

    opacity_changed = Signal(int)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.view = MeshView(self)
        self.bar = ViewBar(actions)
        self.photo_bar = PhotoBar(actions["leave_photo"])
        self.photo_bar.opacity.valueChanged.connect(self.opacity_changed)
        self.stage_bar = StageBar(actions["back_to_scan"])
        self.section_bar, self.ruler_bar = SectionBar(), RulerBar()
        self.titles = PaneTitles(self.view)
        self._both = (actions["reconstruction"], actions["ground_truth"])
        actions["side_by_side"].toggled.connect(self.show_split)
        self.timeline_bar = TimelineBar(actions)
        self.legend = Legend(self.view)
        self.error_legend = ErrorLegend(self.view, self.view.error_scale)
        self._confidence, self._error_map = actions["confidence"], actions["error_map"]
        for scaled in (self._confidence, self._error_map):
            scaled.toggled.connect(self._show_legend)
        self.view.errors_changed.connect(self._show_legend)
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
        for bar in (self.section_bar, self.ruler_bar):
            layout.addWidget(bar)
            bar.hide()
        layout.addWidget(self.timeline_bar)
        self.show_photo(None)
        self.show_stage(False)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    @property
    def over_the_view(self) -> list[QWidget]:
        """What belongs into a picture of the view."""
        return [self.legend, self.error_legend, *self.titles.labels]

    def show_photo(self, number: int | None) -> None:
        """Say which photo one looks through; None hides the bar."""
        self.photo_bar.setVisible(number is not None)
        if number is not None:
            self.photo_bar.title.setText(self.tr("Camera of view {0}").format(number))
            self.photo_bar.opacity.setValue(50)

    def show_stage(self, on_stage: bool) -> None:
        """Say that a head of the prior is shown instead of the scan."""
        self.stage_bar.setVisible(on_stage)
        self._show_legend()

    def show_split(self, split: bool) -> None:
        """Name the two pictures side by side, and see to it that there is something in both."""
        self.titles.show(split)
        for action in self._both if split else ():
            action.setChecked(True)

    def show_hint(self, text: str) -> None:
        """A line over the view that says what to do; "" removes it."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._place_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()

    def _show_legend(self) -> None:
        on_stage = self.stage_bar.isVisibleTo(self)
        self.legend.setVisible(self._confidence.isChecked() and not on_stage)
        self.error_legend.setVisible(self._error_map.isChecked() and not on_stage)
        self.error_legend.show_unmeasured(self.view.has_gaps)
        self._place_hint()

    def _place_hint(self) -> None:
        for legend in (self.legend, self.error_legend):
            legend.move(
                self.view.width() - legend.width() - _INSET, self.view.height() - legend.height() - _INSET
            )
            legend.raise_()
        self.titles.place()
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
        self.opacity.setMinimumWidth(70)
        self.opacity.setMaximumWidth(160)
        self.opacity.setToolTip(self.tr("How much of the photo is seen over the mesh"))
        self.opacity.setAccessibleName(self.tr("Opacity of the photo"))
        name = QLabel(self.tr("Photo opacity"))
        name.setObjectName("Muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(name)
        row.addWidget(self.opacity, 2)
        row.addWidget(tool_button(leave, text=True))


class StageBar(QWidget):
    """What is shown instead of the scan, and the way back."""

    def __init__(self, back: QAction) -> None:
        super().__init__()
        self.setObjectName("PhotoBar")
        self.title = QLabel(self.tr("A head of the prior, in its own frame"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(tool_button(back, text=True))
