from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.population.augment import scaled
from h3dstudio.data.population.head import CANONICAL_SIX
from h3dstudio.data.population.makehuman.model import is_makehuman, read_makehuman
from h3dstudio.data.population.makehuman.people import (
    AGES,
    Person,
    draw_details,
    draw_expression,
    draw_person,
    macro_weights,
)
from h3dstudio.data.population.makehuman.population import MakeHumanPopulation, packed_makehuman
from h3dstudio.data.population.open import open_population
from h3dstudio.data.population.signed_distance import SampleGrid, signed_distance
from h3dstudio.data.population.worn_solid import worn_distance
from h3dstudio.errors import PriorError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.priors.linear.mean_head import bundled_mean_head

HEADS = Path(__file__).parents[5] / "shared" / "data" / "makehuman_heads.npz"
needs_heads = pytest.mark.skipif(not HEADS.exists(), reason="no shared data here")
GRID = SampleGrid(spacing=10.0, shape=(34, 46, 34))
RNG = np.random.default_rng


@pytest.fixture(scope="module")
def people() -> MakeHumanPopulation:
    return packed_makehuman(HEADS)


def test_macro_shares_sum_to_one_for_each_kind_of_target() -> None:
    weights = macro_weights(Person(gender=0.3, age=17.0, origin=(0.2, 0.5, 0.3), muscle=0.4, weight=0.8))
    universal = sum(weight for name, weight in weights.items() if name.startswith("universal"))
    origins = sum(weight for name, weight in weights.items() if not name.startswith("universal"))
    assert universal == pytest.approx(1) == pytest.approx(origins)
    assert weights["asian-female-child"] == pytest.approx(0.5 * 0.7 * (25 - 17) / 15)
    assert not any("baby" in name or "old" in name for name in weights)


@pytest.mark.parametrize("age", AGES.values())
def test_a_macro_target_stands_alone_at_its_year(age: float) -> None:
    weights = macro_weights(Person(gender=1.0, age=age, origin=(1.0, 0.0, 0.0)))
    assert sum(weight > 0 for weight in weights.values()) == 2


def test_opposites_are_one_number_and_sides_go_together() -> None:
    names = ("nose-hump-decr", "nose-hump-incr", "l-ear-lobe-decr", "l-ear-lobe-incr", "r-ear-lobe-decr",
             "r-ear-lobe-incr", "head-oval", "head-round")  # fmt: skip
    groups = ("nose", "nose", "ears", "ears", "ears", "ears", "head", "head")
    limits = dict.fromkeys(names, 0.4)
    for seed in range(30):
        drawn = draw_details(names, groups, limits, RNG(seed))
        assert all(0 <= weight <= 0.4 * 1.1 for weight in drawn.values())
        assert not {"nose-hump-decr", "nose-hump-incr"} <= drawn.keys()
        assert not {"head-oval", "head-round"} <= drawn.keys()
        left = drawn.get("l-ear-lobe-incr", 0) - drawn.get("l-ear-lobe-decr", 0)
        right = drawn.get("r-ear-lobe-incr", 0) - drawn.get("r-ear-lobe-decr", 0)
        assert abs(left - right) <= 0.2 * 0.4 + 1e-9


def test_an_expression_is_shared_between_origins() -> None:
    names = tuple(f"{origin}/mouth-open" for origin in ("african", "asian", "caucasian"))
    drawn = draw_expression(names, ("expression",) * 3, (0.5, 0.5, 0.0), RNG(0))
    assert drawn["african/mouth-open"] == drawn["asian/mouth-open"] > 0 == drawn["caucasian/mouth-open"]


def test_people_are_of_all_ages() -> None:
    ages = np.array([draw_person(RNG(seed)).age for seed in range(200)])
    assert (ages < 16).mean() > 0.08 < (ages > 60).mean()
    assert ages.min() > 3


@needs_heads
def test_the_file_is_told_from_other_populations(people: MakeHumanPopulation) -> None:
    assert is_makehuman(HEADS)
    assert not is_makehuman(HEADS.with_name("ict_heads.npz"))
    assert isinstance(open_population(HEADS, bundled_mean_head), MakeHumanPopulation)
    assert "CC0" in people.licence
    assert people.count is None


