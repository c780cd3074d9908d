"""What one row of a feature's table of actions says: words, keys, icon, and where it stands. Plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

MENUS = ("&File", "&Edit", "&Reconstruct", "&Landmarks", "E&valuate", "&View", "&Timeline", "&Help")
"""The menus in their order; one that a feature adds stands before the last."""
RIGHT_END = 900
"""The place in the toolbar from which actions stand at its right end."""


@dataclass(frozen=True)
class Spec:
    """One action.

    Attributes:
        short: the text on buttons, where the menu's is too long.
        group: of checkable actions with the same group exactly one is on.
        menu: the title of its menu; "" for one that stands elsewhere.
        place: where in the menu: the smaller, the higher; a line wherever the hundreds change.
        nested: it stands in a submenu there, which lists it itself.
        toolbar: as `place`, in the toolbar; 0 is not there.
        remembered: of a checkable one, whether a project remembers if it is on.
        unavailable: why it cannot be used now, where that is not plain to see.
    """

    text: str
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    short: str = ""
    checkable: bool = False
    checked: bool = False
    group: str = ""
    menu: str = ""
    place: int = 0
    nested: bool = False
    toolbar: int = 0
    remembered: bool = True
    unavailable: str = ""


switch = partial(Spec, checkable=True)
"""An action that is on or off."""

mode = partial(Spec, checkable=True, group="mode")
"""A way to draw the surfaces: exactly one is on."""

SEPARATOR = "-"


def menu_rows(
    specs: Mapping[str, Spec], title: str, more: Mapping[str, int] | None = None, *, nested: bool = False
) -> list[str]:
    """Names of what stands in the menu `title`, from above, with `SEPARATOR` for a line.

    Args:
        more: what else stands there, such as submenus, and its place.
        nested: what stands in its submenus too.
    """
    here = {name: spec for name, spec in specs.items() if spec.menu == title and (nested or not spec.nested)}
    return list(_separated({name: spec.place for name, spec in here.items()} | dict(more or {})))


def toolbar_rows(specs: Mapping[str, Spec]) -> list[str]:
    """Names of what stands in the toolbar, from the left, with `SEPARATOR` for a line."""
    return list(_separated({name: spec.toolbar for name, spec in specs.items() if spec.toolbar}))


def menu_titles(specs: Mapping[str, Spec]) -> list[str]:
    """The menus there are, in their order."""
    used = dict.fromkeys(spec.menu for spec in specs.values() if spec.menu)
    added = [title for title in used if title not in MENUS]
    return [*(title for title in MENUS[:-1] if title in used), *added, *(t for t in MENUS[-1:] if t in used)]


def _separated(places: Mapping[str, int]) -> Iterator[str]:
    before = None
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        if before is not None and before != place // 100:
            yield SEPARATOR
        before = place // 100
        yield name
