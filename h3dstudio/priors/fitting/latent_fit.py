"""Phase A of H3D-Net: the head of the prior, and its place in the scene, that the photos and masks show.

Gauss-Newton on a similarity and the latent code, first from silhouettes and landmarks, then with
photo-consistency from coarse to fine. It works in the canonical frame: the prior's own grid is the field, and
the cameras move around it. Source: Ramon et al., "H3D-Net", ICCV 2021, section 3.3, with Gauss-Newton in
place of Adam.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.photometry.photo_consistency import (
    Comparison,
    PhotoOptions,
    PhotoReport,
    SourcePixels,
    draw_source_pixels,
    find_visible,
    noise_levels,
    photo_term,
)
from h3dstudio.photometry.photos import PhotoSet, moved_points
from h3dstudio.photometry.silhouettes import (
    CONTOUR,
    SilhouetteOptions,
    SilhouetteRays,
    contour_spread,
    least_along_rays,
    silhouette_rays,
    silhouette_term,
)
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.latent_equations import landmark_equations, likely_step, normal_equations
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, moved_within
from h3dstudio.surface.normal_equations import Quadratic
from h3dstudio.surface.surface_finder import MeshProxy

SCALE = 6
"""Place of the log scale among the unknowns."""
SIZE_SPREAD = 0.15
"""Of the scale (log) about where a fit starts: outlines that no head has would shrink it without end."""


TWO_SIDED = (1.0, math.inf)
"""`FitOptions.beyond` that counts all outlines alike."""
WORN, OFF = 0.05, 4.0
"""Share of the outlines above the shoulders that lie so many mm beyond the head where it wears hair or a hat:
0 to .010 of those of plain heads did, .13 to .46 with hair."""


@dataclass(frozen=True)
class FitOptions:
    """How phase A weighs what it sees.

    Attributes:
        silhouette_steps: from silhouettes and landmarks alone.
        first_steps: of these, with three times the reach.
        last_steps: of these, with a reach of a few times what most of the outline is off: hair and clothes
            that the prior does not know must not stretch the head.
        reach: mm (Geman-McClure) of a silhouette; `least_reach` at least.
        beyond: share and reach (mm) of outlines beyond the head: it lies within the mask, and what the mask
            has more may be hair, hats or clothes; beside photos only where it has (see `WORN`).
        contour_rays: over all views.
        outline: independent observations that the silhouettes count for; and beside the photos.
        landmark_sigma: mm.
        photo_levels: (pyramid level, steps), coarse to fine.
        sources: source pixels.
        photo_weight: independent patches that the photos count for.
    """

    silhouette_steps: int = 14
    first_steps: int = 5
    last_steps: int = 4
    reach: float = 8.0
    least_reach: float = 2.0
    beyond: tuple[float, float] = (0.3, 4.0)
    contour_rays: int = 1200
    outline: float = 200.0
    outline_beside_photos: float = 600.0
    least_spread: float = 0.3
    landmark_sigma: float = 2.0
    photo_levels: tuple[tuple[int, int], ...] = ((2, 6), (1, 6), (0, 6))
    sources: int = 6000
    photo_weight: float = 3_000.0
    photo: PhotoOptions = field(default_factory=lambda: PhotoOptions(neighbours=2, robust=0.5))


@dataclass(frozen=True, eq=False)
class LandmarkTargets:
    """Points of the scene (L, 3), working frame, and which of the 68 they are (L,)."""

    index: Tensor
    points: Tensor


@dataclass(frozen=True, eq=False)
class Shape:
    """A head in the canonical frame. Whoever looks at a step and the next step share what is made of it."""

    prior: HeadPrior
    latent: Tensor

    @cached_property
    def samples(self) -> Tensor:
        """(nodes,) of the prior's grid, mm."""
        return self.prior.bake(self.latent)

    @cached_property
    def mesh(self) -> TriangleMesh:
        return canonical_mesh(self.prior, self.samples)


@dataclass(frozen=True, eq=False)
class FitStep:
    """One iteration: the head so far, its shape, and how well the outline fits, mm.

    Attributes:
        level: of the photos' pyramid that were compared, and their mean correlation; -1 where none were.
        agreement: that correlation as a share of what noise leaves attainable.
    """

    head: PosedHead
    shape: Shape
    silhouette: float
    correlation: float = 0.0
    agreement: float = 0.0
    level: int = -1


