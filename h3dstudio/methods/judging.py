"""How well a reconstruction draws its photos again: PSNR, SSIM, LPIPS inside the mask, for `run.json`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import H3DError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.image_metrics import compare_images
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Log
from h3dstudio.methods.method import Session
from h3dstudio.photometry.lpips import Lpips, find_lpips
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.working_frame import photo_set

Render = Callable[..., NDArray[np.uint8]]

TOGETHER = 2
"""Views judged at a time."""
LARGEST_SIDE = 1024
"""Pixels: larger photos are compared at this size."""
TRAINING_VIEWS = 4
"""Training photos judged, spread over all: more say nothing new and take time."""


def judged(
    session: Session,
    views: Sequence[LoadedView],
    held_out: Sequence[LoadedView],
    cameras: Sequence[Camera] | None,
) -> tuple[dict[str, Any], Log | None]:
    """The scores of `score_views` where they can be had, and what to say where not.

    A head is no worse for photos too small to compare.

    Args:
        cameras: of the training views, where they were corrected; scan's frame.
    """
    if cameras is not None:
        views = [_seen_by(view, camera) for view, camera in zip(views, cameras, strict=True)]
    lpips, log = None, None
    try:
        lpips = find_lpips()
    except H3DError as error:
        log = Log(f"The pictures of the head are judged without LPIPS: {error}", "warning")
    try:
        return score_views(session.render, views, held_out, lpips=lpips), log
    except H3DError as error:
        return {}, Log(f"The pictures of the head were not judged: {error}", "warning")


def score_views(
    render: Render,
    training: Sequence[LoadedView],
    held_out: Sequence[LoadedView],
    *,
    training_views: int = TRAINING_VIEWS,
    lpips: Lpips | None = None,
) -> dict[str, Any]:
    """Compare pictures with photos.

    A training photo is drawn with none of its own pixels; a held-out one with everything known.

    Args:
        render: `Session.render` of one that knows all of `training`, in that order.
        training, held_out: views in the scan's own frame.
        training_views: how many training photos are drawn.
        lpips: also judges the pictures, where its weights are there.

    Returns:
        {"psnr_training", "ssim_training", "psnr_held_out", "ssim_held_out"} (means; the held-out ones only
        where there are such views) and {"views": [{"view", "held_out", "psnr", "ssim", "pixels"}]}; with
        `lpips` also its means, and a value for each view that is large enough.
    """
    chosen = np.unique(
        np.linspace(0, len(training) - 1, min(training_views, len(training))).round().astype(int)
    )

    def judged(task: tuple[LoadedView, int | None]) -> dict[str, Any]:
        view, index = task
        photo = photo_set([view], Similarity.identity(), LARGEST_SIDE, "cpu")
        return {"view": view.view.index, "held_out": index is None, **_score(render, photo, lpips, index)}

    tasks = [(training[index], int(index)) for index in chosen] + [(view, None) for view in held_out]
    with ThreadPoolExecutor(TOGETHER) as pool:
        views = list(pool.map(judged, tasks))
    out: dict[str, Any] = {}
    for name, held in (("training", False), ("held_out", True)):
        group = [view for view in views if view["held_out"] is held]
        for metric in ("psnr", "ssim", "lpips"):
            found = [view[metric] for view in group if metric in view]
            if found:
                out[f"{metric}_{name}"] = float(np.mean(found))
    return {**out, "views": views}


def _score(render: Render, photo: PhotoSet, lpips: Lpips | None, index: int | None) -> dict[str, float]:
    mask = photo.masks[0].numpy()
    picture = render(photo.cameras[0], photo.size, photo=index)
    image = (255 * photo.rgb[0].permute(1, 2, 0) + 0.5).byte().numpy()
    score = compare_images(picture, image, mask).as_dict()
    distance = None if lpips is None else lpips.distance(picture, image, mask)
    return score if distance is None else {**score, "lpips": distance}


def _seen_by(view: LoadedView, camera: Camera) -> LoadedView:
    return replace(view, view=replace(view.view, camera=camera))
