"""Latent and similarity pose of a head from points on its surface, by robust Gauss-Newton.

Minimises sum_i w_i (F(y_i; z) / (k sigma))^2 + landmarks + |z|^2 over pose and z, y = pose(x), F in canonical
mm and k the pose's scale, so that distances count in the points' own millimetres. Weights: Geman & McClure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.errors import PriorError
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import POSE_SIZE, PosedHead, field_jacobian, moved_within


@dataclass(frozen=True)
class PointFitOptions:
    """How much the points count against the latent's prior.

    Attributes:
        sigma: mm, of the distance of a point to the surface.
        effective: how many independent observations the points are worth, however many there are.
        landmark_sigma: mm.
        scales: mm, robust scale of each round, coarse to fine.
        steps: Gauss-Newton steps per round.
        samples: points used.
        with_scale: whether the pose's scale is free.
        device: where the prior is.
    """

    sigma: float = 0.5
    effective: float = 2000.0
    landmark_sigma: float = 2.0
    scales: tuple[float, ...] = (24.0, 8.0, 3.0)
    steps: int = 5
    samples: int = 6000
    with_scale: bool = True
    seed: int = 0
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class PointFit:
    """What a fit ended with.

    Attributes:
        head: latent, and pose from the points' frame to the canonical one.
        residual: (N,) mm, |F| / k at all points given.
    """

    head: PosedHead
    residual: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Mean distance in mm by the field's own measure."""
        return float(self.residual.mean())


def fit_points(
    prior: HeadPrior,
    points: NDArray[np.floating],
    *,
    start: Similarity,
    landmarks: tuple[NDArray[np.integer], NDArray[np.floating]] | None = None,
    options: PointFitOptions | None = None,
) -> PointFit:
    """Fit `prior` to points (N, 3) mm.

    Args:
        start: from the points' frame to the canonical one, right within some 20 degrees and 20 mm.
        landmarks: which of the 68 are known (L,) and where they are (L, 3), mm in the points' frame.

    Raises PriorError when there are too few points.
    """
    options = options or PointFitOptions()
    if len(points) < 50:
        raise PriorError(f"there are {len(points)} points to fit to, expected at least 50")
    device = options.device
    chosen = np.random.default_rng(options.seed).permutation(len(points))[: options.samples]
    used = torch.tensor(np.asarray(points)[chosen], dtype=torch.float32, device=device)
    marks = None
    if landmarks is not None and len(landmarks[0]):
        marks = (
            torch.tensor(np.asarray(landmarks[0], dtype=np.int64), device=device),
            torch.tensor(np.asarray(landmarks[1]), dtype=torch.float32, device=device),
        )
    head = PosedHead.mean(prior, start, device)
    # First the pose alone: a latent that has to explain a wrong pose leads astray.
    head = _rounds(prior, head, used, marks, replace(options, scales=options.scales[:1]), pose_only=True)
    head = _rounds(prior, head, used, marks, options, pose_only=False)
    every = torch.tensor(np.asarray(points), dtype=torch.float32, device=device)
    value = prior.grid.value(prior.bake(head.latent), _posed(head, every))
    return PointFit(head, np.abs(value.double().cpu().numpy()) / head.pose.scale)


def _rounds(
    prior: HeadPrior,
    head: PosedHead,
    points: Tensor,
    marks: tuple[Tensor, Tensor] | None,
    options: PointFitOptions,
    *,
    pose_only: bool,
) -> PosedHead:
    for scale in options.scales:
        for _ in range(options.steps):
            matrix, gradient = _normal_equations(prior, head, points, marks, options, scale)
            if pose_only:
                _hold(matrix, gradient, slice(POSE_SIZE, None))
            if not options.with_scale:
                _hold(matrix, gradient, slice(POSE_SIZE - 1, POSE_SIZE))
            matrix.diagonal().mul_(1 + 1e-6)
            head = moved_within(prior, head, -torch.linalg.solve(matrix, gradient).float())
    return head


def _hold(matrix: Tensor, gradient: Tensor, unknowns: slice) -> None:
    """Take unknowns out of the equations, in place."""
    matrix[unknowns] = 0
    matrix[:, unknowns] = 0
    matrix.diagonal()[unknowns] = 1
    gradient[unknowns] = 0


def _normal_equations(
    prior: HeadPrior,
    head: PosedHead,
    points: Tensor,
    marks: tuple[Tensor, Tensor] | None,
    options: PointFitOptions,
    scale: float,
) -> tuple[Tensor, Tensor]:
    samples = prior.bake(head.latent)
    y = _posed(head, points)
    residual = prior.grid.value(samples, y) / head.pose.scale
    rows = field_jacobian(prior, samples, head.latent, y) / head.pose.scale
    weight = 1 / (1 + (residual / scale) ** 2) ** 2
    weight = weight * (options.effective / options.sigma**2 / len(points))
    matrix = (rows.T @ (rows * weight[:, None])).double()
    gradient = (rows.T @ (residual * weight)).double()
    if marks is not None:
        at, predicted_by = _landmark_rows(prior, head, marks)
        sigma = options.landmark_sigma * head.pose.scale
        matrix += (predicted_by.T @ predicted_by).double() / sigma**2
        gradient += (predicted_by.T @ at).double() / sigma**2
    matrix.diagonal()[POSE_SIZE:] += prior.stiffness
    gradient[POSE_SIZE:] += prior.stiffness * head.latent.double()
    return matrix, gradient


def _landmark_rows(prior: HeadPrior, head: PosedHead, marks: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Residual (3 L,) canonical mm and its derivative (3 L, 7 + K)."""
    index, points = marks
    predicted, basis = prior.landmarks(head.latent)
    y = _posed(head, points)
    x1, x2, x3 = y.unbind(dim=1)
    zero = torch.zeros_like(x1)
    # d(w x y) / dw = -[y]x
    turning = torch.stack(
        [
            torch.stack([zero, x3, -x2], dim=1),
            torch.stack([-x3, zero, x1], dim=1),
            torch.stack([x2, -x1, zero], dim=1),
        ],
        dim=1,
    )
    moving = torch.eye(3, device=y.device).expand(len(y), 3, 3)
    rows = torch.cat([turning, moving, y[:, :, None], -basis[index]], dim=2)
    return (y - predicted[index]).reshape(-1), rows.reshape(-1, rows.shape[2])


def _posed(head: PosedHead, points: Tensor) -> Tensor:
    matrix = torch.tensor(head.pose.matrix, dtype=points.dtype, device=points.device)
    return points @ matrix[:3, :3].T + matrix[:3, 3]
