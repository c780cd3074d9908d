"""A section and its command that stand for whatever a user changes in a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from h3dstudio.session.project.sections import Json, checked, entries


class Notes:
    """A list of texts, saved as the section "notes"."""

    def __init__(self) -> None:
        self.texts: list[Json] = []

    def state(self) -> Json:
        return {"texts": list(self.texts)}

    def restore(self, state: Json) -> None:
        self.texts = checked(entries(state, "notes"), "texts", [])


@dataclass
class Write:
    """Append `text` to the notes."""

    notes: Notes
    text: str

    @property
    def label(self) -> str:
        return f"write {self.text}"

    def do(self) -> None:
        self.notes.texts.append(self.text)

    def undo(self) -> None:
        self.notes.texts.pop()


def with_notes(window: Any) -> Notes:
    """Let `window`'s project have notes."""
    notes = Notes()
    window.context.project.register("notes", notes)
    return notes
