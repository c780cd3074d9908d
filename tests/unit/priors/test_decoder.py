from __future__ import annotations

import numpy as np
import pytest
import torch

from h3dstudio.priors.autodecoder.decoder import Decoder, DecoderShape
from h3dstudio.priors.autodecoder.field import AutodecoderPrior, sample_decoder
from h3dstudio.surface.grid import Grid

SHAPE = DecoderShape(latent=6, width=32, depth=4, center=(0.0, 0.0, 0.0), scale=200.0)


def random_decoder(shape: DecoderShape = SHAPE, spread: float = 0.04) -> Decoder:
    """Initialised, then disturbed, so that the code matters."""
    rng = torch.Generator().manual_seed(1)
    decoder = Decoder(shape).initialize(rng)
    with torch.no_grad():
        for parameter in decoder.parameters():
            parameter += spread * torch.randn(parameter.shape, generator=rng)
    return decoder


def points(count: int = 40) -> torch.Tensor:
    return 120 * torch.randn(count, 3, generator=torch.Generator().manual_seed(2))


def test_an_untrained_decoder_is_about_a_sphere_whatever_the_code() -> None:
    shape = DecoderShape(latent=8, width=512, depth=8, center=(10.0, 0.0, 0.0), scale=200.0)
    decoder = Decoder(shape).initialize(torch.Generator().manual_seed(0))
    directions = torch.nn.functional.normalize(points(200), dim=1)
    shifts = decoder.shifts(torch.randn(8))
    center = torch.tensor([10.0, 0.0, 0.0])
    with torch.no_grad():
        inside, at, beyond = (decoder(center + r * directions, shifts) for r in (40.0, 100.0, 190.0))
    assert (inside < 0).all()
    assert (beyond > 0).all()
    assert at.abs().mean() < 15


def test_the_paper_preset_has_as_many_parameters_as_concatenation_gives() -> None:
    decoder = Decoder(DecoderShape(latent=256, width=512, depth=8))
    layers = [(259, 512), (512, 512), (512, 512), (512, 253), *[(512, 512)] * 4, (512, 1)]
    assert sum(p.numel() for p in decoder.parameters()) == sum((i + 1) * o for i, o in layers) == 1_839_358


def test_shifts_are_the_same_as_concatenation() -> None:
    decoder, code, at = random_decoder(), torch.randn(6), points()
    entering = torch.cat([at / 200, code.expand(len(at), -1)], dim=1)
    hidden = entering
    for number, layer in enumerate(decoder.layers):
        if number == SHAPE.skip:
            hidden = torch.cat([hidden, entering], dim=1) / 2**0.5
        hidden = layer(hidden)
        if number < SHAPE.depth:
            hidden = torch.nn.functional.softplus(hidden, beta=100)
    torch.testing.assert_close(decoder(at, decoder.shifts(code)), 200 * hidden[:, 0], rtol=1e-5, atol=1e-4)


def test_the_jacobian_is_that_of_finite_differences() -> None:
    decoder, at = random_decoder().double(), points().double()
    code = torch.randn(6, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    found = decoder.code_jacobian(at, code)
    for k, axis in enumerate(1e-6 * torch.eye(6, dtype=torch.float64)):
        ahead, behind = (decoder(at, decoder.shifts(code + sign * axis)) for sign in (1, -1))
        torch.testing.assert_close(found[:, k], (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-6)


def test_another_latent_for_the_same_heads() -> None:
    decoder, at = random_decoder(), points()
    mean, basis, latent = torch.randn(6), torch.randn(6, 4), torch.randn(4)
    other = decoder.reparametrized(mean, basis)
    code = mean + basis @ latent
    torch.testing.assert_close(
        other(at, other.shifts(latent)), decoder(at, decoder.shifts(code)), rtol=1e-4, atol=1e-3
    )
    torch.testing.assert_close(
        other.code_jacobian(at, latent), decoder.code_jacobian(at, code) @ basis, rtol=1e-3, atol=1e-3
    )


def prior_of(decoder: Decoder, grid: Grid) -> AutodecoderPrior:
    size = decoder.shape.latent
    return AutodecoderPrior(decoder, grid, torch.zeros(68, 3), torch.zeros(68, 3, size))


def test_baking_asks_the_network_near_the_surface_and_interpolates_elsewhere() -> None:
    decoder = random_decoder(spread=0.01)
    grid = Grid((-160.0, -160.0, -160.0), 10.0, (33, 33, 33))
    latent = torch.zeros(6)
    baked = prior_of(decoder, grid).bake(latent)
    with torch.no_grad():
        exact = decoder(torch.from_numpy(grid.nodes()), decoder.shifts(latent))
    near = exact.abs() < 15
    assert near.sum() > 1000
    torch.testing.assert_close(baked[near], exact[near], rtol=1e-4, atol=1e-2)
    assert (baked - exact).abs().mean() < 2
    assert ((baked < 0) == (exact < 0)).all()


def test_a_grid_that_cannot_be_halved_is_evaluated_node_by_node() -> None:
    decoder, grid = random_decoder(), Grid((-160.0, -160.0, -160.0), 20.0, (16, 17, 17))
    code = torch.randn(6)
    with torch.no_grad():
        exact = decoder(torch.from_numpy(grid.nodes()), decoder.shifts(code))
    torch.testing.assert_close(sample_decoder(decoder, code, grid), exact)


def test_what_is_baked_again_is_the_same_and_may_be_changed() -> None:
    prior = prior_of(random_decoder(), Grid((-160.0, -160.0, -160.0), 20.0, (17, 17, 17)))
    first = prior.bake(torch.zeros(6))
    first.mul_(0)
    again = prior.bake(torch.zeros(6))
    assert again.abs().max() > 1
    assert not torch.equal(again, prior.bake(torch.ones(6)))


def test_the_jacobian_of_no_points_and_of_many() -> None:
    prior = prior_of(random_decoder(), Grid((0.0, 0.0, 0.0), 1.0, (3, 3, 3)))
    assert prior.jacobian(torch.zeros(0, 3), torch.zeros(6)).shape == (0, 6)
    many = prior.jacobian(torch.ones(9000, 3), torch.zeros(6))
    assert many.shape == (9000, 6)
    assert not many.requires_grad


@pytest.mark.parametrize("latent", [4, 40])
def test_narrow_decoders_take_large_codes(latent: int) -> None:
    decoder = Decoder(DecoderShape(latent=latent, width=16, depth=2))
    assert decoder(torch.zeros(5, 3), decoder.shifts(torch.zeros(latent))).shape == (5,)
    assert np.isfinite(decoder.code_jacobian(torch.zeros(5, 3), torch.zeros(latent)).numpy()).all()
