"""The parts a project file is put together from: each part of the session that is saved is one section."""

from __future__ import annotations

from typing import Protocol, TypeVar

from h3dstudio.data.project_paths import path_entry, path_of
from h3dstudio.errors import ProjectError

__all__ = ["Json", "Section", "checked", "entries", "path_entry", "path_of"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
_LARGEST = 2**53
T = TypeVar("T", bool, int, float, str, list[Json], dict[str, Json])


class Section(Protocol):
    """A part of the session that knows what of it is worth keeping: landmarks, ticked views, settings."""

    def state(self) -> Json:
        """All of it, as plain JSON; what `restore` of a new session gives back.

        Paths stand in it as `path_entry(path)`: the file keeps them relative to itself.
        """
        ...

    def restore(self, state: Json) -> None:
        """Take `state`, which another version or a text editor may have written.

        Raises ProjectError naming what is wrong; the section is then as it was before.
        """
        ...


def entries(state: Json, section: str) -> dict[str, Json]:
    """`state` as an object. Raises ProjectError, naming `section`."""
    if not isinstance(state, dict):
        raise ProjectError(f'the section "{section}" is {_kind(state)}, expected an object')
    return state


def checked(state: Json, name: str, default: T) -> T:
    """The entry `name` of `state`, `default` where there is none. Raises ProjectError for another type.

    An integer that a float can hold will do for one; a bool never does for a number.
    """
    found = state.get(name) if isinstance(state, dict) else None
    if found is None:
        return default
    if isinstance(default, float) and type(found) is int:
        found = float(found) if abs(found) < _LARGEST else found
    if type(found) is not type(default):
        raise ProjectError(f'"{name}" is {_kind(found)}, expected {_kind(default)}')
    return found


def _kind(value: object) -> str:
    names = {
        "NoneType": "null",
        "bool": "true or false",
        "int": "a whole number",
        "float": "a number",
        "str": "a text",
        "list": "a list",
        "dict": "an object",
    }
    return names.get(type(value).__name__, type(value).__name__)
