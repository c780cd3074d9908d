"""Immutable table of all landmarks at one moment.

An undone command puts the table before it back, so that nothing of a change can be forgotten.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from h3dstudio.data.landmark_lists import STANDARD_LISTS
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.surface_points import SurfacePoint

RECONSTRUCTION, GROUND_TRUTH = "reconstruction", "ground truth"
LAYERS = (RECONSTRUCTION, GROUND_TRUTH)
LONGEST_NAME = 60


class State(enum.Enum):
    """How far a landmark is, in one layer."""

    MISSING = "missing"
    SET = "set"
    SKIPPED = "skipped"
    LOCKED = "locked"


@dataclass(frozen=True)
class Sighting:
    """Where a landmark is seen in a photo: pixels of view `view`, pixel centres at integers."""

    view: int
    x: float
    y: float


@dataclass(frozen=True)
class Mark:
    """A landmark in one layer.

    Attributes:
        point: where the user put it, on the mesh of that moment; None until then.
        mesh: which mesh of the session that was (`Landmarks.mesh_number`); 0 where it is not known.
        sightings: where it was clicked in photos; two or more give the point.
    """

    point: SurfacePoint | None = None
    mesh: int = 0
    skipped: bool = False
    locked: bool = False
    sightings: tuple[Sighting, ...] = ()

    @property
    def state(self) -> State:
        if self.point is not None:
            return State.LOCKED if self.locked else State.SET
        return State.SKIPPED if self.skipped else State.MISSING

    @property
    def from_photos(self) -> bool:
        """Whether the point was triangulated: it is where the photos say, not on the surface."""
        return self.point is not None and len(self.sightings) > 1


@dataclass(frozen=True)
class About:
    """What the user says about a landmark: "#rrggbb" ("" the theme's), and a note."""

    color: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Lists of names by the list's name; marks by layer and name; colours and notes by name.

    A name is the same landmark in every list that has it.
    """

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: Mapping[str, Mapping[str, Mark]] = field(default_factory=lambda: {layer: {} for layer in LAYERS})
    about: Mapping[str, About] = field(default_factory=dict)

    @property
    def all_lists(self) -> dict[str, tuple[str, ...]]:
        """The standard lists, then the user's own."""
        return STANDARD_LISTS | dict(self.lists)

    def mark(self, layer: str, name: str) -> Mark:
        """An empty one where nothing is known."""
        return self.marks[layer].get(name, Mark())

    def with_mark(self, layer: str, name: str, mark: Mark) -> Table:
        return self.with_marks(layer, {name: mark})

    def with_marks(self, layer: str, marks: Mapping[str, Mark]) -> Table:
        """These marks instead of those of the same names; empty ones leave the table."""
        merged = {**self.marks[layer], **marks}
        kept = {name: mark for name, mark in merged.items() if mark != Mark()}
        return replace(self, marks={**self.marks, layer: kept})

    def with_about(self, name: str, about: About) -> Table:
        merged = {**self.about, name: about}
        return replace(self, about={each: one for each, one in merged.items() if one != About()})

    def with_list(self, title: str, names: tuple[str, ...]) -> Table:
        """The own list `title` with these names. Raises LandmarkError for a standard list or bad names."""
        if title in STANDARD_LISTS:
            raise LandmarkError(
                f"{title} is a standard list, which cannot be changed",
                remedy="Make a list of your own from it, and change that",
            )
        _check_name(title, "list")
        for name in names:
            _check_name(name, "landmark")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise LandmarkError(f"{title} has {twice} already", remedy="Choose another name")
        return replace(self, lists={**self.lists, title: names})

    def without_list(self, title: str) -> Table:
        """Without the own list `title`; what was placed stays, other lists may have it."""
        return replace(self, lists={each: names for each, names in self.lists.items() if each != title})

    def renamed(self, title: str, old: str, new: str) -> Table:
        """`old` is called `new` in the own list `title`, and takes its points along.

        They stay under the old name too where another list has it.
        """
        out = self.with_list(title, tuple(new if name == old else name for name in self.lists[title]))
        shared = any(old in names for names in out.all_lists.values())
        for layer in LAYERS:
            mark = self.mark(layer, old)
            if mark != Mark() and self.mark(layer, new) == Mark():
                out = out.with_mark(layer, new, mark)
            if not shared:
                out = out.with_mark(layer, old, Mark())
        if old in self.about:
            out = out.with_about(new, self.about[old])
        return out if shared else out.with_about(old, About())


def _check_name(name: str, what: str) -> None:
    """A name is written into files whose lines are split at blanks, so it holds none."""
    bad = what == "landmark" and (any(c.isspace() for c in name) or "#" in name)
    if not name.strip() or len(name) > LONGEST_NAME or bad or not name.isprintable():
        raise LandmarkError(
            f"{name[:40]!r} cannot be the name of a {what}",
            remedy=f"Use 1 to {LONGEST_NAME} characters"
            + (" without blanks or #, such as nose_tip" if what == "landmark" else ""),
        )
