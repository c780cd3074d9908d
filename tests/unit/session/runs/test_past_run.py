"""What a run folder still tells, whole, half and damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.run_folder import RunFolder
from h3dstudio.errors import OutputError
from h3dstudio.jobs.events import Log, MeshSnapshot, Metrics
from h3dstudio.session.runs.history import EventLog, MetricsHistory, SnapshotHistory
from h3dstudio.session.runs.past_run import read_past_run
from tests.unit.geometry.shapes import sphere

BALL = sphere(10.0, 1)


def begin(folder: Path) -> RunFolder:
    folder.mkdir()
    return RunFolder(folder)


def test_what_was_kept_comes_back_in_order(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    metrics, meshes, event_log = (
        MetricsHistory(run, resumed=False),
        SnapshotHistory(run),
        EventLog(run, before=60.0),
    )
    said = event_log.log("Writing", "warning")
    for step in range(1, 6):
        metrics.add(Metrics(step, {"loss": 1 / step}))
        if meshes.add(MeshSnapshot(step, BALL), float(step)):
            event_log.add_snapshot(step)
    event_log.add_metrics(Metrics(4, {"visible truth to mesh mm": 2.5}))
    run.run_json.write_text(json.dumps({"format": 1, "status": "finished", "seconds": 61.5}))
    write_mesh(run.mesh, BALL)
    past = read_past_run(run.folder)
    assert [mesh.step for mesh in past.meshes] == [1, 2, 3, 4, 5]
    assert all(mesh.seconds is not None and 60 <= mesh.seconds < 120 for mesh in past.meshes)
    assert [line.event for line in past.log] == [said] == [Log("Writing", "warning")]
    assert past.metrics == (
        *(Metrics(n, {"loss": 1 / n}) for n in range(1, 6)),
        Metrics(4, {"visible truth to mesh mm": 2.5}),
    )
    assert (past.result, past.seconds, past.summary["status"]) == (run.mesh, 61.5, "finished")


def test_a_killed_run_has_left_less(tmp_path: Path) -> None:
    run = begin(tmp_path / "run")
    SnapshotHistory(run).add(MeshSnapshot(1_234_567, BALL), 0.0)
    SnapshotHistory(run).add(MeshSnapshot(7, BALL), 0.0)
    run.metrics.write_bytes(b'{"step": 1, "loss": 0.5}\n{"step": 2, "lo')
    past = read_past_run(run.folder)
    assert [(mesh.step, mesh.seconds) for mesh in past.meshes] == [(7, None), (1_234_567, None)]
    assert past.metrics == (Metrics(1, {"loss": 0.5}),)
    assert (past.result, past.log, past.seconds, dict(past.summary)) == (None, (), 0.0, {})


def test_figures_that_a_resumed_run_made_again_count_once(tmp_path: Path) -> None:
    run, event_log = begin(tmp_path / "run"), EventLog(RunFolder(tmp_path / "run"))
    for step, value in ((2, 5.0), (6, 4.0), (9, 3.0), (5, 4.5), (8, 3.5)):
        event_log.add_metrics(Metrics(step, {"visible truth to mesh mm": value}))
    assert [one.step for one in read_past_run(run.folder).metrics] == [2, 5, 8]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no such folder"):
        read_past_run(tmp_path / "gone")


PLAIN = st.sampled_from((None, True, -3, 7, 2.5, float("nan"), 10**400, "", "info", "said"))
ROW = st.dictionaries(st.sampled_from(("step", "seconds", "kept", "message", "level", "loss")), PLAIN)
LINE = st.binary(max_size=5) | ROW.map(lambda row: json.dumps(row).encode())


@given(st.lists(LINE, max_size=4))
def test_no_damage_stops_the_reading(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    run = begin(tmp_path_factory.mktemp("run") / "run")
    for path in (run.metrics, run.events, run.run_json):
        path.write_bytes(b"\n".join(lines))
    past = read_past_run(run.folder)
    assert all(isinstance(value, float) for one in past.metrics for value in one.values.values())
    assert past.seconds >= 0
