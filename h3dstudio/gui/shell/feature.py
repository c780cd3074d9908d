"""A feature of the window: what the folder of one hands over to be shown, connected, asked and closed.

A folder has a module `feature` with `ACTIONS`, a table of `Spec` by name, and `build(context) -> Feature`.
Its name stands in `features.FEATURES`. What it needs of the window is in the `Context`; what it needs of
other features it asks for by type, with `context.get`; those must stand before it in the list.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtWidgets import QMenu, QWidget


class AssemblyError(RuntimeError):
    """Features that do not fit together: a mistake of the program."""


class Side(enum.Enum):
    """Where a panel docks: what is on one side shares it as tabs, in the order of the features."""

    LEFT = "left"
    RIGHT = "right"
    BELOW = "below"


@dataclass(frozen=True)
class Dock:
    """A panel beside the 3D view.

    Attributes:
        title: in English, translated in the context "Docks"; it is its name for the window's layout too.
        sighted: called with whether it can be seen, whenever that changes.
    """

    title: str
    panel: QWidget
    side: Side
    sighted: Callable[[bool], object] | None = None


@dataclass(frozen=True)
class Submenu:
    """A menu in another: under which title, and where there (see `Spec.place`)."""

    menu: QMenu
    under: str
    place: int


def _yes() -> bool:
    return True


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Feature:
    """What one feature hands over.

    Attributes:
        slots: what each of its actions calls.
        provides: what other features may ask for, by its type.
        dock: its panel.
        start_page: shown while nothing is open.
        submenus: menus in others.
        on_screen: called once, when the window is on screen.
        may_close: whether the window may close now; else asks, and closes it later.
        close_now: called before the window closes without a question; the last feature first.
        close: called once the window is going and no job runs any more.
    """

    slots: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    provides: tuple[object, ...] = ()
    dock: Dock | None = None
    start_page: QWidget | None = None
    submenus: tuple[Submenu, ...] = ()
    on_screen: Callable[[], object] = _nothing
    may_close: Callable[[], bool] = _yes
    close_now: Callable[[], object] = _nothing
    close: Callable[[], object] = _nothing
