"""Messages and questions. None of them blocks: each opens, and calls back with the answer.

An error says what happened, to which file, and what to do.
"""

from __future__ import annotations

import html
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractButton, QDialog, QDialogButtonBox, QLabel, QMessageBox, QWidget

from h3dstudio.errors import H3DError
from h3dstudio.gui.shell import icons, theme

Role = QMessageBox.ButtonRole
_WIDEST = 620


_PICTURES = {
    QMessageBox.Icon.Question: ("info", "accent"),
    QMessageBox.Icon.Information: ("info", "accent"),
    QMessageBox.Icon.Warning: ("failed", "warning"),
    QMessageBox.Icon.Critical: ("failed", "bad"),
}


@dataclass(frozen=True)
class Choice:
    """One button of a question."""

    key: str
    text: str
    role: Role = Role.ActionRole
    default: bool = False


def ask(
    parent: QWidget | None,
    title: str,
    text: str,
    choices: Sequence[Choice],
    answered: Callable[[str], None] = lambda _key: None,
    *,
    kind: QMessageBox.Icon = QMessageBox.Icon.Question,
    information: str = "",
    details: str = "",
) -> QMessageBox:
    """Open a question; `answered(key)` gets the key of the button that was pressed."""
    box = QMessageBox(kind, title, f"<b>{html.escape(text)}</b>", QMessageBox.StandardButton.NoButton, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setInformativeText(information)
    name, tint = _PICTURES.get(kind, ("", ""))
    if name:
        tint = getattr(theme.current().colors, tint)
        ratio = 1.0 if parent is None else parent.devicePixelRatioF()
        box.setIconPixmap(icons.pixmap(name, tint, 40, ratio))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    keys: dict[QAbstractButton, str] = {}
    for choice in choices:
        button = box.addButton(choice.text, choice.role)
        button.setObjectName(f"Answer_{choice.key}")
        keys[button] = choice.key
        if choice.default:
            box.setDefaultButton(button)
            button.setFocus()
        if choice.role is Role.RejectRole:
            box.setEscapeButton(button)
            if not any(one.default for one in choices):
                box.setDefaultButton(button)
    if details:
        box.setDetailedText(details)
        for its in (one for one in box.buttons() if one not in keys):
            its.setMinimumWidth(150)  # Qt measures it for one of its two texts.
    if (layout := box.layout()) is not None:
        layout.setContentsMargins(22, 22, 22, 18)
    box.buttonClicked.connect(lambda button: answered(keys.get(button, "")))
    _make_room(box)
    box.open()
    return box


def _make_room(box: QMessageBox) -> None:
    """As wide as the title, which Qt lays out on one line without measuring it."""
    title = box.findChild(QLabel, "qt_msgbox_label")
    if title is not None:
        title.setWordWrap(False)
        title.ensurePolished()
        wanted = title.sizeHint().width()
        if wanted > title.minimumWidth():  # The theme's: only a style sheet overrides it.
            title.setStyleSheet(f"min-width: {min(_WIDEST, wanted)}px")


def close_button(dialog: QDialog) -> QDialogButtonBox:
    """The row of buttons of a dialog that only shows something, or whose changes hold at once."""
    buttons = QDialogButtonBox()
    close = buttons.addButton(_tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    buttons.rejected.connect(dialog.reject)
    return buttons


def show_error(
    parent: QWidget | None,
    title: str,
    error: BaseException,
    *,
    remedy: str = "",
    details: str = "",
    choices: Sequence[Choice] = (),
    answered: Callable[[str], None] = lambda _key: None,
) -> QMessageBox:
    """What happened, where, and what to do about it; `choices` instead of a lone Close button."""
    if isinstance(error, H3DError):
        lines = [_sentence(error.problem)]
        if error.where:
            lines.append(f"<code>{breakable(error.where)}</code>")
        if advice := error.remedy or remedy:
            lines.append(_tr("<b>What to do:</b> {0}").format(_sentence(advice)))
    else:
        lines = [
            _sentence(f"{type(error).__name__}: {error}"),
            _tr("This is a defect of the program, not of your data. The details below help to mend it."),
        ]
        details = details or "".join(traceback.format_exception(error))
    close = Choice("close", _tr("Close"), Role.RejectRole, default=True)
    return ask(
        parent,
        title,
        title,
        choices or (close,),
        answered,
        kind=QMessageBox.Icon.Warning if isinstance(error, H3DError) else QMessageBox.Icon.Critical,
        information="<br><br>".join(lines),
        details=details,
    )


def ask_while_running(
    parent: QWidget, answered: Callable[[str], None], noun: str, *, checkpoint: bool = True
) -> QMessageBox:
    """Closing in the middle of a run: "wait", "finish", "later", "discard" or "stay".

    `checkpoint`: whether the run has written one, from which it can go on.
    """
    later = (
        _tr(
            "<b>Go on next time</b> stops at the last checkpoint and offers to resume when the studio is "
            "opened again."
        )
        if checkpoint
        else _tr(
            "<b>Go on next time</b> stops it and offers it again when the studio is opened; it then starts "
            "over, as it has written no checkpoint yet."
        )
    )
    return ask(
        parent,
        _tr("{0} is running").format(noun),
        _tr("Close while {0} is running?").format(noun[:1].lower() + noun[1:]),
        (
            Choice("finish", _tr("&Finish now"), default=True),
            Choice("wait", _tr("&Wait, then close")),
            Choice("later", _tr("&Go on next time")),
            Choice("discard", _tr("&Discard"), Role.DestructiveRole),
            Choice("stay", _tr("&Stay"), Role.RejectRole),
        ),
        answered,
        information=" ".join(
            (
                _tr("<b>Finish now</b> keeps the result as it is. <b>Wait</b> closes when it is done."),
                later,
                _tr("<b>Discard</b> stops it without a result."),
            )
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)


def _sentence(text: str) -> str:
    text = html.escape(text.strip()).replace("\n", "<br>")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def breakable(path: str) -> str:
    """A long path may break after its slashes."""
    return html.escape(path).replace("/", "/<wbr>")
