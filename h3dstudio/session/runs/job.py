"""A scan folder in, a run folder out: the job behind `h3dstudio reconstruct` and the window's Start.

The folder is whole at every moment: each file appears under its name only when complete, `run.json` says how
far the run came, and `resume=True` goes on from the last checkpoint after anything, `kill -9` included.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.errors import InconsistentScan, OutputError, ScanError
from h3dstudio.jobs.events import Checkpointed, Event, Log, Progress
from h3dstudio.jobs.job import JobStream, Request
from h3dstudio.jobs.runner import failure
from h3dstudio.jobs.stop_reason import StopReason, stop_reason
from h3dstudio.methods.registry import default_settings
from h3dstudio.methods.settings import MethodSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from h3dstudio.data.run_folder import RunFolder
    from h3dstudio.data.scan import LoadedView, Problem, Scan
    from h3dstudio.methods.result import ReconstructionResult
    from h3dstudio.session.runs.run_record import RunRecord

    TrainerStream = Generator[Event, Request | None, ReconstructionResult]

PRELOAD = ("torch", "h3dstudio.session.runs.job", "h3dstudio.methods.run")
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

    @staticmethod
    def of(folder: RunFolder, summary: dict[str, object]) -> RunResult:
        return RunResult(folder.folder, folder.mesh, folder.preview, folder.run_json, summary)


@dataclass(frozen=True)
class ReconstructionJob:
    """Reconstruct one scan.

    Attributes:
        scan: a scan folder, or a dataset root when `scan_name` says which of its scans.
        out: the run folder to make. When it is taken a numbered one beside it is made, unless `resume`
            (go on with the run in it; a finished one stays as it is) or `force` (replace the run in it).
        views: see `data.view_lists.choose_views`.
        trust_cameras: go on where photos, masks and cameras contradict each other. A run that was begun goes
            on in any case.
    """

    scan: Path
    out: Path
    settings: MethodSettings = field(default_factory=default_settings)
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
        from h3dstudio.data.run_claim import claimed
        from h3dstudio.session.runs.inputs import describe_inputs
        from h3dstudio.session.runs.run_record import RunRecord, is_finished, summary_of

        begun = time.monotonic()
        yield Progress(0, 1, "reading")
        scan, used, held_out, notes = self._read()
        inputs = describe_inputs(scan, used, held_out, self.settings)
        reading = time.monotonic() - begun
        with claimed(self.out, resume=self.resume, force=self.force) as (folder, warning):
            record = RunRecord(folder.run_json, self.settings, inputs)
            if self.resume:
                previous = record.continue_previous()
                if is_finished(folder.folder):
                    yield Log("This run is finished; there is nothing to do.")
                    return RunResult.of(folder, summary_of(previous))
            record.write("running", scan_folder=scan.root.resolve())
            with _outcome_recorded(record):
                notes = [note for note in (warning, *notes) if note]
                result, early = yield from self._run(scan, used, held_out, folder, record, notes)
                return _write_results(result, early, used, folder, record, reading)

    def _run(
        self,
        scan: Scan,
        used: Sequence[LoadedView],
        held_out: Sequence[LoadedView],
        folder: RunFolder,
        record: RunRecord,
        notes: Sequence[str],
    ) -> Generator[Event, Request | None, tuple[ReconstructionResult, bool]]:
        """Reconstruct, with everything that is to be known of it in the folder's event log.

        Returns (the result, whether it was asked to finish early).
        """
        from h3dstudio.session.runs.head_files import write_suggestions
        from h3dstudio.session.runs.history import EventLog
        from h3dstudio.session.runs.keeper import RunKeeper
        from h3dstudio.session.runs.past_run import read_past_run
        from h3dstudio.session.runs.truth_watch import TruthWatch

        event_log = EventLog(folder, read_past_run(folder.folder).seconds if self.resume else 0.0)
        yield event_log.log(f"Writing to {folder.folder}")
        yield Checkpointed(0, folder.checkpoint)
        if self.resume:
            yield event_log.log(*_going_on(folder, record))
        landmarks, unused = _landmark_points(scan)
        for note in (*notes, *unused):
            yield event_log.log(note, "warning")
        stream = self._start(scan, used, held_out, folder, landmarks)
        keeper = RunKeeper(folder, record, event_log, TruthWatch(scan), resumed=self.resume)
        result, early = yield from keeper.forward(stream)
        yield event_log.log("Writing the mesh, the preview and the report")
        write_suggestions(folder, result, str(getattr(self.settings, "prior", "")))
        return result, early

    def _read(self) -> tuple[Scan, list[LoadedView], list[LoadedView], list[str]]:
        from h3dstudio.data.images import load_view, load_views
        from h3dstudio.data.inspection import check_views
        from h3dstudio.data.readers import read_scan
        from h3dstudio.data.run_folder import RunFolder
        from h3dstudio.data.view_consistency import check_consistency, trusted
        from h3dstudio.data.view_lists import choose_views
        from h3dstudio.session.runs.held_out import choose_held_out

        scan = read_scan(self.scan, self.scan_name)
        _stop_if_fatal(scan.problems)
        chosen = choose_views(scan, self.views)
        used = load_views(chosen)
        agreement = check_consistency(used, scan)
        if not (self.trust_cameras or (self.resume and RunFolder(self.out).run_json.exists())):
            _stop_if_fatal(agreement.problems, InconsistentScan)
        found = [trusted(one) for one in agreement.problems]
        found += check_views(used, scan.unit_sphere, explained=agreement.explained)
        _stop_if_fatal(found)
        held_out, notes = [], _in_words([*scan.problems, *found])
        for view in choose_held_out(scan, chosen):
            # These only judge the result: one that is damaged is no reason to refuse the others.
            try:
                held_out.append(load_view(view))
            except ScanError as error:
                notes.append(f"View {view.index} is not used to judge the result: {error}")
        return scan, used, held_out, notes

    def _start(
        self,
        scan: Scan,
        used: Sequence[LoadedView],
        held_out: Sequence[LoadedView],
        folder: RunFolder,
        landmarks: Mapping[str, NDArray[np.float64]],
    ) -> TrainerStream:
        from h3dstudio.methods.run import reconstruct

        return reconstruct(
            used,
            scan.unit_sphere,
            self.settings,
            held_out=held_out,
            landmarks=landmarks,
            checkpoint=folder.checkpoint,
            resume=self.resume and folder.checkpoint.exists(),
        )


def start_reconstruction(job: ReconstructionJob) -> TrainerStream:
    """The reconstruction alone, without a run folder: its events, and the result.

    Raises what reading the scan and the method raise.
    """
    from h3dstudio.methods.run import reconstruct

    scan, used, held_out, notes = job._read()
    landmarks, unused = _landmark_points(scan)
    for note in (*notes, *unused):
        yield Log(note, "warning")
    stream = reconstruct(used, scan.unit_sphere, job.settings, held_out=held_out, landmarks=landmarks)
    return (yield from stream)


def _landmark_points(scan: Scan) -> tuple[Mapping[str, NDArray[np.float64]], list[str]]:
    """Landmark name -> point (3,) of the scan; and why they are not used, where it has some."""
    from h3dstudio.data.scan_landmarks import usable_landmarks

    marks, problem = usable_landmarks(scan)
    return marks, [] if problem is None else [str(problem)]


def _going_on(folder: RunFolder, record: RunRecord) -> tuple[str, str]:
    """What a resumed run begins with, for its log: (line, level)."""
    if not folder.checkpoint.is_file():
        return "No checkpoint had been written before this run was stopped: it starts over.", "warning"
    step = record.checkpoint_step
    return f"Going on from the checkpoint{'' if step is None else f' of step {step}'}.", "info"


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


@contextmanager
def _outcome_recorded(record: RunRecord) -> Iterator[None]:
    """Leave in `run.json` how the run ended, when it did not end well."""
    try:
        yield
    except GeneratorExit:
        _write_outcome(record, stop_reason().value)
        raise
    except (KeyboardInterrupt, SystemExit):
        _write_outcome(record, StopReason.INTERRUPTED.value)
        raise
    except BaseException as error:
        _write_outcome(record, "failed", error=failure(error).message)
        raise


def _write_outcome(record: RunRecord, status: str, **more: object) -> None:
    with suppress(OutputError):  # a full disk: what ended the run matters more, and the last report is whole
        record.write(status, **more)


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
    return RunResult.of(folder, record.summary())


def _confidence(result: ReconstructionResult) -> dict[str, object]:
    """Mean over the vertices (see `grid_solver.confidence`), and why the head may be wrong."""
    quality = result.mesh.quality
    mean = None if quality is None else float(quality.mean())
    return {"mean": mean, "low": bool(result.caveats), "caveats": list(result.caveats)}


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
