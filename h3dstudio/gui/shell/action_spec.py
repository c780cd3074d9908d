"""What one row of the table of actions says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial


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


switch = partial(Spec, checkable=True)
"""An action that is on or off."""

mode = partial(Spec, checkable=True, group="mode")
"""A way to draw the surfaces: exactly one is on."""
