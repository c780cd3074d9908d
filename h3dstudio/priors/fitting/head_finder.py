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
    Landmarks,
    Shape,
    fit_photos,
    fit_silhouettes,
)
from h3dstudio.priors.fitting.pose_search import SearchOptions, find_pose
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import PosedHead

T = TypeVar("T")

CLEAR = 0.4
"""Correlation of the photos above which their cameras are not doubted."""
GAIN, LEAST_GAIN = 1.2, 0.04
"""Corrected cameras must raise the correlation by this factor and amount: freeing them costs accuracy."""
LEAST_LANDMARKS = 4
"""Fewer, or nearly collinear ones, do not hold a pose."""


@dataclass(frozen=True, eq=False)
class HeadNews:
    """What is being done, the prior's head now (working frame, made when asked for), and scalars."""

    phase: str
    look: Callable[[], TriangleMesh]
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class FoundHead:
    """The head that was found, with the photos (their cameras corrected, if `moved`) and how they agree."""

    head: PosedHead
    photos: PhotoSet
    correlation: float
    moved: bool = False


def head_steps(landmarks: Landmarks | None, options: FitOptions, scales: Sequence[float]) -> int:
    """How many news `find_head` will have."""
    placing = 1 if landmarks is not None else SearchOptions().tries(len(scales))
    return placing + options.silhouette_steps + sum(steps for _, steps in options.photo_levels)


def find_head(
    photos: PhotoSet,
    prior: HeadPrior,
    landmarks: Landmarks | None,
    seed: int,
    options: FitOptions,
    scales: Sequence[float] = (1.0,),
    cameras: str = "auto",
) -> Generator[HeadNews, None, FoundHead]:
    """Pose and latent of the head that the photos show; yields what it has after each step.

    Args:
        cameras: "on" corrects them, "off" does not, "auto" tries where the photos agree little, and keeps
            what makes them agree clearly better.
    """
    if landmarks is not None:
        head = PosedHead.mean(prior, _pose_from(prior, landmarks), photos.device)
        yield HeadNews("placing the mean head", lambda: posed_mesh(prior, head))
    else:
        search = find_pose(photos, prior, np.random.default_rng([seed, 10]), scales)
        while True:
            try:
                best = next(search)
            except StopIteration as found:
                head = found.value
                break
            yield HeadNews("looking for the head", _look(best.head, Shape(prior, best.head.latent)))
    rng = np.random.default_rng([seed, 11])
    outlined = yield from _told(
        "fitting the outline", fit_silhouettes(photos, prior, head, landmarks, rng, options)
    )
    agree: dict[int, float] = {}
    fit = fit_photos(photos, prior, outlined, landmarks, np.random.default_rng([seed, 12]), options)
    head = yield from _told("fitting the prior's head", fit, agree)
    finest = agree[min(agree)]
    if photos.count < 2 or cameras == "off" or (cameras == "auto" and finest > CLEAR):
        return FoundHead(head, photos, finest)
    given_agree = agree if cameras == "auto" else None
    moving = fit_cameras(photos, prior, outlined, landmarks, options, given_agree=given_agree)
    corrected = yield from _told("checking the cameras", moving)
    better = max(GAIN * finest, finest + LEAST_GAIN)
    if corrected is not None and (cameras == "on" or corrected.correlation > better):
        return FoundHead(corrected.head, corrected.photos, corrected.correlation, moved=True)
    return FoundHead(head, photos, finest)


def _told(
    phase: str, steps: Generator[FitStep, None, T], agree: dict[int, float] | None = None
) -> Generator[HeadNews, None, T]:
    """The steps of a fit as news; `agree` takes the last correlation of each level."""
    while True:
        try:
            step = next(steps)
        except StopIteration as found:
            return found.value  # type: ignore[no-any-return]
        if agree is not None:
            agree[step.level] = step.correlation
        yield HeadNews(phase, _look(step.head, step.shape), _scalars(step))


def known_landmarks(
    points: Mapping[str, NDArray[np.float64]], frame: Similarity, device: torch.device
) -> Landmarks | None:
    """The H3DS landmarks among named points (3,) of the scan, in the working frame; None for too few."""
    names = [name for name in H3DS_OF_68 if name in points and np.isfinite(points[name]).all()]
    if len(names) < LEAST_LANDMARKS:
        return None
    places = frame.apply(np.stack([points[name] for name in names]))
    if np.linalg.svd(places - places.mean(axis=0), compute_uv=False)[1] < 5.0:
        return None
    index = torch.tensor([H3DS_OF_68[name] for name in names], device=device)
    return Landmarks(index, torch.from_numpy(places).float().to(device))


def posed_mesh(prior: HeadPrior, head: PosedHead) -> TriangleMesh:
    """The prior's head in the scene, working frame; at the prior's own resolution."""
    return _placed(head, Shape(prior, head.latent))


def suggested_landmarks(prior: HeadPrior, head: PosedHead, mesh: TriangleMesh) -> NDArray[np.float64]:
    """The head's 68 landmarks, each at the nearest point of the surface `mesh`: (68, 3), working frame."""
    points = prior.landmarks(head.latent)[0].cpu().numpy()
    return np.asarray(RayCaster(mesh).closest(head.pose.inverse().apply(points)).point)


def _look(head: PosedHead, shape: Shape) -> Callable[[], TriangleMesh]:
    return lambda: _placed(head, shape)


def _placed(head: PosedHead, shape: Shape) -> TriangleMesh:
    return shape.mesh.with_vertices(head.pose.inverse().apply(shape.mesh.vertices))


def _scalars(step: FitStep) -> dict[str, float]:
    found = {"silhouette mm": step.silhouette, "latent size": float(step.head.latent.norm())}
    if step.correlation and step.level == 0:  # finer photos agree less: over all levels it would rise
        found["photo loss of the head"] = 1 - step.correlation
    return found


def _pose_from(prior: HeadPrior, landmarks: Landmarks) -> Similarity:
    mean = prior.landmarks(torch.zeros(prior.size, device=landmarks.points.device))[0][landmarks.index]
    return umeyama(landmarks.points.cpu().numpy(), mean.cpu().numpy())
