"""The open project: a file put together from sections that their owners register.

    project = Project(commands)
    project.register("landmarks", landmarks)      # a `sections.Section`
    project.save(path)                            # {"landmarks": landmarks.state(), …}

A section that nobody registered, because it is of another version, is kept and saved again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from h3dstudio.data.project_files import ProjectFile, read_project, write_project
from h3dstudio.errors import H3DError, ProjectError
from h3dstudio.session.project.commands import CommandStack
from h3dstudio.session.project.sections import Json, Section

States = Mapping[str, Json]


class Project:
    """Where the work is saved, what belongs to it, and whether it has changed since.

    `listeners` are called when the path, or whether there are changes, may be another. A section registered
    with `mark=False` is saved with the others, but its changes alone are nothing one would be asked about:
    what is shown, say.

    Attributes:
        path: the project file; None while it was never saved.
        read_only: another window has it, or it may not be written.
    """

    def __init__(self, commands: CommandStack | None = None) -> None:
        self.commands = commands or CommandStack()
        self.path: Path | None = None
        self.read_only = False
        self.listeners: list[Callable[[], None]] = []
        self._sections: dict[str, Section] = {}
        self._quiet: set[str] = set()
        self._unknown: dict[str, Json] = {}
        self._rest: Mapping[str, Json] = {}
        self._saved: States = {}
        self._unsaved = False
        self.commands.listeners.append(self._notify)

    def register(self, name: str, section: Section, *, mark: bool = True) -> None:
        """Let `section` be saved and restored as `name`; the first registered is restored first."""
        if name in self._sections:
            raise ValueError(f"the section {name!r} is registered already")
        self._sections[name] = section
        if not mark:
            self._quiet.add(name)

    @property
    def name(self) -> str:
        """The file's name without its ending; "" before the first save."""
        return self.path.stem if self.path else ""

    @property
    def changed(self) -> bool:
        """Whether something would be lost that a user would miss.

        A project that was never saved has changed as soon as a command was done in it; opening a scan and
        looking around is not worth a question.
        """
        if self._unsaved or self.commands.changed:
            return True
        return self.path is not None and self._marking(self.state()) != self._saved

    def state(self) -> dict[str, Json]:
        """What every section has to keep, by name, and what is kept of unknown ones."""
        return {**self._unknown, **{name: section.state() for name, section in self._sections.items()}}

    def contents(self) -> ProjectFile:
        """What `save` writes: a snapshot that another thread may write."""
        return ProjectFile(self.state(), self._rest)

    def save(self, path: Path | None = None) -> Path:
        """Write to `path`, from now on the project's own. Raises OutputError; nothing has changed then."""
        target = path or self.path
        if target is None:
            raise ProjectError("the project has no file yet", remedy="Choose where to save it")
        contents = self.contents()
        write_project(target, contents)
        self.mark_saved(target, contents)
        return target

    def mark_saved(self, path: Path, contents: ProjectFile, *, latest: bool = True) -> None:
        """`contents` are on disk at `path`, the project's file from now on.

        Not `latest`: something was done or undone while they were written.
        """
        self.path, self.read_only = path, False
        self._saved, self._unsaved = self._marking(contents.sections), not latest
        self.commands.mark_saved()
        self._notify()

    def open(self, path: Path) -> list[H3DError]:
        """Read `path` and restore every section. See `restore`. Raises ProjectError, before any change."""
        contents = read_project(path)
        return self.restore(contents, path)

    def restore(
        self, contents: ProjectFile, path: Path | None = None, *, unsaved: bool = False
    ) -> list[H3DError]:
        """Take `contents` over, as the project of `path` (None: it has no file yet).

        Returns why sections were refused, which then are as they were. Such a project has no path: saving it
        must not replace what was not understood. `unsaved`: the file does not hold these contents, which were
        recovered from elsewhere.
        """
        problems = self.restore_sections(contents.sections)
        self._unknown = {
            name: state for name, state in contents.sections.items() if name not in self._sections
        }
        self._rest = dict(contents.rest)
        self.path = None if problems else path
        self.read_only, self._unsaved = False, unsaved or bool(problems)
        self.commands.clear()
        self.remember()
        return problems

    def restore_sections(self, states: States, only: Iterable[str] | None = None) -> list[H3DError]:
        """Let the registered sections (or `only` these) take their `states`; returns who refused, and why."""
        problems: list[H3DError] = []
        for name in self._sections if only is None else only:
            if name not in states:
                continue
            try:
                self._sections[name].restore(states[name])
            except H3DError as error:
                problems.append(error)
        return problems

    def mark_changed(self) -> None:
        """The file is no longer right, in a part whose changes alone are not asked about."""
        self._unsaved = True
        self._notify()

    def remember(self) -> None:
        """What the sections hold now is what the file holds: they have only now taken all of it in."""
        self._saved = self._marking(self.state())
        self._notify()

    def close(self) -> None:
        """No project any more: nothing to undo, nothing kept. Emptying the sections is their owners'."""
        self.path, self.read_only, self._unsaved = None, False, False
        self._unknown, self._rest = {}, {}
        self.commands.clear()
        self.remember()

    def _marking(self, states: States) -> States:
        return {name: state for name, state in states.items() if name not in self._quiet}

    def _notify(self) -> None:
        for listener in tuple(self.listeners):
            listener()
