"""Makes menus, toolbar and shortcuts from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from h3dstudio.gui.shell import icons, theme
from h3dstudio.gui.shell.action_table import ACTIONS, MENUS, THEME_MENU, TOOLBAR, Spec


def build_actions(window: QMainWindow) -> dict[str, QAction]:
    """The table as actions of `window`; icons follow the theme. `connect_actions` connects them later."""
    groups: dict[str, QActionGroup] = {}
    actions = {name: _action(window, spec, groups) for name, spec in ACTIONS.items()}
    _Tint(window, actions)
    return actions


class _Tint(QObject):
    """Keeps the icons in the theme's colours; a QObject, so that its connection ends with its window."""

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._actions = dict(actions)
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def _take_colors(self) -> None:
        for name, spec in ACTIONS.items():
            _tint(self._actions[name], spec.icon)


def connect_actions(window: QMainWindow, actions: Mapping[str, QAction]) -> None:
    """Connect every action to the slot its row names. AttributeError when there is none."""
    for name, spec in ACTIONS.items():
        slot: Any = attrgetter(spec.slot)(window)
        if spec.checkable and not spec.group:
            actions[name].toggled.connect(slot)
        else:
            actions[name].triggered.connect(lambda *_, call=slot: call())


def fill_menus(
    window: QMainWindow, actions: Mapping[str, QAction], docks: Iterable[QAction]
) -> dict[str, QMenu]:
    """The menu bar; returns the menus that are filled elsewhere, by name ("recent")."""
    open_ended: dict[str, QMenu] = {}
    for title, names in MENUS.items():
        menu = window.menuBar().addMenu(_tr(title))
        for name in names:
            if name == "-":
                menu.addSeparator()
            elif name == "@recent":
                open_ended["recent"] = menu.addMenu(_tr("Open &recent"))
            elif name == "@docks":
                menu.addMenu(_tr("&Panels")).addActions(list(docks))
            elif name == "@theme":
                menu.addMenu(_tr("&Theme")).addActions([actions[each] for each in THEME_MENU])
            else:
                menu.addAction(actions[name])
    return open_ended


def fill_toolbar(window: QMainWindow, actions: Mapping[str, QAction]) -> QToolBar:
    """The main toolbar: text beside icons, what comes after ">" at the right end."""
    bar = QToolBar(_tr("Main toolbar"), window)
    bar.setObjectName("MainToolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    for name in TOOLBAR:
        if name == "-":
            bar.addSeparator()
        elif name == ">":
            stretch = QWidget()
            stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar.addWidget(stretch)
        else:
            bar.addAction(actions[name])
            button = bar.widgetForAction(actions[name])
            if isinstance(button, QToolButton):
                button.setObjectName(f"Tool_{name}")
                dress(button, text=True)
    window.addToolBar(bar)
    return bar


def dress(button: QToolButton, *, text: bool) -> None:
    """Text beside the icon or the icon alone; reachable with Tab."""
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setIconSize(QSize(18, 18))
    if button.property("beside") is not text:
        # Qt leaves room behind the text; the style sheet takes it back where there is text.
        button.setProperty("beside", text)
        button.style().unpolish(button)
        button.style().polish(button)


def enable(action: QAction, enabled: bool, reason: str = "") -> None:
    """Enable or disable; a disabled action's tooltip says why, where there is something to say."""
    tip = action.property("tip")
    action.setToolTip(tip if enabled or not reason else f"{tip}\n" + _tr("Not now: {0}").format(_tr(reason)))
    action.setEnabled(enabled)


def _action(window: QMainWindow, spec: Spec, groups: dict[str, QActionGroup]) -> QAction:
    action = QAction(_tr(spec.text), window)
    action.setIconText(" " + _tr(spec.short or spec.text).replace("&", ""))  # Air after the icon.
    if spec.shortcut:
        action.setShortcut(QKeySequence(spec.shortcut))
    keys = (
        f"  ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if spec.shortcut else ""
    )
    action.setProperty("tip", f"{_tr(spec.tip) if spec.tip else action.iconText().strip()}{keys}")
    action.setToolTip(action.property("tip"))
    action.setStatusTip(_tr(spec.tip) if spec.tip else "")
    action.setCheckable(spec.checkable)
    action.setChecked(spec.checked)
    if spec.group:
        groups.setdefault(spec.group, QActionGroup(window)).addAction(action)
    window.addAction(action)
    return action


def _tr(text: str) -> str:
    """What the table says, in the user's language."""
    return QCoreApplication.translate("Actions", text)


def _tint(action: QAction, name: str) -> None:
    if not name:
        return
    colors = theme.current().colors
    action.setProperty("icon_on_accent", icons.icon(name, colors.on_accent, disabled=colors.faint))
    action.setIcon(icons.icon(name, colors.text, disabled=colors.faint, checked=colors.accent))
