"""What is asked about projects: unsaved changes, a file in use, a scan that has moved, work after a crash."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from h3dstudio.data.project_files import SUFFIX
from h3dstudio.data.project_lock import Owner
from h3dstudio.errors import H3DError
from h3dstudio.gui.features.reconstruction.left_run import LeftBehind
from h3dstudio.gui.shell.dialogs import Choice, Role, ask, breakable, show_error

if TYPE_CHECKING:
    from h3dstudio.gui.features.project.recovery import FoundWork

Answered = Callable[[str], None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Projects", text)


def ask_to_save(parent: QWidget, name: str, answered: Answered) -> QMessageBox:
    """Something would be lost: "save", "discard" or "stay"."""
    return ask(
        parent,
        _tr("Unsaved changes"),
        _tr("Save the changes to {0}?").format(name),
        (
            Choice("save", _tr("&Save"), default=True),
            Choice("discard", _tr("&Discard"), Role.DestructiveRole),
            Choice("stay", _tr("Cancel"), Role.RejectRole),
        ),
        answered,
        information=_tr("Landmarks and other changes since the last save are lost if you discard them."),
    )


def ask_about_lock(parent: QWidget, path: Path, owner: Owner, answered: Answered) -> QMessageBox:
    """Another window has the project: "read", "copy" or "stay"."""
    return ask(
        parent,
        _tr("The project is in use"),
        _tr("{0} is open in another window").format(path.name),
        (
            Choice("read", _tr("Open &read-only"), default=True),
            Choice("copy", _tr("Open a &copy")),
            Choice("stay", _tr("Cancel"), Role.RejectRole),
        ),
        answered,
        kind=QMessageBox.Icon.Warning,
        information=_tr(
            "It is held by {0}.<br><br><b>Read-only</b> shows it as it was last saved; saving asks for "
            "another file. <b>A copy</b> is a new project with the same content."
        ).format(html.escape(str(owner))),
    )


def ask_where_scan_is(parent: QWidget, missing: Path, answered: Answered) -> QMessageBox:
    """The project's scan is not where it was: "locate" or "stay"."""
    advice = _tr(
        "If the folder was moved or renamed, show where it is now; if it is on a disk "
        "that is not connected, connect it and open the project again. The project file stays as it is."
    )
    title, text = _tr("The scan is missing"), _tr("The project's scan was not found")
    return _ask_where(parent, title, text, missing, advice, (_locate(), _stay(_tr("Cancel"))), answered)


def ask_where_run_is(parent: QWidget, missing: Path, answered: Answered) -> QMessageBox:
    """The folder of the project's last run is not where it was: "locate", "drop" or "stay"."""
    advice = _tr(
        "If it was moved or renamed, show where it is now. If it is gone for good, drop it: the project then "
        "has no run, and a new one can be started. Everything else of the project is open: scan, ticked "
        "views, settings, landmarks."
    )
    title, text = _tr("The run is missing"), _tr("The folder of the project's last run was not found")
    drop = Choice("drop", _tr("&Drop the run"), Role.DestructiveRole)
    choices = (_locate(), drop, _stay(_tr("Decide &later")))
    return _ask_where(parent, title, text, missing, advice, choices, answered)


def ask_where_mesh_is(parent: QWidget, missing: Path, answered: Answered) -> QMessageBox:
    """The user's own mesh is not where it was: "locate", "drop" or "stay"."""
    advice = _tr(
        "If it was moved or renamed, show where it is now. If it is gone for good, drop it. Everything else "
        "of the project is open; landmarks stay where they were placed."
    )
    title, text = _tr("The mesh is missing"), _tr("The project's mesh was not found")
    drop = Choice("drop", _tr("&Drop the mesh"), Role.DestructiveRole)
    choices = (_locate(), drop, _stay(_tr("Decide &later")))
    return _ask_where(parent, title, text, missing, advice, choices, answered)


def say_not_found(parent: QWidget, error: H3DError, answered: Answered) -> QMessageBox:
    """What was shown instead of something missing is not it: "again" or "stay"."""
    again = Choice("again", _tr("Choose &again…"), default=True)
    title = _tr("This is not the run")
    return show_error(parent, title, error, choices=(again, _stay(_tr("Decide &later"))), answered=answered)


def _locate() -> Choice:
    return Choice("locate", _tr("&Locate…"), default=True)


def _stay(words: str) -> Choice:
    return Choice("stay", words, Role.RejectRole)


