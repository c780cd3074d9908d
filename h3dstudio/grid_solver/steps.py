"""The two kinds of work a schedule consists of: a sweep, and a Gauss-Newton step."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from h3dstudio.errors import MeshError, ReconstructionError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.grid_solver.schedule import RefineStage, Schedule, SweepStage
from h3dstudio.grid_solver.state import SceneState
from h3dstudio.photometry.depth_fusion import Fusion, restore_missed
from h3dstudio.photometry.photo_consistency import (
    Comparison,
    PhotoReport,
    SourcePixels,
    draw_source_pixels,
    find_visible,
    noise_levels,
    photo_term,
)
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.plane_sweep import sweep
from h3dstudio.photometry.shading import shading_term
from h3dstudio.photometry.silhouettes import (
    SilhouetteRays,
    contour_spread,
    measured_silhouette_term,
    silhouette_rays,
)
from h3dstudio.photometry.view_geometry import neighbours, spread_views, surface_map
from h3dstudio.surface.normal_equations import Quadratic, gauss_newton_step
from h3dstudio.surface.redistance import redistance
from h3dstudio.surface.smoothness import smoothness_term
from h3dstudio.surface.surface_finder import MeshProxy

RECESS = 1.0
"""mm: smoothing takes no more than this off edges that stand out."""
LEAST_SPREAD, MOST_SPREAD = 0.5, 2.0
"""mm: bounds of the silhouettes' standard deviation."""


