"""The two kinds of work a schedule consists of: a sweep, and a Gauss-Newton step."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from h3dstudio.errors import MeshError, ReconstructionError
from h3dstudio.fields.fusion import fuse, restore_missed
from h3dstudio.fields.normal_equations import Quadratic, gauss_newton_step
from h3dstudio.fields.photo_consistency import (
    PhotoReport,
    SourcePixels,
    draw_source_pixels,
    find_visible,
    noise_levels,
    photo_term,
    trend_basis,
)
from h3dstudio.fields.photos import PhotoSet
from h3dstudio.fields.plane_sweep import sweep
from h3dstudio.fields.redistance import redistance
from h3dstudio.fields.silhouettes import SilhouetteRays, contour_spread, silhouette_rays, silhouette_term
from h3dstudio.fields.smoothness import smoothness_term
from h3dstudio.fields.surface_finder import MeshProxy
from h3dstudio.fields.view_geometry import neighbours, spread_views, surface_map
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.training.schedule import RefineStage, Schedule, SweepStage
from h3dstudio.training.state import SceneState

RECESS = 1.0
"""mm: smoothing takes no more than this off edges that stand out."""
LEAST_SPREAD, MOST_SPREAD = 0.5, 2.0
"""mm: bounds of the silhouettes' standard deviation."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What stays the same from step to step: photos, rays, noise, and the seed all draws derive from."""

    photos: PhotoSet
    schedule: Schedule
    rays: SilhouetteRays
    noise: list[float]
    seed: int

    @staticmethod
    def of(photos: PhotoSet, schedule: Schedule, seed: int) -> Problem:
        rng = np.random.default_rng([seed, 0])
        rays = silhouette_rays(photos, rng, max(1, schedule.silhouettes // photos.count))
        return Problem(photos, schedule, rays, noise_levels(photos, schedule.photo), seed)

    def rng(self, *place: int) -> np.random.Generator:
        """One generator for every place in the schedule: resuming draws what not stopping would have."""
        return np.random.default_rng([self.seed, *place])


@dataclass(frozen=True)
class StepMetrics:
    """Scalars of one step, as `jobs.events.Metrics` carries them."""

    photo: float
    silhouette: float
    moved: float
    pairs: int

    def as_dict(self) -> dict[str, float]:
        return {
            "photo loss": self.photo,
            "silhouette mm": self.silhouette,
            "moved mm": self.moved,
            "pairs": float(self.pairs),
        }


def run_sweep(
    problem: Problem, state: SceneState, stage: SweepStage
) -> Generator[tuple[int, int], None, SceneState]:
    """Depth maps around the surface as it is, fused into a new base.

    Yields (maps made, maps to make) after each, so that whoever drives it stays in control.
    """
    from scipy.ndimage import gaussian_filter

    photos, schedule = problem.photos, problem.schedule
    if photos.count < 2:
        return state
    field = state.field()
    finder = MeshProxy(_mesh(state, field))
    flat, level = field.reshape(-1), stage.sweep.level
    maps = {}
    references = spread_views(photos, schedule.references)
    for made, view in enumerate(references):
        others = neighbours(photos, view, schedule.sweep_neighbours)
        depth, normal = surface_map(photos, state.grid, flat, finder, view, level)
        if others and torch.isfinite(depth).any():
            maps[view] = sweep(photos, view, others, depth, normal, problem.noise[level], stage.sweep)
        yield made + 1, len(references)
    fused = fuse(photos, state.grid, flat, maps, level, truncation=stage.truncation)
    fused = restore_missed(photos, state.grid, flat, fused)
    exact = fused.reshape(field.shape).cpu().numpy()
    smooth = np.minimum(gaussian_filter(exact, stage.smoothing / state.grid.spacing), exact + RECESS)
    return rebase(state, torch.from_numpy(smooth).to(field.device))


def rebase(state: SceneState, field: Tensor) -> SceneState:
    """Start over from this field as a true signed distance, with no residual."""
    return state.rebased(redistance(state.grid, field, _mesh(state, field)))


def _mesh(state: SceneState, field: Tensor) -> TriangleMesh:
    try:
        return state.mesh(field)
    except MeshError as error:
        raise ReconstructionError(
            f"the surface vanished ({error.problem})",
            remedy="Check the masks and cameras with 'h3dstudio info', or use other views",
        ) from error


def sources_of(problem: Problem, place: int, level: int) -> SourcePixels:
    """The source pixels of a whole stage: fixed, so that its steps minimise one energy."""
    return draw_source_pixels(problem.photos, level, problem.schedule.sources, problem.rng(1, place))


def refine_step(
    problem: Problem, state: SceneState, stage: RefineStage, sources: SourcePixels
) -> tuple[SceneState, TriangleMesh, StepMetrics]:
    """One Gauss-Newton step; also returns the surface before it."""
    photos, schedule, grid = problem.photos, problem.schedule, state.grid
    field = state.field()
    mesh = _mesh(state, field)
    flat = field.reshape(-1)
    terms: list[Quadratic] = []
    report = PhotoReport(0.0, 0, 0.0)
    if photos.count > 1 and len(sources.view):
        visible = find_visible(photos, grid, flat, MeshProxy(mesh), sources, schedule.photo)
        term, report = photo_term(
            photos,
            grid,
            flat,
            sources,
            visible,
            stage.level,
            problem.noise[stage.level],
            trend_basis(2, photos.device),
            schedule.photo,
        )
        terms.append(term)
    options = replace(schedule.silhouette, robust=stage.silhouette_reach)
    terms.append(silhouette_term(grid, flat, problem.rays, state.spread, options))
    rng = problem.rng(2, state.stage, state.step)
    terms += smoothness_term(grid, flat, mesh, rng, schedule.smoothness)
    coefficients = state.coefficients.copy()
    taken = gauss_newton_step(state.pyramid, coefficients, terms, finest=stage.finest)
    metrics = StepMetrics(1 - report.correlation, state.spread, taken.mean, report.pairs)
    return replace(state, coefficients=coefficients), mesh, metrics


def with_spread(problem: Problem, state: SceneState) -> SceneState:
    """Freeze the silhouettes' standard deviation at what the first fused surface leaves."""
    spread = contour_spread(state.grid, state.field().reshape(-1), problem.rays)
    return replace(state, spread=float(np.clip(spread, LEAST_SPREAD, MOST_SPREAD)))
