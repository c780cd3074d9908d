"""Where the head is and which way it looks, from masks, cameras and photos alone: a start without landmarks.

The vertical is the photographs' (people are photographed upright); the head's place follows from the rays
through the masks' middles; which way it faces is tried all around, by fitting the prior's outline from twelve
directions and comparing the photos on the best few.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photo_consistency import noise_levels
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.silhouettes import SilhouetteRays, least_along_rays
from h3dstudio.priors.fitting.latent_fit import FitOptions, contour_rays, outline_term, photo_agreement
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.latent_equations import Normals, normal_equations, solve
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, moved_within

HEAD_HEIGHT = 180.0
"""mm below its top that count as head when the prior's middle is taken."""
TURN_SPREAD, SCALE_SPREAD = 0.05, 0.1
"""Radians a step tilts the head at most; spread of heads' size about the prior's (log)."""
FAR_REACH, NEAR_REACH = 30.0, 10.0
"""mm (Geman-McClure) of the outline, at first and with a latent."""


@dataclass(frozen=True)
class SearchOptions:
    """How thoroughly is looked.

    Attributes:
        directions: yaws to start from.
        rays: outline rays over all views.
        steps: with the mean head; `shape_steps` with `components` of the latent, for the best `kept`.
        judged: of these, how many are compared on the photos.
        photo_share: what a correlation of 1 is worth in units of the outline's cost.
    """

    directions: int = 12
    rays: int = 400
    steps: int = 12
    kept: int = 6
    shape_steps: int = 10
    components: int = 24
    judged: int = 4
    outline: float = 300.0
    photo_share: float = 60.0

    def tries(self, scales: int) -> int:
        """How many candidates are yielded."""
        return self.directions * scales + min(self.kept, self.directions * scales)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A pose that was tried, its field (nodes,) and what the outline says against it."""

    head: PosedHead
    samples: Tensor
    cost: float


def find_pose(
    photos: PhotoSet,
    prior: HeadPrior,
    rng: np.random.Generator,
    scales: Sequence[float] = (1.0,),
    options: SearchOptions | None = None,
) -> Generator[Candidate, None, PosedHead]:
    """The best pose with a first latent; yields the best candidate so far, for showing.

    Args:
        scales: prior units per unit of the scene to start from; several where its unit is not known.
    """
    options = options or SearchOptions()
    rays = contour_rays(photos, rng, FitOptions(contour_rays=options.rays))
    starts = [start for scale in scales for start in _starts(photos, prior, rays, scale, options.directions)]
    tried: list[Candidate] = []
    for start in starts:
        head = PosedHead.mean(prior, start, photos.device)
        tried.append(_outlined(prior, head, rays, options, options.steps, 0))
        yield min(tried, key=_cost)
    shaped: list[Candidate] = []
    for one in sorted(tried, key=_cost)[: options.kept]:
        shaped.append(_outlined(prior, one.head, rays, options, options.shape_steps, options.components))
        yield min(shaped, key=_cost)
    noise = noise_levels(photos, FitOptions().photo)
    finalists = sorted(shaped, key=_cost)[: options.judged]

    def judged(one: Candidate) -> float:
        agreement = photo_agreement(photos, prior, one.head, 2, noise, np.random.default_rng(0))
        return one.cost - options.photo_share * max(0.0, agreement)

    return min(finalists, key=judged).head


def _cost(candidate: Candidate) -> float:
    return candidate.cost


def _outlined(
    prior: HeadPrior,
    head: PosedHead,
    rays: SilhouetteRays,
    options: SearchOptions,
    steps: int,
    components: int,
) -> Candidate:
    """Gauss-Newton on the outline, with the pose and the first `components` of the latent free."""
    reach = NEAR_REACH if components else FAR_REACH
    samples = prior.bake(head.latent)
    for step in range(steps):
        term = outline_term(
            prior, samples, rays.in_frame(head.pose), 1.0, options.outline, reach, torso=False
        )
        normals = normal_equations(prior, head, samples, [term])
        early = components == 0 and step < 5
        normals = _held(normals, head, SCALE_SPREAD * (0.3 if early else 1.0), components == 0)
        head = moved_within(prior, head, solve(normals, POSE_SIZE + min(components, prior.size)))
        if components:
            samples = prior.bake(head.latent)
    return Candidate(head, samples, _misfit(prior, head, samples, rays, options, reach))


def _held(normals: Normals, head: PosedHead, spread: float, upright: bool) -> Normals:
    """The size stays a head's; at first the head stays upright."""
    precision = torch.zeros_like(normals.gradient)
    precision[6] = spread**-2
    pull = torch.zeros_like(normals.gradient)
    pull[6] = precision[6] * float(np.log(head.pose.scale))
    if upright:
        precision[[0, 2]] = TURN_SPREAD**-2
    return normals.plus(torch.diag(precision), pull)


