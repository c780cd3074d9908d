"""The EXIF orientation of a photo, and what tools that obey it do with the pixels.

Pixels are taken as stored (see `data.images`); whoever made masks or cameras may have turned them first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from h3dstudio.geometry.silhouette_consistency import Bools

UPRIGHT = 1
ORIENTATION = 0x0112
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "MPO")


def exif_orientation(path: Path) -> int:
    """1 to 8; 1 where the photo says nothing, or nothing that can be read."""
    from PIL import Image

    try:
        with Image.open(path, formats=FORMATS) as image:
            value = image.getexif().get(ORIENTATION, UPRIGHT)
    except Exception:  # Pillow raises almost anything for damaged headers; reading the pixels tells
        return UPRIGHT
    return value if isinstance(value, int) and 1 <= value <= 8 else UPRIGHT


def as_stored(mask: Bools, orientation: int) -> Bools:
    """The mask (H, W) of an upright photo, turned back to how that photo's pixels are stored.

    The inverse of what `PIL.ImageOps.exif_transpose` does (EXIF 2.3, tag 0x0112).
    """
    back: dict[int, Callable[[Bools], Bools]] = {
        2: np.fliplr,
        3: lambda one: np.rot90(one, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda one: np.rot90(one, 1),
        7: lambda one: np.rot90(one.T, 2),
        8: lambda one: np.rot90(one, -1),
    }
    return np.ascontiguousarray(back.get(orientation, np.asarray)(mask))