def fit_silhouettes(
    photos: PhotoSet,
    prior: HeadPrior,
    head: PosedHead,
    landmarks: LandmarkTargets | None,
    rng: np.random.Generator,
    options: FitOptions,
) -> Generator[FitStep, None, PosedHead]:
    """Pose and latent from outlines (and landmarks). Yields after each step."""
    rays, usual = contour_rays(photos, rng, options), head.pose.scale
    shape = Shape(prior, head.latent)
    for step in range(options.silhouette_steps):
        samples = shape.samples
        there = rays.in_frame(head.pose)
        reach = options.reach * (3 if step < options.first_steps else 1)
        if step >= options.silhouette_steps - options.last_steps:
            reach = _narrow(_misfit(prior, samples, there), options)
        term = outline_term(prior, samples, there, 1.0, options.outline, reach, beyond=options.beyond)
        head = _stepped(prior, head, samples, [term], landmarks, options.landmark_sigma, usual)
        shape = Shape(prior, head.latent)
        yield FitStep(head, shape, _misfit(prior, samples, rays.in_frame(head.pose)))
    return head


def fit_photos(
    photos: PhotoSet,
    prior: HeadPrior,
    head: PosedHead,
    landmarks: LandmarkTargets | None,
    rng: np.random.Generator,
    options: FitOptions,
) -> Generator[FitStep, None, PosedHead]:
    """Pose and latent from the photos as well, coarse to fine. Yields after each step."""
    rays, usual = contour_rays(photos, rng, options), head.pose.scale
    noise = noise_levels(photos, options.photo)
    shape = Shape(prior, head.latent)
    spread = max(options.least_spread, _misfit(prior, shape.samples, rays.in_frame(head.pose)))
    reach = _narrow(spread, options)
    worn = _share_beyond(prior, shape.samples, rays.in_frame(head.pose)) > WORN
    beyond = options.beyond if worn else TWO_SIDED
    for level, steps in options.photo_levels:
        sources = draw_source_pixels(photos, level, options.sources, rng)
        for _ in range(steps):
            there, pixels = photos.in_frame(head.pose), sources.in_frame(head.pose)
            outline = outline_term(
                prior,
                shape.samples,
                rays.in_frame(head.pose),
                spread,
                options.outline_beside_photos,
                reach,
                beyond=beyond,
            )
            term, report = _photos(shape, there, pixels, level, noise, options)
            sigma = 0.75 * options.landmark_sigma
            head = _stepped(prior, head, shape.samples, [outline, *term], landmarks, sigma, usual)
            shape = Shape(prior, head.latent)
            yield FitStep(head, shape, spread, report.correlation, report.agreement, level)
    return head


HAIR_REACHES = (24.0, 24.0, 16.0, 16.0, 8.0, 8.0)
"""mm (Geman-McClure) of the outline in each step that fits hair: it stands off by centimetres."""


def fit_hair(
    photos: PhotoSet, prior: HeadPrior, head: PosedHead, rng: np.random.Generator, options: FitOptions
) -> PosedHead:
    """The same head with the hair that the outlines show: all else of it stays."""
    rays = contour_rays(photos, rng, options).in_frame(head.pose)
    hair = slice(POSE_SIZE + prior.size - prior.hair, None)
    for reach in HAIR_REACHES:
        samples = prior.bake(head.latent)
        term = outline_term(prior, samples, rays, 1.0, options.outline, reach)
        normals = normal_equations(prior, head, samples, [term], hair=True)
        step = torch.zeros_like(normals.gradient)
        step[hair] = -torch.linalg.solve(normals.matrix[hair, hair], normals.gradient[hair])
        head = head.moved(step.float())
    return head


