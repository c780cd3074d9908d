"""Which plots are shown: a menu that is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton

_KEY = "plots hidden"


class PlotChoice(QToolButton):
    """Lists plots by name with a title each, all but `hidden` chosen at first. `changed()` after a choice."""

    changed = Signal()

    def __init__(self, titles: Mapping[str, str], hidden: Sequence[str] = ()) -> None:
        super().__init__()
        self.setObjectName("Dots")
        self.setText(self.tr("Plots"))
        self.setToolTip(self.tr("Choose the plots to see"))
        self.setAccessibleName(self.toolTip())
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        hidden = str(QSettings().value(_KEY, ",".join(hidden))).split(",")
        self.entries = {name: menu.addAction(title) for name, title in titles.items()}
        for name, entry in self.entries.items():
            entry.setCheckable(True)
            entry.setChecked(name not in hidden)
            entry.toggled.connect(self._remember)
        self.setMenu(menu)

    def set_short(self, short: bool) -> None:
        """Take less room."""
        self.setText("⋯" if short else self.tr("Plots"))

    def wants(self, name: str) -> bool:
        """Whether the plot `name` is to be seen."""
        return self.entries[name].isChecked()

    def _remember(self) -> None:
        hidden = [name for name, entry in self.entries.items() if not entry.isChecked()]
        QSettings().setValue(_KEY, ",".join(hidden))
        self.changed.emit()