@needs_heads
def test_a_head_is_closed_upright_and_its_landmarks_are_where_they_should_be(
    people: MakeHumanPopulation,
) -> None:
    head = people.head(0, RNG(3), expression=1.0)
    assert np.isfinite(signed_distance(head, GRID)).all()
    for number, place in CANONICAL_SIX.values():
        assert np.linalg.norm(head.landmarks[number] / head.growth - place) < 25
    again = people.head(7, RNG(3), expression=1.0)
    np.testing.assert_array_equal(head.mesh.vertices, again.mesh.vertices)


@needs_heads
def test_children_are_small_and_trained_at_the_size_of_all(people: MakeHumanPopulation) -> None:
    child = people.bald(people.placed(Person(age=5.0), macro_weights(Person(age=5.0))))
    adult = people.bald(people.placed(Person(age=30.0), macro_weights(Person(age=30.0))))
    assert child.growth < 0.92 * adult.growth
    heights = [np.ptp(scaled(head, 1 / head.growth).mesh.vertices[:, 1]) for head in (child, adult)]
    assert heights[0] == pytest.approx(heights[1], rel=0.05)


@needs_heads
def test_hair_only_adds_and_leaves_what_it_does_not_reach(people: MakeHumanPopulation) -> None:
    figure = people.placed(Person(), macro_weights(Person()))
    head = people.bald(figure)
    bald = signed_distance(head, GRID)
    for style in ("short01", "bob02", "fedora_cocked"):
        dressed = worn_distance(bald, people.worn(figure, style), GRID)
        change = dressed - bald
        assert (dressed < 0).sum() > (bald < 0).sum()
        assert change.max() <= 0
        nose = np.linalg.norm(GRID.nodes() - head.landmarks[30], axis=-1) < 15
        assert np.abs(change[nose]).max() < 0.5
    thin, thick = (worn_distance(bald, people.worn(figure, "short02", by), GRID) for by in (0.5, 1.5))
    assert (thick < 0).sum() > (thin < 0).sum()


@needs_heads
def test_what_a_head_may_wear_moves_with_it(people: MakeHumanPopulation) -> None:
    one, other = people.head(0, RNG(5)), scaled(people.head(0, RNG(5)), 0.5)
    assert one.wear is not None
    assert other.wear is not None
    np.testing.assert_allclose(0.5 * one.wear().vertices, other.wear().vertices)


def test_strips_that_hide_a_room_are_filled() -> None:
    """A half shell 30 mm off a ball, open at the ball: what lies between is inside."""
    grid = SampleGrid((-150.0, -150.0, -150.0), 10.0, (31, 31, 31))
    bald = (np.linalg.norm(grid.nodes(), axis=-1) - 60).astype(np.float32)
    from tests.unit.data.synthesis.heads import ball

    shell = ball(90.0, 3, (0, 0, 0))
    half = TriangleMesh(shell.vertices, shell.faces[shell.triangles[:, :, 1].mean(axis=1) > 0])
    dressed = worn_distance(bald, half, grid)
    assert dressed[15, 22, 15] < 0 < bald[15, 22, 15]  # 70 mm above the middle
    assert dressed[15, 5, 15] == bald[15, 5, 15]


@needs_heads
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("target_index", lambda a: a + 60_000),
        ("target_starts", lambda a: a[::-1].copy()),
        ("base", lambda a: np.full_like(a, np.nan)),
        ("landmarks68", lambda a: a[:6]),
        ("hair/bob01/ref", lambda a: a[:5]),
        ("hair/bob01/scale", lambda a: 0 * a),
        ("hat/fedora_cocked/faces", lambda a: a + 60_000),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, change: object) -> None:
    with np.load(HEADS) as data:
        arrays = dict(data)
    arrays[name] = change(arrays[name])  # type: ignore[operator]
    path = tmp_path / "heads.npz"
    np.savez(path, **arrays)
    with pytest.raises(PriorError, match="does not hold MakeHuman heads"):
        read_makehuman(path)


@needs_heads
def test_a_person_is_the_base_and_the_targets(people: MakeHumanPopulation) -> None:
    model = people.model
    name = model.names[0]
    moved = model.vertices({name: 0.5, "unknown": 1.0}) - model.base
    rows = slice(model.starts[0], model.starts[1])
    np.testing.assert_allclose(moved[model.index[rows]], 0.5 * model.unit * model.delta[rows])
    assert np.count_nonzero(moved.any(axis=1)) <= rows.stop - rows.start
    assert replace(model, worn={}).worn == {}
