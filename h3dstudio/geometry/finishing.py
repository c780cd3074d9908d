"""What a mesh goes through before it leaves the program, and what each step has to say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.closing import close_mesh
from h3dstudio.geometry.decimation import decimate_mesh
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_cleaning import clean_mesh
from h3dstudio.geometry.mesh_defects import MeshDefects, measure_defects
from h3dstudio.geometry.remaking import Remade, surface_change
from h3dstudio.geometry.smoothing import smooth_mesh, volume


@dataclass(frozen=True)
class Finish:
    """What is wanted.

    Attributes:
        clean: mend slivers, self-intersections and small handles.
        watertight: close all holes.
        smooth: steps of Taubin's filter.
        faces: about how many faces at most; None for all.
    """

    clean: bool = False
    watertight: bool = False
    smooth: int = 0
    faces: int | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything is."""
        return self.clean or self.watertight or self.smooth > 0 or self.faces is not None


@dataclass(frozen=True, eq=False)
class Finished:
    """What became of a mesh.

    Attributes:
        number: (V,) for each vertex of the given mesh the one that stands for it now.
        notes: sentences without a final period, in the order of the steps.
    """

    mesh: TriangleMesh
    number: NDArray[np.int64]
    notes: tuple[str, ...]


def finish_mesh(mesh: TriangleMesh, finish: Finish) -> Finished:
    """Close, clean, smooth, decimate, clean what that has broken. Raises MeshError where nothing is left."""
    line = _Line(mesh)
    if not finish.wanted:
        return line.finished
    before = measure_defects(mesh)
    line.say(f"as given: {before}")
    if finish.watertight:
        line.close()
    if finish.clean:
        line.clean(before if not finish.watertight else None)
    if finish.smooth:
        line.smooth(finish.smooth)
    if finish.faces is not None:
        line.decimate(finish.faces)
    if finish.clean and (finish.smooth or finish.faces is not None):
        line.clean(None)
    return line.finished


class _Line:
    """The mesh on its way through the steps."""

    def __init__(self, mesh: TriangleMesh) -> None:
        self.finished = Finished(mesh, np.arange(len(mesh.vertices)), ())

    def say(self, note: str) -> None:
        done = self.finished
        self.finished = Finished(done.mesh, done.number, (*done.notes, note))

    def close(self) -> None:
        made, holes = close_mesh(self.finished.mesh)
        self._take(made)
        self.say(
            "watertight: there were no holes"
            if not holes
            else f"watertight: {_counted(holes, 'hole')} closed"
        )

    def clean(self, defects: MeshDefects | None) -> None:
        known = measure_defects(self.finished.mesh) if defects is None else defects
        cleaned = clean_mesh(self.finished.mesh, known)
        if cleaned.remade.mesh is self.finished.mesh:
            return
        self._take(cleaned.remade)
        around = " and ".join(f"{length:.1f}" for length in cleaned.handles)
        cut = f"{_counted(len(cleaned.handles), 'handle')} cut ({around} mm around), " if around else ""
        self.say(f"cleaned: {cut}{_moved(cleaned.remade.moved, cleaned.remade.mean)}")

    def smooth(self, steps: int) -> None:
        mesh = self.finished.mesh
        smoothed = smooth_mesh(mesh, steps)
        self._take(Remade(smoothed, np.arange(len(mesh.vertices)), 0.0, 0.0))
        change = _moved(*surface_change(mesh, smoothed))
        share = volume(smoothed) / volume(mesh) - 1 if volume(mesh) else 0.0
        self.say(f"smoothed in {_counted(steps, 'step')}: {change}, the volume changed by {share:+.3%}")

    def decimate(self, faces: int) -> None:
        count = len(self.finished.mesh.faces)
        made = decimate_mesh(self.finished.mesh, faces)
        if made.mesh is self.finished.mesh:
            self.say(f"not decimated: it has only {count} faces")
            return
        self._take(made)
        self.say(f"decimated from {count} to {len(made.mesh.faces)} faces: {_moved(made.moved, made.mean)}")

    def _take(self, made: Remade) -> None:
        self.finished = Finished(made.mesh, made.number[self.finished.number], self.finished.notes)


def _moved(most: float, mean: float) -> str:
    return f"the surface moved by {mean:.4f} mm in the mean, {most:.2f} mm at most"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
