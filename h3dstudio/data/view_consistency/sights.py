"""A view as the test of consistency sees it, and a few of many views to try things on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from h3dstudio.data.exif_orientation import UPRIGHT, exif_orientation
from h3dstudio.data.scan import LoadedView
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.silhouette_consistency import Bools, Silhouette

MOST = 16
"""Views that an assumption is tried on: more take longer and tell no more."""


@dataclass(frozen=True, eq=False)
class Sight:
    """One view.

    Attributes:
        number: of the view.
        mask: (H, W).
        orientation: the photo's EXIF orientation, 1 to 8; 1 is upright.
    """

    number: int
    mask: Bools
    camera: Camera
    mask_path: Path
    orientation: int = UPRIGHT

    @staticmethod
    def of(view: LoadedView) -> Sight:
        return Sight(
            view.view.index,
            view.mask,
            view.view.camera,
            view.view.mask_path,
            exif_orientation(view.view.image_path),
        )

    @property
    def silhouette(self) -> Silhouette:
        return Silhouette(self.mask, self.camera)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        height, width = self.mask.shape
        return width, height

    @property
    def shrunk(self) -> tuple[float, float]:
        """The photo's width and height over those at which its principal point would be the middle."""
        k = self.camera.intrinsics
        made_for = (2.0 * k[0, 2] + 1.0, 2.0 * k[1, 2] + 1.0)
        width, height = (
            side / made if made > 0 else np.inf for side, made in zip(self.size, made_for, strict=True)
        )
        return float(width), float(height)

    @property
    def framed(self) -> bool:
        """Whether the head is wholly in the photo, as far as the mask tells."""
        mask = self.mask
        return not (mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def some_of(sights: Sequence[Sight], always: Collection[int] = ()) -> list[Sight]:
    """At most `MOST` of the views in their order, evenly spread, those numbered `always` among them."""
    if len(sights) <= MOST:
        return list(sights)
    wanted = {place for place, one in enumerate(sights) if one.number in always}
    for place in np.linspace(0, len(sights) - 1, MOST).round().astype(int):
        if len(wanted) < MOST:
            wanted.add(int(place))
    return [sights[place] for place in sorted(wanted)]
