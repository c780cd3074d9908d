"""An evaluation as a job: what it writes, what is read back, what is refused."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.errors import EvaluationError, MeshError, OutputError, UsageError
from h3dstudio.evaluation.options import EvaluationOptions
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Failed, Finished, Log, Progress
from h3dstudio.jobs.inline import InlineHandle
from h3dstudio.session.evaluation.job import (
    ERRORS_FILE,
    EVALUATION_FILE,
    EvaluationJob,
    EvaluationResult,
    read_errors,
    read_evaluation,
)
from tests.unit.data.tiny_scan import FACE, ball, make_tiny_scan


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_scan(tmp_path_factory.mktemp("data") / "tiny")


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    vertices, faces = ball()
    write_mesh(tmp_path / "run" / "mesh.ply", TriangleMesh(vertices * 1.02, faces))
    return tmp_path / "run"


def run(job: EvaluationJob) -> tuple[EvaluationResult, list[object]]:
    handle, events = InlineHandle(job), []
    while handle.alive:
        events += handle.poll(10)
    end = events[-1]
    if isinstance(end, Failed):
        raise end.error or AssertionError(end.details)
    assert isinstance(end, Finished)
    assert isinstance(end.result, EvaluationResult)
    return end.result, events


def rounded(value: object) -> object:
    """Matrices come back as rotation and scale: equal but for the last digits."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return round(value, 6) + 0.0 if isinstance(value, float) else value


def test_what_is_written_is_read_back(scan: Path, run_folder: Path) -> None:
    result, events = run(EvaluationJob(scan, run_folder, run_folder))
    stored = read_evaluation(run_folder)
    assert rounded(stored.evaluation.as_dict()) == rounded(result.evaluation.as_dict())
    assert stored.mesh == run_folder / "mesh.ply"
    assert stored.is_of(run_folder / "mesh.ply")
    assert stored.content == result.content
    assert stored.options == EvaluationOptions()
    assert stored.versions["h3dstudio"]
    assert stored.peak_memory > 0
    steps = [event for event in events if isinstance(event, Progress)]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    warned = [event.message for event in events if isinstance(event, Log) and event.level == "warning"]
    assert warned == [f"{caution.text}." for caution in stored.evaluation.cautions]
    assert sorted(path.name for path in run_folder.iterdir()) == [ERRORS_FILE, EVALUATION_FILE, "mesh.ply"]


def test_the_error_of_every_vertex(scan: Path, run_folder: Path) -> None:
    run(EvaluationJob(scan, run_folder, run_folder))
    stored = read_evaluation(run_folder)
    errors, scores = read_errors(stored), stored.evaluation.strict
    assert errors.truth.dtype == np.float32
    assert errors.truth[errors.visible].mean() == pytest.approx(scores.head.mean, abs=1e-5)
    assert scores.head_rigid is not None
    assert errors.truth_rigid is not None
    assert errors.truth_rigid[errors.visible].mean() == pytest.approx(scores.head_rigid.mean, abs=1e-5)
    assert len(errors.prediction) == stored.evaluation.counts["prediction_vertices"]
    assert errors.prediction_rigid is not None
    assert errors.prediction.max() == pytest.approx(errors.truth.max(), abs=1)


def test_a_motion_by_hand_comes_first(scan: Path, run_folder: Path) -> None:
    away = np.eye(4)
    away[:3, 3] = 30.0
    moved, _ = run(
        EvaluationJob(scan, run_folder, None, None, EvaluationOptions("none", (), tuple(away.ravel())))
    )
    assert moved.evaluation.strict.head.mean > 5
    assert moved.evaluation.strict.rigid == {}
    assert moved.content["options"]["moved_by"] == away.tolist()
    assert moved.content["align"] == "none"


def test_nothing_is_written_without_a_folder(scan: Path, run_folder: Path) -> None:
    result, _ = run(EvaluationJob(scan, run_folder / "mesh.ply"))
    assert result.folder is None
    assert [path.name for path in run_folder.iterdir()] == ["mesh.ply"]


def test_a_second_evaluation_replaces_the_first_and_no_foreign_file(scan: Path, run_folder: Path) -> None:
    run(EvaluationJob(scan, run_folder, run_folder))
    run(EvaluationJob(scan, run_folder, run_folder, None, EvaluationOptions("none")))
    assert read_evaluation(run_folder).evaluation.align == "none"
    (run_folder / EVALUATION_FILE).write_text('{"mine": 1}')
    with pytest.raises(OutputError, match="left as it is"):
        run(EvaluationJob(scan, run_folder, run_folder))
    assert (run_folder / EVALUATION_FILE).read_text() == '{"mine": 1}'