def _misfit(
    prior: HeadPrior,
    head: PosedHead,
    samples: Tensor,
    rays: SilhouetteRays,
    options: SearchOptions,
    reach: float,
) -> float:
    there = rays.in_frame(head.pose)
    points = least_along_rays(prior.grid, samples, there.origins, there.directions)
    square = (prior.grid.value(samples, points) / reach) ** 2
    return options.outline * float((square / (1 + square)).mean()) + float((head.latent**2).sum())


def _starts(
    photos: PhotoSet, prior: HeadPrior, rays: SilhouetteRays, scale: float, count: int
) -> list[Similarity]:
    """Similarities scene -> canonical that stand the mean head upright in the masks, looking all around."""
    center = _middle(photos)
    up = _unit(np.mean([-camera.rotation[1] for camera in photos.cameras], axis=0))
    toward = np.mean([camera.center - center for camera in photos.cameras], axis=0)
    toward = toward - up * (toward @ up)
    if np.linalg.norm(toward) < 1e-3:
        toward = np.cross(up, [1.0, 0.3, 0.1])
    front = _unit(toward)
    upright = np.stack([np.cross(up, front), up, front])
    mean = prior.bake(torch.zeros(prior.size, device=photos.device))
    top, middle = _top_and_middle(prior, mean.cpu().numpy())
    nearest = _nearest_to(center, rays)
    height = float(np.quantile((nearest - center) @ up, 0.98))
    out = []
    for turn in range(count):
        angle = 2 * np.pi * turn / count
        c, s = np.cos(angle), np.sin(angle)
        rotation = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) @ upright
        at = scale * (rotation @ center)
        shift = np.array([middle[0] - at[0], top - scale * height - at[1], middle[1] - at[2]])
        out.append(Similarity(scale, rotation, shift))
    return out


def _middle(photos: PhotoSet) -> NDArray[np.float64]:
    """The point nearest to all rays through the masks' centroids, (3,)."""
    matrix, right = 1e-9 * np.eye(3), np.zeros(3)
    for mask, camera in zip(photos.masks.cpu().numpy(), photos.cameras, strict=True):
        row, column = np.nonzero(mask)
        origin, direction = camera.rays(np.array([[column.mean(), row.mean()]]))
        across = np.eye(3) - np.outer(direction[0], direction[0])
        matrix, right = matrix + across, right + across @ origin[0]
    return np.asarray(np.linalg.solve(matrix, right))


def _nearest_to(center: NDArray[np.float64], rays: SilhouetteRays) -> NDArray[np.float64]:
    """The point of each ray that is nearest to `center`, (M, 3)."""
    origins, directions = rays.origins.cpu().numpy(), rays.directions.cpu().numpy()
    depth = ((center - origins) * directions).sum(axis=1, keepdims=True)
    return np.asarray(origins + depth * directions, dtype=np.float64)


def _top_and_middle(prior: HeadPrior, mean: NDArray[np.float32]) -> tuple[float, NDArray[np.float64]]:
    """Height of the mean head's top, and (x, z) of its middle, canonical mm."""
    inside = prior.grid.nodes()[mean < 0]
    top = float(inside[:, 1].max())
    head = inside[inside[:, 1] > top - HEAD_HEIGHT]
    return top, head[:, [0, 2]].mean(axis=0)


def _unit(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float64)
