"""The bar over the 3D view: which meshes, how they are drawn, and tools, in the width there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from h3dstudio.gui.shell.actions import dress

MESHES = ("reconstruction", "ground_truth", "side_by_side")
MODES = ("coloured", "shaded", "wireframe", "normals", "confidence", "error_map")
"""Actions, one of which is on."""
TOOLS = ("reset_view", "section", "ruler", "screenshot", "landmarks", "cameras", "axes")
"""The first ones stay longest when it gets narrow; the others are in a menu then."""
_AIR = 8


class ViewBar(QWidget):
    """Text beside icons where there is room, then icons alone, then menus."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("ViewBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.meshes, self.modes = segment(actions, MESHES), segment(actions, MODES)
        self.mode = _ModeMenu([actions[name] for name in MODES])
        self.tools = [tool_button(actions[name], text=False) for name in TOOLS]
        self.more = menu_button("⋯", [actions[name] for name in TOOLS])
        self.more.setToolTip(QCoreApplication.translate("ViewBar", "More tools"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(_AIR)
        row.addWidget(self.meshes)
        row.addStretch(1)
        for widget in (self.modes, self.mode, *self.tools, self.more):
            row.addWidget(widget)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for arrange in self._arrangements():
            arrange()
            if self._needed() <= self.width():
                return

    def _arrangements(self) -> Iterator[partial[None]]:
        """Ways to lie, the roomiest first."""
        everything = len(self.tools)
        yield partial(self._arrange, True, True, False, everything)
        yield partial(self._arrange, True, False, False, everything)
        yield partial(self._arrange, False, False, False, everything)
        for tools in range(everything, -1, -1):
            yield partial(self._arrange, False, False, True, tools)

    def _arrange(self, mesh_words: bool, mode_words: bool, menu: bool, tools: int) -> None:
        for frame, words in ((self.meshes, mesh_words), (self.modes, mode_words)):
            for button in frame.findChildren(QToolButton):
                dress(button, text=words)
        self.modes.setVisible(not menu)
        self.mode.setVisible(menu)
        for place, button in enumerate(self.tools):
            button.setVisible(place < tools)
        self.more.setVisible(tools < len(self.tools))

    def _needed(self) -> int:
        shown = [self.meshes, self.modes, self.mode, *self.tools, self.more]
        return sum(one.sizeHint().width() + _AIR for one in shown if one.isVisibleTo(self)) + 2 * _AIR


class _ModeMenu(QToolButton):
    """The mode that is on, and a menu of all of them."""

    def __init__(self, modes: Sequence[QAction]) -> None:
        super().__init__()
        self.setObjectName("Dots")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(QCoreApplication.translate("ViewBar", "How surfaces are drawn"))
        menu = QMenu(self)
        menu.addActions(list(modes))
        self.setMenu(menu)
        self._modes = modes
        for mode in modes:
            mode.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        for mode in self._modes:
            if mode.isChecked():
                self.setIcon(mode.icon())
                self.setText(mode.iconText())
        dress(self, text=True)


def menu_button(text: str, actions: Sequence[QAction]) -> QToolButton:
    """A button of a bar that opens a menu of `actions`; reachable with Tab."""
    button = QToolButton()
    button.setObjectName("Dots")
    button.setText(text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    menu = QMenu(button)
    menu.addActions(list(actions))
    button.setMenu(menu)
    return button


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
