"""Every preference in one table: the dialog, the defaults and the check of what was stored come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.methods.registry import default_method, methods
from h3dstudio.methods.settings import DEVICES

Value = bool | int | str


@dataclass(frozen=True)
class Setting:
    """One preference; the type of `default` is its type.

    Attributes:
        page: the heading it stands under.
        choices: value -> what the user reads; empty where anything of the type will do.
        least, most: of a number; `unit` follows it.
        folder: whether it is a folder to be chosen.
        restart: whether it holds from the next start on.
    """

    page: str
    label: str
    default: Value
    tip: str
    choices: Mapping[str, str] | None = None
    least: int = 0
    most: int = 0
    unit: str = ""
    folder: bool = False
    restart: bool = False

    def accept(self, stored: object) -> Value:
        """`stored` as a value of this setting; the default where it is none.

        A settings file knows texts only: "true", "60".
        """
        if isinstance(self.default, bool):
            return {"true": True, "false": False}.get(str(stored).lower(), self.default)
        if isinstance(self.default, int):
            try:
                number = int(str(stored))
            except ValueError:
                return self.default
            return number if self.least <= number <= self.most else self.default
        text = stored if isinstance(stored, str) else self.default
        return self.default if self.choices is not None and text not in self.choices else text


SCALES = {
    "system": "As the system says",
    **{str(percent): f"{percent} %" for percent in (100, 125, 150, 175, 200)},
}
LANGUAGES = {"system": "As the system says", "en": "English", "de": "Deutsch"}
"""Those there is a translation into; each by its own name."""
THEMES = {"system": "As the system says", "light": "Light", "dark": "Dark"}

SETTINGS: Mapping[str, Setting] = {
    "theme": Setting("Look", "Theme", "system", "Light or dark", THEMES),
    "scale": Setting(
        "Look", "Size of text and controls", "system", "For screens with small pixels", SCALES, restart=True
    ),
    "language": Setting("Look", "Language", "system", "Of menus and texts", LANGUAGES, restart=True),
    "reopen": Setting("Projects", "Open the last project at start", False, "Go on where you stopped"),
    "autosave": Setting(
        "Projects",
        "Keep unsaved work every",
        60,
        "For recovery after a crash; every change of landmarks is kept at once, whatever this says",
        least=10,
        most=600,
        unit="s",
    ),
    "runs folder": Setting(
        "Projects", "Folder for runs", "", "Where runs are written: a folder for each scan", folder=True
    ),
    "method": Setting(
        "New reconstructions", "Method", default_method().id, "How heads are reconstructed",
        {name: one.title for name, one in methods().items()},
    ),
    "quality": Setting(
        "New reconstructions", "Quality", "standard", "How fine, and how long it takes",
        {name: one.label for name, one in QUALITIES.items()},
    ),
    "device": Setting(
        "New reconstructions", "Device", "auto", "Where it is computed",
        {name: one.label for name, one in DEVICES.items()},
    ),
    "redraws": Setting(
        "New reconstructions",
        "Meshes shown while it runs, at most",
        4,
        "Fewer keep a slow computer usable",
        least=1,
        most=10,
        unit="per second",
        restart=True,
    ),
}  # fmt: skip
"""Key in the settings file -> setting, in the dialog's order."""
