"""The plain renderer: the surface's own colour times the light that its normal gathers."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from h3dstudio.appearance.lighting import Lights, harmonics, shading
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import Fragments
from h3dstudio.geometry.mesh import TriangleMesh


@dataclass(frozen=True, eq=False)
class ShadedAlbedo:
    """Albedo (V, 3) of the mesh's vertices (lit by light of mean one) under the photos' lights."""

    mesh: TriangleMesh
    albedo: Tensor
    lights: Lights

    def colors(self, surface: Fragments, camera: Camera, light: int | None = None) -> Tensor:
        """See `fields.appearance.Renderer`."""
        shade = shading(self.basis_at(surface), self.light_for(camera, light))
        return (self.albedo_at(surface) * shade).clamp(0.0, 1.0)

    def light_for(self, camera: Camera, light: int | None, without: int | None = None) -> Tensor:
        """(9, 3) of photo `light`, or expected at the camera from all photos except `without`."""
        if light is not None:
            return self.lights.coefficients[light]
        return self.lights.seen_from(camera, without)

    def albedo_at(self, surface: Fragments) -> Tensor:
        """(M, 3) interpolated albedo."""
        corner = torch.from_numpy(self.mesh.faces[surface.face].astype("int64")).to(self.albedo.device)
        weight = torch.from_numpy(surface.barycentric).to(self.albedo)
        return sum(weight[:, k : k + 1] * self.albedo[corner[:, k]] for k in range(3))  # type: ignore[return-value]

    def basis_at(self, surface: Fragments) -> Tensor:
        """(M, 9) harmonics of the smooth normals."""
        return harmonics(torch.from_numpy(surface.normal).to(self.albedo))
