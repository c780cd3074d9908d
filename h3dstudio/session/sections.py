"""The parts a project file is put together from: each part of the session that is saved is one section."""

from __future__ import annotations

from typing import Protocol

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Section(Protocol):
    """A part of the session that knows what of it is worth keeping: landmarks, ticked views, settings."""

    def state(self) -> Json:
        """All of it, as plain JSON; what `restore` of a new session gives back."""
        ...

    def restore(self, state: Json) -> None:
        """Take `state`, which another version or a text editor may have written.

        Raises ProjectError naming what is wrong; the section is then as it was before.
        """
        ...
