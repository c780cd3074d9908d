"""What is done in which order, and how finely, for each quality."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from h3dstudio.errors import UsageError
from h3dstudio.photometry.photo_consistency import PhotoOptions
from h3dstudio.photometry.plane_sweep import SweepOptions
from h3dstudio.photometry.shading import ShadingOptions
from h3dstudio.photometry.silhouettes import SilhouetteOptions
from h3dstudio.priors.fitting.latent_fit import FitOptions
from h3dstudio.surface.smoothness import SmoothnessOptions

FEW_VIEWS = 12
"""Up to this many photos, the last stage takes the schedule's extra steps."""
DISCOUNT_PER_PHOTO = 0.125
RAYS_PER_PHOTO, MOST_RAYS = 2_000, 40_000
"""Silhouette rays of each kind that a photo deserves (250 left heads at 0.45 mm with 32 photos, 1000 at
0.42), and that all of them get."""


@dataclass(frozen=True)
class SweepStage:
    """Look for depth widely around the surface, and fuse what the photos agree on.

    Attributes:
        truncation: mm around a depth map where it votes.
        smoothing: mm of the Gaussian over the fused field.
        carry: where nothing votes, move the surface along with what votes around it: right for a hull, which
            is too big everywhere. A head that is nearly right stays where it is.
    """

    sweep: SweepOptions
    truncation: float = 9.0
    smoothing: float = 2.0
    carry: bool = True
    steps: int = 1


@dataclass(frozen=True)
class RefineStage:
    """Gauss-Newton on photos, masks and smoothness at one pyramid level of the photos.

    Attributes:
        level: of the image pyramid; 0 is full resolution.
        share: of the schedule's source pixels; each stage draws its own.
        finest: finest residual level that moves; 0 is the grid's own spacing.
        silhouette_reach: mm by which a silhouette may miss the surface and still pull it; far with coarse
            levels only, or they leave crumbs.
        discount: what the photos' weights are divided by; with a prior every photo adds
            `DISCOUNT_PER_PHOTO` to it. Patches err together (light that turns, the trend that is taken off),
            the more of them overlap the more. Discounted, they leave the face nearer to the truth, and
            outlines decide the rest.
    """

    level: int
    steps: int
    finest: int = 0
    silhouette_reach: float = 4.0
    discount: float = 1.0
    share: float = 1.0


Stage = SweepStage | RefineStage


@dataclass(frozen=True)
class Schedule:
    """A reconstruction from start to end.

    Attributes:
        spacing: mm of the finest grid.
        sigmas: mm, standard deviation of the residual's levels from fine to coarse.
        image_side: longer photos are reduced to this many pixels.
        sources: source pixels a step.
        silhouettes: silhouette rays of each kind a step, over all photos.
        references: photos that get a depth map in a sweep.
        sweep_neighbours: other photos each is compared with.
        hull_smoothing: mm.
        extra_steps: of the longest stage with few photos (see `for_views`), but at least `extra_from`.
        extra_sources: source pixels a step on top from `extra_from` photos: with fewer they show nothing new.
        export_edge: mm: the mesh is refined until its edges are about this short.
        shading: how shading is read; None = not. It takes normals that are nearly right to learn the light
            from, as a prior's head has them.
        fit: of the prior's head (H3D-Net).
        with_prior: starts from a prior's head; one photo cannot refine it.
        unsure: stages before the others where outlines contradict the prior's head.
    """

    stages: tuple[Stage, ...]
    spacing: float = 3.0
    sigmas: tuple[float, ...] = (0.3, 0.6, 1.2, 2.5, 6.0, 12.0)
    image_side: int = 640
    sources: int = 14_000
    silhouettes: int = 2_000
    references: int = 8
    sweep_neighbours: int = 2
    hull_smoothing: float = 12.0
    export_edge: float = 2.2
    extra_steps: int = 0
    extra_sources: int = 0
    extra_from: int = 1
    photo: PhotoOptions = field(default_factory=PhotoOptions)
    silhouette: SilhouetteOptions = field(default_factory=SilhouetteOptions)
    smoothness: SmoothnessOptions = field(default_factory=SmoothnessOptions)
    shading: ShadingOptions | None = None
    fit: FitOptions = field(default_factory=FitOptions)
    with_prior: bool = False
    mismatch_stages: tuple[Stage, ...] = ()

    @property
    def total_steps(self) -> int:
        return sum(stage.steps for stage in self.stages)


WIDE_SWEEP = SweepStage(SweepOptions(step=2.0), smoothing=3.0)
NEAR_SWEEP = SweepStage(SweepOptions(outward=15.0, inward=30.0))
FINE_SWEEP = SweepStage(
    SweepOptions(level=0, outward=4.0, inward=4.0, step=0.5), truncation=6.0, smoothing=1.5
)

_FROM_HULL = {
    "draft": Schedule(
        stages=(WIDE_SWEEP, RefineStage(1, 4, finest=1, silhouette_reach=12.0), RefineStage(0, 3)),
        spacing=4.0,
        sources=6_000,
        export_edge=3.0,
    ),
    "standard": Schedule(
        stages=(
            WIDE_SWEEP,
            NEAR_SWEEP,
            RefineStage(1, 4, finest=1, silhouette_reach=12.0),
            FINE_SWEEP,
            RefineStage(0, 10),
        ),
        extra_steps=4,
    ),
    "high": Schedule(
        stages=(
            WIDE_SWEEP,
            NEAR_SWEEP,
            RefineStage(1, 6, finest=1, silhouette_reach=12.0),
            FINE_SWEEP,
            RefineStage(0, 20),
        ),
        spacing=2.0,
        sigmas=(0.2, 0.4, 0.8, 1.6, 4.0, 8.0),
        image_side=1024,
        sources=21_000,
        export_edge=1.5,
    ),
}


def hull_schedule(quality: str) -> Schedule:
    """The schedule that starts from the visual hull. Raises UsageError for an unknown quality."""
    try:
        return _FROM_HULL[quality]
    except KeyError:
        known = ", ".join(_FROM_HULL)
        raise UsageError(f"quality is {quality!r}, expected one of {known}") from None


def for_views(schedule: Schedule, count: int) -> Schedule:
    """The same schedule for `count` photos: a step costs less with few of them, so there is time for more."""
    if count < 2 and schedule.with_prior:
        return replace(schedule, stages=())
    stages = list(schedule.stages)
    if schedule.with_prior:
        stages = [_discounted(stage, DISCOUNT_PER_PHOTO * count) for stage in stages]
        rays = max(schedule.silhouettes, min(RAYS_PER_PHOTO * count, MOST_RAYS))
        schedule = replace(schedule, silhouettes=rays)
    if schedule.extra_from <= count:
        schedule = replace(schedule, sources=schedule.sources + schedule.extra_sources)
    if schedule.extra_from <= count <= FEW_VIEWS:
        longest = max(range(len(stages)), key=lambda place: stages[place].steps)
        stages[longest] = replace(stages[longest], steps=stages[longest].steps + schedule.extra_steps)
    return replace(schedule, stages=tuple(stages))


def _discounted(stage: Stage, more: float) -> Stage:
    return replace(stage, discount=stage.discount + more) if isinstance(stage, RefineStage) else stage
