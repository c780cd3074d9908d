"""The timeline's bar under the view: play, scrub, compare, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from h3dstudio.gui.shell import icons, theme
from h3dstudio.gui.viewport.bar import menu_button, tool_button
from h3dstudio.gui.widgets.figures import clock, size
from h3dstudio.gui.widgets.quiet_bar import QuietBar
from h3dstudio.session.runs.timeline import DISK, MEMORY, Frame

_NARROW = 480


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineBar", text)


class TimelineBar(QWidget):
    """Hidden while there is nothing to scrub. Signals: `moved(place)`, `film_cancelled()`."""

    moved = Signal(int)
    film_cancelled = Signal()

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("PhotoBar")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumWidth(60)
        self.slider.setAccessibleName(_tr("Timeline of the meshes"))
        self.slider.valueChanged.connect(self.moved)
        self.label = QLabel()
        self._place, self._title, self._live = "", "", True
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.menu = menu_button(
            "A | B", [actions[name] for name in ("pin", "compare_beside", "compare_difference")]
        )
        self.menu.setAccessibleName(_tr("Compare"))
        self.film = _FilmProgress()
        self.film.stop.clicked.connect(self.film_cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(4)
        for name in ("timeline_back", "timeline_play", "timeline_forward"):
            row.addWidget(tool_button(actions[name], text=False))
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        row.addWidget(tool_button(actions["timeline_latest"], text=False))
        row.addWidget(self.menu)
        row.addWidget(tool_button(actions["film"], text=False))
        row.addWidget(self.film)
        self.show_frames((), 0, None, True)

    def show_frames(self, frames: Sequence[Frame], place: int, pinned: Frame | None, live: bool) -> None:
        """What there is and which of it is on screen."""
        self.setVisible(len(frames) > 1)
        if not frames:
            return
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, len(frames) - 1)
            self.slider.setValue(place)
        frame = frames[place]
        self._place, self._title, self._live = f"{place + 1}/{len(frames)}", self.title(frame), live
        when = "" if frame.seconds is None else _tr("{0} into the run").format(clock(frame.seconds))
        self.label.setToolTip(when)
        self._say_place()
        self.menu.setProperty("on", pinned is not None)
        self.menu.setToolTip(
            _tr("Compare") if pinned is None else _tr("Compared with: {0}").format(self.title(pinned))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.label.setMinimumWidth(0)
        self._say_place()

    def _say_place(self) -> None:
        """What is on screen; in a narrow bar only its number. Bold where it is not the newest."""
        words = self._place if self.width() < _NARROW else f"{self._title} · {self._place}"
        self.label.setText(words if self._live else f"<b>{words}</b>")
        # Never narrower again: the slider would move under the hand.
        self.label.setMinimumWidth(max(self.label.minimumWidth(), self.label.sizeHint().width()))

    def say_kept(self, memory: int, disk: int) -> None:
        """How much of the budget is used."""
        self.slider.setToolTip(
            _tr(
                "In memory: {0} of {1}. On disk: {2} of {3}. Long runs are thinned out.\n"
                "Meshes that came faster than they could be drawn are not here."
            ).format(size(memory), size(MEMORY), size(disk), size(DISK))
        )

    def show_film(self, done: int, total: int) -> None:
        """How far the film is; a total of 0 hides it."""
        self.film.setVisible(total > 0)
        self.film.bar.setRange(0, total)
        self.film.bar.setValue(done)

    @staticmethod
    def title(frame: Frame) -> str:
        """What a frame is called."""
        return _tr("Result") if frame.step is None else _tr("Step %s") % frame.step


class _FilmProgress(QWidget):
    """How far the film is, and a way to stop it."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QuietBar()
        self.bar.setFixedWidth(70)
        self.bar.setAccessibleName(_tr("Progress of the film"))
        self.stop = QToolButton()
        self.stop.setToolTip(_tr("Stop making the film"))
        theme.current().changed.connect(self._take_colors)
        self._take_colors()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self.bar)
        row.addWidget(self.stop)
        self.hide()

    def _take_colors(self) -> None:
        self.stop.setIcon(icons.icon("close", theme.current().colors.text))
