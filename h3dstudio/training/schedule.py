"""What is done in which order, and how finely, for each quality."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from h3dstudio.errors import UsageError
from h3dstudio.fields.photo_consistency import PhotoOptions
from h3dstudio.fields.plane_sweep import SweepOptions
from h3dstudio.fields.silhouettes import SilhouetteOptions
from h3dstudio.fields.smoothness import SmoothnessOptions

FEW_VIEWS = 12
"""Up to this many photos, the last stage takes the schedule's extra steps."""


@dataclass(frozen=True)
class SweepStage:
    """Look for depth widely around the surface, and fuse what the photos agree on.

    Attributes:
        truncation: mm around a depth map where it votes.
        smoothing: mm of the Gaussian over the fused field.
    """

    sweep: SweepOptions
    truncation: float = 9.0
    smoothing: float = 2.0
    steps: int = 1


@dataclass(frozen=True)
class RefineStage:
    """Gauss-Newton on photos, masks and smoothness at one pyramid level of the photos.

    Attributes:
        level: of the image pyramid; 0 is full resolution.
        finest: finest residual level that moves; 0 is the grid's own spacing.
        silhouette_reach: mm by which a silhouette may miss the surface and still pull it; far with coarse
            levels only, or they leave crumbs.
    """

    level: int
    steps: int
    finest: int = 0
    silhouette_reach: float = 4.0


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
        extra_steps: taken at the end when there are few photos (see `for_views`).
        export_edge: mm: the mesh is refined until its edges are about this short.
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
    photo: PhotoOptions = field(default_factory=PhotoOptions)
    silhouette: SilhouetteOptions = field(default_factory=SilhouetteOptions)
    smoothness: SmoothnessOptions = field(default_factory=SmoothnessOptions)

    @property
    def total_steps(self) -> int:
        return sum(stage.steps for stage in self.stages)


_FIRST = SweepStage(SweepOptions(step=2.0), smoothing=3.0)
_SECOND = SweepStage(SweepOptions(outward=15.0, inward=30.0))
_FINE = SweepStage(SweepOptions(level=0, outward=4.0, inward=4.0, step=0.5), truncation=6.0, smoothing=1.5)

_SCHEDULES = {
    "draft": Schedule(
        stages=(_FIRST, RefineStage(1, 4, finest=1, silhouette_reach=12.0), RefineStage(0, 3)),
        spacing=4.0,
        sources=6_000,
        export_edge=3.0,
    ),
    "standard": Schedule(
        stages=(
            _FIRST,
            _SECOND,
            RefineStage(1, 4, finest=1, silhouette_reach=12.0),
            _FINE,
            RefineStage(0, 10),
        ),
        extra_steps=4,
    ),
    "high": Schedule(
        stages=(
            _FIRST,
            _SECOND,
            RefineStage(1, 6, finest=1, silhouette_reach=12.0),
            _FINE,
            RefineStage(0, 20),
        ),
        spacing=2.0,
        sigmas=(0.2, 0.4, 0.8, 1.6, 4.0, 8.0),
        image_side=1024,
        sources=21_000,
        export_edge=1.5,
    ),
}


def schedule_for(quality: str) -> Schedule:
    """The schedule of a quality. Raises UsageError for an unknown one."""
    try:
        return _SCHEDULES[quality]
    except KeyError:
        raise UsageError(f"quality is {quality!r}, expected one of {', '.join(_SCHEDULES)}") from None


def for_views(schedule: Schedule, count: int) -> Schedule:
    """The same schedule for `count` photos: a step costs less with few of them, so there is time for more."""
    last = schedule.stages[-1]
    if count > FEW_VIEWS or not isinstance(last, RefineStage):
        return schedule
    more = replace(last, steps=last.steps + schedule.extra_steps)
    return replace(schedule, stages=(*schedule.stages[:-1], more))
