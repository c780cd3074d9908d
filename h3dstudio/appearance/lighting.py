"""Light as second-order spherical harmonics of the surface normal, one set per photo.

A diffuse surface under distant light is a low-pass filter: nine coefficients per colour hold 98 % of what the
normal can do to its brightness (Ramamoorthi & Hanrahan, "An efficient representation for irradiance
environment maps", SIGGRAPH 2001). One set per photo serves light that is fixed to the room, light that turns
with the subject (a turntable, a flash), and photos of different exposure, without asking which it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.camera import Camera

REACH = 10.0
"""Degrees over which the light of a new camera is mixed from its neighbours."""
Ridge = tuple[float, float, float]
LOOSE: Ridge = (1e-4, 1e-3, 3e-3)
RIDGE: Ridge = (1e-4, 0.01, 0.03)
"""Pull by order, relative to the data: LOOSE to even light, RIDGE to the light common to all photos. Without
it, light on directions that few vertices face runs away."""
DARKEST = 0.1
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


@dataclass(frozen=True, eq=False)
class LightSystem:
    """Normal equations of one photo's light: least sum of weight (color - albedo * basis @ light)^2.

    Attributes:
        normal: (3, 9, 9) float64.
        right: (3, 9) float64.
    """

    normal: Tensor
    right: Tensor

    @staticmethod
    def of(basis: Tensor, albedo: Tensor, color: Tensor, weight: Tensor) -> LightSystem:
        """From M points: basis (M, 9), albedo (M, 3), color (M, 3), weight (M,)."""
        lit = albedo.T[:, :, None].double() * basis.double()
        weighted = lit * weight[:, None].double()
        return LightSystem(weighted.mT @ lit, (weighted.mT @ color.T[:, :, None].double())[..., 0])


def fit_lights(
    systems: Sequence[LightSystem], cameras: Sequence[Camera], with_camera: bool | None = None
) -> Lights:
    """The light of each photo: on its own, or pulled towards the one light that explains all photos best.

    A photo alone knows little of the light on what it does not see, or sees at a flat angle.

    Args:
        with_camera: the common light turns with the camera (True), stands still (False), is none (None).
    """
    common = torch.zeros(9, 3).to(systems[0].normal)
    common[0] = 1.0
    turns, ridge = _turns(cameras, bool(with_camera)), LOOSE
    if with_camera is not None:
        common, ridge = _common_light(systems, turns, common), RIDGE
    lights = [
        _solve(system.normal, system.right, turn.to(common) @ common, ridge)
        for system, turn in zip(systems, turns, strict=True)
    ]
    return Lights(torch.stack(lights).float(), tuple(cameras), bool(with_camera))


def _common_light(systems: Sequence[LightSystem], turns: Sequence[Tensor], prior: Tensor) -> Tensor:
    """(9, 3) the light of all photos, each of which sees it turned by (9, 9)."""
    normal, right = torch.zeros_like(systems[0].normal), torch.zeros_like(systems[0].right)
    for system, turn in zip(systems, turns, strict=True):
        turn = turn.to(normal)
        normal += turn.T @ system.normal @ turn
        right += system.right @ turn
    return _solve(normal, right, prior, LOOSE)


def _turns(cameras: Sequence[Camera], moving: bool) -> list[Tensor]:
    """For each photo the (9, 9) that takes the shared light to the working frame."""
    if not moving:
        return [torch.eye(9, dtype=torch.float64) for _ in cameras]
    return [torch.from_numpy(_turn_matrix(camera.rotation.T)) for camera in cameras]


def _solve(normal: Tensor, right: Tensor, prior: Tensor, ridge: Ridge) -> Tensor:
    """Ridge regression towards prior (9, 3): the pull of each order is a share of the data's on the mean."""
    pull = torch.tensor([ridge[0]] + [ridge[1]] * 3 + [ridge[2]] * 5).to(normal)
    pull = pull * normal[:, :1, 0] + 1e-9
    light = torch.linalg.solve(normal + torch.diag_embed(pull), right + pull * prior.T.to(normal))
    return torch.as_tensor(light.T)


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
    directions, inverse = _probes()
    return np.asarray(inverse @ harmonics(torch.from_numpy(directions @ rotation)).numpy())


@cache
def _probes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """24 directions spread over the sphere, and the pseudo-inverse (9, 24) of their harmonics."""
    index = np.arange(24) + 0.5
    polar, azimuth = np.arccos(1 - 2 * index / 24), np.pi * (1 + 5**0.5) * index
    directions = np.column_stack(
        [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)]
    )
    return directions, np.linalg.pinv(harmonics(torch.from_numpy(directions)).numpy())
