"""The very same cells on a real Dask scheduler with two workers, one of them killed in the middle."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psutil
import pytest

from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Finished, Log
from h3dstudio.session.batch.job import BatchJob, BatchResult
from h3dstudio.session.batch.results import read_results
from tests.unit.jobs.dask_cluster import Cluster, cluster
from tests.unit.session_batch.fakes import INSTALL, PAUSE, InlineBatch, run, wanted

pytest.importorskip("distributed")
PATIENCE = 300


def kill_a_busy_worker(two: Cluster, results: Path) -> bool:
    """Once every cell that runs is in the middle of its reconstruction, whichever worker has it."""
    started = [path for path in results.glob("*/checkpoint.npz") if not (path.parent / "mesh.ply").exists()]
    busy = [worker for worker in two.workers if psutil.Process(worker.pid).children()]
    if not busy or len(started) < len(busy):
        return False
    busy[0].kill()
    return True


def test_with_a_worker_killed_the_numbers_are_the_same(
    dataset: Path, tmp_path: Path, trainer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = wanted(dataset, views=("3", "8"))
    reference, results = tmp_path / "reference", tmp_path / "results"
    assert run(InlineBatch(reference, plan))[0].done == 4
    with cluster(tmp_path, 2, **{PAUSE: "0.08"}) as two:
        handle = InlineEngine().submit(BatchJob(results, plan, scheduler=two.address, preload=INSTALL))
        killed, logs, end = False, [], time.monotonic() + PATIENCE
        while handle.alive:
            assert time.monotonic() < end, logs
            killed = killed or kill_a_busy_worker(two, results)
            events = handle.poll(0.1)
            logs += [event.message for event in events if isinstance(event, Log)]
    assert killed
    assert isinstance(events[-1], Finished)
    assert isinstance(events[-1].result, BatchResult)
    assert (events[-1].result.done, events[-1].result.failed) == (4, {}), logs
    assert any("has started again on tcp://" in line for line in logs), logs
    scores = [[one.scores for one in read_results(at, careful=True).cells] for at in (results, reference)]
    assert scores[0] == scores[1]
    assert None not in scores[0]
    assert any(json.loads(path.read_text())["resumed"] for path in results.glob("*/run.json"))
