"""Landmark editor: the landmarks of the open scan and every change to them, each of which can be undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_lists import H3DS
from h3dstudio.errors import LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import NO_FACE, SurfaceIndex, SurfacePoint, nearest_vertex
from h3dstudio.session.landmarks.fit import LandmarkFit, fit_landmarks
from h3dstudio.session.landmarks.state import parse_state, write_state
from h3dstudio.session.landmarks.table import (
    GROUND_TRUTH,
    LAYERS,
    RECONSTRUCTION,
    About,
    Mark,
    Sighting,
    State,
    Table,
)
from h3dstudio.session.project.commands import Command, CommandStack
from h3dstudio.session.project.sections import Json


@dataclass
class TableChange:
    """From one table to the next; a `merge` key lets nudges of one landmark be undone together."""

    landmarks: LandmarkEditor
    label: str
    before: Table
    later: Table
    merge: str = ""

    def do(self) -> None:
        self.landmarks._take(self.later)

    def undo(self) -> None:
        self.landmarks._take(self.before)

    def after(self, previous: Command) -> Command | None:
        if not isinstance(previous, TableChange) or not self.merge or previous.merge != self.merge:
            return None
        return replace(self, before=previous.before)


class LandmarkEditor:
    """Points by layer (a mesh) and name. Changes go through `stack`; `listeners` hear of each.

    A point stays where the user put it. While its mesh is on screen it is that surface point exactly; on
    another mesh, such as the next one of a reconstruction, it is shown at the nearest surface point of that,
    found from the original place each time, so that it does not wander off.

    Attributes:
        list_name: the list in use.
        layer: the mesh that is being marked.
        current: the landmark that is being placed. None of the three is undone.
    """

    def __init__(self, stack: CommandStack) -> None:
        self._stack = stack
        self._table = Table()
        self._numbers = count(1)
        self._mesh_number = dict.fromkeys(LAYERS, 0)
        self._surface: dict[str, SurfaceIndex | None] = dict.fromkeys(LAYERS)
        self._shown: dict[str, dict[str, SurfacePoint]] = {layer: {} for layer in LAYERS}
        self.list_name = H3DS
        self.layer = RECONSTRUCTION
        self.current: str | None = self.names[0]
        self.listeners: list[Callable[[], None]] = []

    # What there is

    @property
    def table(self) -> Table:
        return self._table

    @property
    def names(self) -> tuple[str, ...]:
        """The list in use, in its order."""
        return self._table.all_lists[self.list_name]

    @property
    def own_list(self) -> bool:
        """Whether the list in use is the user's, which can be changed."""
        return self.list_name in self._table.lists

    def mark(self, layer: str, name: str) -> Mark:
        return self._table.mark(layer, name)

    def state_of(self, layer: str, name: str) -> State:
        return self.mark(layer, name).state

    def about(self, name: str) -> About:
        return self._table.about.get(name, About())

    def points(self, layer: str) -> dict[str, NDArray[np.float64]]:
        """Name -> (3,) mm on the layer's mesh, of the list in use and in its order: what is placed."""
        return {name: self._shown[layer][name].array for name in self.names if name in self._shown[layer]}

    def surface_point(self, layer: str, name: str) -> SurfacePoint | None:
        """Where it is on the mesh of now; None until it is placed."""
        return self._shown[layer].get(name)

    def vertex(self, layer: str, name: str) -> int | None:
        """The vertex of the layer's mesh that is nearest to it; None in space, or without a mesh."""
        surface, point = self._surface[layer], self._shown[layer].get(name)
        if surface is None or point is None or point.face == NO_FACE:
            return None
        return nearest_vertex(surface.mesh, point)

    def vertices(self, layer: str, mesh: TriangleMesh) -> dict[str, int]:
        """Name -> the vertex of `mesh` nearest to each placed landmark, of the list in use."""
        surface = self._surface[layer]
        ours = surface is not None and surface.mesh is mesh
        out = {}
        for name in self.points(layer):
            point = self._shown[layer][name]
            out[name] = nearest_vertex(mesh, point if ours else SurfacePoint(point.position))
        return out

    def fit(
        self, *, with_scale: bool = False, truth: Mapping[str, NDArray[np.float64]] | None = None
    ) -> LandmarkFit | None:
        """The reconstruction's landmarks moved onto the ground truth's; None with fewer than three pairs.

        `truth` (name -> (3,) mm) stands for those that nobody has placed on the ground truth.
        """
        target = dict(truth or {}) | self.points(GROUND_TRUTH)
        return fit_landmarks(self.points(RECONSTRUCTION), target, with_scale=with_scale)

    def next_name(self, after: str | None = None) -> str | None:
        """The first missing landmark of the layer after `after`, going round; None when none is missing."""
        names = self.names
        start = names.index(after) + 1 if after in names else 0
        turned = names[start:] + names[:start]
        return next((name for name in turned if self.state_of(self.layer, name) is State.MISSING), None)

    def choose(self, name: str | None, layer: str | None = None) -> None:
        """Place this one from now on, in this layer; a name that is not in the list is none."""
        layer = self.layer if layer is None else layer
        if (name, layer) != (self.current, self.layer):
            self.current, self.layer = name if name in self.names else None, layer
            self._notify()

    # The meshes they lie on

    def mesh_number(self, layer: str) -> int:
        """Counts the meshes that layers have had; 0 while there is none."""
        return self._mesh_number[layer]

    def surface(self, layer: str) -> SurfaceIndex | None:
        return self._surface[layer]

    def set_surface(self, layer: str, surface: SurfaceIndex | None) -> None:
        """Another mesh is on screen: find every landmark's place on it. The points placed are not touched."""
        self._surface[layer] = surface
        self._mesh_number[layer] = 0 if surface is None else next(self._numbers)
        self._shown[layer] = {}
        self._show_all()
        self._notify()

    # Changes

    def place(self, layer: str, name: str, point: SurfacePoint) -> None:
        """Put it there; a point on the layer's mesh, or in space. Raises LandmarkError where it is locked."""
        self._mark(f"place {_in_words(name)}", layer, name, self._placed(layer, point))

    def move(self, layer: str, name: str, point: SurfacePoint) -> None:
        """Put it elsewhere: one step of undo for a whole drag."""
        self._mark(f"move {_in_words(name)}", layer, name, self._placed(layer, point))

    def nudge(self, layer: str, name: str, point: SurfacePoint) -> None:
        """Move it a little; nudges that follow each other are undone together."""
        label = f"nudge {_in_words(name)}"
        self._mark(label, layer, name, self._placed(layer, point), merge=f"{layer} {name}")

    def place_all(
        self,
        layer: str,
        points: Mapping[str, SurfacePoint],
        label: str,
        *,
        skipped: Collection[str] = (),
        locked: Collection[str] = (),
        notes: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Put many at once, as one step: an import, suggestions. Returns those that were locked, left alone.

        `skipped` are marked so, `locked` are locked once they are placed, `notes` written to what is said.
        """
        kept = [name for name in (*points, *skipped) if self.mark(layer, name).locked]
        marks = {name: Mark(skipped=True) for name in skipped if name not in points}
        for name, point in points.items():
            marks[name] = replace(self._placed(layer, point), locked=name in locked)
        table = self._table.with_marks(layer, {name: m for name, m in marks.items() if name not in kept})
        for name, note in (notes or {}).items():
            table = table.with_about(name, replace(self.about(name), note=note))
        self._do(label, table)
        return kept

    def sight(
        self, layer: str, name: str, sighting: Sighting, point: SurfacePoint | None, *, nudged: bool = False
    ) -> None:
        """Seen in a photo; `point` is what all sightings, this one included, triangulate to (None: one)."""
        mark = self.mark(layer, name)
        others = tuple(one for one in mark.sightings if one.view != sighting.view)
        label = f"{'nudge' if nudged else 'mark'} {_in_words(name)} in a photo"
        merge = f"{layer} {name} {sighting.view}" if nudged else ""
        self._set_sightings(label, layer, name, (*others, sighting), point, merge)

    def unsight(self, layer: str, name: str, view: int, point: SurfacePoint | None) -> None:
        """Not seen in that photo after all; `point` is what the other sightings triangulate to."""
        kept = tuple(one for one in self.mark(layer, name).sightings if one.view != view)
        self._set_sightings(f"remove {_in_words(name)} from a photo", layer, name, kept, point)

    def clear(self, layer: str, name: str) -> None:
        """Take it off; nothing where nothing is known of it."""
        if self.mark(layer, name) != Mark():
            self._mark(f"clear {_in_words(name)}", layer, name, Mark())

    def skip(self, layer: str, name: str, skipped: bool = True) -> None:
        """It cannot be placed, hidden by hair perhaps; a point it has goes."""
        label = f"skip {_in_words(name)}" if skipped else f"ask for {_in_words(name)} again"
        self._mark(label, layer, name, Mark(skipped=skipped))

    def lock(self, layer: str, name: str, locked: bool = True) -> None:
        """Keep a placed landmark from being moved or cleared. Raises LandmarkError where none is placed."""
        mark = self.mark(layer, name)
        if mark.point is None:
            raise LandmarkError(f"{_in_words(name)} is not placed", remedy="Place it first, then lock it")
        label = f"{'lock' if locked else 'unlock'} {_in_words(name)}"
        self._do(label, self._table.with_mark(layer, name, replace(mark, locked=locked)))

    def set_about(self, name: str, about: About) -> None:
        """Another colour or note."""
        if about != self.about(name):
            self._do(f"describe {_in_words(name)}", self._table.with_about(name, about))

    # Lists

    def use_list(self, title: str) -> None:
        """Mark by another list. Raises LandmarkError where there is none of this name."""
        if title not in self._table.all_lists:
            raise LandmarkError(f"there is no list {title!r}", remedy="Choose one of the lists shown")
        self.list_name = title
        self._keep_current()
        self._notify()

    def add_list(self, title: str, names: tuple[str, ...] = ()) -> None:
        """A list of one's own, and use it. Raises LandmarkError for a name that is taken or cannot be."""
        if title in self._table.lists:
            raise LandmarkError(f"there is a list {title!r} already", remedy="Choose another name")
        self._do(f"add list {title}", self._table.with_list(title, names))
        self.use_list(title)

    def remove_list(self, title: str) -> None:
        """Remove an own list; what was placed by it stays for the lists that share it, and for undo."""
        self._do(f"remove list {title}", self._table.without_list(title))

    def add_name(self, name: str) -> None:
        """Another landmark at the end of the list in use. Raises LandmarkError for a standard list."""
        self._do(f"add {_in_words(name)}", self._table.with_list(self.list_name, (*self.names, name)))

    def rename(self, old: str, new: str) -> None:
        """Another name in the list in use. Raises LandmarkError for a standard list or a name it has."""
        if not self.own_list:
            self._table.with_list(self.list_name, ())  # Says what to do.
        if old != new:
            self._do(f"rename {_in_words(old)}", self._table.renamed(self.list_name, old, new))

    def remove_name(self, name: str) -> None:
        """Take a landmark off the list in use. Raises LandmarkError for a standard list."""
        kept = tuple(each for each in self.names if each != name)
        self._do(f"remove {_in_words(name)}", self._table.with_list(self.list_name, kept))

    # Section

    def state(self) -> Json:
        return write_state(self._table, self.list_name, self.layer)

    def restore(self, state: Json) -> None:
        table, list_name, layer = parse_state(state)
        self.list_name, self.layer = list_name, layer
        self._take(table)

    def forget(self) -> None:
        """Another scan is open: nothing is placed, own lists stay."""
        for layer in LAYERS:
            self._surface[layer], self._mesh_number[layer] = None, 0
        self._take(Table(lists=self._table.lists))

    # Inside

    def _placed(self, layer: str, point: SurfacePoint) -> Mark:
        return Mark(point, mesh=self._mesh_number[layer] if point.face != NO_FACE else 0)

    def _set_sightings(
        self,
        label: str,
        layer: str,
        name: str,
        sightings: tuple[Sighting, ...],
        point: SurfacePoint | None,
        merge: str = "",
    ) -> None:
        ordered = tuple(sorted(sightings, key=lambda one: one.view))
        self._mark(label, layer, name, Mark(point, sightings=ordered), merge=merge)

    def _mark(self, label: str, layer: str, name: str, mark: Mark, *, merge: str = "") -> None:
        if self.mark(layer, name).locked:
            raise LandmarkError(f"{_in_words(name)} is locked", remedy="Unlock it first")
        self._do(label, self._table.with_mark(layer, name, mark), merge)

    def _do(self, label: str, table: Table, merge: str = "") -> None:
        if table != self._table:
            self._stack.do(TableChange(self, label, self._table, table, merge))

    def _take(self, table: Table) -> None:
        """Commands alone call this."""
        before, self._table = self._table, table
        if self.list_name not in table.all_lists:
            self.list_name = H3DS
        self._keep_current()
        for layer in LAYERS:
            old, new = before.marks[layer], table.marks[layer]
            self._shown[layer] = {
                name: point for name, point in self._shown[layer].items() if old.get(name) == new.get(name)
            }
        self._show_all()
        self._notify()

    def _keep_current(self) -> None:
        if self.current not in self.names:
            self.current = self.names[0] if self.names else None

    def _show_all(self) -> None:
        """Find the place on today's mesh of every mark that has none there yet."""
        for layer in LAYERS:
            surface, shown = self._surface[layer], self._shown[layer]
            lost: dict[str, SurfacePoint] = {}
            for name, mark in self._table.marks[layer].items():
                if mark.point is None or name in shown:
                    continue
                if mark.mesh and mark.mesh == self._mesh_number[layer]:
                    shown[name] = mark.point
                elif surface is None or mark.from_photos:
                    shown[name] = SurfacePoint(mark.point.position)
                else:
                    lost[name] = mark.point
            if lost and surface is not None:
                found, _ = surface.nearest(np.array([point.position for point in lost.values()]))
                shown.update(zip(lost, found, strict=True))

    def _notify(self) -> None:
        for listener in tuple(self.listeners):
            listener()


def _in_words(name: str) -> str:
    return name.replace("_", " ")
