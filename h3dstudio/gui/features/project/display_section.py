"""What a project keeps of what is shown: everything in the menus that is on or off."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from h3dstudio.gui.shell.action_spec import Spec
from h3dstudio.session.project.sections import Json, checked, entries


class DisplaySection:
    """Every view action that can be on or off: meshes, modes, cameras, axes, landmarks.

    Some can only be switched on once their mesh is there; they wait for `settle`.
    """

    def __init__(self, specs: Mapping[str, Spec], actions: Mapping[str, QAction]) -> None:
        self._specs = {name: spec for name, spec in specs.items() if spec.checkable and spec.remembered}
        self._actions = {name: actions[name] for name in self._specs}
        self._waiting: dict[str, bool] = {}

    def state(self) -> Json:
        shown: dict[str, Json] = {name: action.isChecked() for name, action in self._actions.items()}
        return {**shown, **self._waiting}

    def restore(self, state: Json) -> None:
        given = entries(state, "display")
        wanted = {name: checked(given, name, self._actions[name].isChecked()) for name in self._actions}
        self._waiting = wanted
        self.settle()

    def settle(self) -> None:
        """Switch on and off what can be by now."""
        for name, on in list(self._waiting.items()):
            action = self._actions[name]
            if action.isEnabled() or action.isChecked() == on:
                del self._waiting[name]
                if action.isChecked() != on and (on or not self._specs[name].group):
                    action.trigger()

    def forget(self) -> None:
        """The user does the switching from now on."""
        self._waiting = {}
