"""The bundled demo scan is small, clean, licensed, and what its record says."""

from __future__ import annotations

import json

import numpy as np

from h3dstudio.data.images import load_views
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import demo_scan
from h3dstudio.data.synthesis.settings import SynthSettings


def test_demo_scan_is_small_and_clean() -> None:
    folder = demo_scan()
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 3_000_000
    assert "Permission is hereby granted" in (folder / "LICENSE.txt").read_text()
    scan = read_scan(folder)
    assert scan.problems == ()
    assert {"3", "8", "16"} <= set(scan.view_lists)
    assert len(scan.landmarks) == 6
    loaded = load_views(scan.views)
    assert {view.image.shape for view in loaded} == {(512, 512, 3)}
    truth = read_mesh(scan.ground_truth)
    for view in loaded:
        pixel, _ = view.view.camera.project(truth.vertices)
        assert pixel.min() > 0
        assert pixel.max() < 511  # the whole head is in every photo
        assert 0.1 < view.mask.mean() < 0.6


def test_demo_scan_is_no_head_that_priors_are_measured_on() -> None:
    record = json.loads((demo_scan() / "synth.json").read_text())
    settings = SynthSettings(**record["settings"])  # what a later version added stands at its default
    assert settings.seed not in (7, 11)
    assert not 9001 <= settings.seed <= 9999


def test_demo_landmarks_are_seen_in_the_frontal_photo() -> None:
    scan = read_scan(demo_scan())
    vertices = read_mesh(scan.ground_truth).vertices
    names = ["right_eye", "left_eye", "nose_tip", "right_lips", "left_lips"]
    pixel, _ = scan.view(0).camera.project(vertices[[scan.landmarks[name] for name in names]])
    right_eye, left_eye, tip, right_lip, left_lip = pixel
    assert right_eye[0] < tip[0] < left_eye[0]
    assert right_lip[0] < left_lip[0]
    assert np.all([right_eye[1] < tip[1], tip[1] < right_lip[1]])
