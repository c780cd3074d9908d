from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.errors import H3DError
from h3dstudio.jobs.events import Metrics
from h3dstudio.jobs.job import Request
from h3dstudio.session.evaluation.registration import RMS, RegistrationJob, RegistrationResult
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.geometry.shapes import head

HEAD = head(4)
TURN = Rotation.from_rotvec(np.radians(15) * np.array([0.36, 0.8, 0.48])).as_matrix()
MOVED = HEAD.with_vertices(1.1 * HEAD.vertices @ TURN.T + np.array([4.0, -7.0, 11.0]))


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_tiny_scan(tmp_path_factory.mktemp("data") / "tiny")
    write_mesh(folder / "full_head.obj", HEAD)
    for file in (folder / "regions").glob("*.txt"):
        file.unlink()
    return folder


def run(job: RegistrationJob, stop_after: int = 10**6) -> tuple[RegistrationResult, list[float]]:
    events, curve, request = job.events(), [], None
    event = next(events)
    while True:
        if isinstance(event, Metrics):
            curve.append(event.values[RMS])
        request = Request.FINISH if len(curve) >= stop_after else None
        try:
            event = events.send(request)
        except StopIteration as stop:
            return stop.value, curve


def test_a_known_motion_is_undone_step_by_step(scan: Path) -> None:
    rigid = HEAD.with_vertices(HEAD.vertices @ TURN.T + np.array([4.0, -7.0, 11.0]))
    result, curve = run(RegistrationJob(scan, rigid))
    motion = np.array(result.motion).reshape(4, 4)
    back = rigid.vertices @ motion[:3, :3].T + motion[:3, 3]
    np.testing.assert_allclose(back, HEAD.vertices, atol=1e-2)
    assert result.converged
    assert result.scale == pytest.approx(1)
    assert tuple(curve) == result.curve
    assert len(curve) == result.iterations
    assert curve[-1] < 0.01 < curve[0]


def test_with_scale(scan: Path) -> None:
    result, _ = run(RegistrationJob(scan, MOVED, with_scale=True))
    assert result.scale == pytest.approx(1 / 1.1, abs=1e-4)
    rigid, _ = run(RegistrationJob(scan, MOVED))
    assert rigid.scale == pytest.approx(1)
    assert rigid.rms > 10 * result.rms


def test_stopping_keeps_what_there_is(scan: Path) -> None:
    result, curve = run(RegistrationJob(scan, MOVED, with_scale=True), stop_after=3)
    assert result.stopped
    assert not result.converged
    assert len(curve) == 3
    further, more = run(RegistrationJob(scan, MOVED, with_scale=True, start=result.motion))
    assert further.converged
    assert more[0] < curve[0]


def test_what_cannot_be_registered(scan: Path, tmp_path: Path) -> None:
    for job in (
        RegistrationJob(scan, tmp_path / "gone.ply"),
        RegistrationJob(scan, MOVED, region="chest"),
        RegistrationJob(tmp_path, MOVED),
    ):
        with pytest.raises(H3DError):
            run(job)
