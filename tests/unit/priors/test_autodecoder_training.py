from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from h3dstudio.data.population.augmentation import NONE
from h3dstudio.data.population.head import Head
from h3dstudio.errors import PriorError
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Checkpointed, Event, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.priors.autodecoder.assemble import in_memory
from h3dstudio.priors.autodecoder.field import AutodecoderPrior
from h3dstudio.priors.autodecoder.file import unpack_autodecoder
from h3dstudio.priors.autodecoder.losses import LossWeights
from h3dstudio.priors.autodecoder.presets import PRESET_OF, preset_of
from h3dstudio.priors.autodecoder.training import PHASE, train_autodecoder
from h3dstudio.priors.decode import decode
from h3dstudio.priors.file_header import PriorFile, write_prior_file
from h3dstudio.priors.load import load_prior
from h3dstudio.priors.point_fit import fit_points
from h3dstudio.priors.training.result import TrainedPrior
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.surface.grid import Grid
from tests.unit.data.synthesis.heads import ball
from tests.unit.priors.following import followed, whole

GRID = Grid((-150.0, -150.0, -150.0), 15.0, (21, 21, 21))
SETTINGS = PriorSettings(
    family="autodecoder", heads=12, held_out=1, threads=1, device="cpu", augmentation=NONE
)
TINY = replace(
    PRESET_OF["small"],
    latent=4,
    width=64,
    depth=3,
    steps=400,
    surface=64,
    around=64,
    rates=(4e-3, 1e-3),
    halvings=5.0,
    warmup=10,
    weights=LossWeights(surface=20.0, distance=10.0),
)


class Balls:
    """Spheres about the origin, of radii around 90 mm; the landmarks are 68 of their vertices."""

    name, licence, notices = "balls", "none", ()
    count: int | None = None

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        mesh = ball(float(rng.uniform(75, 105)), 4, (0, 0, 0))
        return Head(f"ball {index}", mesh, mesh.vertices[5:73])


def train(
    work: Path, *, until: Callable[[Event], bool] | None = None, resume: bool = False, **options: object
) -> tuple[TrainedPrior | None, list[Event]]:
    """The result (None: stopped before), and the events."""
    work.mkdir(exist_ok=True)
    options = {"settings": SETTINGS, "preset": TINY, **options}
    stream = train_autodecoder(Balls(), work=work, resume=resume, grid=GRID, **options)  # type: ignore[arg-type]
    return followed(stream, until)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainedPrior, list[Event]]:
    return whole(train(tmp_path_factory.mktemp("balls")))


def loaded(result: TrainedPrior) -> AutodecoderPrior:
    return in_memory(unpack_autodecoder(PriorFile("autodecoder", result.arrays), "memory"))


