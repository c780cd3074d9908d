from __future__ import annotations

import pytest

from h3dstudio.gui.features.priors.latent_model import MEAN, REACH, SLIDERS, LatentModel, mixed


def test_a_slider_moves_one_component_and_keeps_what_lies_beyond() -> None:
    desk = LatentModel(head=tuple(float(value) for value in range(20)))
    desk.move(2, -1.5)
    assert desk.head[2] == -1.5
    assert desk.head[3:] == tuple(float(value) for value in range(3, 20))
    desk.put(MEAN)
    desk.move(4, 2.0)
    assert desk.head == (0, 0, 0, 0, 2.0)
    assert desk.sliders == [0, 0, 0, 0, 2.0, *[0.0] * (SLIDERS - 5)]


def test_sliders_end_where_they_end() -> None:
    assert LatentModel(head=(9.0, -9.0)).sliders[:2] == [REACH, -REACH]


def test_between_two_heads_lies_a_straight_line() -> None:
    assert mixed((1.0, 2.0), (), 0.25) == (0.75, 1.5)
    desk = LatentModel()
    desk.set_end(0, (2.0,))
    assert desk.head == (2.0,)
    desk.set_end(1, (0.0, 4.0))
    assert desk.head == (0.0, 4.0)
    assert desk.between == 1.0
    desk.morph(0.5)
    assert desk.head == pytest.approx((1.0, 2.0))
