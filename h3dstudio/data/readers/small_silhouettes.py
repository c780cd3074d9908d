"""Masks a few dozen pixels wide, for questions that do not need more."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.images import MASK_THRESHOLD, image_header, read_mask
from h3dstudio.data.readers.numbering import NumberedFiles
from h3dstudio.errors import ScanError

SIDE = 48
"""Pixels along a mask's longer side, at least."""
MOST = 12
"""Masks, spread over all: each is decoded whole."""


def small_silhouettes(
    photos: NumberedFiles | None, masks: NumberedFiles | None
) -> dict[int, tuple[NDArray[np.bool_], tuple[int, int]]]:
    """Mask number -> (mask (h, w), (width, height) of the whole one), of the masks that can be read.

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
            found[number] = (read_mask(path, SIDE) > MASK_THRESHOLD, image_header(path).stored)
    return found
