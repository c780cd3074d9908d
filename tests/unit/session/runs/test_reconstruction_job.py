from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from h3dstudio.data.landmark_lists import partner
from h3dstudio.data.landmarks import read_landmarks, write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import resource
from h3dstudio.errors import OutputError, ScanError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.engines import InlineEngine, ProcessEngine
from h3dstudio.jobs.events import Cancelled, Checkpointed, Event, Failed, Finished, Log, Progress, Terminal
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.session.runs.job import ReconstructionJob, RunResult
from h3dstudio.session.runs.past_run import read_past_run
from tests.unit.session.runs.fake_training import SMALL, STEPS, FakeTrained, FakeTraining, head


def run(job: ReconstructionJob) -> tuple[list[Event], Terminal]:
    handle = InlineEngine().submit(job)
    events: list[Event] = []
    while handle.alive:
        events += handle.poll(0.5)
    end = events[-1]
    assert isinstance(end, Terminal)
    return events, end


def finished(job: ReconstructionJob) -> RunResult:
    _, end = run(job)
    assert isinstance(end, Finished), end
    assert isinstance(end.result, RunResult)
    return end.result


def failed(job: ReconstructionJob) -> Failed:
    _, end = run(job)
    assert isinstance(end, Failed)
    return end


def report(folder: Path) -> dict[str, object]:
    return json.loads((folder / "run.json").read_text())


