"""The undo stack against a plain list of states, whatever is done, undone, redone and saved."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.session.project.commands import Command, CommandStack


@dataclass
class Note:
    """Appends `text` to a page; with `joins`, it continues the note before it."""

    page: list[str]
    text: str
    joins: bool = False
    length: int = field(default=1)

    @property
    def label(self) -> str:
        return f"write {self.text}"

    def do(self) -> None:
        self.page.extend([self.text] * self.length)

    def undo(self) -> None:
        del self.page[-self.length :]

    def after(self, previous: Command) -> Command | None:
        if self.joins and isinstance(previous, Note) and previous.text == self.text:
            return Note(self.page, self.text, True, previous.length + self.length)
        return None


@given(st.lists(st.sampled_from(["do", "undo", "redo", "save"])), st.integers(1, 6))
def test_undo_and_redo_move_along_the_states(moves: list[str], most: int) -> None:
    page: list[str] = []
    stack = CommandStack(most)
    states, place, saved = [[]], 0, []
    for number, move in enumerate(moves):
        if move == "do":
            stack.do(Note(page, str(number)))
            states = [*states[: place + 1], list(page)][-most - 1 :]
            place = len(states) - 1
        elif move == "undo":
            place = max(0, place - 1)
            stack.undo()
        elif move == "redo":
            place = min(len(states) - 1, place + 1)
            stack.redo()
        else:
            stack.mark_saved()
            saved = list(page)
        assert page == states[place]
        assert stack.changed == (page != saved)
        assert (stack.undo_label is not None) == (place > 0)
        assert (stack.redo_label is not None) == (place < len(states) - 1)


def test_steps_of_one_movement_are_undone_together_but_never_past_what_was_saved() -> None:
    page: list[str] = []
    stack = CommandStack()
    for _ in range(3):
        stack.do(Note(page, "a", joins=True))
    stack.mark_saved()
    for _ in range(2):
        stack.do(Note(page, "a", joins=True))
    stack.undo()
    assert page == ["a"] * 3
    assert not stack.changed
    stack.undo()
    assert page == []
    stack.redo()
    assert page == ["a"] * 3


def test_a_command_that_fails_leaves_the_stack_as_it_was() -> None:
    class Failing(Note):
        def do(self) -> None:
            raise ValueError("no")

    page: list[str] = []
    stack = CommandStack()
    stack.do(Note(page, "a"))
    stack.undo()
    with pytest.raises(ValueError, match="no"):
        stack.do(Failing(page, "b"))
    assert stack.redo_label == "write a"


def test_listeners_hear_of_every_change() -> None:
    heard: list[str | None] = []
    stack = CommandStack()
    stack.listeners.append(lambda: heard.append(stack.undo_label))
    stack.do(Note([], "a"))
    stack.undo()
    stack.redo()
    stack.clear()
    assert heard == ["write a", None, "write a", None]
