from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from h3dstudio.data.population.augmentation import NONE
from h3dstudio.data.population.head import Head
from h3dstudio.data.population.signed_distance import SampleGrid
from h3dstudio.errors import MeshError, PriorError, UsageError
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Event, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.priors.decode import decode
from h3dstudio.priors.file_header import PriorFile
from h3dstudio.priors.linear.file import unpack_linear_prior
from h3dstudio.priors.linear.training import in_memory, train_linear
from h3dstudio.priors.point_fit import fit_points
from h3dstudio.priors.training.components import landmark_regression, principal_components
from h3dstudio.priors.training.heads import plan_heads
from h3dstudio.priors.training.landmarks import WithAllLandmarks
from h3dstudio.priors.training.result import TrainedPrior
from h3dstudio.priors.training.settings import PriorSettings
from tests.unit.data.synthesis.heads import ball
from tests.unit.priors.following import followed, whole

GRID = SampleGrid((-132.0, -140.0, -132.0), 12.0, (23, 24, 23))
SETTINGS = PriorSettings(heads=14, held_out=2, components=4, augmentation=NONE)


class Eggs:
    """Ellipsoids of random radii; the landmarks are 68 of their vertices."""

    name, licence, notices = "eggs", "none", ()

    def __init__(self, count: int | None = None, bad: tuple[int, ...] = (), landmarks: int = 68) -> None:
        self.count, self.bad, self.landmarks = count, bad, landmarks
        self.asked: list[int] = []

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        self.asked.append(index)
        if index in self.bad:
            raise MeshError("cracked", where=f"egg {index}")
        radii = np.array([75, 105, 85]) * (1 + 0.06 * rng.standard_normal(3).clip(-2, 2))
        mesh = ball(1.0, 3, (0, 0, 0))
        mesh = mesh.with_vertices(mesh.vertices * radii)
        marks = np.full((68, 3), np.nan)
        marks[: self.landmarks] = mesh.vertices[5 : 5 + self.landmarks]
        return Head(f"egg {index}", mesh, marks)


def train(
    work: Path,
    population: Eggs | None = None,
    until: Callable[[Event], bool] | None = None,
    **options: object,
) -> tuple[TrainedPrior | None, list[Event]]:
    """The result (None: stopped before), and the events."""
    options = {"settings": SETTINGS, "resume": False, **options}
    work.mkdir(exist_ok=True)
    stream = train_linear(
        population or Eggs(),
        options["settings"],  # type: ignore[arg-type]
        work=work,
        resume=bool(options["resume"]),
        grid=GRID,
    )
    return followed(stream, until)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainedPrior, list[Event]]:
    return whole(train(tmp_path_factory.mktemp("work")))


