"""What leaves the program: a mesh as it is, or in the ground truth's frame with its errors, landmarks, parts.

The command line and the window's dialog run the same job. Every file is written whole and read back.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import output_error
from h3dstudio.errors import OutputError, UsageError
from h3dstudio.evaluation.options import Alignment
from h3dstudio.geometry.finishing import Finish, finish_mesh
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Log, Progress
from h3dstudio.jobs.job import JobStream
from h3dstudio.session.evaluation.job import mesh_file
from h3dstudio.session.export.files import EXPORTS, check_back, write_transform
from h3dstudio.session.export.notes import about_written, note_level, renumbered, shifted, size_note

if TYPE_CHECKING:
    from h3dstudio.data.scan import Scan
    from h3dstudio.evaluation.ground_truth import GroundTruth

__all__ = ["EXPORTS", "ExportJob", "ExportOptions", "ExportResult", "is_of_a_run"]

CLAMP = 5.0
"""mm of the heat map's last colour, unless another is wanted."""
MOST_STEPS = 1000
FEWEST_FACES = 100


@dataclass(frozen=True)
class ExportOptions:
    """What to write.

    Attributes:
        aligned: in the ground truth's frame, by the rigid registration that the strict protocol scores.
        align: what that starts from (see `EvaluationOptions`).
        moved_by: 16 numbers, the rows of a 4x4 matrix that moves the mesh first.
        heat_map: colour each vertex by its distance to the ground truth, from 0 to `clamp` mm; in a PLY the
            distance in mm is the quality.
        landmarks: write them beside the mesh.
        region: cut the mesh to a region of the ground truth, by name or file.
        transform: write the motion beside the mesh.
        clean: mend slivers, self-intersections and small handles; None: of a run's mesh, and where the faces
            change anyway. The meshes of others keep their vertices unless it is wanted.
        watertight: close all holes, as for a 3D printer.
        smooth: steps of smoothing that keeps the volume.
        faces: about how many faces at most.
    """

    aligned: bool = False
    align: Alignment | None = None
    moved_by: tuple[float, ...] | None = None
    heat_map: bool = False
    clamp: float = CLAMP
    landmarks: bool = False
    region: str | None = None
    transform: bool = False
    clean: bool | None = None
    watertight: bool = False
    smooth: int = 0
    faces: int | None = None

    @property
    def needs_truth(self) -> bool:
        """Whether there must be a scan with a ground truth."""
        return self.aligned or self.heat_map or self.region is not None

    def check(self, suffix: str) -> None:
        """Raises UsageError where the format of `suffix` cannot hold what is wanted."""
        if suffix not in EXPORTS:
            raise UsageError(f"the format {suffix or '(none)'} is not written, expected {', '.join(EXPORTS)}")
        if self.heat_map and suffix == ".stl":
            raise UsageError("STL has no colours for a heat map", remedy="Choose PLY, OBJ or GLB")
        if not (np.isfinite(self.clamp) and self.clamp > 0):
            raise UsageError(f"the heat map ends at {self.clamp} mm, expected more than 0")
        if not 0 <= self.smooth <= MOST_STEPS:
            raise UsageError(f"{self.smooth} steps of smoothing, expected 0 to {MOST_STEPS}")
        if self.faces is not None and self.faces < FEWEST_FACES:
            raise UsageError(f"{self.faces} faces make no head, expected at least {FEWEST_FACES}")

    def finish(self, of_a_run: bool) -> Finish:
        """The steps before writing, for a mesh `of_a_run` or of others."""
        changes = of_a_run or self.watertight or self.faces is not None
        clean = changes if self.clean is None else self.clean
        return Finish(clean, self.watertight, self.smooth, self.faces)


