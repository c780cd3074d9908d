from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.errors import PriorError
from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Failed, Finished, MeshSnapshot, Metrics
from h3dstudio.priors.linear.file import LinearPriorArrays, write_linear_prior
from h3dstudio.session.priors.viewing import (
    COMPONENTS,
    AskedHead,
    PriorViewingJob,
    fitted_to_size,
    random_latent,
    read_facts,
    read_fitted_head,
)

RADIUS, GROWTH = 60.0, 5.0


def write_ball_prior(path: Path, components: int = 12) -> Path:
    """Balls: the first component makes them larger by 5 mm, the eleventh by 2 mm, the others do nothing."""
    spacing, count = 10.0, 25
    axis = (np.arange(count) - count // 2) * spacing
    nodes = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    mean = (np.linalg.norm(nodes, axis=1) - RADIUS).astype(np.float32)
    basis = np.zeros((len(nodes), components), dtype=np.float32)
    basis[:, 0] = -GROWTH
    if components > 10:
        basis[:, 10] = -2.0
    prior = LinearPriorArrays(
        origin=(axis[0], axis[0], axis[0]),
        spacing=spacing,
        shape=(count, count, count),
        mean=mean,
        basis=basis,
        landmark_mean=np.zeros((68, 3), np.float32),
        landmark_basis=np.zeros((68, 3, components), np.float32),
        spectrum=np.ones(components, np.float32) / components,
        band=np.ones(len(nodes), dtype=bool),
        provenance={
            "population": "balls",
            "heads": 7,
            "licence": "\nMIT License\n\nmore",
            "figures": {"held-out head mm": 0.5},
        },
    )
    write_linear_prior(path, prior)
    return path


def test_heads_are_decoded_as_they_are_asked_for(tmp_path: Path) -> None:
    path = write_ball_prior(tmp_path / "balls.h3dprior")
    engine = InlineEngine()
    handle = engine.submit(PriorViewingJob(path))
    events = [event for _ in range(4) for event in handle.poll()]
    assert [event.values for event in events if isinstance(event, Metrics)] == [{COMPONENTS: 12.0}]
    late = (*[0.0] * 10, 3.0)
    for number, (latent, grown) in enumerate(
        [((), 0.0), ((2.0,), 10.0), ((-1.0,), -5.0), (late, 6.0), ((1.0, *late[1:]), 11.0)]
    ):
        handle.send_message(AskedHead(number, latent))
        shown: list[MeshSnapshot] = []
        while not shown:
            shown = [event for event in handle.poll() if isinstance(event, MeshSnapshot)]
        assert shown[0].step == number
        radius = np.linalg.norm(shown[0].mesh.vertices, axis=1)
        np.testing.assert_allclose(radius.mean(), RADIUS + grown, atol=0.5)
    handle.finish()
    assert handle.join(10)
    assert isinstance(handle.poll()[-1], Finished)


def test_a_missing_prior_is_explained(tmp_path: Path) -> None:
    handle = InlineEngine().submit(PriorViewingJob(tmp_path / "none.h3dprior"))
    assert handle.join(10)
    end = handle.poll()[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, PriorError)


def test_facts_of_a_file_and_of_the_bundled_one(tmp_path: Path) -> None:
    facts = read_facts(write_ball_prior(tmp_path / "balls.h3dprior"))
    assert (facts.family, facts.heads, facts.population) == ("linear", 7, "balls")
    assert (facts.error, facts.face_error) == (0.5, None)
    assert facts.licence_name == "MIT License"
    bundled = read_facts(None)
    assert bundled.family == "linear"
    assert bundled.error is not None
    assert 0 < bundled.megabytes <= 20
    with pytest.raises(PriorError):
        read_facts(tmp_path / "none.h3dprior")


def test_latents_of_any_length_fit() -> None:
    np.testing.assert_array_equal(fitted_to_size((1.0, 2.0), 4), [1, 2, 0, 0])
    np.testing.assert_array_equal(fitted_to_size((1.0, 2.0, 3.0), 2), [1, 2])
    # The same head as `h3dstudio prior sample --seed 5` draws, whatever the prior's size.
    expected = np.random.default_rng([5, 0]).standard_normal(160)
    np.testing.assert_array_equal(random_latent(5)[:160], expected)


def test_the_fitted_head_of_a_run(tmp_path: Path) -> None:
    with pytest.raises(PriorError, match="no fitted head"):
        read_fitted_head(tmp_path)
    np.savez(tmp_path / "checkpoint.npz", base=np.zeros(3))
    with pytest.raises(PriorError, match="no fitted head"):
        read_fitted_head(tmp_path)
    np.savez(tmp_path / "checkpoint.npz", latent=np.array([1.0, -2.0], dtype=np.float32))
    assert read_fitted_head(tmp_path) == (1.0, -2.0)
    (tmp_path / "head.json").write_text(json.dumps({"latent": [0.5, 0.25, 1]}))
    assert read_fitted_head(tmp_path) == (0.5, 0.25, 1.0)
    (tmp_path / "head.json").write_text("{")
    with pytest.raises(PriorError, match="cannot be read"):
        read_fitted_head(tmp_path)
