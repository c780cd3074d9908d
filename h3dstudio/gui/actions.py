"""Every action of the window in one table: menus, toolbar, shortcuts, tooltips and icons come from it.

A slot is named by its path from the window ("runs.start"), so that the table stays plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from h3dstudio.gui import icons, theme


@dataclass(frozen=True)
class Spec:
    """One action.

    Attributes:
        slot: path from the window to what it calls; a checkable action passes its state.
        short: the text on buttons, where the menu's is too long.
        group: of checkable actions with the same group exactly one is on.
    """

    text: str
    slot: str
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    short: str = ""
    checkable: bool = False
    checked: bool = False
    group: str = ""


ACTIONS: Mapping[str, Spec] = {
    "open": Spec("&Open scan folder…", "scans.ask", "Ctrl+O", "open", "Open a scan, or a dataset of scans", "Open scan"),
    "demo": Spec("Open the &demo scan", "scans.open_demo", "Ctrl+D", "demo", "Open the scan that comes with the program", "Demo scan"),
    "export": Spec("&Export mesh…", "exports.ask", "Ctrl+E", "export", "Save the reconstruction as PLY, OBJ, STL or GLB", "Export mesh…"),
    "reveal": Spec("Show run &folder", "exports.reveal", "Ctrl+Shift+F", "folder", "Open the folder the last run was written to"),
    "quit": Spec("&Quit", "close", "Ctrl+Q", "", "Close the studio"),
    "start": Spec("&Start", "runs.start", "F5", "start", "Reconstruct the head from the ticked views"),
    "pause": Spec("&Pause", "runs.pause", "F6", "pause", "Stop after this step, keeping everything; press again to go on"),
    "finish": Spec("&Finish now", "runs.finish", "F7", "finish", "End now and keep the mesh as it is"),
    "cancel": Spec("&Cancel", "runs.cancel", "F8", "cancel", "Stop and write no final mesh"),
    "resume_run": Spec("&Resume last run", "runs.resume_last", "Shift+F5", "resume", "Go on from the last checkpoint of a run that was stopped"),
    "reconstruction": Spec("&Reconstruction", "display.show_reconstruction", "Ctrl+1", "reconstruction", "Show or hide the reconstruction", checkable=True, checked=True),
    "ground_truth": Spec("&Ground truth", "display.show_ground_truth", "Ctrl+2", "ground-truth", "Show or hide the scan's ground-truth mesh", checkable=True),
    "coloured": Spec("&Coloured", "display.coloured", "C", "coloured", "Surfaces with their own colours", checkable=True, checked=True, group="mode"),
    "shaded": Spec("&Shaded", "display.shaded", "S", "shaded", "Surfaces as clay, to judge their shape", checkable=True, group="mode"),
    "wireframe": Spec("&Wireframe", "display.wireframe", "W", "wireframe", "Only the edges of the triangles", checkable=True, group="mode"),
    "cameras": Spec("Ca&meras", "display.show_cameras", "K", "cameras", "Show where the ticked photos were taken", checkable=True, checked=True),
    "axes": Spec("&Axes", "display.show_axes", "A", "axes", "Show the orientation of the scan's axes", checkable=True, checked=True),
    "reset_view": Spec("Reset &view", "display.reset_view", "R", "reset-view", "See all of it, from the front"),
    "leave_photo": Spec("&Leave the photo", "display.leave_photo", "Esc", "close", "Back from a photo's camera to a free one"),
    "theme_system": Spec("Follow the &system", "display.theme_system", checkable=True, checked=True, group="theme"),
    "theme_light": Spec("&Light", "display.theme_light", checkable=True, group="theme"),
    "theme_dark": Spec("&Dark", "display.theme_dark", checkable=True, group="theme"),
    "shortcuts": Spec("&Keyboard shortcuts", "show_shortcuts", "F1", "", "Everything the keyboard can do"),
    "about": Spec("&About H3D Studio", "show_about", "", "info", "Version and licences"),
}  # fmt: skip
MENUS: Mapping[str, tuple[str, ...]] = {
    "&File": ("open", "demo", "@recent", "-", "export", "reveal", "-", "quit"),
    "&Reconstruct": ("start", "pause", "finish", "cancel", "-", "resume_run"),
    "&View": ("reconstruction", "ground_truth", "-", "coloured", "shaded", "wireframe", "-", "cameras", "axes",
              "reset_view", "leave_photo", "-", "@docks", "@theme"),
    "&Help": ("shortcuts", "about"),
}  # fmt: skip
THEME_MENU = ("theme_system", "theme_light", "theme_dark")
TOOLBAR = ("open", "demo", "-", "start", "pause", "finish", "cancel", ">", "export")


def build_actions(window: QMainWindow) -> dict[str, QAction]:
    """The table as actions of `window`; icons follow the theme. Slots are connected later by `connect_actions`."""
    groups: dict[str, QActionGroup] = {}
    actions = {name: _action(window, spec, groups) for name, spec in ACTIONS.items()}

    def tint() -> None:
        for name, spec in ACTIONS.items():
            _tint(actions[name], spec.icon)

    theme.current().changed.connect(tint)
    tint()
    return actions


def connect_actions(window: QMainWindow, actions: Mapping[str, QAction]) -> None:
    """Connect every action to the slot its row names. AttributeError when there is none."""
    for name, spec in ACTIONS.items():
        slot: Callable[..., Any] = reduce(getattr, spec.slot.split("."), window)  # type: ignore[arg-type]
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
        menu = window.menuBar().addMenu(title)
        for name in names:
            if name == "-":
                menu.addSeparator()
            elif name == "@recent":
                open_ended["recent"] = menu.addMenu("Open &recent")
            elif name == "@docks":
                menu.addMenu("&Panels").addActions(list(docks))
            elif name == "@theme":
                menu.addMenu("&Theme").addActions([actions[each] for each in THEME_MENU])
            else:
                menu.addAction(actions[name])
    return open_ended


def fill_toolbar(window: QMainWindow, actions: Mapping[str, QAction]) -> QToolBar:
    """The main toolbar: text beside icons, what comes after ">" at the right end."""
    bar = QToolBar("Main toolbar", window)
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
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setObjectName(f"Tool_{name}")
    window.addToolBar(bar)
    return bar


def _action(window: QMainWindow, spec: Spec, groups: dict[str, QActionGroup]) -> QAction:
    action = QAction(spec.text, window)
    action.setIconText((spec.short or spec.text).replace("&", ""))
    if spec.shortcut:
        action.setShortcut(QKeySequence(spec.shortcut))
    keys = (
        f"  ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if spec.shortcut else ""
    )
    action.setToolTip(f"{spec.tip or action.iconText()}{keys}")
    action.setStatusTip(spec.tip)
    action.setCheckable(spec.checkable)
    action.setChecked(spec.checked)
    if spec.group:
        groups.setdefault(spec.group, QActionGroup(window)).addAction(action)
    window.addAction(action)
    return action


def _tint(action: QAction, name: str) -> None:
    if not name:
        return
    colors = theme.current().colors
    action.setProperty("icon_on_accent", icons.icon(name, colors.on_accent, disabled=colors.faint))
    action.setIcon(icons.icon(name, colors.text, disabled=colors.faint, checked=colors.accent))
