"""Photos and masks: sizes from the header, pixels when asked for.

Pixels are taken as they are stored (an EXIF rotation is not applied): the cameras were calibrated on them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, View
from h3dstudio.errors import ScanError

if TYPE_CHECKING:
    from PIL.Image import Image

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
MASK_THRESHOLD = 127
MAX_PIXELS = 64_000_000  # beyond any camera; a damaged header asks for more memory than there is


def image_size(path: Path) -> tuple[int, int]:
    """(width, height) of the image from its header alone. Raises ScanError."""
    with _open(path) as image:
        return _checked_size(image, path)


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB. Raises ScanError."""
    return _read(path, "RGB")


def read_gray(path: Path) -> NDArray[np.uint8]:
    """(H, W) uint8. Raises ScanError."""
    return _read(path, "L")


def load_view(view: View) -> LoadedView:
    """The view's photo and mask (foreground > 127).

    Raises ScanError when a file is missing, damaged or no image, when photo and mask differ in size, or
    when the mask is empty.
    """
    image = read_rgb(view.image_path)
    gray = read_gray(view.mask_path)
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


def _open(path: Path) -> Image:
    from PIL import Image as PilImage

    try:
        return PilImage.open(path)
    except FileNotFoundError:
        raise ScanError("there is no such image", where=path, remedy="Check the file's name") from None
    except (PilImage.DecompressionBombError, PilImage.DecompressionBombWarning):
        raise ScanError(
            f"the image claims to be larger than {MAX_PIXELS // 10**6} megapixels",
            where=path,
            remedy="Scale the photo down, or copy the file again if it is damaged",
        ) from None
    except Exception as error:  # Pillow's decoders raise almost anything for damaged headers
        raise _unreadable(error, path) from error


def _checked_size(image: Image, path: Path) -> tuple[int, int]:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ScanError(
            f"the image is {width}x{height}, more than {MAX_PIXELS // 10**6} megapixels",
            where=path,
            remedy="Scale the photo down, or copy the file again if it is damaged",
        )
    return width, height


def _read(path: Path, mode: str) -> NDArray[np.uint8]:
    with _open(path) as image:
        _checked_size(image, path)
        try:
            return np.asarray(image.convert(mode))
        except Exception as error:  # as above, for damaged pixels
            raise _unreadable(error, path) from error


def _unreadable(error: Exception, path: str | os.PathLike[str]) -> ScanError:
    from PIL import UnidentifiedImageError

    if isinstance(error, PermissionError):
        return ScanError("reading is not permitted", where=path, remedy="Change the file's permissions")
    if isinstance(error, IsADirectoryError):
        return ScanError("this is a folder, expected an image file", where=path)
    if isinstance(error, UnidentifiedImageError):
        return ScanError("this is not an image file", where=path, remedy="Replace it by a JPEG or PNG")
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
    return ScanError(
        f"the image is damaged or cut short ({reason})", where=path, remedy="Copy the file again"
    )
