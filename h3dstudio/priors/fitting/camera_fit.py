"""Cameras that are a little off, corrected together with the prior's head (IDR's trainable cameras).

Unknown are pose and latent, as in phase A, and a small rigid motion of every camera about the head. One
Gauss-Newton step couples them: a camera moves what it sees as the other photo, and where its own rays meet
the surface. Source: Yariv et al. 2020, section 3.1, with Gauss-Newton in place of Adam.

Photos cannot tell a motion that all cameras and the head share. What holds it are the cameras as they were
given: each was turned about its own centre by about TURN, and the centre moved by about SHIFT. So it is sure
of how far away the head is, less of where beside its axis; from several sides, cameras place it well.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.photo_consistency import (
    Comparison,
    SourcePixels,
    draw_source_pixels,
    find_visible,
    noise_levels,
)
from h3dstudio.photometry.photo_motion import PatchMotion, patch_motion
from h3dstudio.photometry.photos import PhotoSet, moved_points
from h3dstudio.photometry.silhouettes import CONTOUR, SilhouetteRays, contour_points, contour_spread
from h3dstudio.priors.fitting.latent_fit import (
    FitOptions,
    FitStep,
    LandmarkTargets,
    Shape,
    canonical_mesh,
    outline_term,
)
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.latent_equations import Normals, landmark_equations, likely_step, normal_equations
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, field_jacobian, rotation_of, within_reach
from h3dstudio.surface.normal_equations import Quadratic
from h3dstudio.surface.surface_finder import MeshProxy

TURN, SHIFT = np.deg2rad(0.3), 1.2
"""Spread of camera errors: radians about each axis through the centre, mm of the centre along each."""
CAMERA_SIZE = 6
PROMISE = 1.02
"""Times the agreement at a coarse level that corrected cameras must reach to be worth the finest: those that
were off by 0.5 degrees reach 1.05 (with noise) and more at half resolution, right ones .85 to 1.004."""
FINEST = 0.5
"""Pixels of a level that no patch is believed beyond."""


@dataclass(frozen=True, eq=False)
class CameraFit:
    """Head and photos with corrected cameras, and how well the photos agree at the last level."""

    head: PosedHead
    photos: PhotoSet
    agreement: float


@dataclass(frozen=True, eq=False)
class OutlinePixels:
    """Pixels (M, 2) on the outlines of masks, and the photo (M,) of each."""

    pixel: Tensor
    owner: Tensor

    @staticmethod
    def of(photos: PhotoSet, rng: np.random.Generator, count: int) -> OutlinePixels:
        """About `count` of all photos."""
        chosen = []
        for mask in photos.masks.cpu().numpy():
            points = contour_points(mask)
            chosen.append(points[rng.permutation(len(points))[: max(60, count // photos.count)]])
        owner = np.repeat(np.arange(photos.count), [len(points) for points in chosen])
        pixel = torch.from_numpy(np.concatenate(chosen)).float()
        return OutlinePixels(pixel.to(photos.device), torch.from_numpy(owner).to(photos.device))

    def rays(self, photos: PhotoSet) -> SilhouetteRays:
        """As the cameras have them now."""
        directions = photos.directions(self.owner, self.pixel)
        return SilhouetteRays(photos.centers[self.owner], directions, torch.full_like(self.owner, CONTOUR))


def fit_cameras(
    photos: PhotoSet,
    prior: HeadPrior,
    head: PosedHead,
    landmarks: LandmarkTargets | None,
    options: FitOptions,
    levels: tuple[tuple[int, int], ...] = ((2, 5), (1, 5), (0, 6)),
    given_agree: Mapping[int, float] | None = None,
) -> Generator[FitStep, None, CameraFit | None]:
    """Pose, latent and cameras from outlines and photos, coarse to fine. Yields after each step.

    Args:
        given_agree: agreement of the photos by level with the cameras as they were given; where those do
            hardly worse before the last level, the rest is not worth its time: None is returned.
    """
    given, noise = photos.cameras, noise_levels(photos, options.photo)
    outline = OutlinePixels.of(photos, np.random.default_rng(5), options.contour_rays)
    agreement, spread, own = 0.0, 0.0, prior.size - prior.hair
    for level, steps in levels:
        drawn = draw_source_pixels(photos, level, options.sources, np.random.default_rng([level, 3]))
        for _ in range(steps):
            samples = prior.bake(head.latent)
            rays = outline.rays(photos).in_frame(head.pose)
            spread = spread or max(options.least_spread, contour_spread(prior.grid, samples, rays))
            term = outline_term(
                prior,
                samples,
                rays,
                spread,
                options.outline_beside_photos,
                options.reach,
                beyond=options.beyond,
            )
            normals = _outline_normals(prior, head, samples, term, outline.owner, photos.count)
            motion = _compared(photos, prior, head, samples, drawn, noise[level], options)
            normals = normals.plus(*_photo_normals(prior, head, samples, motion, photos.count, options))
            if landmarks is not None:
                normals = normals.plus(*_landmark_normals(prior, head, landmarks, photos.count, options))
            normals = _held(normals, given, photos.cameras, head.pose)
            photos, head = _moved_all(
                photos, prior, head, within_reach(prior, likely_step(normals, head.latent, own))
            )
            agreement = motion.agreement
            shape = Shape(prior, head.latent)
            yield FitStep(head, shape, spread, motion.correlation, agreement, level)
        if level == levels[-2][0] and agreement < PROMISE * (given_agree or {}).get(level, 0.0):
            return None
    return CameraFit(head, photos, agreement)


def _compared(
    photos: PhotoSet,
    prior: HeadPrior,
    head: PosedHead,
    samples: Tensor,
    drawn: SourcePixels,
    noise: float,
    options: FitOptions,
) -> PatchMotion:
    """The photos at the level of `drawn`, compared through the head's surface, canonical frame."""
    there, sources = photos.in_frame(head.pose), drawn.taken_by(photos).in_frame(head.pose)
    finder = MeshProxy(canonical_mesh(prior, samples))
    comparison = Comparison(there, prior.grid, samples, finder, noise, 1, options.photo)
    visible = find_visible(comparison, sources)
    return patch_motion(comparison, sources, visible, FINEST * 2**drawn.level)


