from __future__ import annotations

import pytest

from h3dstudio.gui.features.reconstruction.availability import RunFacts, allowed
from h3dstudio.gui.features.reconstruction.run_model import RunState


def test_nothing_can_start_without_a_scan_or_views() -> None:
    assert not allowed(RunFacts(RunState.IDLE))["start"]
    assert not allowed(RunFacts(RunState.IDLE, scan_open=True))["start"]
    assert allowed(RunFacts(RunState.IDLE, scan_open=True, views=3))["start"]


@pytest.mark.parametrize("state", list(RunState))
def test_start_and_stop_are_never_both_possible(state: RunState) -> None:
    now = allowed(RunFacts(state, scan_open=True, views=3, resumable=True))
    assert not (now["start"] and now["cancel"])
    assert not (now["resume_run"] and now["finish"])
    assert now["start"] is not state.active


def test_a_paused_run_can_go_on_finish_or_be_cancelled() -> None:
    now = allowed(RunFacts(RunState.PAUSED, scan_open=True, views=3))
    assert now["pause"]
    assert now["finish"]
    assert now["cancel"]


def test_finishing_cannot_be_finished_again_but_cancelled() -> None:
    now = allowed(RunFacts(RunState.FINISHING, scan_open=True, views=3))
    assert not now["finish"]
    assert now["cancel"]
