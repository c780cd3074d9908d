from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from h3dstudio.appearance.model import fit_appearance
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.methods.judging import score_views
from h3dstudio.photometry.lpips import load_lpips
from h3dstudio.photometry.working_frame import photo_set, working_frame
from tests.unit.geometry.shapes import sphere
from tests.unit.methods.textured_ball import UNIT_SPHERE
from tests.unit.photometry.lit_ball import RADIUS, photograph, ring, sun_from
from tests.unit.photometry.test_lpips import weights

SUN = sun_from([0.6, 0.3, 0.6])


def scored(mesh_radius: float = RADIUS, held_out: bool = True, **options: Any) -> dict:
    views = [photograph(camera, SUN) for camera in ring([-40, -20, 0, 20, 40])]
    views = [replace(view, view=replace(view.view, index=10 + at)) for at, view in enumerate(views)]
    others = [photograph(ring([10])[0], SUN)] if held_out else []
    frame: Similarity = working_frame(UNIT_SPHERE)[0]
    appearance = fit_appearance(photo_set(views, frame, 1024, "cpu"), sphere(mesh_radius, 5))

    def render(camera: Camera, size: tuple[int, int], photo: int | None = None) -> np.ndarray:
        there = camera.in_frame(frame)
        return appearance.render(there, size, light=photo, detail=photo is None, background=(0, 0, 0))

    return score_views(render, views, others, **options)


def test_a_true_shape_scores_well_on_both_kinds_of_views() -> None:
    scores = scored()
    assert scores["psnr_training"] > 33
    assert scores["psnr_held_out"] > 33
    assert scores["ssim_held_out"] > 0.97
    assert [view["held_out"] for view in scores["views"]] == [False] * 4 + [True]
    assert scores["views"][0]["view"] == 10
    assert scores["views"][3]["view"] == 14
    json.dumps(scores)


def test_a_false_shape_scores_worse() -> None:
    assert scored(0.9 * RADIUS)["psnr_held_out"] < scored()["psnr_held_out"] - 3


def test_lpips_judges_where_its_weights_are(tmp_path: Path) -> None:
    torch.save(weights(), tmp_path / "alex.pt")
    scores = scored(lpips=load_lpips([tmp_path / "alex.pt"]), training_views=2)
    values = [view["lpips"] for view in scores["views"]]
    assert all(value > 0 for value in values)
    assert scores["lpips_training"] == pytest.approx(sum(values[:2]) / 2)
    assert scores["lpips_held_out"] == values[2]
    assert "lpips_training" not in scored(training_views=2)


def test_means_are_of_the_views_and_absent_without_any() -> None:
    scores = scored(held_out=False, training_views=2)
    assert "psnr_held_out" not in scores
    assert scores["psnr_training"] == pytest.approx(sum(view["psnr"] for view in scores["views"]) / 2)