def _landmark_normals(
    prior: HeadPrior, head: PosedHead, landmarks: LandmarkTargets, cameras: int, options: FitOptions
) -> tuple[Tensor, Tensor]:
    points, sigma = moved_points(head.pose, landmarks.points), 0.75 * options.landmark_sigma
    return _padded(*landmark_equations(prior, head, landmarks.index, points, sigma), cameras)


def _moved_all(
    photos: PhotoSet, prior: HeadPrior, head: PosedHead, step: Tensor
) -> tuple[PhotoSet, PosedHead]:
    """Cameras and head after a step (POSE_SIZE + K + CAMERA_SIZE a camera,)."""
    size = POSE_SIZE + prior.size
    motions = step[size:].double().cpu().numpy().reshape(-1, CAMERA_SIZE)
    pairs = zip(photos.cameras, motions, strict=True)
    moved = photos.with_cameras([_moved(camera, motion, head.pose) for camera, motion in pairs])
    return moved, head.moved(step[:size])


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
    keep = motion.points[:, 1] > prior.torso - 5
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


def _held(normals: Normals, given: Sequence[Camera], now: Sequence[Camera], pose: Similarity) -> Normals:
    """Cameras stay where they were said to be, within TURN and SHIFT."""
    matrix, gradient = torch.zeros_like(normals.matrix), torch.zeros_like(normals.gradient)
    first = len(gradient) - CAMERA_SIZE * len(now)
    for place, (before, after) in enumerate(zip(given, now, strict=True)):
        rows, off = _deviation(before.in_frame(pose), after.in_frame(pose), SHIFT * pose.scale)
        own = slice(first + CAMERA_SIZE * place, first + CAMERA_SIZE * (place + 1))
        matrix[own, own] = torch.from_numpy(rows.T @ rows)
        gradient[own] = torch.from_numpy(rows.T @ off)
    return normals.plus(matrix, gradient)


def _deviation(given: Camera, now: Camera, shift: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Derivative (6, 6) and value (6,) of how far a camera was turned and its centre moved, in standard
    deviations. A motion (w, t) of the points it sees turns it by w and moves its centre by c x w - t.
    """
    from scipy.spatial.transform import Rotation

    turned = Rotation.from_matrix(given.rotation.T @ now.rotation).as_rotvec()
    x, y, z = now.center
    arm = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    rows = np.block([[np.eye(3) / TURN, np.zeros((3, 3))], [arm / shift, -np.eye(3) / shift]])
    return rows, np.concatenate([turned / TURN, (now.center - given.center) / shift])


def _moved(camera: Camera, motion: NDArray[np.float64], pose: Similarity) -> Camera:
    """P -> P T for the rigid motion T of canonical points; `camera` and the result are of the scene."""
    turn = Similarity(1.0, rotation_of(motion[:3]), motion[3:])
    moved = camera.in_frame(pose).in_frame(turn.inverse())
    return moved.in_frame(pose.inverse())


def _cross(points: Tensor) -> Tensor:
    x, y, z = points.unbind(dim=1)
    zero = torch.zeros_like(x)
    return torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=1).reshape(-1, 3, 3)
