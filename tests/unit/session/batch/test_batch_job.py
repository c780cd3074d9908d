from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from h3dstudio.data import file_lock
from h3dstudio.errors import OutputError
from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Finished
from h3dstudio.session.batch.job import BatchResult
from h3dstudio.session.batch.manifest import LOCK
from h3dstudio.session.batch.record import CellState
from h3dstudio.session.batch.results import read_results
from tests.unit.session.batch.fakes import InlineBatch, run, wanted, write_dataset

pytestmark = pytest.mark.usefixtures("trainer")
BOTH = {"methods": ("hull-grid", "h3d-grid"), "views": ("3", "8")}


def stamps(results: Path) -> dict[str, int]:
    """When each file of each cell was written."""
    files = (path for path in results.glob("*-*/*") if path.is_file())
    return {str(path.relative_to(results)): path.stat().st_mtime_ns for path in files}


def test_every_cell_gets_a_scored_run_folder_of_its_own(dataset: Path, tmp_path: Path) -> None:
    plan = wanted(dataset, **BOTH)
    result, _ = run(InlineBatch(tmp_path / "r", plan))
    assert (result.done, result.total, result.failed, result.stopped) == (8, 8, {}, False)
    found = read_results(tmp_path / "r", careful=True)
    assert [one.record.cell for one in found.cells] == list(plan.cells)
    assert len({one.folder for one in found.cells}) == 8
    for one in found.cells:
        cell, report = one.record.cell, json.loads((one.folder / "run.json").read_text())
        assert report["inputs"]["scan"] == cell.scan
        assert len(report["inputs"]["views"]) == int(cell.views)
        assert report["settings"]["method"] == cell.method
        assert one.scores is not None
        assert one.scores.strict_head is not None
        assert 0.5 < one.scores.strict_head < 2, "the fake's head is half to two percent too large"
    assert len({one.scores.strict_head for one in found.cells if one.scores}) == 8


def test_what_is_done_is_not_done_again(dataset: Path, tmp_path: Path) -> None:
    job = InlineBatch(tmp_path / "r", wanted(dataset))
    run(job)
    before = stamps(tmp_path / "r")
    result, logs = run(job)
    assert result.done == 2
    assert stamps(tmp_path / "r") == before
    assert "2 of 2 cells are done already." in logs


