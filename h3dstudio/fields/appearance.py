"""What the head looks like: an albedo per vertex under each photo's own light, the photos' detail on top.

I(photo i, vertex v) = albedo(v) * (harmonics(normal(v)) . light(i)), per channel, solved by alternating
robust least squares: lights from a subset of vertices, then albedos, a few times. It runs once on the
finished surface and feeds nothing back: geometry comes from photo-consistency, to which a colour model added
nothing measurable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.fields.lighting import Lights, fit_light, harmonics, light_between, shading
from h3dstudio.fields.photo_blending import PhotoBlend
from h3dstudio.fields.photos import PhotoSet
from h3dstudio.fields.shaded_albedo import ShadedAlbedo, decoded, encoded
from h3dstudio.fields.vertex_fill import fill_unseen
from h3dstudio.fields.vertex_observations import Observation, observe, visibility
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import Fragments, cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.rendering import PAPER, Rgb, RgbImage

ITERATIONS = 4
LIGHT_SAMPLES = 6000
"""Vertices per photo that its 27 light coefficients are fitted to."""
OUTLIER = 0.06
"""Residual at which an observation loses half its weight: gloss, a neighbour's edge, a shadow."""


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
        return _bytes(encoded(self.surface.albedo).cpu().numpy())

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


def fit_appearance(
    photos: PhotoSet, mesh: TriangleMesh, *, caster: RayCaster | None = None, iterations: int = ITERATIONS
) -> Appearance:
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
    linear = [replace(seen, color=decoded(seen.color)) for seen in observations]
    albedo, coefficients, weight = _alternate(linear, basis, iterations)
    seen = (weight > 0).cpu().numpy()
    filled = fill_unseen(mesh, albedo.cpu().numpy(), seen)
    lights = Lights(coefficients, photos.cameras)
    lights = replace(lights, with_camera=_turns_with_camera(lights, linear, basis, albedo))
    surface = ShadedAlbedo(mesh, torch.from_numpy(filled).float().to(photos.device), lights)
    blend = PhotoBlend(surface, photos, visibility(observations, len(mesh.vertices)))
    return Appearance(mesh, normals, surface, blend, seen, caster)


def _alternate(
    observations: Sequence[Observation], basis: Tensor, iterations: int
) -> tuple[Tensor, Tensor, Tensor]:
    """-> albedo (V, 3), lights (N, 9, 3), weight (V,); the mean shading is one in each channel."""
    colors = torch.cat([seen.color for seen in observations])
    albedo = (colors.mean(dim=0) if len(colors) else torch.full((3,), 0.5)).to(basis).expand(len(basis), 3)
    lights = torch.zeros(len(observations), 9, 3, device=basis.device)
    lights[:, 0] = 1.0
    weight = torch.zeros(len(basis), device=basis.device)
    robust = [seen.weight for seen in observations]
    for _ in range(iterations):
        for index, seen in enumerate(observations):
            if len(seen.vertex):
                lights[index] = _light_of(seen, robust[index], basis, albedo)
        shades = [
            shading(basis[seen.vertex], light) for seen, light in zip(observations, lights, strict=True)
        ]
        scale = (torch.cat(shades).mean(dim=0) if len(colors) else torch.ones(3)).clamp(min=1e-6).to(basis)
        lights = lights / scale
        shades = [shade / scale for shade in shades]
        albedo, weight = _albedo(observations, robust, shades, albedo * scale)
        robust = [
            seen.weight / (1 + ((seen.color - albedo[seen.vertex] * shade) / OUTLIER).square().mean(dim=1))
            for seen, shade in zip(observations, shades, strict=True)
        ]
    return albedo, lights, weight


def _light_of(seen: Observation, weight: Tensor, basis: Tensor, albedo: Tensor) -> Tensor:
    step = -(-len(seen.vertex) // LIGHT_SAMPLES)
    at = seen.vertex[::step]
    return fit_light(basis[at], albedo[at], seen.color[::step], weight[::step])


def _albedo(
    observations: Sequence[Observation], weights: Sequence[Tensor], shades: Sequence[Tensor], before: Tensor
) -> tuple[Tensor, Tensor]:
    """Least squares per vertex and channel; each photo shows a vertex once, so plain indexing adds up."""
    over, under = torch.zeros_like(before), torch.zeros_like(before)
    total = torch.zeros(len(before), device=before.device)
    for seen, weight, shade in zip(observations, weights, shades, strict=True):
        scaled = weight[:, None] * shade
        over[seen.vertex] += scaled * seen.color
        under[seen.vertex] += scaled * shade
        total[seen.vertex] += weight
    return torch.where(total[:, None] > 0, over / under.clamp(min=1e-9), before).clamp(0.0, 2.0), total


def _turns_with_camera(
    lights: Lights, observations: Sequence[Observation], basis: Tensor, albedo: Tensor
) -> bool:
    """Is a photo's light predicted better from its neighbours if it is taken to turn with the camera?"""
    error = [0.0, 0.0]
    for index, (seen, camera) in enumerate(zip(observations, lights.cameras, strict=True)):
        at = slice(None, None, max(1, len(seen.vertex) // 2000))
        vertex = seen.vertex[at]
        for with_camera in (False, True):
            light = light_between(lights, camera, with_camera, without=index)
            miss = seen.color[at] - albedo[vertex] * shading(basis[vertex], light)
            error[with_camera] += float((miss.abs().clamp(max=0.3) * seen.weight[at, None]).sum())
    return len(observations) > 1 and error[1] < error[0]


def _bytes(colors: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(255 * colors + 0.5, 0, 255), dtype=np.uint8)