def test_the_mean_of_balls_is_a_ball(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = loaded(trained[0])
    samples = prior.bake(torch.zeros(prior.size))
    distance = torch.from_numpy(GRID.nodes()).norm(dim=1)
    assert (samples[distance < 70] < 0).all()
    assert (samples[distance > 115] > 0).all()
    radii = np.linalg.norm(decode(prior, torch.zeros(prior.size), None).vertices, axis=1)
    assert np.ptp(radii) < 6
    assert 80 < radii.mean() < 100


def test_a_fit_finds_the_radius_within_two_millimetres(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = loaded(trained[0])
    for radius in (82.0, 97.0):
        truth = ball(radius, 3, (0, 0, 0)).vertices
        fit = fit_points(prior, truth, start=Similarity.identity())
        mesh = decode(prior, fit.head.latent)
        reached = np.linalg.norm(fit.head.pose.inverse().apply(mesh.vertices), axis=1)
        assert abs(reached.mean() - radius) < 1
        assert np.abs(reached - radius).max() < 4
    figures = trained[0].figures
    assert float(figures["held-out head mm"]) < 2  # type: ignore[arg-type]


def test_the_latent_is_a_standard_normal_whose_first_number_is_the_radius(
    trained: tuple[TrainedPrior, list[Event]],
) -> None:
    prior = loaded(trained[0])
    arrays = unpack_autodecoder(PriorFile("autodecoder", trained[0].arrays), "memory")
    assert prior.size == 4
    assert arrays.spectrum[0] > 0.8
    assert (np.diff(arrays.spectrum) <= 1e-7).all()
    radii = []
    for value in (-1.0, 1.0):
        latent = torch.tensor([value, 0.0, 0.0, 0.0])
        radii.append(np.linalg.norm(decode(prior, latent, None).vertices, axis=1).mean())
    # One standard deviation of a uniform distribution over 30 mm is 8.7 mm.
    assert abs(abs(radii[1] - radii[0]) / 2 - 8.7) < 3
    marks, basis = prior.landmarks(torch.tensor([1.0, 0.0, 0.0, 0.0]))
    assert marks.shape == (68, 3)
    assert basis.shape == (68, 3, 4)
    assert abs(marks.norm(dim=1).mean() - radii[1]) < 3


def test_the_jacobian_of_a_trained_prior(trained: tuple[TrainedPrior, list[Event]]) -> None:
    prior = loaded(trained[0])
    prior.decoder.double()
    latent = torch.tensor([0.4, -0.8, 0.2, 0.1], dtype=torch.float64)
    points = 90 * torch.nn.functional.normalize(torch.randn(30, 3, dtype=torch.float64), dim=1)
    found = prior.jacobian(points, latent)
    for k, axis in enumerate(1e-6 * torch.eye(4, dtype=torch.float64)):
        ahead, behind = (prior.decoder(points, prior.decoder.shifts(latent + s * axis)) for s in (1, -1))
        torch.testing.assert_close(found[:, k], (ahead - behind) / 2e-6, rtol=1e-5, atol=1e-6)


def test_what_is_told_while_it_trains(trained: tuple[TrainedPrior, list[Event]]) -> None:
    events = trained[1]
    phases = [event.phase for event in events if isinstance(event, Progress)]
    assert phases.index("sampling heads") < phases.index(PHASE) < phases.index("held-out heads")
    told = [event.values for event in events if isinstance(event, Metrics)]
    losses = [values["surface"] for values in told if "surface" in values]
    assert losses[-1] < 0.6 * losses[0]
    assert losses[-1] < 1.5
    assert sum("held-out head mm" in values for values in told) == 8
    assert any(isinstance(event, MeshSnapshot) for event in events)


def test_a_file_gives_the_same_prior_back(tmp_path: Path, trained: tuple[TrainedPrior, list[Event]]) -> None:
    path = tmp_path / "balls.h3dprior"
    write_prior_file(path, PriorFile(trained[0].family, trained[0].arrays))
    prior, latent = load_prior(path), torch.tensor([0.5, 0.0, -1.0, 0.3])
    assert prior.family == "autodecoder"
    torch.testing.assert_close(prior.bake(latent), loaded(trained[0]).bake(latent), rtol=0, atol=0)


SHORT = replace(TINY, steps=24)  # held-out heads are looked at after every third step


def stepped(count: int) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, Progress) and event.phase == PHASE and event.done >= count


def test_a_stopped_training_resumes_to_the_same_bits(tmp_path: Path) -> None:
    whole, _ = train(tmp_path / "whole", preset=SHORT)
    nothing, _ = train(tmp_path / "parts", preset=SHORT, until=stepped(10))
    assert nothing is None
    result, events = train(tmp_path / "parts", preset=SHORT, resume=True)
    assert whole is not None
    assert result is not None
    steps = [event.done for event in events if isinstance(event, Progress) and event.phase == PHASE]
    assert steps[0] == 10
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(array, result.arrays[name], err_msg=name)


def test_another_training_is_not_resumed(tmp_path: Path) -> None:
    train(tmp_path, preset=SHORT, until=stepped(2))
    with pytest.raises(PriorError, match="cannot be continued"):
        train(tmp_path, preset=replace(SHORT, steps=30), resume=True)
    with pytest.raises(PriorError, match="cannot be continued"):
        train(tmp_path, settings=replace(SETTINGS, seed=5), resume=True)
    (tmp_path / "decoder.pt").write_bytes(b"broken")
    with pytest.raises(PriorError, match="cannot be continued"):
        train(tmp_path, preset=SHORT, resume=True)


def finish_at(work: Path, phase: str) -> TrainedPrior:
    stream = train_autodecoder(Balls(), SETTINGS, work=work, grid=GRID, preset=SHORT)
    request: Request | None = None
    event = next(stream)
    try:
        while True:
            if isinstance(event, Progress) and event.phase == phase and event.done >= 5:
                request = Request.FINISH
            event = stream.send(request)
    except StopIteration as stop:
        result: TrainedPrior = stop.value
    return result


def test_finishing_early_takes_the_decoder_as_it_is(tmp_path: Path) -> None:
    result = finish_at(tmp_path, PHASE)
    assert result.early
    assert 5 <= int(result.figures["steps"]) < 24  # type: ignore[call-overload]
    with pytest.raises(PriorError, match="before anything was learned"):
        finish_at(tmp_path, "sampling heads")


def test_a_diverged_training_is_told(tmp_path: Path) -> None:
    with pytest.raises(PriorError, match="diverged"):
        train(tmp_path, preset=replace(SHORT, rates=(float("nan"), 1e-3), steps=4))


def test_checkpoints_are_announced(tmp_path: Path) -> None:
    _, events = train(tmp_path, preset=SHORT, until=lambda event: isinstance(event, Checkpointed))
    (told,) = (event for event in events if isinstance(event, Checkpointed))
    assert told.path.parent == tmp_path


def test_the_paper_preset_trains(tmp_path: Path) -> None:
    preset = replace(preset_of(replace(SETTINGS, preset="paper")), steps=5, heads=2, surface=32, around=16)
    assert (preset.width, preset.depth, preset.latent) == (512, 8, 256)
    result, events = train(tmp_path, settings=replace(SETTINGS, heads=4, held_out=0), preset=preset)
    assert result is not None
    assert result.figures["steps"] == 5
    told = [event for event in events if isinstance(event, Metrics)]
    assert told
    assert np.isfinite([list(event.values.values()) for event in told]).all()
    prior = loaded(result)
    assert prior.size <= 3  # four heads span no more
    assert prior.decoder.shape.depth == 8


def test_presets_take_what_the_settings_say() -> None:
    preset = preset_of(replace(SETTINGS, components=10, steps=7))
    assert (preset.latent, preset.steps, preset.width) == (10, 7, 128)
    paper = preset_of(replace(SETTINGS, preset="paper"))
    steps = (0, 49, 31_249, 31_250, 124_999)
    assert [paper.rate_factor(step) for step in steps] == [0.02, 1, 1, 0.5, 0.125]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weight_1", np.zeros((3, 3), np.float32)),
        ("bias_0", np.full(64, np.nan, np.float32)),
        ("shape", np.array([0, 3, 3])),
        ("scale", np.array(-1.0)),
        ("spectrum", np.zeros(3, np.float32)),
        ("landmark_mean", None),
    ],
)
def test_damaged_files_are_told(
    trained: tuple[TrainedPrior, list[Event]], name: str, value: np.ndarray | None
) -> None:
    arrays = {**trained[0].arrays, name: value}
    kept = {key: array for key, array in arrays.items() if array is not None}
    with pytest.raises(PriorError, match="damaged"):
        unpack_autodecoder(PriorFile("autodecoder", kept), "memory")
    with pytest.raises(PriorError, match="family linear"):
        unpack_autodecoder(PriorFile("linear", kept), "memory")
