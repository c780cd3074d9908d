from __future__ import annotations

from pathlib import Path

import pytest

from h3dstudio.gui.features.reconstruction.run_model import MAX_POINTS, RunModel, RunState
from h3dstudio.gui.widgets.figures import clock, size
from h3dstudio.jobs.events import Cancelled, Checkpointed, Failed, Finished, Metrics, Progress


def test_first_progress_starts_the_run_and_gives_a_rate() -> None:
    model = RunModel()
    model.start()
    assert model.state is RunState.STARTING
    assert model.fraction is None
    for step in range(1, 6):
        model.take_progress(Progress(step, 10, "refine", seconds=0.5 * step))
    assert model.state is RunState.RUNNING
    assert model.rate == pytest.approx(2.0)
    assert model.fraction == 0.5


def test_rate_is_of_the_current_phase_only() -> None:
    model = RunModel()
    model.start()
    model.take_progress(Progress(90, 100, "hull", seconds=1.0))
    model.take_progress(Progress(0, 100, "refine", seconds=2.0))
    model.take_progress(Progress(5, 100, "refine", seconds=3.0))
    assert model.rate == pytest.approx(5.0)


def test_curves_stay_bounded_and_keep_both_ends() -> None:
    model = RunModel()
    model.take_metrics([Metrics(step, {"loss": 1.0 / (step + 1)}) for step in range(3 * MAX_POINTS)])
    steps, values = model.curves["loss"]
    assert len(steps) == len(values) <= MAX_POINTS
    assert steps[0] == 0
    assert steps[-1] == 3 * MAX_POINTS - 1


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (Finished(), RunState.DONE),
        (Finished(early=True), RunState.DONE_EARLY),
        (Cancelled(), RunState.CANCELLED),
        (Failed("why"), RunState.FAILED),
    ],
)
def test_every_end_is_a_state_of_its_own(event: object, state: RunState) -> None:
    model = RunModel()
    model.start()
    model.end(event)  # type: ignore[arg-type]
    assert model.state is state
    assert not model.state.active


def test_a_new_start_forgets_everything_but_the_checkpoint() -> None:
    model = RunModel()
    model.take_checkpoint(Checkpointed(3, Path("run/checkpoint.npz")))
    model.take_metrics([Metrics(0, {"loss": 1.0})])
    model.start()
    assert not model.curves
    assert model.checkpoint == Path("run/checkpoint.npz")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (float("nan"), "–"), (0.2, "0 s"), (59.4, "59 s"), (65, "1:05 min"), (7380, "2:03 h")],
)
def test_clock(seconds: float | None, text: str) -> None:
    assert clock(seconds) == text


def test_size() -> None:
    assert (size(0), size(512 * 2**20), size(1.5 * 2**30)) == ("–", "512 MB", "1.5 GB")


def test_time_goes_on_while_the_worker_is_silent_but_not_in_a_pause() -> None:
    model = RunModel()
    model.start()
    model.take_progress(Progress(0, 10, "hull", seconds=0.0))
    assert model.fraction is None  # Nothing is known yet: the bar only moves.
    model.take_progress(Progress(5, 10, "refine", seconds=5.0, seconds_left=5.0))
    model.tick(2.0)
    assert (model.elapsed, model.seconds_left) == (2.0, 3.0)
    model.state = RunState.PAUSED
    model.tick(60.0)
    assert (model.elapsed, model.seconds_left) == (2.0, 3.0)
    model.state = RunState.RUNNING
    model.tick(4.0)
    assert model.seconds_left is None  # It takes longer than was said.
