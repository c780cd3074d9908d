"""The user's preferences: what is stored, checked against the table of settings, and who follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, QStandardPaths, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from h3dstudio.data.scan import Scan
from h3dstudio.gui.features.preferences.settings_table import SETTINGS, Value
from h3dstudio.gui.shell import theme
from h3dstudio.methods.registry import find_method
from h3dstudio.methods.settings import MethodSettings

RECONSTRUCTION = ("method", "quality", "device")
"""Those that a new reconstruction starts from."""


def stored(key: str) -> Value:
    """The preference `key`; its default where nothing valid is stored."""
    setting = SETTINGS[key]
    found = QSettings().value(key)
    return setting.default if found is None else setting.accept(found)


def preferred_settings(method: str = "") -> MethodSettings:
    """What a new reconstruction starts from, by the preferred method or another one."""
    kind = find_method(method or str(stored("method"))).settings
    known = {info.name for info in kind.infos()}
    return kind.made({name: stored(name) for name in RECONSTRUCTION if name in known})


def preferred_out(scan: Scan) -> Path:
    """Where a run of `scan` is written."""
    folder = str(stored("runs folder"))
    return Path(folder) / scan.name if folder else default_out(scan)


def default_out(scan: Scan) -> Path:
    """Where a run of `scan` is written unless the user says otherwise: the documents folder."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "H3D Studio" / scan.name


class Preferences(QObject):
    """Slots of the preferences and theme actions. `changed(key)` follows every change."""

    changed = Signal(str)

    def __init__(self, window: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._dialog: QWidget | None = None
        self.follow("theme", self._take_theme)

    def follow(self, key: str, take: Callable[[Any], object]) -> None:
        """Call `take` with the value now, and again whenever it changes."""
        take(stored(key))
        self.changed.connect(lambda which: take(stored(key)) if which == key else None)

    def set(self, key: str, value: Value) -> None:
        """Store `value`; one that the table does not accept becomes the default."""
        accepted = SETTINGS[key].accept(value)
        if accepted != stored(key):
            QSettings().setValue(key, accepted)
            self.changed.emit(key)

    def restore_defaults(self) -> None:
        """Everything as it was when the program was new."""
        for key, setting in SETTINGS.items():
            self.set(key, setting.default)

    def ask(self) -> None:
        """Open the dialog."""
        from h3dstudio.gui.features.preferences.dialog import PreferencesDialog

        dialog = PreferencesDialog(self._window, stored, self.set, self.restore_defaults)
        dialog.open()

    def theme_system(self) -> None:
        self.set("theme", "system")

    def theme_light(self) -> None:
        self.set("theme", "light")

    def theme_dark(self) -> None:
        self.set("theme", "dark")

    def _take_theme(self, choice: str) -> None:
        theme.current().choose(choice)
        self._actions[f"theme_{choice}"].setChecked(True)
