"""Landmark files in and out of the window. What is doubtful about a file is asked, not guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from h3dstudio.data.landmark_clicks import SUFFIX as CLICKS
from h3dstudio.data.landmark_doubts import point_doubts
from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import SeveralLists
from h3dstudio.errors import H3DError, LandmarkError
from h3dstudio.geometry.surface_points import vector
from h3dstudio.gui.features.landmarks.formats import readable, writable
from h3dstudio.gui.features.landmarks.meshes import LandmarkMeshes
from h3dstudio.gui.features.landmarks.reading import Found, find, in_list_order
from h3dstudio.gui.shell import dialogs
from h3dstudio.gui.shell.saving import ask_where, last_folder, remember_folder
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.viewport.mesh_view import MeshView
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import State

_tr = translator("LandmarkExchange")
MOST_CHOICES = 8
"""Of lists in a file that a dialog offers."""
_CLICKS = marked("Clicks in photos, to triangulate (*.clicks.csv)")


class LandmarkExchange(QObject):
    """Imports into, and exports from, the layer that is being marked.

    Signals: `said(text)`, `logged(message, level)`, `saved(Path)`.
    """

    said = Signal(str)
    logged = Signal(str, str)
    saved = Signal(object)

    def __init__(
        self,
        window: QWidget,
        landmarks: LandmarkEditor,
        view: MeshView,
        tasks: Tasks,
        meshes: LandmarkMeshes,
        suggestions: Callable[[str], dict[str, NDArray[np.float64]]],
    ) -> None:
        super().__init__(window)
        self._window, self._landmarks, self._view, self._tasks = window, landmarks, view, tasks
        self._meshes, self._suggestions = meshes, suggestions

    # In

    def ask_import(self) -> None:
        """Let the user choose a file to read."""
        dialog = QFileDialog(self._window, self.tr("Import landmarks"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(readable())
        dialog.setDirectory(str(last_folder()))
        dialog.fileSelected.connect(lambda path: self.read(Path(path)))
        dialog.open()

    def take(self, path: Path) -> bool:
        """Read `path`, which was dropped, where it is a landmark file and there is a mesh to put them on."""
        from h3dstudio.data.landmark_files import READABLE, suffix_of

        ours = suffix_of(path) in READABLE and path.is_file() and not self._view.is_empty
        if ours:
            self.read(path)
        return ours

    def read(self, path: Path, unit: float = 1.0, part: str = "") -> None:
        """Read `path`, coordinates of `unit` mm each, off the GUI thread; then ask what is doubtful.

        `part`: which list, where the file holds several.
        """
        layer, names = self._landmarks.layer, self._landmarks.names
        mesh = self._view.mesh(layer)
        self.said.emit(self.tr("Reading {0}…").format(path.name))

        def refuse(error: Exception) -> None:
            if isinstance(error, SeveralLists):
                self._ask_part(path, unit, error)
            else:
                self._refuse(error)

        self._tasks.run(
            lambda: find(path, layer, mesh, names, unit, part), self._doubt, refuse, key="landmark file"
        )

    def _ask_part(self, path: Path, unit: float, error: SeveralLists) -> None:
        """Which of the lists in the file is meant."""
        self.said.emit("")
        parts = {str(number): part for number, part in enumerate(error.parts[:MOST_CHOICES], 1)}
        choices = [dialogs.Choice(key, part, default=key == "1") for key, part in parts.items()]
        choices.append(dialogs.Choice("cancel", self.tr("Cancel"), dialogs.Role.RejectRole))
        dialogs.ask(
            self._window,
            self.tr("Import landmarks"),
            self.tr("{0} holds {1} lists of points").format(path.name, len(error.parts)),
            choices,
            lambda key: self.read(path, unit, key) if key in parts else None,
            information=self.tr("Choose the one with the landmarks."),
        )

    def _doubt(self, found: Found) -> None:
        self.said.emit("")
        if found.snapped is None or not found.snapped.warnings:
            self._ask_unknown(found)
            return
        unit = found.snapped.unit
        choices = [
            dialogs.Choice("import", self.tr("Import as it is")),
            dialogs.Choice("cancel", self.tr("Cancel"), dialogs.Role.RejectRole, default=not unit),
        ]
        if unit:
            choices.insert(0, dialogs.Choice("unit", self.tr("Read as {0}").format(unit), default=True))

        def answer(key: str) -> None:
            if key == "unit":
                from h3dstudio.data.landmark_files.axes import UNITS

                self.read(found.path, UNITS[unit])
            elif key == "import":
                self._ask_unknown(found)

        lines = [one[:1].upper() + one[1:] + "." for one in found.snapped.warnings]
        lines.append(
            self.tr("<b>What to do:</b> Check that the file belongs to this mesh and scan, and is in mm.")
        )
        dialogs.ask(
            self._window,
            self.tr("Import landmarks"),
            self.tr("These landmarks do not lie on the {0}").format(found.layer),
            choices,
            answer,
            information="<br><br>".join(lines),
        )

    def _ask_unknown(self, found: Found) -> None:
        """Names that the list in use does not have: a list of their own, or leave them out."""
        names = self._landmarks.names
        if not found.named:
            self._ask_order(found)
            return
        unknown = [entry.name for entry in found.entries if entry.name not in names]
        if not unknown:
            self._take(found)
            return

        def answer(key: str) -> None:
            if key == "list":
                self._with_list(found)
            elif key == "order":
                self._take(in_list_order(found, names))
            elif key == "leave":
                self._take(found)

        some = ", ".join(unknown[:4]) + (", …" if len(unknown) > 4 else "")
        known = len(found.entries) - len(unknown)
        leave = [dialogs.Choice("leave", self.tr("Import the other {0}").format(known))] if known else []
        order = []
        if not known and len(found.entries) == len(names):
            text = self.tr("Take them in the order of {0}").format(self._landmarks.list_name)
            order.append(dialogs.Choice("order", text))
        dialogs.ask(
            self._window,
            self.tr("Import landmarks"),
            self.tr("{0} of {1} landmarks are not in the list {2}").format(
                len(unknown), len(found.entries), self._landmarks.list_name
            ),
            [
                dialogs.Choice("list", self.tr("Use a list of these names"), default=True),
                *leave,
                *order,
                dialogs.Choice("cancel", self.tr("Cancel"), dialogs.Role.RejectRole),
            ],
            answer,
            information=self.tr("Unknown: {0}.").format(some),
        )

    def _ask_order(self, found: Found) -> None:
        """Whether points without names are those of the list in use, one after the other."""
        name = self._landmarks.list_name
        dialogs.ask(
            self._window,
            self.tr("Import landmarks"),
            self.tr("The {0} points in {1} have no names").format(len(found.entries), found.path.name),
            [
                dialogs.Choice("order", self.tr("Take them in the order of {0}").format(name), default=True),
                dialogs.Choice("cancel", self.tr("Cancel"), dialogs.Role.RejectRole),
            ],
            lambda key: self._take(found) if key == "order" else None,
            information=self.tr("In that order they are: {0}.").format(
                ", ".join(entry.name for entry in found.entries[:6])
            ),
        )

    def _with_list(self, found: Found) -> None:
        """Another list that has all of the names, or a new one called like the file."""
        names = tuple(entry.name for entry in found.entries)
        lists = self._landmarks.table.all_lists
        fitting = next((title for title, known in lists.items() if set(names) <= set(known)), None)
        try:
            if fitting is not None:
                self._landmarks.use_list(fitting)
            else:
                self._landmarks.add_list(_free(found.path.name.split(".")[0] or "List", lists), names)
        except LandmarkError as error:
            self._refuse(error)
            return
        self._take(found)

    def _take(self, found: Found) -> None:
        wanted = [entry for entry in found.entries if entry.name in self._landmarks.names]
        points = {entry.name: found.points[entry.name] for entry in wanted if entry.name in found.points}
        kept = self._landmarks.place_all(
            found.layer,
            {name: self._meshes.placed(found.layer, point, found.mesh) for name, point in points.items()},
            self.tr("import {0}").format(found.path.name),
            skipped=[entry.name for entry in wanted if entry.skipped],
            locked=[entry.name for entry in wanted if entry.locked],
            notes={entry.name: entry.note for entry in wanted if entry.note},
        )
        text = self.tr("Imported {0} landmarks from {1}").format(len(wanted) - len(kept), found.path.name)
        if found.snapped is not None and found.snapped.distances:
            text += self.tr(", at most {0:.2f} mm from the mesh").format(found.snapped.worst)
        if kept:
            text += self.tr("; left alone because they are locked: {0}").format(", ".join(kept))
        self.said.emit(text)
        self.logged.emit(text, "info")
        if doubt := point_doubts({name: np.array(point.position) for name, point in points.items()}):
            self.logged.emit(f"{found.path.name}: {doubt}.", "warning")

    def _refuse(self, error: Exception) -> None:
        self.said.emit("")
        dialogs.show_error(self._window, self.tr("The landmarks were not imported"), error)

    # Out

    def ask_export(self) -> None:
        """Let the user choose a file to save them in."""
        if not self.entries() and not self.clicks():
            return
        kinds = writable()
        chosen = [next(iter(kinds))]
        formats = {words: ending for words, (ending, _) in kinds.items()} | {_tr(_CLICKS): CLICKS}
        title = self.tr("Export landmarks")

        def save(path: Path) -> None:
            self.save(path, kinds.get(chosen[-1], ("", ""))[1])

        ask_where(self._window, title, formats, "landmarks", last_folder(), save, chosen.append)

    def save(self, path: Path, key: str = "") -> None:
        """Write them as the format `key`, where that may have the ending; else as the ending says."""
        from h3dstudio.data.landmark_clicks import write_clicks
        from h3dstudio.data.landmark_files import format_named, suffix_of, write_landmark_file

        try:
            if path.name.lower().endswith(CLICKS):
                write_clicks(path, self.clicks())
            else:
                fits = bool(key) and suffix_of(path) in format_named(key).endings
                mesh = self._view.mesh(self._landmarks.layer)
                write_landmark_file(path, self.entries(), mesh, key if fits else "")
        except H3DError as error:
            dialogs.show_error(self._window, self.tr("The landmarks were not exported"), error)
            return
        remember_folder(path)
        self.saved.emit(path)

    def clicks(self) -> dict[str, dict[int, tuple[float, float]]]:
        """Name -> view -> pixel, of the landmarks that were clicked in photos."""
        landmarks = self._landmarks
        seen = {name: landmarks.mark(landmarks.layer, name).sightings for name in landmarks.names}
        return {name: {one.view: (one.x, one.y) for one in marks} for name, marks in seen.items() if marks}

    def entries(self) -> list[Entry]:
        """What is placed or skipped in the layer; what is suggested where nothing is."""
        landmarks, layer = self._landmarks, self._landmarks.layer
        points, mesh = landmarks.points(layer), self._view.mesh(layer)
        vertices = {} if mesh is None else landmarks.vertices(layer, mesh)
        out = []
        for name in landmarks.names:
            state, note = landmarks.state_of(layer, name), landmarks.about(name).note
            if name in points:
                locked = state is State.LOCKED
                out.append(Entry(name, vector(points[name]), vertices.get(name), locked=locked, note=note))
            elif state is State.SKIPPED:
                out.append(Entry(name, skipped=True, note=note))
        if points:
            return out
        return [Entry(name, vector(point)) for name, point in self._suggestions(layer).items()] or out


def _free(title: str, taken: dict[str, tuple[str, ...]]) -> str:
    """`title`, or the first of "title 2", "title 3", … that is not taken."""
    number, out = 1, title[:50]
    while out in taken:
        number += 1
        out = f"{title[:50]} {number}"
    return out
