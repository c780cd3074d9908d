"""Cameras that are a little off, corrected together with the prior's head (IDR's trainable cameras).

Unknown are pose and latent, as in phase A, and a small rigid motion of every camera about the head, held near
zero. One Gauss-Newton step couples them: a camera moves what it sees as the other photo, and where its own
rays meet the surface. Source: Yariv et al. 2020, section 3.1, with Gauss-Newton in place of Adam.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.fields.normal_equations import Quadratic
from h3dstudio.fields.photo_consistency import draw_source_pixels, find_visible, noise_levels, trend_basis
from h3dstudio.fields.photo_motion import PatchMotion, patch_motion
from h3dstudio.fields.photos import PhotoSet, moved_points
from h3dstudio.fields.prior.head_prior import HeadPrior
from h3dstudio.fields.prior.latent_equations import Normals, landmark_equations, normal_equations, solve
from h3dstudio.fields.prior.posed_head import POSE_SIZE, PosedHead, field_jacobian, rotation_of
from h3dstudio.fields.silhouettes import CONTOUR, SilhouetteRays
from h3dstudio.fields.surface_finder import MeshProxy
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.training.latent_fit import (
    TORSO,
    FitOptions,
    FitStep,
    Landmarks,
    canonical_mesh,
    contour_rays,
    outline_term,
)

TURN, SHIFT = np.deg2rad(0.3), 1.5
"""Spread of camera errors: radians, mm at the head."""
CAMERA_SIZE = 6
FINEST = 0.5
"""Pixels of a level that no patch is believed beyond."""


@dataclass(frozen=True, eq=False)
class CameraFit:
    """Head and photos with corrected cameras, and how well the photos agree at the last level."""

    head: PosedHead
    photos: PhotoSet
    correlation: float


def fit_cameras(
    photos: PhotoSet,
    prior: HeadPrior,
    head: PosedHead,
    landmarks: Landmarks | None,
    options: FitOptions,
    levels: tuple[tuple[int, int], ...] = ((2, 5), (1, 5), (0, 6)),
) -> Generator[FitStep, None, CameraFit]:
    """Pose, latent and cameras from outlines and photos, coarse to fine. Yields after each step."""
    noise = noise_levels(photos, options.photo)
    total = np.zeros((photos.count, CAMERA_SIZE))
    correlation, spread = 0.0, 0.0
    owner, pixel = _outline_pixels(photos, options)
    for level, steps in levels:
        drawn = draw_source_pixels(photos, level, options.sources, np.random.default_rng([level, 3]))
        for _ in range(steps):
            samples = prior.bake(head.latent)
            rays = _outline_rays(photos, owner, pixel)
            there, outline = photos.in_frame(head.pose), rays.in_frame(head.pose)
            if not spread:
                spread = max(options.least_spread, _spread(prior, samples, outline))
            term = outline_term(prior, samples, outline, spread, options.outline_beside_photos, options.reach)
            normals = _outline_normals(prior, head, samples, term, owner, photos.count)
            sources = drawn.taken_by(photos).in_frame(head.pose)
            finder = MeshProxy(canonical_mesh(prior, samples))
            visible = find_visible(there, prior.grid, samples, finder, sources, options.photo)
            motion = patch_motion(
                there, prior.grid, samples, sources, visible, noise[level],
                trend_basis(1, photos.device), options.photo, FINEST * 2**level,
            )  # fmt: skip
            normals = normals.plus(*_photo_normals(prior, head, samples, motion, photos.count, options))
            if landmarks is not None:
                points = moved_points(head.pose, landmarks.points)
                sigma = 0.75 * options.landmark_sigma
                normals = normals.plus(
                    *_padded(*landmark_equations(prior, head, landmarks.index, points, sigma), photos.count)
                )
            normals = _held(normals, total)
            step = solve(normals)
            size = POSE_SIZE + prior.size
            motions = step[size:].double().cpu().numpy().reshape(-1, CAMERA_SIZE)
            photos = photos.with_cameras(
                [
                    _moved(camera, motion, head.pose)
                    for camera, motion in zip(photos.cameras, motions, strict=True)
                ]
            )
            total += motions
            head = head.moved(step[:size])
            correlation = motion.correlation
            yield FitStep(head, samples, spread, correlation)
    return CameraFit(head, photos, correlation)


def _outline_pixels(photos: PhotoSet, options: FitOptions) -> tuple[Tensor, Tensor]:
    """Outline points of all photos: the photo (M,) and the pixel (M, 2) of each."""
    rays = contour_rays(photos, np.random.default_rng(5), options)
    owner = torch.cdist(rays.origins, photos.centers).argmin(dim=1)
    return owner, photos.project(owner, rays.origins + rays.directions)[0]


def _outline_rays(photos: PhotoSet, owner: Tensor, pixel: Tensor) -> SilhouetteRays:
    """The rays through them, as the cameras are now."""
    return SilhouetteRays(
        photos.centers[owner], photos.directions(owner, pixel), torch.full_like(owner, CONTOUR)
    )


def _spread(prior: HeadPrior, samples: Tensor, rays) -> float:  # type: ignore[no-untyped-def]
    from h3dstudio.fields.silhouettes import contour_spread

    return contour_spread(prior.grid, samples, rays)


def _outline_normals(
    prior: HeadPrior, head: PosedHead, samples: Tensor, term: Quadratic, owner: Tensor, cameras: int
) -> Normals:
    """As for the head alone, and the camera of each ray: its points move against the camera."""
    head_rows = normal_equations(prior, head, samples, [])  # the latent's own prior
    points = term.points[:, 0]
    rows = _rows(field_jacobian(prior, samples, head.latent, points), cameras)
    _, gradient = prior.grid.value_and_gradient(samples, points)
    by_camera = -torch.cat([torch.linalg.cross(points, gradient), gradient], dim=1)
    _put(rows, by_camera, owner[: len(points)], POSE_SIZE + prior.size)
    weight = term.hessian[:, 0, 0]
    start = Normals(*_padded(head_rows.matrix, head_rows.gradient, cameras))
    return start.plus(rows.T @ (rows * weight[:, None]), rows.T @ term.gradient[:, 0])


def _photo_normals(
    prior: HeadPrior, head: PosedHead, samples: Tensor, motion: PatchMotion, cameras: int, options: FitOptions
) -> tuple[Tensor, Tensor]:
    keep = motion.points[:, 1] > TORSO - 5
    points, directions = motion.points[keep], motion.directions[keep]
    source, other, by_point = motion.source[keep], motion.other[keep], motion.pixel_by_point[keep]
    share = options.photo_weight / max(1, len(points))
    _, gradient = prior.grid.value_and_gradient(samples, points)
    slope = motion.slope[keep]
    along = torch.einsum("mab,mb->ma", by_point, directions) / -slope[:, None]
    of_head = field_jacobian(prior, samples, head.latent, points)
    size = of_head.shape[1]
    rows = torch.zeros(len(points), 2, size + CAMERA_SIZE * cameras, device=points.device)
    rows[:, :, :size] = along[:, :, None] * of_head[:, None]
    rigid = torch.cat([-_cross(points), torch.eye(3, device=points.device).expand(len(points), 3, 3)], dim=2)
    on_surface = torch.eye(3, device=points.device) - (
        directions[:, :, None] * gradient[:, None] / slope[:, None, None]
    )
    for axis in range(2):
        _put(rows[:, axis], (by_point @ rigid)[:, axis], other, size)
        _put(rows[:, axis], -(by_point @ on_surface @ rigid)[:, axis], source, size)
    weighted = torch.bmm(share * motion.hessian[keep], rows)
    flat = rows.reshape(-1, rows.shape[2])
    pull = torch.einsum("map,ma->p", rows, share * motion.gradient[keep])
    return flat.T @ weighted.reshape(-1, rows.shape[2]), pull


def _rows(of_head: Tensor, cameras: int) -> Tensor:
    empty = of_head.new_zeros(len(of_head), CAMERA_SIZE * cameras)
    return torch.cat([of_head, empty], dim=1)


def _put(rows: Tensor, values: Tensor, owner: Tensor, start: int) -> None:
    """Add values (M, 6) to the columns of each row's camera (M,)."""
    columns = start + CAMERA_SIZE * owner[:, None] + torch.arange(CAMERA_SIZE, device=rows.device)
    rows.scatter_add_(1, columns, values)


