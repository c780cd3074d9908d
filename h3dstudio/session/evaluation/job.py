"""A scan and a mesh in, scores out: the job behind `h3dstudio evaluate`, the batch and the Evaluate panel.

It leaves two files, each whole or not there: `evaluation.json` (every number, what it was made from and how)
and `errors.npz` (the error of every vertex). `read_evaluation` and `read_errors` give them back.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h3dstudio.errors import MeshError, OutputError, UsageError
from h3dstudio.evaluation.options import EvaluationOptions
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Log, Progress
from h3dstudio.jobs.job import JobStream
from h3dstudio.session.evaluation.files import (
    ERRORS_FILE,
    EVALUATION_FILE,
    FORMAT,
    KIND,
    StoredEvaluation,
    file_hash,
    is_evaluation,
    read_errors,
    read_evaluation,
    truth_hash,
)

if TYPE_CHECKING:
    from h3dstudio.data.scan import Scan
    from h3dstudio.evaluation.evaluate import Evaluation
    from h3dstudio.evaluation.vertex_errors import VertexErrors

__all__ = [
    "ERRORS_FILE",
    "EVALUATION_FILE",
    "PRELOAD",
    "EvaluationJob",
    "EvaluationResult",
    "StoredEvaluation",
    "mesh_file",
    "read_errors",
    "read_evaluation",
]

PRELOAD = (
    "h3dstudio.evaluation.evaluate",
    "h3dstudio.data.landmarks_on_mesh",
    "h3dstudio.data.mesh_files",
    "h3dstudio.data.readers",
    "h3dstudio.session.runs.run_record",
    "open3d",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "scipy.spatial.transform",
)
"""For `ProcessEngine`: what a worker imports before its first job."""


@dataclass(frozen=True)
class EvaluationResult:
    """What an evaluation ended with.

    Attributes:
        folder: where `evaluation.json` and `errors.npz` lie; None where nothing was to be written.
        evaluation: the scores.
        content: what `evaluation.json` says, or would say.
        errors: of every vertex.
    """

    folder: Path | None
    evaluation: Evaluation
    content: Mapping[str, Any]
    errors: VertexErrors


@dataclass(frozen=True)
class EvaluationJob:
    """Evaluate one mesh.

    Attributes:
        scan: a scan folder, or a dataset root when `scan_name` says which of its scans.
        mesh: a mesh file (mm), or a run folder, whose `mesh.ply` is taken; or the mesh itself.
        out: the folder to write to; it is made where it is missing. None writes nothing, as it must be for a
            mesh without a file, of which nobody could say later what it was.
        landmarks: name -> vertex of the mesh, or the file that says so, of any format.
    """

    scan: Path
    mesh: Path | TriangleMesh
    out: Path | None = None
    landmarks: Path | Mapping[str, int] | None = None
    options: EvaluationOptions = field(default_factory=EvaluationOptions)
    scan_name: str | None = None

    def events(self) -> JobStream:
        """Read, compare, write. Returns an `EvaluationResult`.

        Raises ScanError, MeshError and LandmarkError for the input, EvaluationError when the meshes cannot be
        compared, UsageError for options that do not fit, OutputError for the output.
        """
        from h3dstudio.data.mesh_files import read_mesh
        from h3dstudio.data.readers import read_scan
        from h3dstudio.evaluation.evaluate import STEPS, check_prediction, evaluation_steps

        begun = time.monotonic()
        total = len(STEPS) + 2
        yield Progress(0, total, "reading the mesh")
        if self.out is not None:
            self._check_out(self.out)
        scan, file = read_scan(self.scan, self.scan_name), None
        if isinstance(self.mesh, TriangleMesh):
            mesh = self.mesh
        else:
            file = mesh_file(self.mesh)
            mesh = read_mesh(file, allow_no_faces=True)
        check_prediction(mesh, file)
        landmarks, doubts = self._landmarks(scan, mesh)
        for doubt in doubts:
            yield Log(f"{doubt}.", "warning")
        steps = evaluation_steps(scan, mesh, landmarks, self.options)
        while True:
            try:
                number = next(steps)
            except StopIteration as stop:
                evaluation: Evaluation = stop.value
                break
            yield Progress(1 + number, total, STEPS[number], time.monotonic() - begun)
        for caution in evaluation.cautions:
            yield Log(f"{caution.text}.", "warning")
        yield Progress(total - 1, total, "writing", time.monotonic() - begun)
        content = self._describe(scan, file, landmarks, evaluation, time.monotonic() - begun)
        if self.out is not None:
            content = _write(self.out, evaluation, content)
        yield Progress(total, total, "writing", time.monotonic() - begun)
        assert evaluation.errors is not None
        return EvaluationResult(self.out, evaluation.without_errors(), content, evaluation.errors)

    def _check_out(self, out: Path) -> None:
        """Before long work: never replace a file that is none of ours."""
        if isinstance(self.mesh, TriangleMesh):
            raise UsageError("a mesh without a file leaves nothing that a report could be about")
        file = out / EVALUATION_FILE
        if file.exists() and not is_evaluation(file):
            raise OutputError(
                "this file is no evaluation of H3D Studio and is left as it is",
                where=file,
                remedy="Choose another folder with --out",
            )

    def _landmarks(self, scan: Scan, mesh: TriangleMesh) -> tuple[dict[str, int] | None, tuple[str, ...]]:
        """Those of the mesh, and what is doubtful about their file."""
        from h3dstudio.data.landmarks_on_mesh import landmark_vertices

        if self.landmarks is None or isinstance(self.landmarks, Mapping):
            return None if self.landmarks is None else dict(self.landmarks), ()
        found = landmark_vertices(self.landmarks, mesh)
        vertices = dict(found.vertices)
        # A file of more, such as the 68, has all that is needed; with less, the error names what it has.
        if scan.landmarks and set(scan.landmarks) <= set(vertices):
            vertices = {name: vertices[name] for name in scan.landmarks}
        return vertices, found.warnings

    def _describe(
        self,
        scan: Scan,
        file: Path | None,
        landmarks: Mapping[str, int] | None,
        evaluation: Evaluation,
        seconds: float,
    ) -> dict[str, Any]:
        """Every number, and everything that made it, as plain types."""
        from h3dstudio.data.atomic import jsonable
        from h3dstudio.session.runs.run_record import peak_memory, versions

        content = {
            "format": FORMAT,
            "kind": KIND,
            **evaluation.as_dict(),
            "options": self.options.as_dict(),
            "protocols": _protocols(),
            "inputs": {
                "scan": _describe_scan(scan, self.scan, self.options),
                "mesh": None if file is None else _describe_mesh(file, self.out),
                "landmarks": self._describe_landmarks(landmarks),
            },
            "versions": versions(),
            "machine": platform.platform(),
            "evaluated": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
            "seconds": round(seconds, 3),
            "peak_memory": peak_memory(),
        }
        plain = jsonable(content)
        assert isinstance(plain, dict)
        return plain

    def _describe_landmarks(self, landmarks: Mapping[str, int] | None) -> dict[str, Any] | None:
        if landmarks is None:
            return None
        path = str(self.landmarks) if isinstance(self.landmarks, Path) else None
        return {"path": path, "vertices": dict(landmarks)}


def mesh_file(path: Path) -> Path:
    """The mesh that a user names by its file or by its run folder. Raises MeshError."""
    if not path.is_dir():
        return path
    mesh = path / "mesh.ply"
    if not mesh.is_file():
        raise MeshError(
            "there is no mesh.ply in this folder",
            where=path,
            remedy="Give a mesh file or a finished run's folder",
        )
    return mesh


def _write(out: Path, evaluation: Evaluation, content: dict[str, Any]) -> dict[str, Any]:
    """Both files; returns what `evaluation.json` says. Raises OutputError."""
    from h3dstudio.data.atomic import output_error, write_json
    from h3dstudio.evaluation.vertex_errors import write_errors

    assert evaluation.errors is not None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, out) from error
    # The numbers come last: whoever finds them finds the errors that belong to them.
    written = write_errors(out / ERRORS_FILE, evaluation.errors)
    content |= {"errors": {"file": ERRORS_FILE, "sha256": hashlib.sha256(written).hexdigest()}}
    write_json(out / EVALUATION_FILE, content)
    return content


def _describe_scan(scan: Scan, folder: Path, options: EvaluationOptions) -> dict[str, Any]:
    from h3dstudio.evaluation.wanted_regions import scan_with_regions

    assert scan.ground_truth is not None
    regions = scan_with_regions(scan, options.regions)[0].regions
    return {
        "folder": str(folder),
        "root": str(scan.root),
        "layout": scan.layout,
        "ground_truth": {"path": str(scan.ground_truth), "sha256": truth_hash(scan.ground_truth)},
        "landmarks": dict(scan.landmarks),
        "regions": {name: file_hash(path) for name, path in regions.items()},
    }


def _protocols() -> dict[str, Any]:
    """What is fixed, so that a reviewer finds it beside the numbers."""
    from h3dstudio.data.regions import FACE_SPHERE_RADIUS
    from h3dstudio.evaluation.posed import SAMPLES
    from h3dstudio.evaluation.strict import THRESHOLDS

    return {
        "h3ds": {
            "source": "evaluate_scene of the h3ds package 0.4",
            "icp": "point to point with scale and reflection, identity start",
            "icp_most_iterations": 20,
            "icp_threshold_mm2": 1e-5,
        },
        "strict": {
            "icp": "rigid, points to surface, Geman-McClure weights",
            "surface_samples": SAMPLES,
            "f_score_thresholds_mm": list(THRESHOLDS),
            "face": f"ground truth within {FACE_SPHERE_RADIUS:g} mm of the nose tip",
        },
    }


def _describe_mesh(file: Path, out: Path | None) -> dict[str, str]:
    return {"path": _from_folder(file, out), "sha256": file_hash(file)}


def _from_folder(file: Path, folder: Path | None) -> str:
    """Relative where it lies in the folder, which may be moved as a whole."""
    if folder is None:
        return str(file.resolve())
    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return str(file.resolve())
