"""What can be asked of a synthetic scan, as one checked table."""

from __future__ import annotations

from dataclasses import dataclass

from h3dstudio.errors import UsageError

TEXTURE_STRENGTHS = {"rich": 1.0, "medium": 0.5, "weak": 0.15}


@dataclass(frozen=True)
class SynthSettings:
    """Settings of a synthetic scan. Raises UsageError when a value makes no sense.

    Attributes:
        views: number of photos, on a full circle around the head.
        seed: of everything random: head, skin, light, cameras, noise.
        camera_noise_degrees, camera_noise_mm: root mean square error of the written cameras.
        mask_noise_px: root mean square way by which mask edges are moved, raggedly.
        mask_grow_px: all mask edges are moved outward by this (inward below 0), before `mask_noise_px`.
        turning_light: the light goes with the camera (the subject turns), instead of staying in the room.
        image_noise: standard deviation of sensor noise in grey levels.
        jpeg_quality: 1 to 100.
        texture: contrast of procedural skin: 1 rich, 0.15 weak, 0 none.
        size: width and height of the photos in pixels.
        expression: a population head makes a face.
        supersample: rays per pixel and axis.
    """

    views: int = 66
    seed: int = 0
    camera_noise_degrees: float = 0.0
    camera_noise_mm: float = 0.0
    mask_noise_px: float = 0.0
    mask_grow_px: float = 0.0
    turning_light: bool = False
    image_noise: float = 0.0
    jpeg_quality: int = 95
    texture: float = 1.0
    size: int = 512
    expression: bool = False
    supersample: int = 2

    def __post_init__(self) -> None:
        for option, value, low, high in (
            ("--views", self.views, 1, 9999),
            ("--seed", self.seed, 0, 2**63 - 1),
            ("--camera-noise", self.camera_noise_degrees, 0, 45),
            ("--camera-noise", self.camera_noise_mm, 0, 500),
            ("--mask-noise", self.mask_noise_px, 0, 100),
            ("--mask-grow", self.mask_grow_px, -100, 100),
            ("--image-noise", self.image_noise, 0, 255),
            ("--jpeg", self.jpeg_quality, 1, 100),
            ("--texture", self.texture, 0, 3),
            ("--size", self.size, 32, 4096),
            ("supersample", self.supersample, 1, 8),
        ):
            if not low <= value <= high:  # also refuses NaN
                raise UsageError(f"{value} is out of range, expected {low} to {high}", where=option)
