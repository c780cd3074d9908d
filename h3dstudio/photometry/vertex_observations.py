"""What each photo shows of each vertex of a mesh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.photometry.photos import PhotoSet

LEAST_COSINE = 0.2
"""Surface seen at a flatter angle than 78 degrees is smeared over few pixels, and its place is uncertain."""
EDGE = 2
"""Pixels at the mask's contour that mix head and background."""
LIFT = 0.4
"""mm along the normal, so that a vertex is not hidden by its own faces."""


@dataclass(frozen=True, eq=False)
class Observation:
    """The M vertices that one photo sees.

    Attributes:
        vertex: (M,) indices, each once.
        color: (M, 3) in [0, 1], as the photo stores it.
        weight: (M,) in (0, 1]: cosine between normal and viewing direction.
    """

    vertex: Tensor
    color: Tensor
    weight: Tensor


def observe(photos: PhotoSet, mesh: TriangleMesh, normals: Tensor, caster: RayCaster) -> list[Observation]:
    """What each photo sees of `mesh` (working frame): unoccluded, not grazing, away from contours.

    Args:
        normals: (V, 3) unit vertex normals on the photos' device.
        caster: of the mesh.
    """
    device = photos.device
    vertices = torch.from_numpy(mesh.vertices).float().to(device)
    faces = torch.from_numpy(mesh.faces.astype(np.int64)).to(device)
    inner = eroded(photos.masks, EDGE)
    return [
        _observe_one(photos, index, vertices, normals, faces, inner[index], caster)
        for index in range(photos.count)
    ]


def _observe_one(
    photos: PhotoSet,
    index: int,
    vertices: Tensor,
    normals: Tensor,
    faces: Tensor,
    inner: Tensor,
    caster: RayCaster,
) -> Observation:
    pixel, depth = project_one(photos, index, vertices)
    towards = photos.centers[index] - vertices
    cosine = (normals * towards).sum(dim=1) / towards.norm(dim=1).clamp(min=1e-6)
    height, width = inner.shape
    x, y = pixel.round().unbind(dim=1)
    inside = (depth > 0) & (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    seen = inside & (cosine > LEAST_COSINE)
    at = seen.nonzero()[:, 0]
    at = at[inner[y[at].long(), x[at].long()]]
    start = (vertices[at] + LIFT * normals[at]).cpu().numpy()
    blocked = torch.from_numpy(caster.occluded(start, towards[at].cpu().numpy())).to(at.device)
    visible = torch.zeros_like(seen)
    visible[at[~blocked]] = True
    visible = without_rim(visible, faces)
    vertex = visible.nonzero()[:, 0]
    return Observation(vertex, sample_rgb(photos, index, pixel[vertex]), cosine[vertex])


def project_one(photos: PhotoSet, index: int, points: Tensor) -> tuple[Tensor, Tensor]:
    """Points (M, 3) -> pixels (M, 2) and depths (M,) in photo `index`."""
    matrix = photos.projection[index]
    pixel = points @ matrix[:, :3].T + matrix[:, 3]
    return pixel[:, :2] / pixel[:, 2:], pixel[:, 2]


def sample_rgb(photos: PhotoSet, index: int, pixel: Tensor) -> Tensor:
    """Bilinear colour (M, 3) of photo `index` at pixels (M, 2), the nearest pixel's outside."""
    image = photos.rgb[index]
    height, width = image.shape[1:]
    upper = torch.tensor([width - 1.001, height - 1.001], device=pixel.device)
    at = torch.minimum(pixel.nan_to_num().clamp(min=0.0), upper)
    corner = at.floor()
    fx, fy = (at - corner).unbind(dim=1)
    base = corner[:, 1].long() * width + corner[:, 0].long()
    flat = image.reshape(3, -1)
    top = flat[:, base] * (1 - fx) + flat[:, base + 1] * fx
    bottom = flat[:, base + width] * (1 - fx) + flat[:, base + width + 1] * fx
    return (top * (1 - fy) + bottom * fy).T


def without_rim(visible: Tensor, faces: Tensor) -> Tensor:
    """(V,) bool without the vertices that share a face (F, 3) with one that is not visible.

    Next to where something else begins to cover the surface, a small error of the shape takes the colour of
    the wrong side.
    """
    out = visible.clone()
    out[faces[~visible[faces].all(dim=1)].reshape(-1)] = False
    return out


def eroded(masks: Tensor, radius: int) -> Tensor:
    """(N, H, W) bool without the pixels closer than `radius` (in city blocks) to an unset one."""
    for _ in range(radius):
        inner = masks.clone()
        inner[:, 1:] &= masks[:, :-1]
        inner[:, :-1] &= masks[:, 1:]
        inner[:, :, 1:] &= masks[:, :, :-1]
        inner[:, :, :-1] &= masks[:, :, 1:]
        masks = inner
    return masks


def visibility(observations: Sequence[Observation], count: int) -> Tensor:
    """(N, V) bool: which photo sees which of `count` vertices."""
    out = torch.zeros(len(observations), count, dtype=torch.bool, device=observations[0].vertex.device)
    for row, seen in zip(out, observations, strict=True):
        row[seen.vertex] = True
    return out
