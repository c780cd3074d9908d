"""What the head looks like: an albedo per vertex under each photo's own light, the photos' detail on top.

It is fitted once, to the finished surface, and feeds nothing back: what light tells of the shape is read in
`shading`, without albedo.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.appearance.albedo_fit import EVIDENCE, fit_albedo
from h3dstudio.appearance.lighting import Lights, harmonics
from h3dstudio.appearance.photo_blending import PhotoBlend
from h3dstudio.appearance.shaded_albedo import ShadedAlbedo
from h3dstudio.appearance.vertex_fill import fill_unseen
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import Fragments, cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.rendering import PAPER, Rgb, RgbImage
from h3dstudio.photometry.photos import PhotoSet
from h3dstudio.photometry.vertex_observations import observe, visibility


class Renderer(Protocol):
    """Turns surface points, their normals and viewing directions into colour.

    `surface` holds the M points seen by `camera` (working frame); a method may use the place on the mesh too.
    """

    def colors(self, surface: Fragments, camera: Camera, light: int | None = None) -> Tensor:
        """(M, 3) sRGB in [0, 1], under the light of photo `light`, or the one to expect at `camera`."""
        ...


@dataclass(frozen=True, eq=False)
class Appearance:
    """The colours of a mesh (working frame), and its pictures from any camera.

    Attributes:
        surface: the albedo and the photos' lights.
        blend: the photos laid over it.
        seen: (V,) bool, vertices that some photo shows; the others are filled from their neighbours.
    """

    mesh: TriangleMesh
    normals: NDArray[np.float64]
    surface: ShadedAlbedo
    blend: PhotoBlend
    seen: NDArray[np.bool_]
    caster: RayCaster

    def vertex_colors(self) -> NDArray[np.uint8]:
        """(V, 3) sRGB: the colour of each vertex under the photos' mean light, the same from all sides."""
        return _bytes(self.surface.albedo.cpu().numpy())

    def render(
        self,
        camera: Camera,
        size: tuple[int, int],
        *,
        light: int | None = None,
        background: Rgb = PAPER,
        detail: bool = True,
        without: int | None = None,
    ) -> RgbImage:
        """The head as a photo (H, W, 3) uint8 sRGB.

        Args:
            camera: working frame -> pixel.
            size: (width, height) pixels.
            light: of this training photo; None = as expected at the camera, from its neighbours.
            detail: lay the photos over the surface's own colours.
            without: a training photo that must not be used (its light, if asked for, is).
        """
        seen = cast_fragments(self.mesh, camera, size, caster=self.caster, normals=self.normals)
        renderer: Renderer = self.surface
        if detail:
            renderer = self.blend if without is None else replace(self.blend, without=without)
        colors = renderer.colors(seen, camera, light).cpu().numpy()
        empty = np.asarray(background, dtype=np.float64) / 255
        return _bytes(seen.image(colors, empty))

    def state(self) -> dict[str, NDArray]:
        """Arrays from which, with photos and mesh, `restore` makes the same appearance."""
        return {
            "albedo": self.surface.albedo.cpu().numpy(),
            "lights": self.surface.lights.coefficients.cpu().numpy(),
            "light_with_camera": np.array(self.surface.lights.with_camera),
            "visible": np.packbits(self.blend.visible.cpu().numpy(), axis=1),
            "seen": self.seen,
        }


def restore(state: dict[str, NDArray], photos: PhotoSet, mesh: TriangleMesh) -> Appearance:
    """The appearance whose `state()` this is. Raises ValueError when photos or mesh are others."""
    if state["albedo"].shape != mesh.vertices.shape or len(state["lights"]) != photos.count:
        raise ValueError(
            f"the state is of {len(state['albedo'])} vertices and {len(state['lights'])} photos, those "
            f"given are {len(mesh.vertices)} and {photos.count}"
        )
    coefficients = torch.from_numpy(state["lights"]).to(photos.device)
    lights = Lights(coefficients, photos.cameras, bool(state["light_with_camera"]))
    visible = np.unpackbits(state["visible"], axis=1, count=len(mesh.vertices)).astype(bool)
    surface = ShadedAlbedo(mesh, torch.from_numpy(state["albedo"]).to(photos.device), lights)
    blend = PhotoBlend(surface, photos, torch.from_numpy(visible).to(photos.device))
    return Appearance(mesh, mesh.vertex_normals(), surface, blend, state["seen"], RayCaster(mesh))


def fit_appearance(photos: PhotoSet, mesh: TriangleMesh, *, caster: RayCaster | None = None) -> Appearance:
    """Albedo, lights and visibility of `mesh` (working frame) from `photos`. Deterministic.

    Args:
        caster: of the same mesh, if there is one already.

    Raises MeshError when the mesh has no faces.
    """
    caster = RayCaster(mesh) if caster is None else caster
    normals = mesh.vertex_normals()
    normal = torch.from_numpy(normals).float().to(photos.device)
    basis = harmonics(normal)
    observations = observe(photos, mesh, normal, caster)
    albedo, lights, evidence = fit_albedo(observations, photos.cameras, basis)
    seen = (evidence > EVIDENCE).cpu().numpy()
    filled = fill_unseen(mesh, albedo.cpu().numpy(), seen)
    surface = ShadedAlbedo(mesh, torch.from_numpy(filled).float().to(photos.device), lights)
    blend = PhotoBlend(surface, photos, visibility(observations, len(mesh.vertices)))
    return Appearance(mesh, normals, surface, blend, seen, caster)


def _bytes(colors: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(255 * colors + 0.5, 0, 255), dtype=np.uint8)