def test_a_run_leaves_a_whole_folder(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    result = finished(ReconstructionJob(scan, tmp_path / "out"))
    assert result.folder == tmp_path / "out"
    np.testing.assert_allclose(read_mesh(result.mesh).vertices, head(STEPS).vertices, rtol=1e-6)
    assert Image.open(result.preview).size[0] > 3 * SMALL
    lines = [json.loads(line) for line in (result.folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(1, STEPS + 1))
    assert list((result.folder / "snapshots").glob("*.ply"))
    past = read_past_run(result.folder)
    assert past.log[0].event == Log(f"Writing to {result.folder}")
    assert all(mesh.seconds is not None for mesh in past.meshes)
    assert not [path for path in result.folder.rglob("*") if path.name.startswith(".")]


def test_the_report_says_what_made_the_result(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    job = ReconstructionJob(scan, tmp_path / "out", H3DGridSettings(seed=7), views="0,1,7")
    result = finished(job)
    content = report(result.folder)
    assert content["status"] == "finished"
    assert content["settings"] == {
        "method": "h3d-grid",
        "quality": "standard",
        "device": "auto",
        "seed": 7,
        "prior": "",
        "landmarks": "auto",
        "refine_cameras": "auto",
    }
    inputs = content["inputs"]
    assert isinstance(inputs, dict)
    assert inputs["views"] == [0, 1, 7]
    assert set(inputs["files"]) == {"0", "1", "7"}
    assert len(inputs["files"]["0"]["image"]) == 64
    assert content["iterations"] == STEPS
    assert content["image_metrics"] == {"psnr_held_out": 25.0}
    assert content["versions"]["torch"]  # type: ignore[index]
    assert content["peak_memory"] > 10_000_000  # type: ignore[operator]
    assert "prior" in inputs
    assert result.summary["iterations"] == STEPS
    assert set(result.summary["timings"]) == {"reading", "training", "writing"}  # type: ignore[call-overload]


def test_landmarks_of_a_truth_in_another_unit_start_nothing_and_that_is_said(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    right = write_mesh_as_truth(scan, 1.0)
    finished(ReconstructionJob(scan, tmp_path / "right"))
    np.testing.assert_allclose(training.calls[0]["landmarks"]["nose_tip"], right[1], rtol=1e-6)
    write_mesh_as_truth(scan, 0.001)
    events, end = run(ReconstructionJob(scan, tmp_path / "metres"))
    assert isinstance(end, Finished)
    assert training.calls[1]["landmarks"] == {}
    said = [event.message for event in events if isinstance(event, Log) and event.level == "warning"]
    assert any(
        "landmarks are not used to start" in text and "these look like metres" in text for text in said
    )


def write_mesh_as_truth(scan: Path, factor: float) -> np.ndarray:
    """A tetrahedron of the sphere's size as the scan's ground truth, its second vertex the tip of a nose."""
    sphere = read_scan(scan).unit_sphere
    corners = sphere.translation + head(0).vertices * (
        0.9 * sphere.scale / np.linalg.norm(head(0).vertices[0])
    )
    write_mesh(scan / "full_head.obj", TriangleMesh(corners * factor, head(0).faces))
    (scan / "landmarks.txt").write_text("nose_tip 1\n")
    return corners


def test_held_out_views_are_not_trained_on(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    finished(ReconstructionJob(scan, tmp_path / "out"))
    (call,) = training.calls
    used, held_out = ([one.view.index for one in call[name]] for name in ("views", "held_out"))
    assert used == [0, 1, 7]
    assert held_out
    assert not set(used) & set(held_out)


def test_a_damaged_held_out_view_is_only_a_warning(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    finished(ReconstructionJob(scan, tmp_path / "out"))
    index = training.calls[0]["held_out"][0].view.index
    path = training.calls[0]["held_out"][0].view.image_path
    path.write_bytes(path.read_bytes()[:200])
    events, end = run(ReconstructionJob(scan, tmp_path / "other"))
    assert isinstance(end, Finished)
    assert any(isinstance(e, Log) and e.level == "warning" and f"{index}" in e.message for e in events)


def test_the_folder_is_announced_at_once(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    events, _ = run(ReconstructionJob(scan, tmp_path / "out"))
    first = next(event for event in events if isinstance(event, Checkpointed))
    assert first == Checkpointed(0, tmp_path / "out" / "checkpoint.npz")
    assert str(tmp_path / "out") in next(event.message for event in events if isinstance(event, Log))


def test_a_second_run_gets_a_folder_of_its_own(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    first, second = (finished(ReconstructionJob(scan, tmp_path / "out")) for _ in range(2))
    assert first.folder != second.folder


def test_finish_keeps_the_mesh(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    handle = InlineEngine().submit(ReconstructionJob(scan, tmp_path / "out"))
    while not any(isinstance(event, Progress) and event.done == 7 for event in handle.poll()):
        pass
    handle.finish()
    events = handle.poll(20)
    assert isinstance(events[-1], Finished)
    assert events[-1].early
    assert report(tmp_path / "out")["status"] == "finished early"
    assert read_mesh(tmp_path / "out" / "mesh.ply").vertices.max() < head(STEPS).vertices.max()


def test_finish_before_the_trainer_started_reaches_it(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    handle = InlineEngine().submit(ReconstructionJob(scan, tmp_path / "out"))
    handle.poll()
    handle.finish()
    assert isinstance(handle.poll(20)[-1], Finished)
    assert report(tmp_path / "out")["iterations"] == 1


def test_cancel_closes_the_trainer(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    handle = InlineEngine().submit(ReconstructionJob(scan, tmp_path / "out"))
    while not any(isinstance(event, Progress) and event.done == 7 for event in handle.poll()):
        pass
    handle.cancel()
    assert handle.poll() == [Cancelled()]
    assert training.closed
    assert report(tmp_path / "out")["status"] == "cancelled"
    assert report(tmp_path / "out")["checkpoint"] == {"step": 5}
    assert not (tmp_path / "out" / "mesh.ply").exists()


def test_a_failure_is_on_record_and_can_be_resumed(
    scan: Path, tmp_path: Path, training: FakeTraining
) -> None:
    training.fail_at = 13
    job = ReconstructionJob(scan, tmp_path / "out")
    end = failed(job)
    assert end.resumable
    assert "CUDA out of memory" in str(report(tmp_path / "out")["error"])
    training.fail_at = -1
    result = finished(replace(job, resume=True))
    assert training.calls[-1]["resume"]
    assert report(result.folder)["resumed"] == 1
    assert "error" not in report(result.folder)
    lines = [json.loads(line) for line in (result.folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(1, STEPS + 1))


def test_a_bad_scan_leaves_nothing_behind(tmp_path: Path, training: FakeTraining) -> None:
    end = failed(ReconstructionJob(tmp_path / "nowhere", tmp_path / "out"))
    assert isinstance(end.error, ScanError)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"settings": H3DGridSettings(seed=1)}, "seed was 0, now it is 1"),
        ({"views": "0,1,2"}, "views was 0, 1, 7, now it is 0, 1, 2"),
    ],
)
def test_resuming_something_else_is_refused(
    scan: Path, tmp_path: Path, training: FakeTraining, change: dict[str, object], says: str
) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    before = finished(job).run_json.read_text()  # a finished run of something else is refused, too
    end = failed(replace(job, resume=True, **change))  # type: ignore[arg-type]
    assert isinstance(end.error, OutputError)
    assert says in end.message
    assert (tmp_path / "out" / "run.json").read_text() == before


def test_resuming_with_another_photo_is_refused(scan: Path, tmp_path: Path, training: FakeTraining) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    finished(job)
    path = training.calls[0]["views"][1].view.image_path
    with Image.open(path) as image:
        image.point(lambda value: 255 - value).save(path)
    assert "view 1 has changed" in failed(replace(job, resume=True)).message


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_damaged_report_is_no_run_to_resume(
    scan: Path, tmp_path: Path, training: FakeTraining, content: str
) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    finished(job).run_json.write_text(content)
    assert isinstance(failed(replace(job, resume=True)).error, OutputError)


@pytest.mark.parametrize("kill_at", [1, 12])
def test_a_killed_run_goes_on_to_the_same_mesh(scan: Path, tmp_path: Path, kill_at: int) -> None:
    job = ReconstructionJob(scan, tmp_path / "out")
    with ProcessEngine(threads=1) as engine:
        handle = engine.submit(FakeTrained(job, pause=0.05, goes_on="until closed"))
        while True:
            if any(isinstance(event, Progress) and event.done >= kill_at for event in handle.poll(0.1)):
                break
        os.kill(handle.pid, signal.SIGKILL)
        assert handle.join(30)
        end = handle.poll()[-1]
        assert isinstance(end, Failed)
        assert end.resumable
        assert report(tmp_path / "out")["status"] == "running"
        handle = engine.submit(FakeTrained(replace(job, resume=True), pause=0.0))
        assert handle.join(30)
        end = handle.poll()[-1]
    assert isinstance(end, Finished), end
    np.testing.assert_allclose(
        read_mesh(tmp_path / "out" / "mesh.ply").vertices, head(STEPS).vertices, rtol=1e-6
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda marks: marks, ""),
        (
            lambda marks: (
                marks
                | {
                    name: marks[partner(name)]
                    for name in ("right_eye", "left_eye", "right_lips", "left_lips")
                }
            ),
            "left and right landmarks are swapped",
        ),
        (lambda marks: {name: at + 1 for name, at in marks.items()}, "indices start at 1"),
        (lambda marks: marks | {"nose_tip": 99999}, "nose_tip is vertex 99999"),
    ],
)
def test_landmarks_that_are_no_face_are_said_and_not_used(
    tmp_path: Path, training: FakeTraining, change: Callable[..., dict[str, int]], said: str
) -> None:
    scan = tmp_path / "scan"
    shutil.copytree(resource("demo_scan"), scan, copy_function=shutil.copyfile)
    write_landmarks(scan / "landmarks.txt", change(read_landmarks(scan / "landmarks.txt")))
    events, end = run(ReconstructionJob(scan, tmp_path / "out", views="0,1"))
    assert isinstance(end, Finished)
    warned = [one.message for one in events if isinstance(one, Log) and one.level == "warning"]
    assert any(said in text and "does without them" in text for text in warned) == bool(said)
    assert len(training.calls[0]["landmarks"]) == (0 if said else 6)
