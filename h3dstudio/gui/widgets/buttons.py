"""Push buttons that are actions."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton


class ActionButton(QPushButton):
    """A push button that follows an action: text, icon, tooltip, enabled."""

    def __init__(self, action: QAction, name: str = "", text: str = "") -> None:
        super().__init__()
        self._action, self._text = action, text
        self.setObjectName(name)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        action.enabledChanged.connect(self.setEnabled)
        self._follow()

    def _follow(self) -> None:
        self.setText(" " + (self._text or self._action.iconText()).strip())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        accented = self._action.property("icon_on_accent")
        on_accent = self.objectName() == "Primary" or (self.isCheckable() and self._action.isChecked())
        self.setIcon(accented if on_accent and accented else self._action.icon())
