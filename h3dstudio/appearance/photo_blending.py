"""Photos laid over the surface: the detail that vertices are too far apart to hold.

Image-based rendering after Buehler et al., "Unstructured lumigraph rendering", SIGGRAPH 2001: each surface
point takes its colour from the photos that see it, those from the nearest directions first. Here each photo
gives its *difference* to the shaded albedo, brought to the wanted light by the ratio of the shadings, so that
it fades into the surface's own colour where no photo sees it, and light that changes between photos leaves no
seams.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from h3dstudio.appearance.lighting import shading, view_angles
from h3dstudio.appearance.shaded_albedo import ShadedAlbedo
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import Fragments
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.vertex_observations import LEAST_COSINE, project_one, sample_rgb

NEIGHBOURS = 5
"""Photos laid over one picture."""
FARTHEST = 80.0
"""Degrees from the camera beyond which a photo is not used."""
SHARPNESS = 10.0
"""Degrees of viewing direction over which a photo's weight falls by e."""
BASE_WEIGHT = 0.02
"""Weight of the surface's own colour beside photos of weight up to one."""
RATIO = (0.4, 2.5)
"""Bounds of what light may change."""


@dataclass(frozen=True, eq=False)
class PhotoBlend:
    """Photos over a shaded albedo.

    Attributes:
        visible: (N, V) bool, which photo sees which vertex.
        without: a photo that is left out.
    """

    surface: ShadedAlbedo
    photos: PhotoSet
    visible: Tensor
    without: int | None = None

    def colors(self, surface: Fragments, camera: Camera, light: int | None = None) -> Tensor:
        """See `fields.appearance.Renderer`."""
        model = self.surface
        wanted = model.light_for(camera, light, self.without)
        basis, albedo = model.basis_at(surface), model.albedo_at(surface)
        target = shading(basis, wanted)
        total = torch.full((len(surface), 1), BASE_WEIGHT, device=albedo.device)
        detail = torch.zeros_like(albedo)
        points, normals, towards = (
            torch.from_numpy(array).to(albedo) for array in (surface.position, surface.normal, surface.view)
        )
        corner = torch.from_numpy(model.mesh.faces[surface.face].astype("int64")).to(albedo.device)
        bary = torch.from_numpy(surface.barycentric).to(albedo)
        for index in self._chosen(camera):
            covered = (self.visible[index][corner] * bary).sum(dim=1)
            at = (covered > 0.5).nonzero()[:, 0]
            weight = self._weight(index, points[at], normals[at], towards[at]) * (2 * covered[at] - 1)
            pixel, _ = project_one(self.photos, index, points[at])
            own = model.lights.shading(basis[at], index)
            ratio = (target[at] / own).clamp(*RATIO)
            photo = sample_rgb(self.photos, index, pixel)
            detail[at] += weight[:, None] * ratio * (photo - albedo[at] * own)
            total[at] += weight[:, None]
        return (albedo * target + detail / total).clamp(0.0, 1.0)

    def _chosen(self, camera: Camera) -> list[int]:
        angle = view_angles(self.photos.cameras, camera)
        if self.without is not None:
            angle[self.without] = np.inf
        order = angle.argsort(kind="stable")[:NEIGHBOURS]
        return [int(index) for index in order if angle[index] <= FARTHEST]

    def _weight(self, index: int, points: Tensor, normals: Tensor, towards: Tensor) -> Tensor:
        """(M,) in [0, 1]: near directions and steep views count."""
        ray = torch.nn.functional.normalize(self.photos.centers[index] - points, dim=1)
        chord = (ray - towards).norm(dim=1).clamp(max=2.0)
        angle = torch.rad2deg(2 * torch.asin(chord / 2))
        steep = ((normals * ray).sum(dim=1) - LEAST_COSINE).clamp(0.0, 0.3) / 0.3
        return torch.exp(-angle / SHARPNESS) * steep
