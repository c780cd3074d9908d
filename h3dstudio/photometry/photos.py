"""The photos as tensors: cameras, masks and a log-intensity pyramid in one working frame.

Working frame: the scan's world moved so that the unit sphere's centre is the origin, and scaled so that a
head is head-sized in mm (scale 1 for scans that are in mm already). Single precision is then exact to
1e-4 mm, whatever the scan's own origin is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity

CHUNK = 1024
"""Patches that are sampled at a time."""
LOG_OFFSET = 0.04
"""Added before the logarithm: about 10 of 255 grey levels, so that noise in the dark is not blown up."""


@dataclass(frozen=True, eq=False)
class PhotoSet:
    """N photos of one size in the working frame.

    Attributes:
        cameras: N cameras, working frame -> working pixels.
        rgb: (N, 3, H, W) float32 in [0, 1].
        masks: (N, H, W) bool; False in padding.
        pyramid: level l -> (N, H/2^l, W/2^l) float32 log intensity.
    """

    cameras: tuple[Camera, ...]
    rgb: Tensor
    masks: Tensor
    pyramid: tuple[Tensor, ...]
    projection: Tensor  # (N, 3, 4)
    centers: Tensor  # (N, 3)
    back_projection: Tensor  # (N, 3, 3): pixel (u, v, 1) -> direction, not normalised
    _slopes: dict[int, Tensor] = field(default_factory=dict, init=False, repr=False)  # see `_sloped`

    @property
    def count(self) -> int:
        return len(self.cameras)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the working images."""
        return int(self.masks.shape[2]), int(self.masks.shape[1])

    @property
    def device(self) -> torch.device:
        return self.rgb.device

    def directions(self, view: Tensor, pixel: Tensor) -> Tensor:
        """Unit ray directions (M, 3) of pixels (M, 2) in views (M,)."""
        homogeneous = torch.cat([pixel, torch.ones_like(pixel[:, :1])], dim=1)
        return functional.normalize(
            torch.einsum("nij,nj->ni", self.back_projection[view], homogeneous), dim=1
        )

    def project(self, view: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """Points (M, 3) or (M, Q, 3), one view (M,) each -> pixels (..., 2) and depths (...)."""
        matrix = self.projection[view]
        if points.dim() == 2:
            pixel = torch.einsum("nij,nj->ni", matrix[..., :3], points) + matrix[..., 3]
        else:
            pixel = torch.einsum("nij,nqj->nqi", matrix[..., :3], points) + matrix[:, None, :, 3]
        return pixel[..., :2] / pixel[..., 2:], pixel[..., 2]

    def with_cameras(self, cameras: Sequence[Camera]) -> PhotoSet:
        """The same photos, taken by other cameras."""
        projection, centers, back = _camera_tensors(cameras, self.device)
        moved = replace(
            self, cameras=tuple(cameras), projection=projection, centers=centers, back_projection=back
        )
        object.__setattr__(moved, "_slopes", self._slopes)  # the images are the same
        return moved

    def in_frame(self, frame: Similarity) -> PhotoSet:
        """The same photos for a world that `frame` has moved, turned and scaled."""
        return self.with_cameras([camera.in_frame(frame) for camera in self.cameras])

    def sample(
        self, level: int, view: Tensor, pixel: Tensor, *, smooth: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Bilinear intensity (M, Q) and its gradient (M, Q, 2) per full-resolution pixel at (M, Q, 2).

        The gradient is the interpolant's own, or (`smooth`) the interpolated central difference, which has no
        jumps where cells meet, but is too small for texture as fine as a pixel.
        """
        if smooth:
            found = self._interpolated(self._sloped(level), level, view, pixel)
            return found[:, 0], found[:, 1:].transpose(1, 2) / 2**level
        parts = [
            self._with_slope(level, *part) for part in zip(view.split(CHUNK), pixel.split(CHUNK), strict=True)
        ]
        value, gradient = (torch.cat(each) for each in zip(*parts, strict=True))
        return value, gradient

    def _with_slope(self, level: int, view: Tensor, pixel: Tensor) -> tuple[Tensor, Tensor]:
        """Few pixels at a time: what is made on the way stays in the cache."""
        image = self.pyramid[level]
        height, width = image.shape[1:]
        upper = torch.tensor([width - 1.001, height - 1.001], device=image.device)
        at = torch.minimum(((pixel + 0.5) / 2**level - 0.5).clamp(min=0.0), upper)
        u, v = at.unbind(-1)
        column, row = u.long(), v.long()
        fx, fy = u - column, v - row
        base = (view[:, None] * (height * width) + row * width + column).reshape(-1)
        flat = image.reshape(-1)
        a00, a01, a10, a11 = (  # a third of the time of flat[base + step]
            flat[step:].index_select(0, base).reshape(u.shape) for step in (0, 1, width, width + 1)
        )
        above, below = a01 - a00, a11 - a10
        near, far = torch.addcmul(a00, above, fx), torch.addcmul(a10, below, fx)
        gradient = torch.stack([torch.lerp(above, below, fy), far - near], dim=-1)
        return torch.lerp(near, far, fy), gradient / 2**level

    def intensity(self, level: int, view: Tensor, pixel: Tensor) -> Tensor:
        """Bilinear intensity (M, Q) alone."""
        return self._interpolated(self.pyramid[level][:, None], level, view, pixel)[:, 0]

    def _interpolated(self, images: Tensor, level: int, view: Tensor, pixel: Tensor) -> Tensor:
        """Images (N, C, h, w) of a level at pixels (M, Q, 2) of views (M,) -> (M, C, Q).

        Photo by photo, all in one call: a third of the time of looking up every pixel's four neighbours.
        """
        height, width = images.shape[2:]
        size = torch.tensor([width, height], device=images.device) * 2**level
        order = torch.argsort(view, stable=True)
        counts = torch.bincount(view, minlength=self.count)
        first = counts.cumsum(0) - counts
        slot = torch.empty_like(order)
        slot[order] = torch.arange(len(order), device=order.device) - first[view[order]]
        table = pixel.new_zeros(self.count, int(counts.max()) if len(view) else 0, *pixel.shape[1:])
        table[view, slot] = (2 * pixel + 1) / size - 1
        if not table.numel():
            return pixel.new_zeros(len(view), images.shape[1], pixel.shape[1])
        found = functional.grid_sample(images, table, align_corners=False, padding_mode="border")
        return found.transpose(1, 2)[view, slot]

    def _sloped(self, level: int) -> Tensor:
        """(N, 3, h, w): a level's intensity and its slopes along u and v, made when they are first needed."""
        if level not in self._slopes:
            image = self.pyramid[level]
            down, right = torch.gradient(image, dim=(1, 2))
            self._slopes[level] = torch.stack([image, right, down], dim=1)
        return self._slopes[level]


def build_photo_set(
    images: Sequence[NDArray[np.uint8]],
    masks: Sequence[NDArray[np.bool_]],
    cameras: Sequence[Camera],
    *,
    levels: int = 4,
    device: torch.device | str = "cpu",
) -> PhotoSet:
    """From images (H, W, 3) uint8, masks (H, W) and cameras already in the working frame.

    Photos of different sizes are padded to the largest one (bottom and right, mask False there).
    """
    height = max(image.shape[0] for image in images)
    width = max(image.shape[1] for image in images)
    height, width = (-(-side // 2 ** (levels - 1)) * 2 ** (levels - 1) for side in (height, width))
    rgb = torch.from_numpy(np.stack([_padded(image, height, width, "edge") for image in images]))
    rgb = rgb.to(device).permute(0, 3, 1, 2).float() / 255
    mask = np.stack([_padded(mask, height, width, "constant") for mask in masks])
    projection, centers, back = _camera_tensors(cameras, device)
    return PhotoSet(
        cameras=tuple(cameras),
        rgb=rgb,
        masks=torch.from_numpy(mask).to(device),
        pyramid=intensity_pyramid(torch.log(rgb.mean(dim=1) + LOG_OFFSET), levels),
        projection=projection,
        centers=centers,
        back_projection=back,
    )


def _camera_tensors(cameras: Sequence[Camera], device: torch.device | str) -> tuple[Tensor, Tensor, Tensor]:
    """Projections, centres and back projections, as PhotoSet keeps them beside the cameras."""
    projection = np.stack([camera.projection for camera in cameras])
    inverse = np.stack([np.linalg.inv(matrix[:, :3]) for matrix in projection])

    def tensor(array: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).float().to(device)

    return tensor(projection), tensor(np.stack([camera.center for camera in cameras])), tensor(inverse)


def intensity_pyramid(intensity: Tensor, levels: int) -> tuple[Tensor, ...]:
    """(N, H, W) -> `levels` images, each half the size of the one before (3x3 box, then 2x2 mean)."""
    out = [intensity]
    for _ in range(levels - 1):
        smooth = functional.avg_pool2d(
            functional.pad(out[-1][:, None], (1, 1, 1, 1), mode="replicate"), 3, stride=1
        )
        out.append(functional.avg_pool2d(smooth, 2)[:, 0])
    return tuple(out)


def _padded(array: NDArray, height: int, width: int, mode: str) -> NDArray:
    pad = [(0, height - array.shape[0]), (0, width - array.shape[1])] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, pad, mode=mode)  # type: ignore[call-overload]


def moved_points(frame: Similarity, points: Tensor) -> Tensor:
    """Points (M, 3) in another frame; the product in double, as a scene may lie far from its origin."""
    matrix = torch.from_numpy(frame.matrix).to(points.device)
    return (points.double() @ matrix[:3, :3].T + matrix[:3, 3]).float()


def turned(frame: Similarity, directions: Tensor) -> Tensor:
    """Unit directions (M, 3) in another frame; still of unit length."""
    return directions @ torch.from_numpy(frame.rotation).float().to(directions.device).T
