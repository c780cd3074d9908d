"""Runs that are killed at every single step on the file system; started by `test_killed_at_any_step`."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from h3dstudio.data import run_claim
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.errors import OutputError
from h3dstudio.geometry import rendering
from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Failed, Finished, Progress, Terminal
from h3dstudio.methods.registry import settings_from
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.run_record import is_finished
from tests.kill_points import killed_at_each_step
from tests.unit.session.runs import fake_training
from tests.unit.session.runs.fake_training import FakeTraining, head, put_in_place
from tests.unit.session.runs.tiny_scan import write_tiny_scan

STEPS = 6
HULL_GRID = settings_from({"method": "hull-grid"})


def end_of(job: ReconstructionJob) -> Terminal:
    handle = InlineEngine().submit(job)
    events = handle.poll(0.0)
    while handle.alive:
        events = handle.poll(1.0)
    assert isinstance(events[-1], Terminal)
    return events[-1]


def finish(job: ReconstructionJob) -> None:
    """To its end, and whole."""
    end = end_of(job)
    assert isinstance(end, Finished), end
    assert end.result.folder == job.out, "not in a folder beside it"  # type: ignore[attr-defined]
    assert is_finished(job.out)
    mesh = read_mesh(job.out / "mesh.ply")
    np.testing.assert_allclose(mesh.vertices, head(STEPS).vertices, rtol=1e-6)
    steps = [json.loads(line)["step"] for line in (job.out / "metrics.jsonl").read_text().splitlines()]
    assert steps == list(range(1, STEPS + 1))
    left = {path.name for path in job.out.iterdir() if path.name.startswith(".") or path.name == "run.lock"}
    assert not left, left


def refused(job: ReconstructionJob, remedy: str) -> None:
    end = end_of(job)
    assert isinstance(end, Failed), end
    assert isinstance(end.error, OutputError), end
    assert remedy in end.message, end.message


def status(out: Path) -> object:
    """What `run.json` says; it is whole wherever it is. None without one."""
    path = out / "run.json"
    return json.loads(path.read_text())["status"] if path.exists() else None


def go_on(job: ReconstructionJob) -> None:
    """As a user would: with the flag that fits."""
    found = status(job.out)
    if found is None:
        if job.out.exists():
            refused(replace(job, resume=True), "without --resume")
            copy = shutil.copytree(job.out, job.out.with_name("copy"))
            finish(replace(job, out=copy, force=True))
        finish(job)
    elif found == run_claim.REPLACED:
        refused(replace(job, resume=True), "--force")
        finish(replace(job, force=True))
    else:
        finish(replace(job, resume=True))


def new_run(place: Path, scan: Path) -> None:
    for folder, _ in killed_at_each_step(
        place, lambda folder: None, lambda folder: finish(ReconstructionJob(scan, folder / "out", HULL_GRID))
    ):
        go_on(ReconstructionJob(scan, folder / "out", HULL_GRID))


def forced_run(place: Path, scan: Path) -> None:
    old = place / "old"
    finish(ReconstructionJob(scan, old, replace(HULL_GRID, seed=1)))
    record = json.loads((old / "run.json").read_text())
    met = set()
    for folder, _ in killed_at_each_step(
        place,
        lambda folder: shutil.copytree(old, folder / "out") and None,
        lambda folder: finish(ReconstructionJob(scan, folder / "out", HULL_GRID, force=True)),
    ):
        out = folder / "out"
        found = json.loads((out / "run.json").read_text())
        met.add(found["status"])
        if found == record:
            assert {path.name for path in old.iterdir()} <= {path.name for path in out.iterdir()}
            finish(ReconstructionJob(scan, out, HULL_GRID, force=True))
        else:
            assert (found["settings"]["seed"] == 1) == (found["status"] == run_claim.REPLACED)
            go_on(ReconstructionJob(scan, out, HULL_GRID))
    assert met == {"finished", "replaced", "running"}


def _stop_at(job: ReconstructionJob, step: int, how: str) -> None:
    handle = InlineEngine().submit(job)
    while not any(isinstance(event, Progress) and event.done >= step for event in handle.poll()):
        assert handle.alive
    getattr(handle, how)()
    while handle.alive:
        handle.poll(1.0)


def resumed_run(place: Path, scan: Path) -> None:
    old = place / "old"
    _stop_at(ReconstructionJob(scan, old, HULL_GRID), 5, "interrupt")
    for folder, _ in killed_at_each_step(
        place,
        lambda folder: shutil.copytree(old, folder / "out") and None,
        lambda folder: finish(ReconstructionJob(scan, folder / "out", HULL_GRID, resume=True)),
    ):
        go_on(ReconstructionJob(scan, folder / "out", HULL_GRID))


def improved_run(place: Path, scan: Path) -> None:
    """One that had finished early is gone on with."""
    old = place / "old"
    _stop_at(ReconstructionJob(scan, old, HULL_GRID), 4, "finish")
    record = json.loads((old / "run.json").read_text())
    assert record["status"] == "finished early"
    mesh = (old / "mesh.ply").read_bytes()
    for folder, _ in killed_at_each_step(
        place,
        lambda folder: shutil.copytree(old, folder / "out") and None,
        lambda folder: finish(ReconstructionJob(scan, folder / "out", HULL_GRID, resume=True)),
    ):
        out = folder / "out"
        found = json.loads((out / "run.json").read_text())
        if found["status"] == "running":
            assert found["earlier_result"] == record
        if (out / "mesh.ply").read_bytes() == mesh:
            assert found["status"] in ("running", "finished early")
        go_on(ReconstructionJob(scan, out, HULL_GRID))


def main(scenario: str, place: Path) -> None:
    fake_training.STEPS = STEPS
    put_in_place(FakeTraining().reconstruct)
    rendering.preview_sheet = lambda *_, **__: np.zeros((4, 4, 3), np.uint8)  # its library starts threads
    scan = write_tiny_scan(place / "ball", views=4)
    globals()[scenario](place, scan)
    print(len(list(place.glob("[0-9]*"))), "kills")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
