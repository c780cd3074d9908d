from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.data.population.augmentation import NONE
from h3dstudio.data.population.mixture import Mixture
from h3dstudio.priors.training.heads import hairy_rows, plan_heads
from h3dstudio.priors.training.settings import PriorSettings
from tests.unit.priors.test_linear_training import Eggs

SETTINGS = PriorSettings(heads=11, held_out=4, augmentation=NONE)


def test_a_mixture_gives_what_each_would_give_alone() -> None:
    drawn, few = Eggs(), Eggs(count=5)
    plan = plan_heads(Mixture((drawn, few)), SETTINGS)
    alone = plan_heads(drawn, PriorSettings(heads=6, held_out=2, augmentation=NONE))
    mine = [planned for planned in plan.training if planned.member == 0]
    assert [planned.stream for planned in mine] == [planned.stream for planned in alone.training]
    assert len(plan.training) == 6 + 4  # of five heads one is held out
    assert [planned.member for planned in plan.training[:4]] == [0, 1, 0, 1]


def test_heads_come_from_their_members() -> None:
    one, two = Eggs(), Eggs(count=9)
    mixture = Mixture((one, two))
    plan = plan_heads(mixture, SETTINGS)
    for planned in plan.training:
        mixture.head(planned.index, planned.rng)
    own = plan_heads(two, PriorSettings(heads=5, held_out=2, augmentation=NONE)).training
    assert two.asked == [planned.index for planned in own]
    assert len(one.asked) == 6


def test_it_is_endless_if_a_member_is_and_names_all() -> None:
    mixture = Mixture((Eggs(), Eggs(count=3)))
    assert mixture.count is None
    assert Mixture((Eggs(count=2), Eggs(count=3))).count == 5
    assert mixture.name == "eggs + eggs"
    assert mixture.licence == "eggs:\nnone\n\neggs:\nnone"
    assert Mixture((Eggs(),)).licence == "none"
    assert mixture.shares(7) == (4, 3)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_hair_is_spread_over_the_members(share: float) -> None:
    plan = plan_heads(Mixture((Eggs(), Eggs())), PriorSettings(heads=40, held_out=0))
    rows = hairy_rows(plan, share)
    members = np.array([plan.training[row].member for row in rows], dtype=int)
    assert len(rows) == round(40 * share)
    assert abs((members == 0).sum() - (members == 1).sum()) <= 1
