from __future__ import annotations

import pytest

from h3dstudio.methods.eta import Eta

KINDS = ["sweep", "refine", "refine", "refine"]


def test_nothing_is_known_before_the_first_step() -> None:
    assert Eta(KINDS).left(0) is None


def test_steps_are_told_apart() -> None:
    pace = Eta(KINDS)
    pace.took("sweep", 9.0)
    assert pace.left(1) == pytest.approx(27.0)  # the only guess there is
    pace.took("refine", 1.0)
    assert pace.left(2) == pytest.approx(2.0)
    pace.took("refine", 3.0)
    assert pace.left(3) == pytest.approx(2.0)
    assert pace.left(4) == 0.0


def test_a_resumed_run_counts_only_its_own_seconds() -> None:
    pace = Eta(KINDS)
    pace.took("refine", 2.0)  # the third step, the first of this process
    assert pace.left(3) == pytest.approx(2.0)
