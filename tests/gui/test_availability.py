from __future__ import annotations

import pytest

from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.shell.availability import Situation, allowed


def test_nothing_can_start_without_a_scan_or_views() -> None:
    assert not allowed(Situation(RunState.IDLE))["start"]
    assert not allowed(Situation(RunState.IDLE, scan_open=True))["start"]
    assert allowed(Situation(RunState.IDLE, scan_open=True, views=3))["start"]


@pytest.mark.parametrize("state", list(RunState))
def test_start_and_stop_are_never_both_possible(state: RunState) -> None:
    now = allowed(Situation(state, scan_open=True, views=3, resumable=True))
    assert not (now["start"] and now["cancel"])
    assert not (now["resume_run"] and now["finish"])
    assert now["start"] is not state.active


def test_a_paused_run_can_go_on_finish_or_be_cancelled() -> None:
    now = allowed(Situation(RunState.PAUSED, scan_open=True, views=3))
    assert now["pause"]
    assert now["finish"]
    assert now["cancel"]


def test_finishing_cannot_be_finished_again_but_cancelled() -> None:
    now = allowed(Situation(RunState.FINISHING, scan_open=True, views=3))
    assert not now["finish"]
    assert now["cancel"]
