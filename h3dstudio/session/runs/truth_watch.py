"""Distance of the growing mesh to the ground truth, measured in the worker, and never for long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from h3dstudio.errors import H3DError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import MeshSnapshot, Metrics

if TYPE_CHECKING:
    from h3dstudio.data.scan import Scan
    from h3dstudio.geometry.raycasting import RayCaster

NAME = "chamfer mm"
SAMPLES = 4000
"""Vertices of each surface that are measured, spread evenly over their order."""
SHARE = 0.02
"""Of the run's time that measuring may take."""
_OFTEN = 1.0


class TruthWatch:
    """Measures snapshots of a run of `scan`; does nothing where that has no ground truth that can be read.

    Attributes:
        problem: why the ground truth cannot be read, found out at the first snapshot; "" where it can.
    """

    def __init__(self, scan: Scan) -> None:
        self._path, self._sphere = scan.ground_truth, scan.unit_sphere
        self.problem = ""
        self._truth: RayCaster | None = None
        self._next = float("-inf")

    def measure(self, snapshot: MeshSnapshot) -> Metrics | None:
        """The `chamfer` of the snapshot, mm; None without a truth, or too soon to measure again."""
        begun = time.monotonic()
        if self._path is None or begun < self._next or not len(snapshot.mesh.faces):
            return None
        from h3dstudio.geometry.raycasting import RayCaster

        try:
            if self._truth is None:
                from h3dstudio.data.mesh_files import read_mesh
                from h3dstudio.data.truth_frame import truth_misfit

                mesh = read_mesh(self._path)
                if truth_misfit(mesh.vertices, self._sphere, self._path):
                    self._path = None  # a distance to a head elsewhere, or in another unit, tells nothing
                    return None
                self._truth = RayCaster(mesh)
                begun = time.monotonic()  # Reading it is done once: it must not put the next figure off.
            value = chamfer(snapshot.mesh, self._truth)
        except H3DError as error:  # A reconstruction does not need it.
            self._path, self.problem = None, str(error)
            return None
        seconds = time.monotonic() - begun
        self._next = time.monotonic() + max(_OFTEN, seconds / SHARE)
        return Metrics(snapshot.step, {NAME: value})


def chamfer(mesh: TriangleMesh, truth: RayCaster, samples: int = SAMPLES) -> float:
    """The mean of both directions' mean distance from vertices of one to the other's surface, mm.

    The meshes are measured as they lie, without alignment: a figure to watch, not the score of a protocol.
    """
    from h3dstudio.geometry.distances import surface_distances

    there = surface_distances(_some(mesh, samples), truth).distance
    back = surface_distances(_some(truth.mesh, samples), mesh).distance
    return float(there.mean() + back.mean()) / 2


def _some(mesh: TriangleMesh, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(N, 3) at most `count` vertices that faces use."""
    used = np.unique(mesh.faces)
    chosen = used[np.unique(np.linspace(0, len(used) - 1, count).astype(int))] if len(used) > count else used
    return mesh.vertices[chosen]
