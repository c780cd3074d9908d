"""Light: a few large lamps and the light of the room, Lambert plus a soft highlight, with soft shadows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.synthesis.visibility import disc_directions, light_seen, sphere_directions
from h3dstudio.geometry.fragments import Fragments
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster

LAMP_RAYS, ROOM_RAYS = 24, 96


@dataclass(frozen=True, eq=False)
class Lamp:
    """A round lamp far away.

    Attributes:
        direction: (3,) unit vector towards it in the head's axes: x the head's left, y up, z front.
        radiance: (3,) linear RGB on a white surface facing it.
        half_angle: degrees it appears large: the softness of its shadows.
    """

    direction: NDArray[np.float64]
    radiance: NDArray[np.float64]
    half_angle: float


@dataclass(frozen=True, eq=False)
class Lighting:
    """Lamps, and a room that is brighter above than below; colours linear RGB (3,).

    `turning`: the light keeps its place relative to the camera, as when the subject sits on a
    turning chair before one fixed camera; otherwise it keeps its place in the room.
    """

    lamps: tuple[Lamp, ...]
    sky: NDArray[np.float64]
    ground: NDArray[np.float64]
    gloss: float = 0.03
    sharpness: float = 26.0
    turning: bool = False


def studio(rng: np.random.Generator, *, turning: bool = False) -> Lighting:
    """A warm key, a cool fill and a light from behind, each moved a little by `rng`."""
    side = rng.choice([-1.0, 1.0])

    def lamp(azimuth: float, elevation: float, color: tuple[float, ...], half_angle: float) -> Lamp:
        azimuth, elevation = np.radians([azimuth + rng.uniform(-8, 8), elevation + rng.uniform(-6, 6)])
        flat = np.cos(elevation)
        direction = np.array([side * flat * np.sin(azimuth), np.sin(elevation), flat * np.cos(azimuth)])
        return Lamp(direction, np.array(color) * rng.uniform(0.92, 1.08), half_angle)

    lamps = (
        lamp(36, 38, (0.80, 0.75, 0.68), 24),
        lamp(-58, 14, (0.25, 0.27, 0.31), 30),
        lamp(158, 42, (0.50, 0.50, 0.52), 26),
    )
    room = rng.uniform(0.95, 1.05)
    return Lighting(
        lamps, room * np.array([0.40, 0.41, 0.44]), room * np.array([0.21, 0.19, 0.17]), turning=turning
    )


class LightField:
    """How much of each light arrives at each vertex of one mesh, shadows included."""

    def __init__(self, mesh: TriangleMesh, caster: RayCaster, axes: NDArray[np.float64]) -> None:
        """`axes` (3, 3): rows are the head's left, up and front in the world."""
        self._mesh, self._caster, self._axes = mesh, caster, axes
        self._normals = mesh.vertex_normals()
        self._room = light_seen(mesh, caster, sphere_directions(ROOM_RAYS), normals=self._normals)
        self._known: tuple[bytes, NDArray[np.float64]] | None = None

    def shade(
        self, seen: Fragments, albedo: NDArray[np.floating], light: Lighting, turn: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Linear radiance (N, 3) of fragments with albedo (N, 3).

        `turn` (3, 3) rotates the light in the world: the identity unless it goes with the camera.
        """
        directions = [turn @ (lamp.direction @ self._axes) for lamp in light.lamps]
        arrives = self._arriving(directions, light)
        at = seen.interpolate(self._mesh, arrives)
        open_ = at[:, -1:]
        up = seen.normal @ (turn @ self._axes[1])
        mix = (0.5 + 0.5 * up)[:, None]
        # Light between surfaces fills creases with the skin's own colour: occlusion to the power 0.8.
        diffuse = open_**0.8 * (light.ground + mix * (light.sky - light.ground))
        shine = np.zeros_like(diffuse)
        for k, (lamp, direction) in enumerate(zip(light.lamps, directions, strict=True)):
            cosine = np.clip(seen.normal @ direction, 0, 1)
            diffuse += (at[:, k] * cosine)[:, None] * lamp.radiance
            half = direction + seen.view
            half /= np.maximum(np.linalg.norm(half, axis=1, keepdims=True), 1e-9)
            lobe = np.clip(np.einsum("ij,ij->i", seen.normal, half), 0, 1) ** light.sharpness
            shine += (light.gloss * (light.sharpness + 8) / 8 * at[:, k] * cosine * lobe)[
                :, None
            ] * lamp.radiance
        return np.asarray(albedo * diffuse + shine)

    def _arriving(self, directions: list[NDArray[np.float64]], light: Lighting) -> NDArray[np.float64]:
        """(V, lamps + 1): the part of each lamp, and of the room, that each vertex sees."""
        key = np.round(np.concatenate(directions), 12).tobytes()
        if self._known is None or self._known[0] != key:
            columns = [
                light_seen(
                    self._mesh,
                    self._caster,
                    disc_directions(direction, lamp.half_angle, LAMP_RAYS),
                    normals=self._normals,
                )
                for lamp, direction in zip(light.lamps, directions, strict=True)
            ]
            self._known = key, np.column_stack([*columns, self._room])
        return self._known[1]