@dataclass(frozen=True)
class ExportResult:
    """What was written.

    Attributes:
        files: the mesh first.
        moved: (4, 4) rows, how the mesh was moved.
        vertices, faces: of the written mesh.
        notes: what was done to the mesh and what is still wrong with it, each a sentence without a final
            period; the warnings also go out as `Log`.
    """

    files: tuple[Path, ...]
    moved: tuple[tuple[float, ...], ...]
    vertices: int
    faces: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportJob:
    """Write one mesh.

    Attributes:
        mesh: a mesh file, a run folder, or the mesh itself (mm).
        out: the file to write; its suffix is the format. Beside it `<stem>-transform.txt` and
            `<stem>-landmarks.txt` and `.csv`.
        scan: with the ground truth, where the options need one.
        landmarks: name -> vertex of the mesh, or the file that says so. None: the run folder's, where there
            are some; these are only written, never aligned by.
        force: replace files that are there.
    """

    mesh: Path | TriangleMesh
    out: Path
    scan: Path | None = None
    options: ExportOptions = field(default_factory=ExportOptions)
    landmarks: Path | Mapping[str, int] | None = None
    scan_name: str | None = None
    force: bool = False

    def events(self) -> JobStream:
        """Read, register, write, read back. Returns an `ExportResult`.

        Raises UsageError for wishes that do not fit, MeshError and its kin for the input, OutputError for the
        output, also when a file is there already or does not read back as it was written.
        """
        options = self.options
        options.check(self.out.suffix.lower())
        scan_path = self.scan
        if options.needs_truth and scan_path is None:
            raise UsageError(
                "alignment, heat map and region need a scan with a ground truth", remedy="Name the scan"
            )
        self._check_free()
        begun = time.monotonic()
        yield Progress(0, 4, "reading")
        mesh, marks = self._read()
        yield Progress(1, 4, "cleaning and measuring", time.monotonic() - begun)
        source = "" if isinstance(self.mesh, TriangleMesh) else self.mesh.suffix.lower()
        finished = finish_mesh(mesh, options.finish(self._of_a_run()))
        notes = [*size_note(mesh, source), *finished.notes, *shifted(mesh, finished, marks or {})]
        notes += renumbered(finished)
        mesh = finished.mesh
        marks = None if marks is None else {name: int(finished.number[at]) for name, at in marks.items()}
        errors: NDArray[np.float32] | None = None
        motion = np.eye(4)
        if options.moved_by is not None:
            motion = np.array(options.moved_by, dtype=np.float64).reshape(4, 4)
        if options.needs_truth:
            assert scan_path is not None
            yield Progress(2, 4, "comparing with the ground truth", time.monotonic() - begun)
            mesh, marks, errors, motion = self._compared(scan_path, mesh, marks)
        elif options.moved_by is not None:
            mesh = _moved(mesh, motion)
        yield Progress(3, 4, "writing", time.monotonic() - begun)
        files, written = self._write(mesh, marks, errors, motion)
        notes += self._about(mesh, written)
        for note in notes:
            yield Log(f"{note}.", note_level(note))
        yield Progress(4, 4, "writing", time.monotonic() - begun)
        rows = tuple(tuple(float(value) for value in row) for row in motion)
        return ExportResult(files, rows, len(mesh.vertices), len(mesh.faces), tuple(notes))

    def _of_a_run(self) -> bool:
        return not isinstance(self.mesh, TriangleMesh) and is_of_a_run(self.mesh)

    def _about(self, mesh: TriangleMesh, written: TriangleMesh) -> list[str]:
        """What the file holds, and what its format has cost."""
        from h3dstudio.data.mesh_files import rounding

        wanted = self.options.finish(self._of_a_run())
        return about_written(written, wanted, rounding(mesh, self.out.suffix.lower()))

    @property
    def _beside(self) -> dict[str, Path]:
        """The files beside the mesh, by what they are."""
        names = []
        if self.options.transform or self.options.aligned:
            names.append("transform.txt")
        if self.options.landmarks:
            # STL has no vertices that a number could name.
            names += ["landmarks.csv"] + (["landmarks.txt"] if self.out.suffix.lower() != ".stl" else [])
        return {name: self.out.with_name(f"{self.out.stem}-{name}") for name in names}

    def _check_free(self) -> None:
        try:
            taken = [path for path in (self.out, *self._beside.values()) if path.exists()]
        except OSError as error:  # a name that is too long, a folder that may not be entered
            raise output_error(error, self.out) from error
        if taken and not self.force:
            raise OutputError(
                "there is a file of this name already",
                where=taken[0],
                remedy="Choose another name, or replace it with --force",
            )

    def _read(self) -> tuple[TriangleMesh, dict[str, int] | None]:
        from h3dstudio.data.landmarks import check_indices
        from h3dstudio.data.landmarks_on_mesh import landmark_vertices
        from h3dstudio.data.mesh_files import read_mesh

        mesh = self.mesh if isinstance(self.mesh, TriangleMesh) else read_mesh(mesh_file(self.mesh))
        given = self.landmarks
        if given is None and self.options.landmarks:
            given = self._run_landmarks()
        if isinstance(given, Path):
            given = landmark_vertices(given, mesh).vertices
        if given is not None:
            check_indices(given, len(mesh.vertices), self.out)
        return mesh, None if given is None else dict(given)

    def _run_landmarks(self) -> Path:
        folder = self.mesh if isinstance(self.mesh, Path) and self.mesh.is_dir() else None
        if folder is None or not (folder / "landmarks.txt").is_file():
            raise UsageError(
                "there are no landmarks to write", remedy="Name a file of landmarks, or place some"
            )
        return folder / "landmarks.txt"

    def _compared(
        self, scan_path: Path, mesh: TriangleMesh, marks: dict[str, int] | None
    ) -> tuple[TriangleMesh, dict[str, int] | None, NDArray[np.float32] | None, NDArray[np.float64]]:
        """The mesh moved, coloured and cut; its landmarks, errors (V,) mm and motion."""
        from h3dstudio.data.readers import read_scan
        from h3dstudio.evaluation.ground_truth import load_ground_truth
        from h3dstudio.geometry.color_scales import error_colors

        options = self.options
        scan = read_scan(scan_path, self.scan_name)
        moved, motion = self._aligned(scan, mesh, marks)
        truth, errors = load_ground_truth(scan), None
        if options.heat_map:
            errors = truth.caster.distances(moved.vertices)
            moved = moved.with_colors(error_colors(errors, options.clamp)).with_quality(None)
        if options.region is not None:
            inside = _inside(scan, options.region, moved)
            moved, marks, errors = _cut(moved, inside, marks, errors, options.region)
        return moved, marks, errors, motion

    def _aligned(
        self, scan: Scan, mesh: TriangleMesh, marks: dict[str, int] | None
    ) -> tuple[TriangleMesh, NDArray[np.float64]]:
        from h3dstudio.evaluation.evaluate import check_prediction
        from h3dstudio.evaluation.ground_truth import load_ground_truth
        from h3dstudio.evaluation.options import EvaluationOptions
        from h3dstudio.evaluation.strict import rigid_motion

        options = self.options
        check_prediction(mesh)
        motion = np.eye(4)
        if options.moved_by is not None:
            motion = np.array(options.moved_by, dtype=np.float64).reshape(4, 4)
            mesh = _moved(mesh, motion)
        if options.aligned:
            start = None if self.landmarks is None else marks
            align = EvaluationOptions(options.align).alignment(start)
            if align != "none":
                used = start if align == "landmarks" else None
                fit = rigid_motion(load_ground_truth(scan), mesh, used).matrix
                mesh, motion = _moved(mesh, fit), fit @ motion
        return mesh, motion

    def _write(
        self,
        mesh: TriangleMesh,
        marks: Mapping[str, int] | None,
        errors: NDArray[np.float32] | None,
        motion: NDArray[np.float64],
    ) -> tuple[tuple[Path, ...], TriangleMesh]:
        """The files, and the mesh as it reads back."""
        from h3dstudio.data.landmark_files import Entry, write_landmark_file
        from h3dstudio.data.mesh_files import write_mesh
        from h3dstudio.geometry.surface_points import vector

        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(error, self.out.parent) from error
        write_mesh(self.out, mesh, errors, full=True)
        written = check_back(self.out, mesh)
        files = [self.out]
        entries = [Entry(name, vector(mesh.vertices[at]), at) for name, at in (marks or {}).items()]
        for name, path in self._beside.items():
            if name == "transform.txt":
                write_transform(path, motion)
            else:
                write_landmark_file(path, entries, mesh)
            files.append(path)
        return tuple(files), written


