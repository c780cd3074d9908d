"""How well a reconstruction draws its photos again: PSNR, SSIM, LPIPS inside the mask, for `run.json`."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from h3dstudio.appearance.model import Appearance
from h3dstudio.data.scan import LoadedView
from h3dstudio.geometry.image_metrics import compare_images
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.lpips import Lpips
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.working_frame import photo_set

TOGETHER = 2
"""Views judged at a time."""
LARGEST_SIDE = 1024
"""Pixels: larger photos are compared at this size."""
TRAINING_VIEWS = 4
"""Training photos judged, spread over all: more say nothing new and take time."""


def score_views(
    appearance: Appearance,
    training: Sequence[LoadedView],
    held_out: Sequence[LoadedView],
    frame: Similarity,
    *,
    training_views: int = TRAINING_VIEWS,
    lpips: Lpips | None = None,
) -> dict[str, Any]:
    """Compare pictures with photos.

    A training photo is drawn from the surface's own colours under its own fitted light: no pixel of it is
    copied. A held-out photo is drawn with everything known, its light taken from its neighbours.

    Args:
        appearance: fitted to all of `training`, in that order, in the working frame.
        training, held_out: views in the scan's own frame.
        frame: scan -> working frame.
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
        view, light = task
        photo = photo_set([view], frame, LARGEST_SIDE, "cpu")
        score = _score(appearance, photo, lpips, light=light, detail=light is None)
        return {"view": view.view.index, "held_out": light is None, **score}

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


def _score(
    appearance: Appearance, photo: PhotoSet, lpips: Lpips | None, *, light: int | None, detail: bool
) -> dict[str, float]:
    mask = photo.masks[0].numpy()
    picture = appearance.render(
        photo.cameras[0], photo.size, light=light, detail=detail, background=(0, 0, 0)
    )
    image = (255 * photo.rgb[0].permute(1, 2, 0) + 0.5).byte().numpy()
    score = compare_images(picture, image, mask).as_dict()
    distance = None if lpips is None else lpips.distance(picture, image, mask)
    return score if distance is None else {**score, "lpips": distance}
