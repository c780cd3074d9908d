"""Pose and latent of the head that photos show: placed, fitted to outlines, then to the photos themselves."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.landmarks import H3DS_OF_68
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.transforms import Similarity, umeyama
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.priors.fitting.camera_fit import fit_cameras
from h3dstudio.priors.fitting.latent_fit import (
    FitOptions,
    FitStep,
    LandmarkTargets,
    Shape,
    fit_photos,
    fit_silhouettes,
)
from h3dstudio.priors.fitting.pose_search import SearchOptions, find_pose
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import PosedHead

T = TypeVar("T")

CLEAR = 0.5
"""Agreement of the photos above which their cameras are not doubted."""
GAIN, LEAST_GAIN = 1.2, 0.04
"""Corrected cameras must raise the agreement by this factor and amount: freeing them costs accuracy."""
LEAST_LANDMARKS = 4
"""Fewer, or nearly collinear ones, do not hold a pose."""


@dataclass(frozen=True, eq=False)
class HeadFit:
    """How far the search for a head is: after each of its phases, and what the next one needs.

    Attributes:
        head: so far.
        silhouette: as outlines and landmarks left it; None before that.
        agreement: level of the photos -> how they agree on the head; empty before they were compared.
    """

    head: PosedHead
    silhouette: PosedHead | None = None
    agreement: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class HeadNews:
    """What is being done, the prior's head now (working frame, made when asked for), and scalars.

    Attributes:
        reached: a phase has ended, and the search can go on from here; such news are no steps.
    """

    phase: str
    mesh: Callable[[], TriangleMesh]
    metrics: Mapping[str, float] = field(default_factory=dict)
    reached: HeadFit | None = None


@dataclass(frozen=True, eq=False)
class FoundHead:
    """The head that was found, with the photos (their cameras corrected, if `moved`) and how they agree."""

    head: PosedHead
    photos: PhotoSet
    agreement: float
    moved: bool = False


def head_steps(landmarks: LandmarkTargets | None, options: FitOptions, scales: Sequence[float]) -> int:
    """How many news `find_head` will have."""
    placing = 1 if landmarks is not None else SearchOptions().tries(len(scales))
    return placing + options.silhouette_steps + sum(steps for _, steps in options.photo_levels)


def find_head(
    photos: PhotoSet,
    prior: HeadPrior,
    landmarks: LandmarkTargets | None,
    seed: int,
    options: FitOptions,
    scales: Sequence[float] = (1.0,),
    cameras: str = "auto",
    start: HeadFit | None = None,
) -> Generator[HeadNews, None, FoundHead]:
    """Pose and latent of the head that the photos show; yields what it has after each step.

    Args:
        cameras: "on" corrects them, "off" does not, "auto" tries where the photos agree little, and keeps
            what makes them agree clearly better.
        start: what an earlier search had come to (`HeadNews.reached`); the end is the same, bit by bit.
    """
    fit = start
    if fit is None:
        head = yield from _placed_head(photos, prior, landmarks, seed, scales)
        fit = HeadFit(head)
        yield HeadNews("fitting the outline", _mesh_of(head, Shape(prior, head.latent)), reached=fit)
    if fit.silhouette is None:
        rng = np.random.default_rng([seed, 11])
        fitted = fit_silhouettes(photos, prior, fit.head, landmarks, rng, options)
        silhouette = yield from _as_news("fitting the outline", fitted)
        fit = HeadFit(silhouette, silhouette)
        yield HeadNews(
            "fitting the prior's head", _mesh_of(silhouette, Shape(prior, silhouette.latent)), reached=fit
        )
    assert fit.silhouette is not None
    if not fit.agreement:
        agreement: dict[int, float] = {}
        rng = np.random.default_rng([seed, 12])
        fitted = fit_photos(photos, prior, fit.silhouette, landmarks, rng, options)
        head = yield from _as_news("fitting the prior's head", fitted, agreement)
        fit = HeadFit(head, fit.silhouette, agreement)
        yield HeadNews("checking the cameras", _mesh_of(head, Shape(prior, head.latent)), reached=fit)
    return (yield from _checked_cameras(photos, prior, landmarks, options, cameras, fit))


def _placed_head(
    photos: PhotoSet,
    prior: HeadPrior,
    landmarks: LandmarkTargets | None,
    seed: int,
    scales: Sequence[float],
) -> Generator[HeadNews, None, PosedHead]:
    """The mean head where landmarks say, or where masks and photos are met best."""
    if landmarks is not None:
        head = PosedHead.mean(prior, _pose_from(prior, landmarks), photos.device)
        yield HeadNews("placing the mean head", lambda: posed_mesh(prior, head))
        return head
    search = find_pose(photos, prior, np.random.default_rng([seed, 10]), scales)
    while True:
        try:
            best = next(search)
        except StopIteration as found:
            return found.value  # type: ignore[no-any-return]
        yield HeadNews("looking for the head", _mesh_of(best.head, Shape(prior, best.head.latent)))


def _checked_cameras(
    photos: PhotoSet,
    prior: HeadPrior,
    landmarks: LandmarkTargets | None,
    options: FitOptions,
    cameras: str,
    fit: HeadFit,
) -> Generator[HeadNews, None, FoundHead]:
    """The head, with corrected cameras where those make the photos agree clearly better."""
    assert fit.silhouette is not None
    finest = fit.agreement[min(fit.agreement)]
    if photos.count < 2 or cameras == "off" or (cameras == "auto" and finest > CLEAR):
        return FoundHead(fit.head, photos, finest)
    given_agree = fit.agreement if cameras == "auto" else None
    moving = fit_cameras(photos, prior, fit.silhouette, landmarks, options, given_agree=given_agree)
    corrected = yield from _as_news("checking the cameras", moving)
    better = max(GAIN * finest, finest + LEAST_GAIN)
    if corrected is not None and (cameras == "on" or corrected.agreement > better):
        return FoundHead(corrected.head, corrected.photos, corrected.agreement, moved=True)
    return FoundHead(fit.head, photos, finest)


def _as_news(
    phase: str, steps: Generator[FitStep, None, T], agreement: dict[int, float] | None = None
) -> Generator[HeadNews, None, T]:
    """The steps of a fit as news; `agreement` takes the last of each level."""
    while True:
        try:
            step = next(steps)
        except StopIteration as found:
            return found.value  # type: ignore[no-any-return]
        if agreement is not None:
            agreement[step.level] = step.agreement
        yield HeadNews(phase, _mesh_of(step.head, step.shape), _scalars(step))


def known_landmarks(
    points: Mapping[str, NDArray[np.float64]], frame: Similarity, device: torch.device
) -> LandmarkTargets | None:
    """The H3DS landmarks among named points (3,) of the scan, in the working frame; None for too few."""
    names = [name for name in H3DS_OF_68 if name in points and np.isfinite(points[name]).all()]
    if len(names) < LEAST_LANDMARKS:
        return None
    places = frame.apply(np.stack([points[name] for name in names]))
    if np.linalg.svd(places - places.mean(axis=0), compute_uv=False)[1] < 5.0:
        return None
    index = torch.tensor([H3DS_OF_68[name] for name in names], device=device)
    return LandmarkTargets(index, torch.from_numpy(places).float().to(device))


def posed_mesh(prior: HeadPrior, head: PosedHead) -> TriangleMesh:
    """The prior's head in the scene, working frame; at the prior's own resolution."""
    return _placed(head, Shape(prior, head.latent))


def suggested_landmarks(prior: HeadPrior, head: PosedHead, mesh: TriangleMesh) -> NDArray[np.float64]:
    """The head's 68 landmarks, each at the nearest point of the surface `mesh`: (68, 3), working frame."""
    points = prior.landmarks(head.latent)[0].cpu().numpy()
    return np.asarray(RayCaster(mesh).closest(head.pose.inverse().apply(points)).point)


def _mesh_of(head: PosedHead, shape: Shape) -> Callable[[], TriangleMesh]:
    return lambda: _placed(head, shape)


def _placed(head: PosedHead, shape: Shape) -> TriangleMesh:
    return shape.mesh.with_vertices(head.pose.inverse().apply(shape.mesh.vertices))


def _scalars(step: FitStep) -> dict[str, float]:
    found = {"silhouette mm": step.silhouette, "latent size": float(step.head.latent.norm())}
    if step.correlation and step.level == 0:  # finer photos agree less: over all levels it would rise
        found["photo loss of the head"] = 1 - step.correlation
    return found


def _pose_from(prior: HeadPrior, landmarks: LandmarkTargets) -> Similarity:
    mean = prior.landmarks(torch.zeros(prior.size, device=landmarks.points.device))[0][landmarks.index]
    return umeyama(landmarks.points.cpu().numpy(), mean.cpu().numpy())
