"""Do masks belong to their photos? A mask's outline lies where its photo has an edge.

The score of a mask in a photo is the mean rank, among all pixels of the photo, of the gradient at the mask's
outline: about 0.97 in its own photo, also for masks made in a hurry, 0.5 to 0.87 in another or a turned one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.exif_orientation import UPRIGHT, as_stored
from h3dstudio.data.scan import LoadedView
from h3dstudio.data.view_consistency.sights import Sight
from h3dstudio.geometry.silhouette_consistency import Bools

WORKING = 256
"""Pixels along the longer side that are enough to see an outline."""
DOUBTED, FITS, BETTER = 0.88, 0.9, 0.12
"""A mask below the first is doubted; what it belongs to reaches the second, and that much more."""
EXIF = "EXIF orientation"
BETTER_TOO = 0.03
"""Once one mask is known to be of another photo: the others may look much like their neighbours."""
NEAR = 3
"""Pixels, of the window in which an edge counts as at the outline."""
TURNS: Mapping[str, Callable[[Bools], Bools]] = {
    "turned by 180 degrees": lambda mask: np.rot90(mask, 2),
    "mirrored": np.fliplr,
    "upside down": np.flipud,
    "turned by 90 degrees": np.rot90,
    "turned by 270 degrees": lambda mask: np.rot90(mask, 3),
}


@dataclass(frozen=True)
class Misfit:
    """A mask that is not its photo's.

    Attributes:
        number: of the view.
        other: number of the view whose photo it fits, or None.
        turned: what was done to it against its own photo, or "".
    """

    number: int
    other: int | None = None
    turned: str = ""


class Picture:
    """Where one view's photo has edges, and its mask an outline; at the working size."""

    def __init__(self, view: LoadedView, orientation: int) -> None:
        self.number, self.orientation = view.view.index, orientation
        self._image, self._mask = view.image, view.mask

    @cached_property
    def mask(self) -> Bools:
        step = self._step
        return np.asarray(self._mask[::step, ::step])

    @cached_property
    def edges(self) -> NDArray[np.float32]:
        """(h, w) rank 0..1 of the strongest gradient near each pixel."""
        from scipy.ndimage import gaussian_filter, maximum_filter, sobel

        step = self._step
        height, width = (side // step * step for side in self._image.shape[:2])
        blocks = self._image[:height, :width].reshape(height // step, step, width // step, step, 3)
        gray = gaussian_filter(blocks.mean(axis=(1, 3, 4), dtype=np.float32), 1.0)
        strength = np.hypot(sobel(gray, 0), sobel(gray, 1))
        rank = strength.ravel().argsort().argsort().reshape(strength.shape) / strength.size
        return np.asarray(maximum_filter(rank.astype(np.float32), NEAR))

    def score(self, mask: Bools) -> float:
        """Of a mask (h, w) at the working size, in this photo; 0 for one of another size."""
        from scipy.ndimage import binary_erosion

        height, width = self.edges.shape
        if abs(mask.shape[0] - height) > 1 or abs(mask.shape[1] - width) > 1:
            return 0.0
        mask = mask[:height, :width]
        outline = np.nonzero(mask & ~binary_erosion(mask, border_value=1))
        return float(self.edges[outline].mean()) if len(outline[0]) else 1.0

    @property
    def _step(self) -> int:
        return max(1, max(self._mask.shape) // WORKING)


def misfits(views: Sequence[LoadedView], sights: Sequence[Sight]) -> list[Misfit]:
    """Masks that fit another photo, or their own once turned, clearly better than their own as it is."""
    orientation = {one.number: one.orientation for one in sights}
    pictures = [Picture(view, orientation.get(view.view.index, UPRIGHT)) for view in views]
    own = {one.number: one.score(one.mask) for one in pictures}
    doubted = [one for one in pictures if own[one.number] < DOUBTED]
    if not any(_misfit(one, own[one.number], pictures, BETTER) for one in doubted):
        return []
    found = (_misfit(one, own[one.number], pictures, BETTER_TOO) for one in pictures)
    return [one for one in found if one is not None]


def _misfit(picture: Picture, own: float, pictures: Sequence[Picture], better: float) -> Misfit | None:
    needed = max(FITS, own + better)
    turned = {said: picture.score(mask) for said, mask in _turned(picture)}
    others = {one.number: one.score(picture.mask) for one in pictures if one is not picture}
    best_turn = max(turned, key=lambda said: turned[said])
    if turned[best_turn] >= max(needed, *others.values(), 0.0):
        return Misfit(picture.number, turned=best_turn)
    other = max(others, key=lambda number: others[number], default=None)
    return Misfit(picture.number, other) if other is not None and others[other] >= needed else None


def _turned(picture: Picture) -> Iterator[tuple[str, Bools]]:
    if picture.orientation != UPRIGHT:
        yield f"{EXIF} {picture.orientation}", as_stored(picture.mask, picture.orientation)
    for said, turn in TURNS.items():
        yield said, turn(picture.mask)
