"""Distance of the ground truth to the growing mesh, measured in the worker, and never for long.

It is the figure by which the finished mesh is judged, the strict protocol's for the head as given: over what
the cameras see, which is all that photos can tell of. (The mean over the whole surface, both ways, is several
times larger: it counts the inside of the mouth and the cut at the bust.)
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError, H3DError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import MeshSnapshot, Metrics

if TYPE_CHECKING:
    from h3dstudio.data.scan import Scan

Points = NDArray[np.float64]
NAME = "visible truth to mesh mm"
SAMPLES = 6000
"""Vertices of the ground truth that are looked for, spread evenly over their order."""
SHARE = 0.02
"""Of the run's time that measuring may take."""
_OFTEN = 1.0


class TruthWatch:
    """Measures snapshots of a run of `scan`; does nothing where that has no ground truth that can be read.

    Attributes:
        problem: why the ground truth cannot be read, found out at the first snapshot; "" where it can.
    """

    def __init__(self, scan: Scan) -> None:
        self._path, self._sphere, self._views = scan.ground_truth, scan.unit_sphere, scan.views
        self.problem = ""
        self._points: Points | None = None
        self._next = float("-inf")

    def measure(self, snapshot: MeshSnapshot) -> Metrics | None:
        """Mean distance of the visible truth to the snapshot, mm; None without one, or too soon again."""
        begun = time.monotonic()
        if self._path is None or begun < self._next or not len(snapshot.mesh.faces):
            return None
        from h3dstudio.geometry.raycasting import RayCaster

        try:
            if self._points is None:
                self._points = self._read(self._path)
                if self._points is None:
                    return None
                begun = time.monotonic()  # Reading it is done once: it must not put the next figure off.
            value = float(RayCaster(snapshot.mesh).distances(self._points).mean())
        except H3DError as error:  # A reconstruction does not need it.
            self._path, self.problem = None, str(error)
            return None
        seconds = time.monotonic() - begun
        self._next = time.monotonic() + max(_OFTEN, seconds / SHARE)
        return Metrics(snapshot.step, {NAME: value})

    def _read(self, path: Path) -> Points | None:
        """What is measured; None for a truth elsewhere or in another unit: distances to it tell nothing."""
        from h3dstudio.data.mesh_files import read_mesh
        from h3dstudio.data.truth_frame import truth_misfit

        mesh = read_mesh(path)
        if truth_misfit(mesh.vertices, self._sphere, path):
            self._path = None
            return None
        return visible_points(mesh, np.array([view.camera.center for view in self._views]).reshape(-1, 3))


def visible_points(truth: TriangleMesh, cameras: NDArray[np.float64], samples: int = SAMPLES) -> Points:
    """(N, 3) at most `samples` of the truth's vertices, of which those that a camera at (C, 3) sees.

    Every vertex that can be seen is as likely among them, so their mean is the strict score's. Raises
    EvaluationError when none is seen.
    """
    from h3dstudio.evaluation.visibility import seen_by_any
    from h3dstudio.geometry.raycasting import RayCaster

    some = _some(truth, samples)
    seen = seen_by_any(RayCaster(truth), some, cameras)
    if not seen.any():
        raise EvaluationError("no camera sees any vertex of the ground truth")
    return some[seen]


def _some(mesh: TriangleMesh, count: int) -> Points:
    """(N, 3) at most `count` vertices that faces use."""
    used = np.unique(mesh.faces)
    chosen = used[np.unique(np.linspace(0, len(used) - 1, count).astype(int))] if len(used) > count else used
    return mesh.vertices[chosen]
