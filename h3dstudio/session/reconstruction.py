"""A scan folder in, a run folder out: the job behind `h3dstudio reconstruct` and the window's Start.

The folder is whole at every moment: each file appears under its name only when complete, `run.json` says how
far the run came, and `resume=True` goes on from the last checkpoint after anything, `kill -9` included.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.errors import H3DError, InconsistentScan, ScanError
from h3dstudio.jobs.events import Checkpointed, Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.training.settings import ReconstructionSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from h3dstudio.data.run_folder import RunFolder
    from h3dstudio.data.scan import LoadedView, Problem, Scan
    from h3dstudio.session.history import Diary
    from h3dstudio.session.run_record import RunRecord
    from h3dstudio.session.truth_watch import TruthWatch
    from h3dstudio.training.result import ReconstructionResult

    TrainerStream = Generator[Event, Request | None, ReconstructionResult]

PRELOAD = ("torch", "h3dstudio.session.reconstruction", "h3dstudio.training.reconstruct")
"""For `ProcessEngine`: what a worker imports before its first job."""


PREVIEW_HEIGHT = 360
"""Pixels, of each picture in `preview.png`."""


@dataclass(frozen=True)
class RunResult:
    """What a run left behind.

    Attributes:
        folder: the run folder; the three files lie in it.
        summary: for people: iterations, seconds, vertices, faces, peak memory, image metrics.
    """

    folder: Path
    mesh: Path
    preview: Path
    run_json: Path
    summary: dict[str, object]


@dataclass(frozen=True)
class ReconstructionJob:
    """Reconstruct one scan.

    Attributes:
        scan: a scan folder, or a dataset root when `scan_name` says which of its scans.
        out: the run folder to make. When it is taken a numbered one beside it is made, unless `resume`
            (go on with the run in it) or `force` (replace the run in it).
        views: see `data.view_lists.choose_views`.
        trust_cameras: go on where photos, masks and cameras contradict each other. A run that was begun goes
            on in any case.
    """

    scan: Path
    out: Path
    settings: ReconstructionSettings = field(default_factory=ReconstructionSettings)
    views: str | None = None
    resume: bool = False
    force: bool = False
    scan_name: str | None = None
    trust_cameras: bool = False

    def events(self) -> JobStream:
        """Read, reconstruct, write. Returns a `RunResult`.

        Raises ScanError and its kin for the input (InconsistentScan where `trust_cameras` helps), OutputError
        for the output (also when `resume` meets a run of other inputs or settings), ReconstructionError when
        the surface cannot be found.
        """
        from h3dstudio.data.run_folder import RunFolder
        from h3dstudio.session.history import Diary
        from h3dstudio.session.past_run import read_past_run
        from h3dstudio.session.run_record import RunRecord, describe_inputs
        from h3dstudio.session.suggestions import write_suggestions
        from h3dstudio.session.truth_watch import TruthWatch

        begun = time.monotonic()
        yield Progress(0, 1, "reading")
        scan, used, held_out, notes = self._read()
        inputs = describe_inputs(scan, used, held_out)
        reading = time.monotonic() - begun
        folder = RunFolder.create(self.out, resume=self.resume, force=self.force)
        record = RunRecord(folder.run_json, self.settings, inputs)
        if self.resume:
            record.continue_previous()
        record.write("running", scan_folder=scan.root.resolve())
        with _status_of(record):
            diary = Diary(folder, read_past_run(folder.folder).seconds if self.resume else 0.0)
            yield diary.log(f"Writing to {folder.folder}")
            yield Checkpointed(0, folder.checkpoint)
            for note in notes:
                yield diary.log(note, "warning")
            stream = self._start(scan, used, held_out, folder)
            watch = TruthWatch(scan)
            result, early = yield from _forward(stream, folder, watch, diary, resumed=self.resume)
            yield diary.log("Writing the mesh, the preview and the report")
            write_suggestions(folder, result, self.settings.prior)
            return _write_results(result, early, used, folder, record, reading)

    def _read(self) -> tuple[Scan, list[LoadedView], list[LoadedView], list[str]]:
        from h3dstudio.data.images import load_view, load_views
        from h3dstudio.data.inspection import check_views
        from h3dstudio.data.readers import read_scan
        from h3dstudio.data.run_folder import RunFolder
        from h3dstudio.data.view_consistency import check_consistency, trusted
        from h3dstudio.data.view_lists import choose_views
        from h3dstudio.session.held_out import choose_held_out

        scan = read_scan(self.scan, self.scan_name)
        _stop_if_fatal(scan.problems)
        chosen = choose_views(scan, self.views)
        used = load_views(chosen)
        agreement = check_consistency(used, scan)
        if not (self.trust_cameras or (self.resume and RunFolder(self.out).run_json.exists())):
            _stop_if_fatal(agreement.problems, InconsistentScan)
        doubts = [trusted(one) for one in agreement.problems]
        doubts += check_views(used, scan.unit_sphere, explained=agreement.explained)
        _stop_if_fatal(doubts)
        held_out, notes = [], _in_words([*scan.problems, *doubts])
        for view in choose_held_out(scan, chosen):
            # These only judge the result: one that is damaged is no reason to refuse the others.
            try:
                held_out.append(load_view(view))
            except ScanError as error:
                notes.append(f"View {view.index} is not used to judge the result: {error}")
        return scan, used, held_out, notes

    def _start(
        self, scan: Scan, used: Sequence[LoadedView], held_out: Sequence[LoadedView], folder: RunFolder
    ) -> TrainerStream:
        from h3dstudio.training.reconstruct import reconstruct

        return reconstruct(
            used,
            scan.unit_sphere,
            self.settings,
            held_out=held_out,
            landmarks=_landmark_points(scan) if self.settings.landmarks == "auto" else {},
            checkpoint=folder.checkpoint,
            resume=self.resume and folder.checkpoint.exists(),
        )


def _landmark_points(scan: Scan) -> dict[str, NDArray[np.float64]]:
    """Landmark name -> point (3,) of the scan, from its ground truth; none where that cannot be read."""
    from h3dstudio.data.mesh_files import read_mesh

    if scan.ground_truth is None or not scan.landmarks:
        return {}
    try:
        vertices = read_mesh(scan.ground_truth).vertices
    except H3DError:  # a reconstruction does not need it
        return {}
    return {name: vertices[index] for name, index in scan.landmarks.items() if index < len(vertices)}


def _stop_if_fatal(problems: Sequence[Problem], kind: type[ScanError] = ScanError) -> None:
    for problem in problems:
        if problem.fatal:
            raise kind(problem.what, where=problem.where, remedy=problem.remedy)


def _in_words(problems: Sequence[Problem]) -> list[str]:
    """One line for each kind of problem, however many files have it."""
    from h3dstudio.data.inspection import grouped

    return [
        f"{problem}" if count == 1 else f"{problem} The same holds for {count - 1} more."
        for problem, count in grouped(problems)
    ]


def _forward(
    stream: TrainerStream, folder: RunFolder, watch: TruthWatch, diary: Diary, *, resumed: bool
) -> Generator[Event, Request | None, tuple[ReconstructionResult, bool]]:
    """Pass the trainer's events on and the user's request down, keeping metrics and snapshots on disk.

    Returns (the trainer's result, whether it was asked to finish early).
    """
    from h3dstudio.session.history import MetricsHistory, SnapshotHistory

    metrics, snapshots = MetricsHistory(folder, resumed=resumed), SnapshotHistory(folder)
    early = False
    try:
        event = next(stream)
        while True:
            if isinstance(event, Metrics):
                metrics.add(event)
            elif isinstance(event, MeshSnapshot) and snapshots.add(event, time.monotonic()):
                diary.kept(event.step)
            elif isinstance(event, Log):
                diary.note(event)
            request = yield event
            early = early or request is Request.FINISH
            if isinstance(event, MeshSnapshot) and (distance := watch.measure(event)) is not None:
                diary.measured(distance)
                yield distance
            event = stream.send(request)
    except StopIteration as stop:
        return stop.value, early
    finally:
        stream.close()


@contextmanager
def _status_of(record: RunRecord) -> Iterator[None]:
    """Leave in `run.json` how the run ended, when it did not end well."""
    try:
        yield
    except GeneratorExit:
        record.write("cancelled")
        raise
    except BaseException as error:
        message = str(error) if isinstance(error, H3DError) else f"{type(error).__name__}: {error}"
        record.write("failed", error=message)
        raise


def _write_results(
    result: ReconstructionResult,
    early: bool,
    used: Sequence[LoadedView],
    folder: RunFolder,
    record: RunRecord,
    reading: float,
) -> RunResult:
    from h3dstudio.data.mesh_files import write_mesh
    from h3dstudio.geometry.rendering import preview_sheet

    begun = time.monotonic()
    write_mesh(folder.mesh, result.mesh)
    photos = [(one.image, one.view.camera) for one in used]
    _write_png(folder.preview, preview_sheet(result.mesh, photos, cell=PREVIEW_HEIGHT))
    record.write(
        "finished early" if early else "finished",
        iterations=result.iterations,
        timings={"reading": reading, **result.timings, "writing": time.monotonic() - begun},
        image_metrics=result.image_metrics,
        confidence=_confidence(result),
        cameras=_cameras(result, used),
        mesh={
            "vertices": len(result.mesh.vertices),
            "faces": len(result.mesh.faces),
            "minimum": result.mesh.vertices.min(axis=0),
            "maximum": result.mesh.vertices.max(axis=0),
            "unit": "mm, in the scan's frame",
        },
    )
    return RunResult(folder.folder, folder.mesh, folder.preview, folder.run_json, record.summary())


def _confidence(result: ReconstructionResult) -> dict[str, object]:
    """Mean over the vertices (see `training.confidence`), and why the head may be wrong."""
    quality = result.mesh.quality
    mean = None if quality is None else float(quality.mean())
    return {"mean": mean, "low": bool(result.doubts), "doubts": list(result.doubts)}


def _cameras(result: ReconstructionResult, used: Sequence[LoadedView]) -> dict[str, object]:
    """Whether the cameras were corrected, and then by how much, and what they are now (world mm -> pixel)."""
    if result.cameras is None:
        return {"corrected": False}
    from h3dstudio.evaluation.camera_errors import camera_offsets

    given = {one.view.index: one.view.camera for one in used}
    found = dict(zip(given, result.cameras, strict=True))
    matrices = {str(view): camera.projection for view, camera in found.items()}
    return {"corrected": True, **camera_offsets(found, given).as_dict(), "world_mats": matrices}


def _write_png(path: Path, image: NDArray[np.uint8]) -> None:
    from PIL import Image

    from h3dstudio.data.atomic import atomic_path

    with atomic_path(path) as temporary:
        Image.fromarray(image).save(temporary)
