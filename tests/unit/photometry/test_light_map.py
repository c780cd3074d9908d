from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.photometry.light_map import LOBES, LightMap, blocked_light, fit_light_map
from h3dstudio.photometry.sightings import Sightings, look
from h3dstudio.surface.surface_finder import MeshProxy
from tests.unit.geometry.shapes import sphere
from tests.unit.methods.textured_ball import CENTER
from tests.unit.photometry.lit_ball import RADIUS, ball, photo_set_of, photograph, ring, sun_from

CAMERAS = ring(np.arange(0.0, 360.0, 20.0))
# All around: over an arc, exposures that grow along it are the same as light from the side.
ROTATIONS = torch.stack([torch.from_numpy(camera.rotation).float() for camera in CAMERAS])
NORMALS = torch.nn.functional.normalize(torch.from_numpy(ball(3).vertices - CENTER).float(), dim=1)
LIGHT = torch.tensor([0.3, -0.4, -0.8])
"""Of the camera's axes."""


def seen_by_all(intensity: Tensor) -> Sightings:
    """Every photo sees every point whose normal faces it; `intensity` (N, M)."""
    facing = -(ROTATIONS @ NORMALS.T)[:, 2] > 0.35
    point, view = facing.T.nonzero(as_tuple=True)
    return Sightings(len(NORMALS), point, view, torch.ones(len(point)), intensity[view, point])


def in_cameras() -> Tensor:
    """(N, M, 3) the normals in each camera's axes."""
    return torch.einsum("nij,mj->nmi", ROTATIONS, NORMALS)


def albedo() -> Tensor:
    return torch.from_numpy(np.random.default_rng(0).uniform(-1, 0, len(NORMALS))).float()


def fitted(intensity: Tensor, blocked: Tensor | None = None) -> tuple[Sightings, LightMap]:
    seen = seen_by_all(intensity)
    none = torch.zeros(len(seen.point), LOBES)
    return seen, fit_light_map(seen, NORMALS, ROTATIONS, none if blocked is None else blocked)


def lambert() -> Tensor:
    """(N, M) logarithms of an even light and a lamp beside the camera."""
    return torch.log(0.5 + (in_cameras() @ LIGHT).clamp(min=0))


def test_light_that_goes_with_the_camera_is_explained_whatever_the_albedo() -> None:
    _, light = fitted(albedo() + lambert())
    assert light.spread < 0.01
    assert light.residual.abs().mean() < 0.01


def test_its_slope_is_the_change_of_intensity_by_the_normal() -> None:
    """log I = n . l: turned a little, every normal brightens in every photo by what the formula says."""
    seen, light = fitted(albedo() + in_cameras() @ LIGHT)
    turned = torch.nn.functional.normalize(NORMALS + 0.05 * torch.tensor([0.3, 0.9, -0.2]), dim=1)
    told = (light.slope * (turned - NORMALS)[seen.point]).sum(dim=1)
    true = brightened(seen, turned)
    assert (told - true).abs().mean() < 0.2 * true.abs().mean()
    assert (told - true).abs().max() < 0.01


def brightened(seen: Sightings, turned: Tensor) -> Tensor:
    """(R,) growth of n . l where normals turn, less each point's mean."""
    change = (torch.einsum("nij,mj->nmi", ROTATIONS, turned - NORMALS) @ LIGHT)[seen.view, seen.point]
    mean = torch.segment_reduce(change, "mean", lengths=seen.times, axis=0)
    return change - mean[seen.point]


def test_light_that_stands_still_tells_nothing() -> None:
    still = torch.log(0.5 + (NORMALS @ torch.tensor([0.3, 0.4, 0.8])).clamp(min=0))
    _, light = fitted((albedo() + still).expand(len(CAMERAS), -1))
    assert light.slope.abs().max() < 1e-3


def test_exposures_are_told_from_light() -> None:
    gains = torch.linspace(-0.3, 0.3, len(CAMERAS))[:, None]
    _, plain = fitted(albedo() + lambert())
    _, exposed = fitted(albedo() + lambert() + gains)
    assert (exposed.slope - plain.slope).abs().mean() < 0.02 * plain.slope.abs().mean()


def test_shadows_are_learned_from_what_is_blocked() -> None:
    seen = seen_by_all(lambert())
    blocked = torch.from_numpy(np.random.default_rng(1).uniform(0, 1, (len(seen.point), LOBES))).float()
    shadow = seen.intensity - 0.4 * blocked[:, 3]
    dark = Sightings(seen.count, seen.point, seen.view, seen.weight, shadow)
    unknown = fit_light_map(dark, NORMALS, ROTATIONS, torch.zeros_like(blocked))
    known = fit_light_map(dark, NORMALS, ROTATIONS, blocked)
    assert known.spread < 0.01 < 0.05 < unknown.spread


def test_a_lone_ball_blocks_no_light_and_its_neighbour_does() -> None:
    photos = photo_set_of([photograph(camera, sun_from([0, 1, 1])) for camera in CAMERAS[:1]])
    one, above = ball(3), sphere(40.0, 2, CENTER + np.array([0, RADIUS + 45.0, 0]))
    both = TriangleMesh(
        np.concatenate([one.vertices, above.vertices]),
        np.concatenate([one.faces, above.faces + len(one.vertices)]),
    )
    points = torch.from_numpy(one.vertices).float()
    for mesh, least, most in ((one, 0.0, 0.0), (both, 0.05, 1.0)):
        finder = MeshProxy(mesh)
        seen = look(photos, finder, points, NORMALS, least_cosine=0.35, fewest=1)
        kept = blocked_light(finder, points, NORMALS, seen, ROTATIONS[:1])
        assert least <= float(kept.max()) <= most
        low = NORMALS[seen.point][:, 1] < -0.4  # nothing above reaches the lower side
        assert float(kept[low].abs().max()) == pytest.approx(0.0)