def test_a_changed_mesh_and_foreign_errors_are_noticed(scan: Path, run_folder: Path) -> None:
    run(EvaluationJob(scan, run_folder, run_folder))
    stored = read_evaluation(run_folder)
    vertices, faces = ball()
    write_mesh(run_folder / "mesh.ply", TriangleMesh(vertices, faces))
    assert not stored.is_of(run_folder / "mesh.ply")
    before = (run_folder / EVALUATION_FILE).read_bytes()
    run(EvaluationJob(scan, run_folder, run_folder))
    (run_folder / EVALUATION_FILE).write_bytes(before)
    with pytest.raises(EvaluationError, match="not the vertex errors"):
        read_errors(read_evaluation(run_folder))
    (run_folder / ERRORS_FILE).write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(EvaluationError, match="damaged"):
        read_errors(stored)
    (run_folder / ERRORS_FILE).unlink()
    with pytest.raises(EvaluationError, match="no vertex errors"):
        read_errors(stored)


def test_what_cannot_be_evaluated(scan: Path, tmp_path: Path) -> None:
    with pytest.raises(MeshError, match=r"no mesh\.ply"):
        run(EvaluationJob(scan, tmp_path))
    with pytest.raises(EvaluationError, match="no evaluation"):
        read_evaluation(tmp_path)
    with pytest.raises(UsageError, match="alignment"):
        EvaluationOptions("upwards")
    with pytest.raises(UsageError, match="4x4"):
        EvaluationOptions(moved_by=(0.0,) * 16)


@pytest.fixture(scope="module")
def content(scan: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("content")
    vertices, faces = ball()
    write_mesh(folder / "mesh.ply", TriangleMesh(vertices * 1.02, faces))
    run(EvaluationJob(scan, folder, folder))
    return json.loads((folder / EVALUATION_FILE).read_text())


def places(value: object, path: tuple = ()) -> list[tuple]:
    """The paths of all values that the reader relies on."""
    out = [path] if path else []
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, entry in entries:
        out += places(entry, (*path, key))
    return out


def test_a_field_that_is_missing_is_named(content: dict, tmp_path: Path) -> None:
    for name in ("counts", "strict", "h3ds", "warnings", "options", "inputs", "versions", "errors"):
        (tmp_path / EVALUATION_FILE).write_text(json.dumps({k: v for k, v in content.items() if k != name}))
        with pytest.raises(EvaluationError, match=f"{name} is missing"):
            read_evaluation(tmp_path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_damage_is_an_error_or_harmless(content: dict, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever one value is replaced by, reading succeeds or says what is wrong."""
    damaged = json.loads(json.dumps(content))
    *parents, last = data.draw(st.sampled_from(places(content)))
    holder = damaged
    for key in parents:
        holder = holder[key]
    holder[last] = data.draw(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({}))
    )
    (tmp_path / EVALUATION_FILE).write_text(json.dumps(damaged))
    with suppress(EvaluationError):
        read_evaluation(tmp_path)


@settings(max_examples=50, deadline=None)
@given(noise=st.binary(max_size=200))
def test_noise_is_no_evaluation(tmp_path: Path, noise: bytes) -> None:
    (tmp_path / EVALUATION_FILE).write_bytes(noise)
    with pytest.raises(EvaluationError):
        read_evaluation(tmp_path)


def test_a_mesh_without_a_file(scan: Path, run_folder: Path) -> None:
    vertices, faces = ball()
    result, _ = run(EvaluationJob(scan, TriangleMesh(vertices, faces)))
    assert result.content["inputs"]["mesh"] is None
    assert len(result.errors.prediction) == len(vertices)
    with pytest.raises(UsageError, match="without a file"):
        run(EvaluationJob(scan, TriangleMesh(vertices, faces), run_folder))


def test_an_evaluation_that_was_written_on_windows(scan: Path, run_folder: Path) -> None:
    (run_folder / "sub").mkdir()
    (run_folder / "mesh.ply").rename(run_folder / "sub" / "mesh.ply")
    run(EvaluationJob(scan, run_folder / "sub" / "mesh.ply", run_folder))
    file = run_folder / EVALUATION_FILE
    assert '"sub/mesh.ply"' in file.read_text()
    file.write_text(file.read_text().replace('"sub/mesh.ply"', r'"sub\\mesh.ply"'), encoding="utf-8-sig")
    stored = read_evaluation(run_folder)
    assert stored.mesh == run_folder / "sub" / "mesh.ply"
    assert stored.is_of(stored.mesh)


def test_the_scans_own_landmarks_are_doubted(scan: Path, run_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(scan, tmp_path / "swapped")
    write_landmarks(tmp_path / "swapped" / "landmarks.txt", {n: at * 7 % 170 for n, at in FACE.items()})
    result, _ = run(EvaluationJob(tmp_path / "swapped", run_folder))
    said = [caution.text for caution in result.evaluation.cautions if caution.code == "landmarks"]
    assert "do not lie as a face's do" in said[0]
