"""Measured distances as a project keeps them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.errors import ProjectError
from h3dstudio.session.evaluation.measures import Measure, Measures
from h3dstudio.session.project.commands import CommandStack

COORDINATE = st.floats(-1e6, 1e6)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE)


@given(st.lists(st.builds(Measure, POINT, POINT), max_size=4))
def test_they_come_back_as_they_were(items: list[Measure]) -> None:
    measures, again = Measures(CommandStack()), Measures(CommandStack())
    measures.show(tuple(items))
    again.restore(measures.state())
    assert again.items == tuple(items)


@pytest.mark.parametrize(
    "ends",
    [
        3,
        [[[0, 0, 0]]],
        [[[0, 0, 0], [0, 0]]],
        [[[0, 0, 0], [0, 0, "1"]]],
        [[[0, 0, 0], [0, 0, True]]],
        [[[0, 0, 0], [0, 0, float("nan")]]],
        [[[0, 0, 0], [0, 0, 10**400]]],
        [[0, 0, 0], [0, 0, 0]],
        [{"start": [0, 0, 0]}],
    ],
)
def test_what_is_no_distance_is_refused_and_changes_nothing(ends: Any) -> None:
    measures = Measures(CommandStack())
    measures.show((Measure((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),))
    with pytest.raises(ProjectError):
        measures.restore({"ends": ends})
    assert len(measures.items) == 1
