"""Everything the program writes besides runs, killed at every step and on a disk that is full.

Started by `test_kills_and_full_disks` in a process of its own: `kill SCENARIO FOLDER`, or
`full SCENARIO FOLDER` where FOLDER is a small file system of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.data.atomic import write_together
from h3dstudio.data.landmark_files import Entry, read_landmark_file, write_landmark_file
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.population.augmentation import NONE
from h3dstudio.data.project_files import ProjectFile, read_project, write_project
from h3dstudio.errors import OutputError
from h3dstudio.geometry import rendering
from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Event, Failed, Finished, Progress
from h3dstudio.jobs.job import Job, Request
from h3dstudio.priors.file_header import read_prior_file
from h3dstudio.priors.training.result import TrainedPrior
from h3dstudio.priors.training.sample_store import TODO, SampleStore
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.session.batch import worker_pool
from h3dstudio.session.batch.job import BatchResult
from h3dstudio.session.batch.results import read_results
from h3dstudio.session.export.job import ExportJob, ExportOptions
from h3dstudio.session.priors import training
from h3dstudio.session.priors.training import PriorTrainingJob
from tests.kill_points import killed_at_each_step
from tests.unit.geometry.shapes import sphere
from tests.unit.session.batch.fakes import InlineBatch, reconstruct, wanted, write_dataset
from tests.unit.session.runs.fake_training import put_in_place

OLD, NEW = sphere(10.0, 2), sphere(20.0, 2)


@dataclass(frozen=True)
class Scenario:
    """What is written, over what, and how to tell that it is whole.

    Attributes:
        prepare: makes what is in the folder before.
        act: writes; raises OutputError where the disk is full.
        check: asserts that the folder holds the old or the new, whole; returns whether it is the new.
        every: kill at every such step only, each day at others; for what takes seconds.
    """

    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    check: Callable[[Path], bool]
    every: int = 1


def to_the_end(job: Job) -> object:
    handle = InlineEngine().submit(job)
    events: list[Event] = []
    while handle.alive:
        events = handle.poll(1.0)
    end = events[-1]
    if isinstance(end, Failed):
        raise end.error or AssertionError(end.details)
    assert isinstance(end, Finished)
    return end.result


# Export ----------------------------------------------------------------------------------------------


def _export(folder: Path, mesh: Any = NEW) -> None:
    options = ExportOptions(landmarks=True, transform=True)
    to_the_end(ExportJob(mesh, folder / "head.ply", None, options, {"nose_tip": 3}, force=True))


def _exported(folder: Path) -> bool:
    found = float(np.abs(read_mesh(folder / "head.ply").vertices).max())
    assert round(found) in (10, 20)
    assert np.loadtxt(folder / "head-transform.txt").shape == (4, 4)
    assert len(read_landmark_file(folder / "head-landmarks.csv")) == 1
    return round(found) == 20


# Projects, landmarks, files that belong together -------------------------------------------------------


def _project(number: int) -> Callable[[Path], None]:
    contents = ProjectFile({"notes": {"number": number, "text": "x" * 50_000}})
    return lambda folder: write_project(folder / "head.h3dproj", contents)


def _project_is_new(folder: Path) -> bool:
    sections = read_project(folder / "head.h3dproj").sections
    assert len(sections["notes"]["text"]) == 50_000
    return bool(sections["notes"]["number"])


def _landmarks(scale: float) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        for suffix in (".txt", ".mrk.json", ".fcsv", ".csv"):
            entries = [Entry(f"point_{n}", (scale, n, 0.0), n) for n in range(100)]
            write_landmark_file(folder / f"marks{suffix}", entries, NEW)

    return write


def _landmarks_are_new(folder: Path) -> bool:
    found = []
    for suffix in (".txt", ".mrk.json", ".fcsv", ".csv"):
        entries = read_landmark_file(folder / f"marks{suffix}")
        assert len(entries) == 100
        found += [one.position[0] for one in entries if one.position is not None]
    assert set(map(abs, found)) <= {1.0, 2.0}
    return set(map(abs, found)) == {2.0}


def _report(number: int) -> Callable[[Path], None]:
    """What a report does with its files."""

    def write(folder: Path) -> None:
        (folder / "pictures").mkdir(exist_ok=True)
        names = ("pictures/photo-1.jpg", "report.pdf", "report.json", "report.html")
        write_together({folder / name: b"%d" % number * 30_000 for name in names})

    return write


def _report_is_new(folder: Path) -> bool:
    pages = [(folder / name).read_bytes() for name in ("report.html", "report.pdf", "pictures/photo-1.jpg")]
    assert {len(page) for page in pages} == {30_000}
    new = [page[:1] == b"1" for page in pages]
    assert new == sorted(new), "the page is the last to be replaced"
    return all(new)


# Training a prior --------------------------------------------------------------------------------------


class _Nobody:
    """A population that is not asked for heads."""

    name, licence, notices, count = "nobody", "", (), None


def _train(job: PriorTrainingJob, population: object) -> Generator[Event, Request | None, TrainedPrior]:
    """A training whose samples are numbers; one is saved after the other."""
    store = SampleStore(job.work, 6, 2000, "same", resume=job.resume)
    for row in np.flatnonzero(store.status == TODO):
        store.put(int(row), np.full(2000, row), np.zeros((68, 3)))
        store.save()
        yield Progress(int(row), 6, "sampling")
    return TrainedPrior("linear", {"samples": np.array(store.samples)}, 6)


def _training(folder: Path) -> PriorTrainingJob:
    out = folder / "my.h3dprior"
    settings = PriorSettings(heads=6, held_out=1, augmentation=NONE)
    work = PriorTrainingJob(folder, out).work
    return PriorTrainingJob(folder, out, settings, resume=work.is_dir() and not out.exists())


def _trained(folder: Path) -> bool:
    if not (folder / "my.h3dprior").exists():
        return False
    samples = read_prior_file(folder / "my.h3dprior").arrays["samples"]
    np.testing.assert_array_equal(samples[:, 0], np.arange(6))
    np.testing.assert_array_equal(samples[:, -1], np.arange(6))
    return True


def _train_if_needed(folder: Path) -> None:
    if not (folder / "my.h3dprior").exists():
        to_the_end(_training(folder))


# A batch -----------------------------------------------------------------------------------------------


def _batch(folder: Path) -> None:
    plan = wanted(folder.parent / "balls", scans=("S1",))
    result = to_the_end(InlineBatch(folder / "results", plan))
    assert isinstance(result, BatchResult)
    for problem in result.failed.values():
        raise OutputError(problem)


def _batch_is_done(folder: Path) -> bool:
    if not (folder / "results" / "batch.json").exists():
        return False
    (cell,) = read_results(folder / "results", careful=True).cells
    assert cell.file_problem == ""
    if cell.record.state.value != "done":
        return False
    expected = {"batch.json", "cells", cell.folder.name}
    assert {path.name for path in (folder / "results").iterdir()} - {"batch.lock"} == expected
    return True


SCENARIOS = {
    "export": Scenario(lambda folder: _export(folder, OLD), _export, _exported),
    "project": Scenario(_project(0), _project(1), _project_is_new),
    "landmarks": Scenario(_landmarks(1.0), _landmarks(2.0), _landmarks_are_new),
    "report": Scenario(_report(0), _report(1), _report_is_new),
    "training": Scenario(lambda folder: None, _train_if_needed, _trained),
    "batch": Scenario(lambda folder: None, _batch, _batch_is_done, every=4),
}


def kill(scenario: Scenario, place: Path) -> int:
    """At every step; afterwards the same action brings it to its end."""
    kills, seen = 0, set()
    for folder, whole in killed_at_each_step(place, scenario.prepare, scenario.act, every=scenario.every):
        kills += 1
        seen.add(scenario.check(folder))
        assert scenario.check(folder) or not whole
        scenario.act(folder)
        assert scenario.check(folder)
    assert seen == {False, True}
    return kills


def full(scenario: Scenario, disk: Path) -> int:
    """With ever more room: until there is enough, the old stays whole, and nothing half-written is left."""
    refused, room = 0, 0
    while True:
        folder = disk / f"room-{room}"
        folder.mkdir()
        scenario.prepare(folder)
        before = {path.relative_to(folder) for path in folder.rglob("*") if path.name.startswith(".")}
        _leave(disk, room)
        try:
            scenario.act(folder)
        except OutputError as error:
            if "the disk is full" not in str(error):
                raise
            refused += 1
        else:
            assert scenario.check(folder)
            return refused
        scenario.check(folder)
        assert {path.relative_to(folder) for path in folder.rglob("*") if path.name.startswith(".")} == before
        (disk / "ballast").unlink()
        scenario.act(folder)
        assert scenario.check(folder)
        shutil.rmtree(folder)
        room = max(4096, room * 2)
        assert room < 64 << 20


def _leave(disk: Path, room: int) -> None:
    """Fill the disk but for about `room` bytes."""
    state = os.statvfs(disk)
    free = state.f_bavail * state.f_frsize
    with open(disk / "ballast", "wb") as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(1, free - room))


def main(how: str, name: str, place: Path) -> None:
    put_in_place(reconstruct)
    rendering.preview_sheet = lambda *_, **__: np.zeros((4, 4, 3), np.uint8)  # its library starts threads
    worker_pool.SLICE = 0.0  # Nobody waits for other processes here.
    training._trainer = lambda settings: _train  # type: ignore[assignment]
    from h3dstudio.data.population import open as population

    population.open_population = lambda *_: _Nobody()  # type: ignore[assignment]
    write_dataset(place / "balls", ("S1",), truth=False)
    print({"kill": kill, "full": full}[how](SCENARIOS[name], place))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
