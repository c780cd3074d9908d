"""Masks a few dozen pixels wide, for questions that do not need more."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.images import image_header, read_mask
from h3dstudio.data.readers.numbering import NumberedFiles
from h3dstudio.errors import ScanError

SIDE = 100
"""Pixels along a mask's longer side, or fewer where the mask has fewer."""
MOST = 12
"""Masks, spread over all: each is decoded whole."""


def small_silhouettes(
    photos: NumberedFiles | None, masks: NumberedFiles | None
) -> dict[int, tuple[NDArray[np.uint8], tuple[int, int]]]:
    """Mask number -> (gray mask (h, w), (width, height) of the whole one), of the masks that can be read.

    Empty where photos and masks are not numbered alike: then numbers do not tell whose camera a mask's is.
    """
    if photos is None or masks is None or list(photos.by_number) != list(masks.by_number):
        return {}
    numbers = list(masks.by_number)
    chosen = numbers[:: max(1, -(-len(numbers) // MOST))]
    found = {}
    for number in chosen:
        with suppress(ScanError):
            path = masks.by_number[number]
            found[number] = (_small(read_mask(path, SIDE)), image_header(path).stored)
    return found


def _small(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from PIL import Image

    image = Image.fromarray(mask)
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(image)