def test_eggs_have_three_components(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = unpack_linear_prior(PriorFile("linear", trained[0].arrays), "memory")
    assert prior.size == 4
    assert prior.spectrum[:3].sum() > 0.97
    assert (np.diff(prior.spectrum) <= 0).all()


def test_held_out_heads_are_reconstructed_and_told(trained: tuple[TrainedPrior, list[Event]]) -> None:
    result, events = trained
    (metrics,) = (event for event in events if isinstance(event, Metrics))
    assert metrics.values["held-out head mm"] < 1.2
    assert result.figures["held-out heads"] == 2
    assert result.figures["held-out head mm"] == metrics.values["held-out head mm"]
    assert any(isinstance(event, MeshSnapshot) for event in events)
    phases = [event.phase for event in events if isinstance(event, Progress)]
    assert phases.index("sampling heads") < phases.index("components") < phases.index("held-out heads")


def test_landmarks_follow_the_latent(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = in_memory(unpack_linear_prior(PriorFile("linear", trained[0].arrays), "memory"))
    head = Eggs().head(0, np.random.default_rng(99))
    fit = fit_points(prior, head.mesh.vertices, start=Similarity.identity())
    marks, slope = prior.landmarks(fit.head.latent)
    found = fit.head.pose.inverse().apply(marks.numpy())
    assert np.linalg.norm(found - head.landmarks, axis=1).mean() < 2.5
    assert slope.shape == (68, 3, 4)


def test_the_mean_head_is_the_mean_egg(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = in_memory(unpack_linear_prior(PriorFile("linear", trained[0].arrays), "memory"))
    mesh = decode(prior, torch.zeros(4), None)
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0) / 2, [75, 105, 85], rtol=0.08)


def same(one: TrainedPrior, two: TrainedPrior) -> bool:
    return all(np.array_equal(one.arrays[name], two.arrays[name]) for name in one.arrays)


def test_a_killed_training_resumes_to_the_same_file(
    tmp_path: Path, trained: tuple[TrainedPrior, list[Event]]
) -> None:
    nothing, _ = train(tmp_path, until=lambda event: isinstance(event, Progress) and event.done >= 5)
    assert nothing is None
    population = Eggs()
    result, _ = train(tmp_path, population, resume=True)
    assert result is not None
    assert len(population.asked) < 14
    assert same(result, trained[0])


def test_threads_do_not_change_the_result(tmp_path: Path, trained: tuple[TrainedPrior, list[Event]]) -> None:
    result, _ = train(tmp_path, settings=replace(SETTINGS, threads=4))
    assert result is not None
    assert same(result, trained[0])


def test_resuming_with_other_settings_is_refused(tmp_path: Path) -> None:
    train(tmp_path, until=lambda event: isinstance(event, Progress) and event.done >= 3)
    with pytest.raises(PriorError, match="cannot be continued"):
        train(tmp_path, settings=replace(SETTINGS, seed=1), resume=True)
    (tmp_path / "done.npz").write_bytes(b"broken")
    with pytest.raises(PriorError, match="cannot be continued"):
        train(tmp_path, resume=True)


def test_finishing_early_learns_from_what_there_is(tmp_path: Path) -> None:
    stream = train_linear(Eggs(), SETTINGS, work=tmp_path, grid=GRID)
    request: Request | None = None
    event = next(stream)
    try:
        while True:
            if isinstance(event, Progress) and event.done >= 6:
                request = Request.FINISH
            event = stream.send(request)
    except StopIteration as stop:
        result: TrainedPrior = stop.value
    assert result.early
    assert 6 <= result.heads < 14


def test_unusable_heads_are_left_out_and_counted(tmp_path: Path) -> None:
    result, events = train(tmp_path, Eggs(bad=(2, 5)))
    assert result is not None
    assert (result.heads, result.rejected) == (12, 2)
    told = [event.message for event in events if isinstance(event, Log)]
    assert any("egg 2" in line and "cracked" in line for line in told)
    assert any("2 of 14 heads were left out" in line for line in told)


def test_too_few_usable_heads_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(PriorError, match="expected at least 3"):
        train(tmp_path, Eggs(bad=tuple(range(12))))


def test_a_finite_population_is_split_once_for_all() -> None:
    plan = plan_heads(Eggs(count=10), replace(SETTINGS, heads=100))
    trained, kept_out = {head.index for head in plan.training}, {head.index for head in plan.held_out}
    assert not trained & kept_out
    assert trained | kept_out == set(range(10))
    assert len(plan.training) == 8  # nothing varies: no head twice
    varied = plan_heads(Eggs(count=10), PriorSettings(heads=100, held_out=2))
    assert len(varied.training) == 64
    assert len({head.stream for head in (*varied.training, *varied.held_out)}) == 66
    with pytest.raises(PriorError, match="at least 3"):
        plan_heads(Eggs(count=2), SETTINGS)


def test_streams_of_training_and_held_out_heads_never_meet() -> None:
    plan = plan_heads(Eggs(), SETTINGS)
    draws = {head.rng.random() for head in (*plan.training, *plan.held_out)}
    assert len(draws) == 16
    assert np.random.default_rng(7).random() not in draws


def test_six_landmarks_become_68(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = in_memory(unpack_linear_prior(PriorFile("linear", trained[0].arrays), "memory"))
    population = WithAllLandmarks(Eggs(landmarks=6), prior)
    head = population.head(0, np.random.default_rng(4))
    truth = Eggs().head(0, np.random.default_rng(4))
    np.testing.assert_array_equal(head.landmarks[:6], truth.landmarks[:6])
    assert np.linalg.norm(head.landmarks - truth.landmarks, axis=1).mean() < 3
    whole = Eggs().head(0, np.random.default_rng(4))
    assert WithAllLandmarks(Eggs(), prior).head(0, np.random.default_rng(4)).landmarks is not whole


def test_components_are_those_of_a_plain_decomposition() -> None:
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((30, 2)) * [5, 2]
    directions = np.linalg.qr(rng.standard_normal((500, 2)))[0]
    samples = (scores @ directions.T * 10).astype(np.float16)
    stream = principal_components(samples, np.arange(30), 5)
    try:
        while True:
            next(stream)
    except StopIteration as stop:
        found = stop.value
    rebuilt = found.mean + found.scores @ found.basis.T
    np.testing.assert_allclose(rebuilt, samples, atol=0.02)
    np.testing.assert_allclose(found.scores.T @ found.scores / 30, np.eye(5), atol=1e-8)


def test_landmarks_are_regressed_where_they_are_known() -> None:
    rng = np.random.default_rng(1)
    scores, basis = rng.standard_normal((60, 2)), rng.standard_normal((68, 3, 2))
    marks = 7 + np.einsum("mak,nk->nma", basis, scores)
    marks[:30, 3] = np.nan
    mean, slope = landmark_regression(marks, scores)
    np.testing.assert_allclose(np.delete(slope, 3, axis=0), np.delete(basis, 3, axis=0), atol=1e-3)
    assert np.abs(slope[3] - basis[3]).max() < 0.5
    np.testing.assert_allclose(mean, 7, atol=0.7)
    marks[:, 5] = np.nan
    with pytest.raises(PriorError, match="landmark 5"):
        landmark_regression(marks, scores)


@pytest.mark.parametrize(
    "wrong",
    [
        {"family": "magic"},
        {"preset": "huge"},
        {"heads": 1},
        {"components": 0},
        {"seed": -1},
        {"device": "tpu"},
        {"weights": (1.0, 0.0)},
    ],
)
def test_settings_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        replace(SETTINGS, **wrong)  # type: ignore[arg-type]


def test_a_fit_finds_pose_scale_and_shape(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = in_memory(unpack_linear_prior(PriorFile("linear", trained[0].arrays), "memory"))
    latent = torch.tensor([1.0, -0.7, 0.5, 0.0])
    truth = decode(prior, latent)
    from scipy.spatial.transform import Rotation

    away = Similarity(1.08, Rotation.from_rotvec([0.1, -0.15, 0.05]).as_matrix(), np.array([9.0, -6.0, 4.0]))
    points = away.apply(truth.vertices)
    fit = fit_points(prior, points, start=Similarity.identity())
    mesh = decode(prior, fit.head.latent)
    mesh = mesh.with_vertices(fit.head.pose.inverse().apply(mesh.vertices))
    assert RayCaster(mesh).distances(points).mean() < 0.6
    assert fit.mean < 0.6
    with pytest.raises(PriorError, match="at least 50"):
        fit_points(prior, points[:10], start=Similarity.identity())
