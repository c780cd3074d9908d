"""Between the landmark panel and what it shows: choices in, rows out, lists edited by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from h3dstudio.errors import LandmarkError
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.landmarks.controller import LandmarkController
from h3dstudio.gui.features.landmarks.panel import LandmarkPanel
from h3dstudio.gui.features.landmarks.rows import Facts, landmark_actions, panel_state
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.actions import enable
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.session.landmarks.table import GROUND_TRUTH, About


class LandmarkPanelController(QObject):
    """Keeps panel and actions up to date, at most once for each round of the event loop."""

    refreshed = Signal()

    def __init__(
        self,
        window: QWidget,
        landmarking: LandmarkController,
        panel: LandmarkPanel,
        display: DisplayController,
        view: MeshView,
        actions: Mapping[str, QAction],
        scans: ScanController,
    ) -> None:
        super().__init__(window)
        self._window, self._landmarking, self._panel = window, landmarking, panel
        self._display, self._view, self._actions = display, view, actions
        self._with_scale = self._seen = self._begin = False
        self._scans = scans
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._connect()

    def _connect(self) -> None:
        landmarks, panel = self._landmarking.landmarks, self._panel
        self._landmarking.changed.connect(self._soon.start)
        self._landmarking.placing.connect(self._take_placing)
        self._actions["ruler"].toggled.connect(self._yield_to_ruler)
        self._landmarking.set_advance(panel.advance.isChecked())
        panel.chosen.connect(lambda name: landmarks.choose(name))
        panel.list_chosen.connect(self._use_list)
        panel.layer_chosen.connect(lambda layer: landmarks.choose(landmarks.current, layer))
        panel.edit.connect(self._edit)
        panel.advance_changed.connect(self._landmarking.set_advance)
        panel.scale_changed.connect(self._take_scale)
        panel.details.note_changed.connect(lambda note: self._describe(note=note))
        panel.details.color_changed.connect(lambda color: self._describe(color=color))
        panel.details.photo_chosen.connect(self._display.look_through)
        panel.details.photo_removed.connect(self._landmarking.unsee)

    def set_in_sight(self, seen: bool) -> None:
        """The panel came to the front, or went: clicks place landmarks only while it is seen."""
        self._seen = self._begin = seen
        if not seen:
            self._landmarking.place(False)
        self._soon.start()

    def refresh(self) -> None:
        """Show how things are."""
        facts, landmarks = self._facts(), self._landmarking.landmarks
        for name, allowed in landmark_actions(landmarks, facts).items():
            enable(self._actions[name], allowed)
        self._place(self._actions["place_landmarks"].isEnabled())
        self._panel.show_state(panel_state(landmarks, facts, self._landmarking.photo_errors()))
        self._landmarking.pointer.refresh()
        self.refreshed.emit()

    def _place(self, possible: bool) -> None:
        """Begin to place once the panel is seen and there is something to place on; stop when that goes."""
        if not possible:
            self._landmarking.place(False)
            self._begin = self._seen
        elif self._begin:
            self._begin = False
            self._landmarking.place(True)

    def _take_placing(self, on: bool) -> None:
        """Clicks mean one thing at a time."""
        self._actions["place_landmarks"].setChecked(on)
        if on:
            self._actions["ruler"].setChecked(False)

    def _yield_to_ruler(self, on: bool) -> None:
        if on:
            self._landmarking.place(False)

    def _facts(self) -> Facts:
        landmarks = self._landmarking.landmarks
        return Facts(
            suggested=tuple(self._landmarking.suggestions(landmarks.layer)),
            has_mesh=self._view.is_shown(landmarks.layer),
            placing=self._landmarking.pointer.on,
            photo=self._display.photo,
            scan_open=self._scans.current is not None or not self._view.is_empty,
            has_truth=self._scans.has_truth,
            truth=self._landmarking.suggested.points(GROUND_TRUTH),
            on_stage=self._display.on_stage,
            with_scale=self._with_scale,
        )

    def _take_scale(self, on: bool) -> None:
        self._with_scale = on
        self.refresh()

    def _describe(self, *, note: str | None = None, color: str | None = None) -> None:
        landmarks = self._landmarking.landmarks
        if landmarks.current is None:
            return
        about = landmarks.about(landmarks.current)
        new = About(about.color if color is None else color, about.note if note is None else note)
        landmarks.set_about(landmarks.current, new)

    def _use_list(self, title: str) -> None:
        self._try(lambda: self._landmarking.landmarks.use_list(title))

    def _edit(self, what: str) -> None:
        landmarks = self._landmarking.landmarks
        current = landmarks.current or ""
        if what == "new_list":
            self._ask(self.tr("Name of the new list"), "", landmarks.add_list)
        elif what == "copy_list":
            names = landmarks.names
            title = self.tr("{0} copy").format(landmarks.list_name)
            self._ask(self.tr("Name of the copy"), title, lambda title: landmarks.add_list(title, names))
        elif what == "add_landmark":
            self._ask(self.tr("Name of the landmark, such as left_ear"), "", self._add)
        elif what == "rename_landmark":
            self._ask(self.tr("New name"), current, lambda name: landmarks.rename(current, _word(name)))
        elif what == "remove_landmark":
            self._try(lambda: landmarks.remove_name(current))
        else:
            landmarks.remove_list(landmarks.list_name)

    def _add(self, name: str) -> None:
        landmarks = self._landmarking.landmarks
        landmarks.add_name(_word(name))
        landmarks.choose(_word(name))

    def _ask(self, label: str, text: str, then: Callable[[str], None]) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Landmarks"))
        dialog.setLabelText(label)
        dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(lambda answer: self._try(lambda: then(answer)))
        dialog.open()

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except LandmarkError as error:
            dialogs.show_error(self._window, self.tr("The list was not changed"), error)


def _word(name: str) -> str:
    """Names hold no blanks."""
    return "_".join(name.split())
