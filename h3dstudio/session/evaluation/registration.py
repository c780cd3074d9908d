"""ICP of a mesh with the ground truth, followed live and stopped at any step with what there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from h3dstudio.errors import UsageError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Metrics, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.session.evaluation.job import mesh_file

RMS = "rms_mm"
REGIONS = ("head", "face")
MOST_ITERATIONS = 80
"""Of both searches together: for the progress bar; most end far earlier."""


@dataclass(frozen=True)
class RegistrationResult:
    """How the mesh is to be moved.

    Attributes:
        motion: 16 numbers, the rows of the 4x4 matrix from the mesh as it came to the ground truth's frame.
        converged: whether it ended by itself, with little enough left.
        stopped: whether the user stopped it.
        curve: mm, the RMS distance after each step.
        registered: whether `rms` is what two surfaces of one head may leave.
    """

    motion: tuple[float, ...]
    scale: float
    rms: float
    iterations: int
    converged: bool
    stopped: bool
    curve: tuple[float, ...]
    registered: bool = True


@dataclass(frozen=True)
class RegistrationJob:
    """Register `mesh` (mm) with the ground truth of `scan`.

    Attributes:
        mesh: a file, a run's folder, or the mesh itself.
        with_scale: resize it too.
        region: what is fitted, one of REGIONS, as far as the cameras see it.
        start: 16 numbers, where the mesh is moved to first.
    """

    scan: Path
    mesh: Path | TriangleMesh
    with_scale: bool = False
    region: str = "head"
    start: tuple[float, ...] | None = None
    scan_name: str | None = None

    def events(self) -> JobStream:
        """Yields `Metrics` named RMS after every step. Returns a `RegistrationResult`.

        Raises ScanError, MeshError and EvaluationError for the input, UsageError for an unknown region.
        """
        from h3dstudio.data.mesh_files import read_mesh
        from h3dstudio.data.readers import read_scan
        from h3dstudio.evaluation.evaluate import check_prediction
        from h3dstudio.evaluation.ground_truth import load_ground_truth
        from h3dstudio.evaluation.posed import scored_parts
        from h3dstudio.geometry.raycasting import RayCaster
        from h3dstudio.geometry.surface_icp import surface_icp_steps
        from h3dstudio.geometry.transforms import Similarity

        begun = time.monotonic()
        yield Progress(0, MOST_ITERATIONS, "reading")
        truth = load_ground_truth(read_scan(self.scan, self.scan_name))
        mesh = self.mesh if isinstance(self.mesh, TriangleMesh) else read_mesh(mesh_file(self.mesh))
        check_prediction(mesh)
        part = scored_parts(truth, ()).get(self.region)
        if part is None:
            raise UsageError(
                f"the ground truth has no {self.region} to fit", remedy="Fit the head, or give it a nose tip"
            )
        begin = Similarity.identity()
        if self.start is not None:
            begin = Similarity.from_matrix(np.array(self.start, dtype=np.float64).reshape(4, 4)).inverse()
        points, surface = truth.mesh.vertices[part.seen], RayCaster(mesh)
        stopped, curve = False, []
        for step in surface_icp_steps(points, surface, start=begin, with_scale=self.with_scale):
            curve.append(step.rms)
            yield Metrics(step.iterations, {RMS: step.rms})
            request = yield Progress(
                step.iterations, MOST_ITERATIONS, "registering", time.monotonic() - begun
            )
            if request is Request.FINISH:
                stopped = True
                break
        motion = step.transform.inverse()
        numbers = tuple(float(value) for value in motion.matrix.ravel())
        return RegistrationResult(
            numbers,
            motion.scale,
            step.rms * motion.scale,
            step.iterations,
            step.converged,
            stopped,
            tuple(curve),
            step.registered,
        )
