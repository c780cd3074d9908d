"""The very same cells on a real Dask scheduler with two workers, one of them killed in the middle."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Finished, Log
from h3dstudio.session.batch import worker_pool
from h3dstudio.session.batch.job import BatchJob, BatchResult
from h3dstudio.session.batch.results import read_results
from tests.unit.jobs.dask_cluster import cluster
from tests.unit.session.batch.fakes import HOLD, INSTALL, InlineBatch, run, wanted

pytest.importorskip("distributed")
PATIENCE = 300


def both_are_held(results: Path) -> bool:
    """Each of the two workers is in the middle of a reconstruction, at its first checkpoint."""
    return len(list(results.glob("*/checkpoint.npz"))) == 2


def test_with_a_worker_killed_the_numbers_are_the_same(
    dataset: Path, tmp_path: Path, trainer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = wanted(dataset, views=("3", "8"))
    reference, results = tmp_path / "reference", tmp_path / "results"
    assert run(InlineBatch(reference, plan))[0].done == 4
    monkeypatch.setattr(worker_pool, "SLICE", 0.05)  # Looking without a pause takes a core from the workers.
    hold = tmp_path / "hold"
    hold.touch()
    with cluster(tmp_path, 2, **{HOLD: str(hold)}) as two:
        handle = InlineEngine().submit(BatchJob(results, plan, scheduler=two.address, preload=INSTALL))
        logs, end = [], time.monotonic() + PATIENCE
        while handle.alive:
            assert time.monotonic() < end, logs
            if hold.exists() and both_are_held(results):
                two.workers[0].kill()
                hold.unlink()
            events = handle.poll(0.1)
            logs += [event.message for event in events if isinstance(event, Log)]
    assert not hold.exists(), logs
    assert isinstance(events[-1], Finished)
    assert isinstance(events[-1].result, BatchResult)
    assert (events[-1].result.done, events[-1].result.failed) == (4, {}), logs
    assert any("has started again on tcp://" in line for line in logs), logs
    scores = [[one.scores for one in read_results(at, careful=True).cells] for at in (results, reference)]
    assert scores[0] == scores[1]
    assert None not in scores[0]
    assert any(json.loads(path.read_text())["resumed"] for path in results.glob("*/run.json"))
