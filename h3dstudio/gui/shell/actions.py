"""Makes menus, toolbar and shortcuts from the features' tables of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from h3dstudio.gui.shell import icons, theme
from h3dstudio.gui.shell.action_spec import (
    RIGHT_END,
    SEPARATOR,
    Spec,
    menu_rows,
    menu_titles,
    toolbar_rows,
)
from h3dstudio.gui.shell.feature import AssemblyError, Submenu

Specs = Mapping[str, Spec]
Slot = Callable[..., object]


def build_actions(window: QMainWindow, specs: Specs) -> dict[str, QAction]:
    """The table as actions of `window`; icons follow the theme. `connect_actions` connects them later."""
    groups: dict[str, QActionGroup] = {}
    actions = {name: _action(window, spec, groups) for name, spec in specs.items()}
    _Tint(window, actions, specs)
    return actions


class _Tint(QObject):
    """Keeps the icons in the theme's colours; a QObject, so that its connection ends with its window."""

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction], specs: Specs) -> None:
        super().__init__(window)
        self._actions, self._specs = dict(actions), specs
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def _take_colors(self) -> None:
        for name, spec in self._specs.items():
            _tint(self._actions[name], spec.icon)


def connect_actions(actions: Mapping[str, QAction], specs: Specs, slots: Mapping[str, Slot]) -> None:
    """Connect every action to its slot; one that is on or off passes its state. Raises AssemblyError."""
    if wrong := set(specs) ^ set(slots):
        raise AssemblyError(f"actions without a slot, or slots without an action: {', '.join(sorted(wrong))}")
    for name, spec in specs.items():
        if spec.checkable and not spec.group:
            actions[name].toggled.connect(slots[name])
        else:
            actions[name].triggered.connect(lambda *_, call=slots[name]: call())


def fill_menus(
    window: QMainWindow, actions: Mapping[str, QAction], specs: Specs, submenus: Iterable[Submenu]
) -> None:
    """The menu bar."""
    submenus = tuple(submenus)
    for title in menu_titles(specs):
        # Made here, not by `addMenu(title)`: what Qt makes is looked up by its address, where the wrapper of
        # something that Qt has freed may still be (a QSurface was returned once).
        menu = QMenu(_tr(title), window.menuBar())
        window.menuBar().addMenu(menu)
        here = {f"{place}": one for place, one in enumerate(submenus) if one.under == title}
        for name in menu_rows(specs, title, {key: one.place for key, one in here.items()}):
            if name == SEPARATOR:
                menu.addSeparator()
            elif name in here:
                menu.addMenu(here[name].menu)
            else:
                menu.addAction(actions[name])


def submenu(window: QMainWindow, title: str, actions: Iterable[QAction] = ()) -> QMenu:
    """A menu to stand in another one; `title` is marked for the context "Actions"."""
    menu = QMenu(_tr(title), window)
    menu.addActions(list(actions))
    return menu


def fill_toolbar(window: QMainWindow, actions: Mapping[str, QAction], specs: Specs) -> QToolBar:
    """The main toolbar: text beside icons, what comes from `RIGHT_END` on at the right end."""
    bar = QToolBar(_tr("Main toolbar"), window)
    bar.setObjectName("MainToolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    names = toolbar_rows(specs)
    for name, following in zip(names, [*names[1:], ""], strict=True):
        if name == SEPARATOR and specs[following].toolbar >= RIGHT_END:
            bar.addWidget(_stretch())
        elif name == SEPARATOR:
            bar.addSeparator()
        else:
            bar.addAction(actions[name])
            button = bar.widgetForAction(actions[name])
            if isinstance(button, QToolButton):
                button.setObjectName(f"Tool_{name}")
                dress(button, text=True)
    window.addToolBar(bar)
    return bar


def _stretch() -> QWidget:
    stretch = QWidget()
    stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return stretch


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