def _padded(matrix: Tensor, gradient: Tensor, cameras: int) -> tuple[Tensor, Tensor]:
    more = CAMERA_SIZE * cameras
    return torch.nn.functional.pad(matrix, (0, more, 0, more)), torch.nn.functional.pad(gradient, (0, more))


def _held(normals: Normals, total: NDArray[np.float64]) -> Normals:
    """Cameras stay where they were said to be, within TURN and SHIFT."""
    spread = np.tile(np.repeat([TURN, SHIFT], 3), len(total))
    precision = torch.zeros_like(normals.gradient)
    precision[-total.size :] = torch.from_numpy(spread**-2)
    pull = torch.zeros_like(normals.gradient)
    pull[-total.size :] = torch.from_numpy(spread**-2 * total.ravel())
    return normals.plus(torch.diag(precision), pull)


def _moved(camera: Camera, motion: NDArray[np.float64], pose: Similarity) -> Camera:
    """P -> P T for the rigid motion T of canonical points; `camera` and the result are of the scene."""
    turn = Similarity(1.0, rotation_of(motion[:3]), motion[3:])
    moved = camera.in_frame(pose).in_frame(turn.inverse())
    return moved.in_frame(pose.inverse())


def _cross(points: Tensor) -> Tensor:
    x, y, z = points.unbind(dim=1)
    zero = torch.zeros_like(x)
    return torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=1).reshape(-1, 3, 3)
