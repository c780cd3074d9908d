"""Albedo and light from what the photos show of each vertex.

I(photo i, vertex v) = albedo(v) * (harmonics(normal(v)) . light(i)), per channel, solved in turns: lights
from a subset of vertices, then albedos. What one cannot tell from the other (a shade that follows the normal)
goes to the light, because the albedo starts even. Values are taken as the photos store them: in linear light
the pictures came out .2 (rich texture) to 3 dB (weak texture) worse, since noise and shadows weigh as the eye
sees them only here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from h3dstudio.appearance.lighting import Lights, LightSystem, fit_lights, light_between, shading
from h3dstudio.geometry.camera import Camera
from h3dstudio.photometry.vertex_observations import Observation

LIGHT_SAMPLES = 5000
"""Vertices that the lights are fitted on; the albedo of the others follows."""
FREE_TURNS, COMMON_TURNS = 8, 4
"""Turns with each photo's light on its own (until they tell how it moves), then pulled to the common one."""
EVIDENCE = 0.02
"""Sum of weight * shading^2 below which a vertex counts as unseen."""
TYPICAL = 0.005
"""Weight of the head's typical albedo beside a well-lit photo's one: where hardly any light is, dividing by
it would make colours of noise."""
OUTLIER = 0.06
"""Residual at which an observation loses half its weight: gloss, a neighbour's edge, a shadow."""


def fit_albedo(
    observations: Sequence[Observation], cameras: Sequence[Camera], basis: Tensor
) -> tuple[Tensor, Lights, Tensor]:
    """Lights by alternating robust least squares on a sample of the vertices, then the albedo of all.

    Args:
        observations: one per photo.
        basis: (V, 9) harmonics of the vertex normals.

    Returns:
        Albedo (V, 3), lights of which the mean shading is one in each channel, evidence (V,) = sum of weight
        times squared shading.
    """
    step = max(1, len(basis) // LIGHT_SAMPLES)
    lights = _fit_lights_on([_every(seen, step) for seen in observations], cameras, basis)
    shades = [lights.shading(basis[seen.vertex], index) for index, seen in enumerate(observations)]
    albedo, _ = _albedo(observations, [seen.weight for seen in observations], shades, len(basis))
    albedo, evidence = _albedo(observations, _robust(observations, shades, albedo), shades, len(basis))
    return albedo, lights, evidence


def _fit_lights_on(observations: Sequence[Observation], cameras: Sequence[Camera], basis: Tensor) -> Lights:
    colors = torch.cat([seen.color for seen in observations])
    middle = colors.mean(dim=0) if len(colors) else torch.full((3,), 0.5, device=basis.device)
    albedo, weights = middle.expand(len(basis), 3), [seen.weight for seen in observations]
    lights = Lights(torch.zeros(len(cameras), 9, 3), tuple(cameras))
    with_camera = None
    for turn in range(FREE_TURNS + COMMON_TURNS):
        if turn == FREE_TURNS:
            with_camera = _turns_with_camera(lights, observations, basis, albedo)
        systems = [
            LightSystem.of(basis[seen.vertex], albedo[seen.vertex], seen.color, weight)
            for seen, weight in zip(observations, weights, strict=True)
        ]
        lights = fit_lights(systems, cameras, with_camera)
        shades = [lights.shading(basis[seen.vertex], index) for index, seen in enumerate(observations)]
        scale = torch.cat(shades).mean(dim=0) if len(colors) else torch.ones(3, device=basis.device)
        lights = replace(lights, coefficients=lights.coefficients / scale)
        shades = [shade / scale for shade in shades]
        albedo, _ = _albedo(observations, weights, shades, len(basis))
        weights = _robust(observations, shades, albedo)
    return lights


def _every(seen: Observation, step: int) -> Observation:
    at = (seen.vertex % step == 0).nonzero()[:, 0]
    return Observation(seen.vertex[at], seen.color[at], seen.weight[at])


def _robust(observations: Sequence[Observation], shades: Sequence[Tensor], albedo: Tensor) -> list[Tensor]:
    """The weights, less where a photo disagrees (Cauchy's)."""
    return [
        seen.weight / (1 + ((seen.color - albedo[seen.vertex] * shade) / OUTLIER).square().mean(dim=1))
        for seen, shade in zip(observations, shades, strict=True)
    ]


def _albedo(
    observations: Sequence[Observation], weights: Sequence[Tensor], shades: Sequence[Tensor], count: int
) -> tuple[Tensor, Tensor]:
    """Least squares per vertex and channel; each photo shows a vertex once, so plain indexing adds up."""
    device = observations[0].vertex.device
    over, under = torch.zeros(count, 3, device=device), torch.zeros(count, 3, device=device)
    for seen, weight, shade in zip(observations, weights, shades, strict=True):
        scaled = weight[:, None] * shade
        over[seen.vertex] += scaled * seen.color
        under[seen.vertex] += scaled * shade
    typical = (over.sum(dim=0) + 0.5e-6) / (under.sum(dim=0) + 1e-6)
    albedo = (over + TYPICAL * typical) / (under + TYPICAL)
    return albedo.clamp(0.0, 2.0), under.mean(dim=1)


def _turns_with_camera(
    lights: Lights, observations: Sequence[Observation], basis: Tensor, albedo: Tensor
) -> bool:
    """Do its neighbours predict a photo better if their light is taken to turn with the camera?"""
    error = [0.0, 0.0]
    for index, (seen, camera) in enumerate(zip(observations, lights.cameras, strict=True)):
        for with_camera in (False, True):
            light = light_between(lights, camera, with_camera, without=index)
            miss = seen.color - albedo[seen.vertex] * shading(basis[seen.vertex], light)
            error[with_camera] += float((miss.abs().clamp(max=0.3) * seen.weight[:, None]).sum())
    return len(observations) > 1 and error[1] < error[0]