@dataclass(frozen=True, eq=False)
class Observations:
    """What stays the same from step to step: photos, rays, noise, and the seed all draws derive from."""

    photos: PhotoSet
    schedule: Schedule
    rays: SilhouetteRays
    noise: list[float]
    seed: int

    @staticmethod
    def of(photos: PhotoSet, schedule: Schedule, seed: int) -> Observations:
        rng = np.random.default_rng([seed, 0])
        rays = silhouette_rays(photos, rng, max(1, schedule.silhouettes // photos.count))
        return Observations(photos, schedule, rays, noise_levels(photos, schedule.photo), seed)

    def rng(self, *place: int) -> np.random.Generator:
        """One generator for every place in the schedule: resuming draws what not stopping would have."""
        return np.random.default_rng([self.seed, *place])


@dataclass(frozen=True)
class StepMetrics:
    """Scalars of one step, as `jobs.events.Metrics` carries them; losses are those before the step.

    Attributes:
        photo: 1 - mean correlation of the compared patches.
        silhouette: robust standard deviation of the outlines' distance from the surface, mm.
        moved: mean change of the field where something is measured, mm.
        pairs: compared patches.
    """

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


@dataclass(frozen=True, eq=False)
class SweepNews:
    """How far a sweep is.

    Attributes:
        phase: what is being done, for people.
        mesh: makes the surface as the maps so far have it (working frame); it costs only who calls it, and
            what comes out at the end does not depend on it. Raises MeshError when there is none.
    """

    phase: str
    mesh: Callable[[], TriangleMesh]


def run_sweep(
    observed: Observations, state: SceneState, stage: SweepStage
) -> Generator[SweepNews, None, SceneState]:
    """Depth maps around the surface as it is, fused into a new base.

    Yields news after each, so that whoever drives it stays in control.
    """
    from scipy.ndimage import gaussian_filter

    photos, schedule = observed.photos, observed.schedule
    if photos.count < 2:
        return state
    field = state.field()
    finder = MeshProxy(_mesh(state, field))
    flat, level = field.reshape(-1), stage.sweep.level
    fusion = Fusion(photos, state.grid, flat, level, truncation=stage.truncation, carry=stage.carry)
    references = spread_views(photos, schedule.references)
    for made, view in enumerate(references):
        others = neighbours(photos, view, schedule.sweep_neighbours)
        depth, normal = surface_map(photos, state.grid, flat, finder, view, level)
        if others and torch.isfinite(depth).any():
            fusion.add(view, sweep(photos, view, others, depth, normal, observed.noise[level], stage.sweep))
        yield SweepNews(
            f"depth search {made + 1}/{len(references)}",
            lambda: state.mesh(fusion.current_field().reshape(field.shape)),
        )
    fused = restore_missed(photos, state.grid, flat, fusion.field())
    exact = fused.reshape(field.shape).cpu().numpy()
    smooth = np.minimum(gaussian_filter(exact, stage.smoothing / state.grid.spacing), exact + RECESS)
    swept = torch.from_numpy(smooth).to(field.device)
    mesh = _mesh(state, swept)
    yield SweepNews("depth maps joined", lambda: mesh)
    return state.rebased(redistance(state.grid, swept, mesh))


def _mesh(state: SceneState, field: Tensor) -> TriangleMesh:
    try:
        return state.mesh(field)
    except MeshError as error:
        raise ReconstructionError(
            f"the surface vanished ({error.problem})",
            remedy="Check the masks and cameras with 'h3dstudio info', or use other views",
        ) from error


def sources_of(observed: Observations, place: int, level: int, count: int | None = None) -> SourcePixels:
    """The source pixels of a whole stage: fixed, so that its steps minimise one energy.

    Args:
        count: of them; the schedule's, if None.
    """
    count = observed.schedule.sources if count is None else count
    return draw_source_pixels(observed.photos, level, count, observed.rng(1, place))


@dataclass(frozen=True, eq=False)
class DataTerms:
    """What photos and masks say about a surface: quadratics, how the photos agree, the outline's misfit."""

    terms: list[Quadratic]
    report: PhotoReport
    missed: float


def data_terms(
    observed: Observations,
    state: SceneState,
    stage: RefineStage,
    field: Tensor,
    finder: MeshProxy,
    sources: SourcePixels,
) -> DataTerms:
    """The photos at a pyramid level and the masks, about field (X, Y, Z) whose mesh `finder` casts at."""
    photos, schedule, grid = observed.photos, observed.schedule, state.grid
    flat = field.reshape(-1)
    terms: list[Quadratic] = []
    report = PhotoReport(0.0, 0, 0.0)
    if photos.count > 1 and len(sources.view):
        wanted = replace(schedule.photo, overlap=schedule.photo.overlap * stage.discount)
        noise = observed.noise[sources.level]
        comparison = Comparison(photos, grid, flat, finder, noise, 2, wanted)
        visible = find_visible(comparison, sources)
        term, report = photo_term(comparison, sources, visible)
        terms.append(term)
    options = replace(schedule.silhouette, robust=stage.silhouette_reach)
    term, missed = measured_silhouette_term(grid, flat, observed.rays, state.spread, options)
    return DataTerms([*terms, term], report, missed)


def refine_step(
    observed: Observations, state: SceneState, stage: RefineStage, sources: SourcePixels
) -> tuple[SceneState, TriangleMesh, StepMetrics]:
    """One Gauss-Newton step; also returns the surface before it."""
    field = state.field()
    mesh = _mesh(state, field)
    finder, flat = MeshProxy(mesh), field.reshape(-1)
    data = data_terms(observed, state, stage, field, finder, sources)
    rng = observed.rng(2, state.stage, state.step)
    terms = [*data.terms, *smoothness_term(state.grid, flat, mesh, rng, observed.schedule.smoothness)]
    if observed.photos.count > 1 and observed.schedule.shading is not None:
        terms.append(shading_term(observed.photos, state.grid, flat, finder, rng, observed.schedule.shading))
    coefficients = state.coefficients.copy()
    taken = gauss_newton_step(state.pyramid, coefficients, terms, finest=stage.finest)
    metrics = StepMetrics(1 - data.report.correlation, data.missed, taken.mean, data.report.pairs)
    return replace(state, coefficients=coefficients), mesh, metrics


def with_spread(observed: Observations, state: SceneState) -> SceneState:
    """Freeze the silhouettes' standard deviation at what the first fused surface leaves."""
    spread = contour_spread(state.grid, state.field().reshape(-1), observed.rays)
    return replace(state, spread=float(np.clip(spread, LEAST_SPREAD, MOST_SPREAD)))