def test_more_cells_join_a_batch(dataset: Path, tmp_path: Path) -> None:
    run(InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",))))
    before = stamps(tmp_path / "r")
    result, _ = run(InlineBatch(tmp_path / "r", wanted(dataset, views=("8",))))
    assert result.total == 2
    assert len(read_results(tmp_path / "r").cells) == 3
    assert before.items() <= stamps(tmp_path / "r").items()


@pytest.mark.parametrize("change", [{"quality": "draft"}, {"seed": 1}])
def test_other_settings_need_another_folder(dataset: Path, tmp_path: Path, change: dict[str, object]) -> None:
    run(InlineBatch(tmp_path / "r", wanted(dataset)))
    before = stamps(tmp_path / "r")
    with pytest.raises(OutputError, match=next(iter(change))):
        run(InlineBatch(tmp_path / "r", wanted(dataset, **change)))
    assert stamps(tmp_path / "r") == before


def test_another_dataset_needs_another_folder(dataset: Path, tmp_path: Path) -> None:
    run(InlineBatch(tmp_path / "r", wanted(dataset)))
    other = write_dataset(tmp_path / "others")
    with pytest.raises(OutputError, match="balls"):
        run(InlineBatch(tmp_path / "r", wanted(other)))


def test_a_dataset_that_was_moved_is_the_same(dataset: Path, tmp_path: Path) -> None:
    run(InlineBatch(tmp_path / "r", wanted(dataset)))
    moved = dataset.rename(tmp_path / "moved")
    result, logs = run(InlineBatch(tmp_path / "r", wanted(moved)))
    assert result.done == 2
    assert "2 of 2 cells are done already." in logs


def test_a_scan_that_changed_is_not_given_the_old_result(dataset: Path, tmp_path: Path) -> None:
    run(InlineBatch(tmp_path / "r", wanted(dataset)))
    before = stamps(tmp_path / "r")
    shutil.copy(dataset / "S2" / "image" / "img_0000.png", dataset / "S1" / "image" / "img_0000.png")
    result, logs = run(InlineBatch(tmp_path / "r", wanted(dataset)))
    assert result.done == 1
    (problem,) = result.failed.values()
    assert "view 0 has changed" in problem
    assert any("S1" in line and "view 0" in line for line in logs)
    assert stamps(tmp_path / "r") == before


def test_a_run_of_something_else_in_a_cells_place_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    plan = wanted(dataset)
    run(InlineBatch(tmp_path / "r", plan))
    one, other = (read_results(tmp_path / "r").cells[place].folder for place in (0, 1))
    shutil.rmtree(one)
    shutil.copytree(other, one)
    before = stamps(tmp_path / "r")
    result, _ = run(InlineBatch(tmp_path / "r", plan))
    assert "scan was S2, now it is S1" in next(iter(result.failed.values()))
    assert stamps(tmp_path / "r") == before
    problems = [cell.file_problem for cell in read_results(tmp_path / "r").cells]
    assert problems[1] == ""


def test_foreign_files_are_told_and_left_alone(dataset: Path, tmp_path: Path) -> None:
    plan = wanted(dataset)
    folder = tmp_path / "r" / plan.recipe.name(plan.cells[0])
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("mine")
    (tmp_path / "r" / "photos").mkdir()
    result, logs = run(InlineBatch(tmp_path / "r", plan))
    assert any("left alone: photos" in line for line in logs)
    assert "thesis.txt" in next(iter(result.failed.values()))
    assert result.done == 1
    assert (folder / "thesis.txt").read_text() == "mine"
    assert (tmp_path / "r" / "photos").is_dir()


def test_a_run_killed_before_its_first_report_starts_in_its_own_folder(dataset: Path, tmp_path: Path) -> None:
    plan = wanted(dataset, scans=("S1",))
    folder = tmp_path / "r" / plan.recipe.name(plan.cells[0])
    (folder / "snapshots").mkdir(parents=True)
    (folder / ".run.0123abcd.json").write_text("{")
    assert run(InlineBatch(tmp_path / "r", plan))[0].done == 1
    assert (folder / "mesh.ply").exists()
    assert not (folder / ".run.0123abcd.json").exists()


def test_asked_to_finish_it_keeps_the_checkpoints_and_goes_on_from_them(
    dataset: Path, tmp_path: Path
) -> None:
    plan = wanted(dataset)
    job = InlineBatch(tmp_path / "r", plan)
    handle = InlineEngine().submit(job)
    folder = tmp_path / "r" / plan.recipe.name(plan.cells[0])
    while not (folder / "checkpoint.npz").exists():
        handle.poll()
    handle.finish()
    end = handle.poll(20)[-1]
    assert isinstance(end, Finished)
    assert isinstance(end.result, BatchResult)
    assert end.result.stopped
    assert [one.record.state for one in read_results(tmp_path / "r").cells] == [CellState.STOPPED] * 2
    assert json.loads((folder / "run.json").read_text())["status"] == "interrupted"
    result, logs = run(job)
    assert result.done == 2
    assert "S1, 3 views, hull-grid: going on" in logs
    assert json.loads((folder / "run.json").read_text())["resumed"] == 1


def test_a_damaged_checkpoint_starts_the_cell_over(dataset: Path, tmp_path: Path) -> None:
    plan = wanted(dataset, scans=("S1",))
    handle = InlineEngine().submit(InlineBatch(tmp_path / "r", plan))
    folder = tmp_path / "r" / plan.recipe.name(plan.cells[0])
    while not (folder / "checkpoint.npz").exists():
        handle.poll()
    handle.cancel()
    handle.poll()
    (folder / "checkpoint.npz").write_bytes(b"rubbish")
    result, logs = run(InlineBatch(tmp_path / "r", plan))
    assert result.done == 1
    assert any("starts over" in line for line in logs)


def test_a_failed_cell_is_tried_again(dataset: Path, tmp_path: Path, troubles: Path) -> None:
    for number in range(2):
        (troubles / f"error.{number}").touch()
    result, logs = run(InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",))))
    assert result.done == 1
    assert sum("tried again" in line for line in logs) == 2
    assert read_results(tmp_path / "r").cells[0].record.attempts == 3


def test_retries_are_bounded_and_the_failure_is_told(dataset: Path, tmp_path: Path, troubles: Path) -> None:
    for number in range(3):
        (troubles / f"error.{number}").touch()
    job = InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",)))
    result, _ = run(job)
    assert result.done == 0
    assert "told to fail" in result.failed["S1, 3 views, hull-grid"]
    assert read_results(tmp_path / "r").cells[0].record.state is CellState.FAILED
    assert run(job)[0].done == 1, "the next batch attempts it again"


def test_without_memory_the_quality_is_smaller_and_recorded(
    dataset: Path, tmp_path: Path, troubles: Path
) -> None:
    (troubles / "memory@high.1").touch()
    job = InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",), quality="high"))
    result, logs = run(job)
    assert result.reduced == ("S1, 3 views, hull-grid: standard",)
    assert any("memory ran out" in line for line in logs)
    (found,) = read_results(tmp_path / "r").cells
    (step,) = found.record.reductions
    assert (step.before, step.after) == ("high", "standard")
    assert json.loads((found.folder / "run.json").read_text())["settings"]["quality"] == "standard"
    assert found.scores is not None
    before = stamps(tmp_path / "r")
    assert run(job)[0].reduced == result.reduced, "and it stays so"
    assert stamps(tmp_path / "r") == before


def test_without_memory_for_a_draft_it_is_given_up(dataset: Path, tmp_path: Path, troubles: Path) -> None:
    (troubles / "memory.1").touch()
    result, _ = run(InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",), quality="draft")))
    assert "memory ran out" in result.failed["S1, 3 views, hull-grid"]


def test_views_that_a_scan_does_not_have_fail_alone(dataset: Path, tmp_path: Path) -> None:
    result, _ = run(InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",), views=("3", "32"))))
    assert result.done == 1
    assert "32 views asked for" in result.failed["S1, 32 views, hull-grid"]


def test_a_scan_without_truth_is_done_without_scores(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "untrue", ("S1",), truth=False)
    result, logs = run(InlineBatch(tmp_path / "r", wanted(dataset)))
    assert result.done == 1
    assert any("no ground truth" in line for line in logs)
    assert read_results(tmp_path / "r", careful=True).cells[0].scores is None


def test_a_lost_score_is_made_again_but_not_the_mesh(dataset: Path, tmp_path: Path) -> None:
    job = InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",)))
    run(job)
    (cell,) = read_results(tmp_path / "r").cells
    mesh, scores = (cell.folder / "mesh.ply").stat().st_mtime_ns, cell.scores
    file = cell.folder / "evaluation.json"
    file.write_text(file.read_text()[:-40])
    assert read_results(tmp_path / "r").cells[0].file_problem
    assert run(job)[0].done == 1
    again = read_results(tmp_path / "r", careful=True).cells[0]
    assert again.scores == scores
    assert (cell.folder / "mesh.ply").stat().st_mtime_ns == mesh


def test_two_batches_do_not_work_in_one_folder(dataset: Path, tmp_path: Path) -> None:
    job = InlineBatch(tmp_path / "r", wanted(dataset))
    (tmp_path / "r").mkdir()
    with (
        file_lock.held(tmp_path / "r" / LOCK, "these results"),
        pytest.raises(OutputError, match=f"process {os.getpid()} .* is at work"),
    ):
        run(job)
    assert not (tmp_path / "r" / "batch.json").exists()
    assert run(job)[0].done == 2


def test_a_damaged_record_is_told_and_written_anew(dataset: Path, tmp_path: Path) -> None:
    job = InlineBatch(tmp_path / "r", wanted(dataset, scans=("S1",)))
    run(job)
    (file,) = (tmp_path / "r" / "cells").glob("*.json")
    file.write_text("{}")
    assert read_results(tmp_path / "r").cells[0].file_problem
    result, logs = run(job)
    assert result.done == 1
    assert any("written anew" in line for line in logs)
    assert read_results(tmp_path / "r").cells[0].file_problem == ""


def test_progress_counts_the_cells(dataset: Path, tmp_path: Path) -> None:
    handle = InlineEngine().submit(replace(InlineBatch(tmp_path / "r", wanted(dataset)), slots=1))
    seen = []
    while handle.alive:
        seen += [event for event in handle.poll(0.2) if getattr(event, "phase", "") == "cells"]
    assert {event.total for event in seen} == {2}
    assert {event.done for event in seen} >= {0, 1, 2}
    half = next(event for event in seen if event.done == 1)
    assert half.seconds_left is not None
