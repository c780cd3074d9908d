"""Photos and masks: sizes from the header, pixels when asked for.

Pixels are taken as they are stored (an EXIF rotation is not applied): the cameras were calibrated on them.
Photos above 64 megapixels are reduced when they are read; `size` and `camera_as_read` belong to what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.image_kinds import HEIC_SUFFIXES
from h3dstudio.data.image_opening import (
    ImageHeader,
    exif_orientation,
    header_of,
    heic_available,
    image_header,
    open_image,
    unreadable,
)
from h3dstudio.data.image_pixels import gray_pixels, mask_pixels, rgb_pixels
from h3dstudio.data.scan import LoadedView, View
from h3dstudio.errors import ScanError
from h3dstudio.geometry.camera import Camera

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "IMAGE_SUFFIXES",
    "MASK_THRESHOLD",
    "ImageHeader",
    "camera_as_read",
    "exif_orientation",
    "image_header",
    "image_size",
    "image_suffixes",
    "load_view",
    "load_views",
    "read_gray",
    "read_mask",
    "read_rgb",
]
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".tif", ".tiff", ".webp")
MASK_THRESHOLD = 127
Decode = Callable[["Image", ImageHeader, Path], NDArray[np.uint8]]


def image_suffixes() -> tuple[str, ...]:
    """Suffixes, in lower case, of files that are taken for photos and masks."""
    return (*IMAGE_SUFFIXES, *HEIC_SUFFIXES) if heic_available() else IMAGE_SUFFIXES


def image_size(path: Path) -> tuple[int, int]:
    """(width, height) of the image as it is read, from its header alone. Raises ScanError."""
    return image_header(path).size


def camera_as_read(camera: Camera, header: ImageHeader) -> Camera:
    """The camera of the stored photo -> that of the photo as it is read."""
    return camera if header.factor == 1 else camera.scaled(1.0 / header.factor)


def read_rgb(path: Path, side: int | None = None) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB; with `side` a smaller picture, but no less than so many pixels long.

    Raises ScanError.
    """
    return _read(path, rgb_pixels, side)


def read_gray(path: Path) -> NDArray[np.uint8]:
    """(H, W) uint8. Raises ScanError."""
    return _read(path, gray_pixels)


def read_mask(path: Path, side: int | None = None) -> NDArray[np.uint8]:
    """(H, W) uint8: the alpha of a cut-out, the gray values else; foreground is > 127.

    `side` as in `read_rgb`. Raises ScanError.
    """
    return _read(path, partial(mask_pixels, threshold=MASK_THRESHOLD), side)


def load_view(view: View) -> LoadedView:
    """The view's photo and mask (foreground > 127).

    Raises ScanError when a file is missing, damaged or no image, when photo and mask differ in size, or
    when the mask is empty.
    """
    image = read_rgb(view.image_path)
    gray = read_mask(view.mask_path)
    if gray.shape != image.shape[:2]:
        raise ScanError(
            f"the mask is {gray.shape[1]}x{gray.shape[0]}, but its photo {view.image_path.name} is "
            f"{image.shape[1]}x{image.shape[0]}",
            where=view.mask_path,
            remedy="Make the mask again at the photo's size",
        )
    mask = gray > MASK_THRESHOLD
    if not mask.any():
        raise ScanError(
            f"the mask is empty: no pixel is above {MASK_THRESHOLD} (its largest value is {gray.max()})",
            where=view.mask_path,
            remedy="Write the head as white (255) on black (0)",
        )
    return LoadedView(view, image, mask)


def load_views(views: Sequence[View], threads: int = 2) -> list[LoadedView]:
    """`load_view` of each, in order, `threads` at a time (decoders release the interpreter lock)."""
    if threads <= 1 or len(views) <= 1:
        return [load_view(view) for view in views]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(load_view, views))


def _read(path: Path, decode: Decode, side: int | None = None) -> NDArray[np.uint8]:
    with open_image(path) as image:
        header = header_of(image, path)
        header = header if side is None else header.reduced_to(side)
        try:
            return decode(image, header, path)
        except ScanError:
            raise
        except Exception as error:  # as for headers: decoders raise almost anything for damaged pixels
            raise unreadable(error, path) from error
