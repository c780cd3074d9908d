"""Light as second-order spherical harmonics of the surface normal, one set per photo.

A diffuse surface under distant light is a low-pass filter: nine coefficients per colour hold 98 % of what the
normal can do to its brightness (Ramamoorthi & Hanrahan, "An efficient representation for irradiance
environment maps", SIGGRAPH 2001). One set per photo serves light that is fixed to the room, light that turns
with the subject (a turntable, a flash), and photos of different exposure, without asking which it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.camera import Camera

REACH = 10.0
"""Degrees over which the light of a new camera is mixed from its neighbours."""
RIDGE = (1e-4, 1e-3, 3e-3)
"""Pull to zero by order, relative to the data: keeps directions no vertex faces from running away."""
DARKEST = 0.04
"""Shading is never taken below this share of the light's mean: what divides by it must not explode."""


@dataclass(frozen=True, eq=False)
class Lights:
    """The light of N photos.

    Attributes:
        coefficients: (N, 9, 3) in the working frame: shading of a normal = basis(normal) @ coefficients.
        cameras: of the photos.
        with_camera: the light turned with the camera (found by which reading predicts photos from their
            neighbours better); decides how the light between photos is imagined.
    """

    coefficients: Tensor
    cameras: tuple[Camera, ...]
    with_camera: bool = False

    def shading(self, basis: Tensor, index: int) -> Tensor:
        """(M, 3) of photo `index` at normals with `basis` (M, 9)."""
        return shading(basis, self.coefficients[index])

    def seen_from(self, camera: Camera, without: int | None = None) -> Tensor:
        """(9, 3) the light to expect in a photo of `camera`, from its neighbours except photo `without`."""
        return light_between(self, camera, self.with_camera, without)


def harmonics(normals: Tensor) -> Tensor:
    """(M, 9) real spherical harmonics up to order two at unit normals (M, 3), without their constants."""
    x, y, z = normals.unbind(dim=1)
    one = torch.ones_like(x)
    return torch.stack([one, x, y, z, x * y, y * z, x * z, x * x - y * y, 3 * z * z - 1], dim=1)


def shading(basis: Tensor, light: Tensor) -> Tensor:
    """Basis (M, 9) under light (9, 3) -> (M, 3), bounded from below."""
    return torch.maximum(basis @ light, DARKEST * light[0].abs() + 1e-4)


def fit_light(basis: Tensor, albedo: Tensor, color: Tensor, weight: Tensor) -> Tensor:
    """Weighted least squares of color (M, 3) ~ albedo (M, 3) * (basis (M, 9) @ light) -> light (9, 3)."""
    out = torch.zeros(9, 3, dtype=torch.float64, device=basis.device)
    ridge = torch.tensor(
        [RIDGE[0]] + [RIDGE[1]] * 3 + [RIDGE[2]] * 5, dtype=torch.float64, device=basis.device
    )
    basis, weight = basis.double(), weight.double()
    for channel in range(3):
        a = albedo[:, channel].double()
        scaled = basis * (weight * a)[:, None]
        normal = basis.T @ (scaled * a[:, None])
        normal = normal + torch.diag(ridge * normal[0, 0] + 1e-9)
        out[:, channel] = torch.linalg.solve(normal, scaled.T @ color[:, channel].double())
    return out.float()


def turned(light: Tensor, rotation: NDArray[np.float64]) -> Tensor:
    """Light (9, 3) as a function of rotated normals m = rotation @ n."""
    matrix = _turn_matrix(rotation)
    return torch.from_numpy(matrix).to(light) @ light


def light_between(lights: Lights, camera: Camera, with_camera: bool, without: int | None) -> Tensor:
    """(9, 3) mean of the photos' lights, weighted by nearness, in the camera's or in the working frame."""
    weight = nearness(lights.cameras, camera, REACH, without)
    total = torch.zeros_like(lights.coefficients[0])
    for share, light, source in zip(weight, lights.coefficients, lights.cameras, strict=True):
        if share > 1e-4:
            total += float(share) * (turned(light, source.rotation) if with_camera else light)
    return turned(total, camera.rotation.T) if with_camera else total


def nearness(
    cameras: Sequence[Camera], camera: Camera, reach: float, without: int | None = None
) -> NDArray[np.float64]:
    """(N,) weights that sum to one and fall by e with every `reach` degrees beyond the nearest camera."""
    angle = view_angles(cameras, camera)
    if without is not None and len(cameras) > 1:
        angle[without] = np.inf
    weight = np.exp(-(angle - angle.min()) / reach)
    return np.asarray(weight / weight.sum())


def view_angles(cameras: Sequence[Camera], camera: Camera) -> NDArray[np.float64]:
    """(N,) degrees between the viewing directions of `cameras` and `camera`."""
    cosine = np.array([other.forward for other in cameras]) @ camera.forward
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _turn_matrix(rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    # The harmonics of one order are closed under rotation, so a few fixed directions determine the matrix.
    index = np.arange(24) + 0.5
    polar, azimuth = np.arccos(1 - 2 * index / 24), np.pi * (1 + 5**0.5) * index
    directions = np.column_stack(
        [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)]
    )

    def basis(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return harmonics(torch.from_numpy(at)).numpy()

    return np.asarray(np.linalg.pinv(basis(directions)) @ basis(directions @ rotation))
