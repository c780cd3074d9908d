from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from h3dstudio.gui.shell.supervisor import Supervisor
from h3dstudio.jobs.engines import InlineEngine, ProcessEngine
from h3dstudio.jobs.events import Cancelled, Failed, Finished
from tests.gui.fakes import FakeReconstruction


@pytest.fixture
def inline() -> Iterator[Supervisor]:
    supervisor = Supervisor(InlineEngine)
    supervisor.start()
    yield supervisor
    assert supervisor.shut_down()


def test_scalars_come_whole_meshes_newest_and_the_end_last(
    qtbot: QtBot, inline: Supervisor, tmp_path: Path
) -> None:
    order: list[str] = []
    steps: list[int] = []
    meshes: list[int] = []
    inline.measured.connect(lambda metrics: steps.extend(metric.step for metric in metrics))
    inline.measured.connect(lambda _: order.append("measured"))
    inline.mesh_waiting.connect(lambda: meshes.append(inline.take_mesh().step))  # type: ignore[union-attr]
    inline.ended.connect(lambda _: order.append("ended"))
    with qtbot.waitSignal(inline.ended, timeout=10_000) as ended:
        inline.submit(FakeReconstruction(tmp_path, tmp_path, steps=40, delay=0.01))
    assert isinstance(ended.args[0], Finished)
    assert steps == list(range(40))
    assert meshes == sorted(meshes)
    assert meshes[-1] == 39
    assert len(meshes) < 12
    assert order[-1] == "ended"
    assert order.count("ended") == 1


def test_a_mesh_nobody_takes_is_replaced_not_queued(qtbot: QtBot, inline: Supervisor, tmp_path: Path) -> None:
    offers: list[None] = []
    inline.mesh_waiting.connect(lambda: offers.append(None))
    with qtbot.waitSignal(inline.ended, timeout=10_000):
        inline.submit(FakeReconstruction(tmp_path, tmp_path, steps=40, delay=0.02))
    assert len(offers) == 1
    ready = inline.take_mesh()
    assert ready is not None
    assert ready.step == 39
    assert ready.normals.shape == ready.mesh.vertices.shape
    assert inline.take_mesh() is None


def test_cancel_and_failure_are_told_apart(qtbot: QtBot, inline: Supervisor, tmp_path: Path) -> None:
    with qtbot.waitSignal(inline.ended, timeout=10_000) as ended:
        inline.submit(FakeReconstruction(tmp_path, tmp_path, steps=500))
        qtbot.waitSignal(inline.progressed, timeout=5000).wait()
        inline.cancel()
    assert isinstance(ended.args[0], Cancelled)
    with qtbot.waitSignal(inline.ended, timeout=10_000) as ended:
        inline.submit(FakeReconstruction(tmp_path, tmp_path, fail_at=2))
    assert isinstance(ended.args[0], Failed)
    assert "told to fail" in ended.args[0].message


def test_what_cannot_be_sent_to_a_worker_is_a_failure(qtbot: QtBot, tmp_path: Path) -> None:
    class Local:
        def events(self) -> object:
            return iter(())

    supervisor = Supervisor(ProcessEngine)
    supervisor.start()
    with qtbot.waitSignal(supervisor.ended, timeout=10_000) as ended:
        supervisor.submit(Local())  # type: ignore[arg-type]
    assert isinstance(ended.args[0], Failed)
    assert supervisor.shut_down()


def test_shutting_down_in_the_middle_of_a_run_leaves_no_process(qtbot: QtBot, tmp_path: Path) -> None:
    import psutil

    supervisor = Supervisor(ProcessEngine)
    supervisor.start()
    with qtbot.waitSignal(supervisor.progressed, timeout=20_000):
        supervisor.submit(FakeReconstruction(tmp_path, tmp_path, steps=5000))
    pid = supervisor.pid
    assert pid is not None
    assert psutil.pid_exists(pid)
    assert supervisor.shut_down()
    assert not psutil.pid_exists(pid)
    assert not psutil.Process().children(recursive=True)
