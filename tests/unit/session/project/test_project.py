"""The open project: sections come back, unknown ones stay, and what changed is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from h3dstudio.data.project_files import FORMAT
from h3dstudio.errors import OutputError, ProjectError
from h3dstudio.session.project.commands import CommandStack
from h3dstudio.session.project.project import Project
from h3dstudio.session.project.sections import Json, checked, entries


class Notes:
    """A section: a list of numbers."""

    def __init__(self) -> None:
        self.numbers: list[Json] = []

    def state(self) -> Json:
        return {"numbers": list(self.numbers)}

    def restore(self, state: Json) -> None:
        self.numbers = checked(entries(state, "notes"), "numbers", [])


class Append:
    def __init__(self, notes: Notes, number: int) -> None:
        self.notes, self.number = notes, number
        self.label = f"add {number}"

    def do(self) -> None:
        self.notes.numbers.append(self.number)

    def undo(self) -> None:
        self.notes.numbers.pop()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def project(notes: Notes) -> Project:
    project = Project(CommandStack())
    project.register("notes", notes)
    return project


def test_sections_come_back(project: Project, notes: Notes, tmp_path: Path) -> None:
    notes.numbers = [1, 2, 3]
    project.save(tmp_path / "a.h3dproj")
    notes.numbers = []
    assert project.open(tmp_path / "a.h3dproj") == []
    assert notes.numbers == [1, 2, 3]
    assert (project.path, project.name) == (tmp_path / "a.h3dproj", "a")


def test_unknown_sections_and_keys_are_kept(project: Project, notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "a.h3dproj"
    foreign = {"x": [1, {"y": None}]}
    path.write_text(
        json.dumps(
            {
                "format": FORMAT,
                "version": 1,
                "made by": "another",
                "sections": {"notes": {"numbers": [7]}, "foreign": foreign},
            }
        )
    )
    project.open(path)
    notes.numbers.append(8)
    project.save()
    written = json.loads(path.read_text())
    assert written["sections"] == {"notes": {"numbers": [7, 8]}, "foreign": foreign}
    assert written["made by"] == "another"
    project.close()
    assert "foreign" not in project.state()


def test_the_unsaved_mark_follows_commands(project: Project, notes: Notes, tmp_path: Path) -> None:
    assert not project.changed
    notes.numbers.append(1)  # Nothing a user did, and never saved: not worth a question.
    assert not project.changed
    project.commands.do(Append(notes, 2))
    assert project.changed
    project.save(tmp_path / "a.h3dproj")
    assert not project.changed
    project.commands.undo()
    assert project.changed
    project.commands.redo()
    assert not project.changed


def test_a_saved_project_has_changed_with_its_sections_but_not_with_quiet_ones(tmp_path: Path) -> None:
    project, loud, quiet = Project(), Notes(), Notes()
    project.register("loud", loud)
    project.register("quiet", quiet, mark=False)
    project.save(tmp_path / "a.h3dproj")
    quiet.numbers.append(1)
    assert not project.changed
    loud.numbers.append(1)
    assert project.changed


def test_a_section_that_refuses_costs_the_path_not_the_others(
    project: Project, notes: Notes, tmp_path: Path
) -> None:
    other = Notes()
    project.register("other", other)
    path = tmp_path / "a.h3dproj"
    sections = {"notes": {"numbers": "seven"}, "other": {"numbers": [1]}}
    path.write_text(json.dumps({"format": FORMAT, "version": 1, "sections": sections}))
    notes.numbers = [5]
    (problem,) = project.open(path)
    assert "numbers" in str(problem)
    assert (notes.numbers, other.numbers) == ([5], [1])
    assert project.path is None  # Saving asks for a name, and the file stays.
    assert project.changed


def test_a_failed_save_changes_nothing(project: Project, notes: Notes, tmp_path: Path) -> None:
    project.commands.do(Append(notes, 1))
    with pytest.raises(OutputError):
        project.save(tmp_path / "nowhere" / "a.h3dproj")
    assert project.path is None
    assert project.changed
    with pytest.raises(ProjectError):
        project.save()


def test_an_unreadable_project_changes_nothing(project: Project, notes: Notes, tmp_path: Path) -> None:
    notes.numbers = [5]
    project.save(tmp_path / "a.h3dproj")
    with pytest.raises(ProjectError):
        project.open(tmp_path / "missing.h3dproj")
    assert project.path == tmp_path / "a.h3dproj"
    assert notes.numbers == [5]


def test_recovered_work_counts_as_unsaved(project: Project, tmp_path: Path) -> None:
    contents = project.contents()
    project.restore(contents, tmp_path / "a.h3dproj", unsaved=True)
    assert project.changed
    project.save()
    assert not project.changed


@pytest.mark.parametrize(
    ("value", "default"),
    [(1, ""), ("x", 1), (True, 1), (1, True), (1.5, 1), ([], {}), ({}, []), (True, 0.5), (10**400, 0.5)],
)
def test_entries_of_another_type_are_refused(value: Json, default: object) -> None:
    with pytest.raises(ProjectError, match="entry"):
        checked({"entry": value}, "entry", default)


def test_entries_that_are_missing_or_null_take_the_default() -> None:
    assert checked({}, "entry", 3) == checked({"entry": None}, "entry", 3) == 3
    assert checked({"entry": 2}, "entry", 0.5) == 2.0
    with pytest.raises(ProjectError, match="section"):
        entries([], "landmarks")