def contour_rays(photos: PhotoSet, rng: np.random.Generator, options: FitOptions) -> SilhouetteRays:
    """Rays through the outlines of all masks."""
    return silhouette_rays(photos, rng, max(60, options.contour_rays // photos.count), (CONTOUR,))


def canonical_mesh(prior: HeadPrior, samples: Tensor) -> TriangleMesh:
    """The zero level of the prior's field, canonical frame."""
    grid = prior.grid
    return zero_level(samples.reshape(grid.shape).cpu().numpy(), grid.origin, grid.spacing)


def _narrow(spread: float, options: FitOptions) -> float:
    """A reach that most of the outline is well within."""
    return float(np.clip(4 * spread, options.least_reach, options.reach))


def _share_beyond(prior: HeadPrior, samples: Tensor, rays: SilhouetteRays) -> float:
    """Share of the outline above the shoulders that lies `OFF` beyond the head."""
    points = least_along_rays(prior.grid, samples, rays.origins, rays.directions)
    value = prior.grid.value(samples, points)[points[:, 1] > prior.torso]
    return float((value > OFF).float().mean()) if len(value) else 0.0


def _misfit(prior: HeadPrior, samples: Tensor, rays: SilhouetteRays) -> float:
    return contour_spread(prior.grid, samples, rays)


def outline_term(
    prior: HeadPrior,
    samples: Tensor,
    rays: SilhouetteRays,
    sigma: float,
    count: float,
    reach: float,
    *,
    torso: bool = True,
    beyond: tuple[float, float] = TWO_SIDED,
) -> Quadratic:
    """The silhouettes as `count` independent observations; `torso` discounts what is below the neck.

    Args:
        beyond: see `FitOptions`.
    """
    options = SilhouetteOptions(correlation=max(1e-3, len(rays.kind) / count), robust=reach)
    term = silhouette_term(prior.grid, samples, rays, sigma, options)
    share, far = beyond
    value = term.gradient[:, 0] / term.hessian[:, 0, 0].clamp(min=1e-12)
    kept = torch.where(value > 0, share / (1 + (value / far) ** 2) ** 2, torch.ones_like(value))
    term = Quadratic(term.points, term.hessian * kept[:, None, None], term.gradient * kept[:, None])
    return _discounted(term, prior.torso) if torso else term


def photo_agreement(
    photos: PhotoSet,
    prior: HeadPrior,
    head: PosedHead,
    level: int,
    noise: list[float],
    rng: np.random.Generator,
    options: FitOptions | None = None,
) -> float:
    """How the photos agree on a head of the prior (`photo_consistency.agreement`); 0 for a single photo."""
    options = options or FitOptions(sources=1500)
    if photos.count < 2:
        return 0.0
    sources = draw_source_pixels(photos, level, options.sources, rng)
    there = photos.in_frame(head.pose)
    shape = Shape(prior, head.latent)
    return _photos(shape, there, sources.in_frame(head.pose), level, noise, options)[1].agreement


def _discounted(term: Quadratic, torso: float) -> Quadratic:
    share = 0.1 + 0.9 * torch.sigmoid((term.points[:, 0, 1] - torso) / 8)
    return Quadratic(term.points, term.hessian * share[:, None, None], term.gradient * share[:, None])


def _photos(
    shape: Shape,
    photos: PhotoSet,
    sources: SourcePixels,
    level: int,
    noise: list[float],
    options: FitOptions,
) -> tuple[list[Quadratic], PhotoReport]:
    if photos.count < 2:
        return [], PhotoReport(0.0, 0, 0.0)
    pixel = float((photos.centers.norm(dim=1).mean()) / photos.cameras[0].intrinsics[0, 0])
    wanted = replace(options.photo, finest=0.5 * pixel * 2**level)
    comparison = Comparison(
        photos, shape.prior.grid, shape.samples, MeshProxy(shape.mesh), noise[level], 1, wanted
    )
    visible = find_visible(comparison, sources)
    count = max(1, int(visible.seen.sum()))
    sources = replace(sources, coverage=1.0)
    share = options.photo_weight / count
    term, report = photo_term(comparison, sources, visible)
    keep = term.points[:, 0, 1] > shape.prior.torso - 5
    weighed = Quadratic(term.points[keep], share * term.hessian[keep], share * term.gradient[keep])
    return [weighed], report


def _stepped(
    prior: HeadPrior,
    head: PosedHead,
    samples: Tensor,
    terms: list[Quadratic],
    landmarks: LandmarkTargets | None,
    sigma: float,
    usual: float,
) -> PosedHead:
    normals = normal_equations(prior, head, samples, terms)
    size = torch.zeros_like(normals.gradient)
    size[SCALE] = SIZE_SPREAD**-2
    normals = normals.plus(torch.diag(size), size * float(np.log(head.pose.scale / usual)))
    if landmarks is not None:
        points = moved_points(head.pose, landmarks.points)
        normals = normals.plus(*landmark_equations(prior, head, landmarks.index, points, sigma))
    return moved_within(prior, head, likely_step(normals, head.latent, prior.size - prior.hair))