def _ask_where(
    parent: QWidget,
    title: str,
    text: str,
    missing: Path,
    advice: str,
    choices: Sequence[Choice],
    answered: Answered,
) -> QMessageBox:
    words = _tr("<b>What to do:</b> {0}").format(advice)
    information = f"<code>{breakable(str(missing))}</code><br><br>{words}"
    kind = QMessageBox.Icon.Warning
    return ask(parent, title, text, choices, answered, kind=kind, information=information)


def ask_to_recover(parent: QWidget, found: Sequence[FoundWork], answered: Answered) -> QMessageBox:
    """Windows have left work: "resume" or "recover" the newest, "discard" all of it, or ask again "later"."""
    newest = found[0]
    rows = "".join(f"<li>{_row(one)}</li>" for one in found)
    more = (
        _tr("The newest is opened now; the others are offered at the next start.") if len(found) > 1 else ""
    )
    orderly = newest.recovery.orderly
    begin = _tr("This was kept for now:") if orderly else _tr("This was not saved:")
    resume = [Choice("resume", _tr("&Open and resume"), default=True)] if newest.resumable else []
    recover = _tr("&Open only") if newest.resumable else _tr("&Open") if orderly else _tr("&Recover")
    return ask(
        parent,
        _tr("Work of the last time") if orderly else _tr("Unsaved work was found"),
        _tr("Go on where you stopped?") if orderly else _tr("The studio was closed unexpectedly"),
        (
            *resume,
            Choice("recover", recover, default=not resume),
            Choice("discard", _tr("&Discard"), Role.DestructiveRole),
            Choice("later", _tr("Ask &later"), Role.RejectRole),
        ),
        answered,
        information=f"{begin}<ul>{rows}</ul>{more}",
    )


def _row(found: FoundWork) -> str:
    recovery = found.recovery
    name, when = html.escape(recovery.title or _tr("Untitled")), _when(recovery.when)
    if not recovery.running:
        return f"{name}, {when}"
    job = {
        LeftBehind.CHECKPOINT: _tr("its job can be resumed from the last checkpoint"),
        LeftBehind.START: _tr("its job can be started over: it had written no checkpoint yet"),
        LeftBehind.FINISHED: _tr("its job has finished since"),
        LeftBehind.NOTHING: _tr("its job has left nothing to go on with"),
    }[found.left]
    return f"{name}, {when}: {job}"


def say_not_saved(parent: QWidget, error: Exception, answered: Answered) -> QMessageBox:
    """Saving failed, and nothing was lost: "again", "elsewhere" or "close"."""
    return show_error(
        parent,
        _tr("The project was not saved"),
        error,
        choices=(
            Choice("elsewhere", _tr("Save &as…"), default=True),
            Choice("again", _tr("&Try again")),
            Choice("close", _tr("Close"), Role.RejectRole),
        ),
        answered=answered,
    )


def say_refused(parent: QWidget, path: Path | None, problems: Sequence[H3DError]) -> QMessageBox:
    """Parts of a project could not be understood; it is open without them."""
    title = _tr("Parts of the project were not understood")
    first = problems[0]
    rest = "\n".join(str(problem) for problem in problems)
    summary = H3DError(
        first.problem,
        where=path,
        remedy=_tr("Save under another name; the file stays as it is, with everything in it"),
    )
    return show_error(parent, title, summary, details=rest if len(problems) > 1 else "")


def ask_for_project(parent: QWidget, folder: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the user choose a project to open."""
    dialog = QFileDialog(parent, _tr("Open a project"), str(folder))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_tr("H3D Studio projects (*{0})").format(SUFFIX))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog


def ask_where_to_save(parent: QWidget, suggestion: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the user choose where to save the project."""
    dialog = QFileDialog(parent, _tr("Save the project"), str(suggestion.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(_tr("H3D Studio projects (*{0})").format(SUFFIX))
    dialog.setDefaultSuffix(SUFFIX)
    dialog.selectFile(suggestion.name)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog


def ask_for_mesh(parent: QWidget, missing: Path, folder: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the user show where the mesh `missing` is now."""
    dialog = QFileDialog(parent, _tr("Where is {0}?").format(missing.name), str(folder))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_tr("Meshes (*.ply *.obj *.stl *.glb)"))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog


def ask_for_folder(parent: QWidget, title: str, folder: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Let the user choose a folder."""
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog


def _when(seconds: float) -> str:
    if seconds <= 0:
        return _tr("at an unknown time")
    when = datetime.fromtimestamp(seconds)
    day = "" if when.date() == datetime.now().date() else f"{when:%d %B} "
    return f"{day}{when:%H:%M}"
