"""How bright a photo shows a normal, when the light turns with the subject (or stands beside the camera).

One point under several photos keeps its albedo, so that of the logarithms of its intensities

    log I(point, photo) = log albedo(point) + m(normal in the camera's axes) - b . blocked light + gain(photo)

all but the first term are common to the whole head. m is a polynomial of the normal (a "lit sphere": Sloan et
al., "The lit sphere", Graphics Interface 2001), which holds any light and gloss that go with the camera;
blocked light is what the head itself keeps from the point, by lobes that go with the camera as well, with b
learned.
Light that stands still in the room leaves m flat: nothing is learned from it then, and nothing spoilt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.photometry.sightings import LIFT, Sightings
from h3dstudio.surface.surface_finder import SurfaceFinder

DEGREE = 6
"""Of the polynomial; from 4 to 6 the normals that it tells still get better, to 8 they do not."""
DIRECTIONS, LOBES, SHARPNESS = 64, 24, 12.0
"""Directions in which light may be blocked, lobes that they are summed in, exponent of a lobe."""
TURNS = 4
ROBUST = 2.0
"""In standard deviations, where an observation has lost half its weight."""
RIDGE = 1e-4
LEAST_SPREAD = 0.005
"""Of the log intensity: no photo is better."""


@dataclass(frozen=True, eq=False)
class LightMap:
    """What the light leaves unexplained, and how it would change with the normal.

    Attributes:
        residual: (R,) log intensity less the model, without the points' albedo.
        slope: (R, 3) change of the model by the normal, working frame, without the points' albedo.
        weight: (R,) of the sightings, less where a photo disagrees (gloss, a shadow's edge).
        spread: standard deviation of a sighting.
    """

    residual: Tensor
    slope: Tensor
    weight: Tensor
    spread: float


def fit_light_map(seen: Sightings, normals: Tensor, rotations: Tensor, blocked: Tensor) -> LightMap:
    """Robust least squares over all sightings.

    Args:
        normals: (M, 3) of the points.
        rotations: (N, 3, 3) from the working frame to each camera.
        blocked: (R, LOBES) light kept from each sighting (`blocked_light`).
    """
    turn = rotations[seen.view]
    own = torch.einsum("rij,rj->ri", turn, normals[seen.point])
    gains = torch.nn.functional.one_hot(seen.view, len(rotations)).to(own)
    features = torch.cat([_polynomial(own), blocked, gains], dim=1)
    # Less each point's mean, a point that n photos see has n - 1 of them left.
    times = seen.times[seen.point]
    whole = (times / (times - 1).clamp(min=1)).sqrt()
    weight, spread = seen.weight, 0.0
    for _ in range(TURNS):
        free, target = (
            _less_albedo(seen, features, weight),
            _less_albedo(seen, seen.intensity[:, None], weight),
        )
        light = _solve(free, target, weight)
        residual = (target - free @ light)[:, 0]
        spread = max(float((whole * residual).abs().median()) / 0.6745, LEAST_SPREAD)
        weight = seen.weight / (1 + (residual / (ROBUST * spread)) ** 2)
    free, target = _less_albedo(seen, features, weight), _less_albedo(seen, seen.intensity[:, None], weight)
    slope = _slope(own, light[: len(_powers()), 0])
    slope = _less_albedo(seen, torch.einsum("rij,ri->rj", turn, slope), weight)
    return LightMap((target - free @ light)[:, 0], slope, weight, spread)


def blocked_light(
    finder: SurfaceFinder, points: Tensor, normals: Tensor, seen: Sightings, rotations: Tensor
) -> Tensor:
    """(R, LOBES): the light that the head itself keeps from each sighting, by lobes in the camera's axes."""
    world = torch.from_numpy(_sphere(DIRECTIONS)).to(points)
    cosine = (normals @ world.T).clamp(min=0)
    point, direction = (cosine > 0).nonzero(as_tuple=True)
    hidden = finder.occluded(points[point] + LIFT * normals[point], world[direction])
    kept = torch.zeros_like(cosine)
    kept[point[hidden], direction[hidden]] = cosine[point[hidden], direction[hidden]]
    lobes = torch.from_numpy(_sphere(LOBES)).to(points)
    out = points.new_zeros(len(seen.point), LOBES)
    for view, rotation in enumerate(rotations):
        share = torch.exp(SHARPNESS * ((lobes @ rotation) @ world.T - 1))
        at = (seen.view == view).nonzero()[:, 0]
        out[at] = kept[seen.point[at]] @ (share / share.sum(dim=1, keepdim=True)).T
    return out


def _solve(features: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    weighted = features * weight[:, None]
    normal = (weighted.T @ features).double()
    normal.diagonal().add_(RIDGE * float(weight.sum()) + 1e-9)
    return torch.linalg.solve(normal, (weighted.T @ target).double()).float()


def _less_albedo(seen: Sightings, values: Tensor, weight: Tensor) -> Tensor:
    """Values (R, C) less their weighted mean over all photos that see the same point."""
    lengths = seen.times
    total = torch.segment_reduce(weight, "sum", lengths=lengths).clamp(min=1e-9)
    mean = torch.segment_reduce(values * weight[:, None], "sum", lengths=lengths, axis=0) / total[:, None]
    return values - mean[seen.point]


@cache
def _powers() -> tuple[tuple[int, int], ...]:
    """Exponents of x and y; z of a visible normal follows, and the constant is the albedo's."""
    return tuple((i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i) if i + j)


def _polynomial(normal: Tensor) -> Tensor:
    """(R, B) at normals (R, 3) in the camera's axes."""
    x, y = (_to_powers(axis) for axis in normal[:, :2].unbind(dim=1))
    return torch.stack([x[i] * y[j] for i, j in _powers()], dim=1)


def _slope(normal: Tensor, factors: Tensor) -> Tensor:
    """(R, 3) gradient of the polynomial with `factors` (B,) by the normal (R, 3), camera's axes."""
    x, y = (_to_powers(axis) for axis in normal[:, :2].unbind(dim=1))
    out = torch.zeros_like(normal)
    for factor, (i, j) in zip(factors, _powers(), strict=True):
        if i:
            out[:, 0] += factor * i * x[i - 1] * y[j]
        if j:
            out[:, 1] += factor * j * x[i] * y[j - 1]
    return out


def _to_powers(values: Tensor) -> list[Tensor]:
    out = [torch.ones_like(values)]
    for _ in range(DEGREE):
        out.append(out[-1] * values)
    return out


@cache
def _sphere(count: int) -> NDArray[np.float32]:
    """(count, 3) directions spread over the sphere along a spiral."""
    index = np.arange(count) + 0.5
    polar, azimuth = np.arccos(1 - 2 * index / count), np.pi * (1 + 5**0.5) * index
    spiral = [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)]
    return np.column_stack(spiral).astype(np.float32)