def is_of_a_run(path: Path) -> bool:
    """Whether the mesh, or the folder, is one that this program made, by what lies beside it."""
    return path.is_dir() or (path.name == "mesh.ply" and (path.parent / "run.json").is_file())


def _moved(mesh: TriangleMesh, motion: NDArray[np.float64]) -> TriangleMesh:
    vertices = mesh.vertices @ motion[:3, :3].T + motion[:3, 3]
    moved = mesh.with_vertices(vertices)
    if np.linalg.det(motion[:3, :3]) > 0:
        return moved
    return TriangleMesh(vertices, mesh.faces[:, ::-1], mesh.colors, mesh.quality)  # outside stays outside


def _inside(scan: Scan, region: str, mesh: TriangleMesh) -> NDArray[np.bool_]:
    from h3dstudio.evaluation.ground_truth import FACE, load_ground_truth
    from h3dstudio.evaluation.wanted_regions import scan_with_regions

    scan, names = scan_with_regions(scan, (region,))
    truth: GroundTruth = load_ground_truth(scan)
    if region == "head":
        return np.ones(len(mesh.vertices), dtype=np.bool_)
    return truth.holds(FACE if region in ("face", FACE) else names[-1], mesh.vertices)


def _cut(
    mesh: TriangleMesh,
    inside: NDArray[np.bool_],
    marks: Mapping[str, int] | None,
    errors: NDArray[np.float32] | None,
    region: str,
) -> tuple[TriangleMesh, dict[str, int] | None, NDArray[np.float32] | None]:
    """The part of the mesh inside; landmarks outside of it are left out."""
    part = mesh.submesh(inside)
    if not len(part.faces):
        raise UsageError(
            f"no part of the mesh belongs to the region {region}",
            remedy="Check the region, and that the mesh is aligned with the ground truth",
        )
    number = np.cumsum(inside) - 1
    kept = None
    if marks is not None:
        kept = {name: int(number[at]) for name, at in marks.items() if inside[at]}
    return part, kept, None if errors is None else errors[inside]
