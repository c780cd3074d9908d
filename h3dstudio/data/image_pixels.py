"""Pixels of any mode as 8 bits: 16-bit and float values scaled, large images reduced, alpha kept apart.

Pillow's own `convert` clips: it makes a 16-bit gray photo white, and a float photo in 0..1 black.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.image_opening import COMFORTABLE, ORIENTATION, ImageHeader, open_image
from h3dstudio.errors import ScanError

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

Bytes = NDArray[np.uint8]
DEPTHS = (8, 10, 12, 14, 16)
"""Bits that sensors give; more of them than 8 are stored in 16."""
UNIT_WHITE = 4.0
"""Float images whose values stay below are in 0..1, with highlights; others are in 0..255 or 0..65535."""
_DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_BITS_PER_SAMPLE = 258  # a TIFF tag
_ONE_LARGE_AT_A_TIME = Lock()
"""A decoded image of 256 megapixels takes 1 GB: however many threads load views, one such is in memory."""


def rgb_pixels(image: Image, header: ImageHeader, path: Path) -> Bytes:
    """(H, W, 3) sRGB of an image that is not decoded yet; alpha is dropped. Raises what decoders raise."""
    pixels = _decoded(image, header, path, "RGB")
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    return np.ascontiguousarray(pixels[..., :3])


def gray_pixels(image: Image, header: ImageHeader, path: Path) -> Bytes:
    """(H, W) gray of an image that is not decoded yet; alpha is dropped. Raises what decoders raise."""
    return _luminance(_decoded(image, header, path, "L"))


def mask_pixels(image: Image, header: ImageHeader, path: Path, threshold: int) -> Bytes:
    """(H, W) foreground 255, background 0: alpha where it tells two sides apart, else the gray values.

    Cut-outs, as rembg or Photoshop write them, keep the photo's colours and put the silhouette in alpha;
    masks saved with an opaque (or wholly transparent) alpha do not. Raises what decoders raise.
    """
    pixels = _decoded(image, header, path, "L")
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        alpha = pixels[..., 3]
        if alpha.min() <= threshold < alpha.max():
            return np.ascontiguousarray(alpha)
    return _luminance(pixels)


def _decoded(image: Image, header: ImageHeader, path: Path, draft: str) -> Bytes:
    """(H, W), (H, W, 3) or (H, W, 4) as stored, reduced by the header's factor."""
    if header.factor > 1 and image.format in ("JPEG", "MPO"):  # its decoder halves for less work
        wanted = (header.stored[0] // header.factor, header.stored[1] // header.factor)
        image.draft(draft if image.mode in ("L", "RGB") else image.mode, wanted)
    with _ONE_LARGE_AT_A_TIME if header.pixels > COMFORTABLE else nullcontext():
        return _eight_bits(image, header, path)


def _eight_bits(image: Image, header: ImageHeader, path: Path) -> Bytes:
    rawmode = _rawmode(image)
    image.load()
    if image.mode in _DEEP_MODES:
        values = np.asarray(_reduced(_as_stored(image.convert("F"), image, header), header))
        return scaled_to_bytes(values, integer=image.mode != "F", bits=_declared_bits(image))
    pixels = np.asarray(_reduced(_as_stored(_plain(image, path), image, header), header))
    if ";16" in rawmode and pixels[..., :3].max(initial=0) < 64:  # fewer than 15 of the 16 bits are used
        return _from_both_bytes(rawmode, header, path)
    return pixels


def _from_both_bytes(rawmode: str, header: ImageHeader, path: Path) -> Bytes:
    """Colours of 8 to 14 bits stored in 16, of which Pillow gives the higher byte alone.

    The lower one comes from the same file read in the other byte order.
    """
    from PIL import Image as PilImage

    high, low = (_bytes_of(path, header, swapped=swapped).astype(np.uint16) for swapped in (False, True))
    if rawmode.startswith("LA"):  # swapped it is read as gray high, gray low, alpha high, alpha low
        values = (low[..., 0::2] * 256 + low[..., 1::2])[..., [0, 0, 0, 1]]
    else:
        values = high * 256 + low
    channels = [PilImage.fromarray(values[..., at].astype(np.float32)) for at in range(values.shape[2])]
    reduced = np.stack([np.asarray(_reduced(channel, header)) for channel in channels], axis=-1)
    parts = (reduced[..., :3], reduced[..., 3:])
    return np.concatenate([scaled_to_bytes(part, integer=True) for part in parts], axis=-1)


def _bytes_of(path: Path, header: ImageHeader, *, swapped: bool) -> Bytes:
    """(H, W, C) the higher byte of each 16-bit value, or the lower one."""
    with open_image(path) as opened:
        image: Any = opened
        if swapped:
            image.tile = [_retiled(tile) for tile in image.tile]
        image.load()
        return np.asarray(_as_stored(image.copy(), image, header))


def _rawmode(image: Image) -> str:
    """How the file's bytes are laid out, as Pillow says it, or "" where it does not."""
    tiles = getattr(image, "tile", None)
    arguments = tiles[0][3] if tiles else ""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return first if isinstance(first, str) else ""


def _retiled(tile: Any) -> Any:
    """One of Pillow's tiles, a tuple whose last member says how its bytes are laid out, swapped."""
    swapped = (*tile[:3], _other_order(tile[3]))
    return type(tile)(*swapped) if hasattr(tile, "_fields") else swapped


def _other_order(arguments: str | tuple[object, ...]) -> str | tuple[object, ...]:
    """A tile's arguments with the bytes of a 16-bit value swapped."""
    if isinstance(arguments, tuple):
        return (_other_order(str(arguments[0])), *arguments[1:])
    if arguments == "LA;16B":
        return "RGBA"
    mode, order = arguments.split(";16")
    order = order if order in "LB" else {"little": "L", "big": "B"}[sys.byteorder]
    return f"{mode};16{'B' if order == 'L' else 'L'}"


def _as_stored(image: Image, opened: Image, header: ImageHeader) -> Image:
    """Undo the EXIF rotation that Pillow applies to TIFF files, and to them alone, when it decodes them."""
    turned = opened.format == "TIFF" and opened.getexif().get(ORIENTATION, 1) == 1
    if not turned or header.orientation == 1:
        return image
    from PIL.Image import Transpose

    back = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE, 6: Transpose.ROTATE_90, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_270,
    }  # fmt: skip
    return image.transpose(back[header.orientation])


def _declared_bits(image: Image) -> int | None:
    """Bits of a sample where the file says so in so many words."""
    if image.format == "HEIF":
        return 16
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS_PER_SAMPLE, (16,))
    return bits[0] if isinstance(bits, tuple) and bits and bits[0] in DEPTHS[1:-1] else None


def _plain(image: Image, path: Path) -> Image:
    """L, RGB or RGBA, nothing lost but palettes."""
    if image.mode in ("L", "RGB", "RGBA"):
        return image
    if image.mode in ("LAB", "HSV"):
        raise ScanError(
            f"the image's colours are stored as {image.mode}, which is not read",
            where=path,
            remedy="Save it with RGB colours",
        )
    if image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _luminance(pixels: Bytes) -> Bytes:
    from PIL import Image as PilImage

    if pixels.ndim == 2:
        return pixels
    return np.asarray(PilImage.fromarray(np.ascontiguousarray(pixels[..., :3])).convert("L"))


def _reduced(image: Image, header: ImageHeader) -> Image:
    factor = -(-image.size[0] // header.size[0])  # what the decoder has not done already
    return image.reduce(factor) if factor > 1 else image


def scaled_to_bytes(values: NDArray[np.float32], *, integer: bool, bits: int | None = None) -> Bytes:
    """(H, W) values of a 16-bit, 32-bit or float image as 8 bits.

    Args:
        bits: of the sensor, where the file says so; else the fewest of `DEPTHS` that hold the largest value.
    """
    finite = np.nan_to_num(values, nan=0.0, posinf=float(np.finfo(np.float32).max), neginf=0.0)
    largest = float(finite[np.isfinite(values)].max(initial=0.0))
    white = _white(largest, integer=integer) if bits is None else float(2**bits - 1)
    return np.rint(np.clip(finite, 0.0, white) / white * 255.0).astype(np.uint8)


def _white(largest: float, *, integer: bool) -> float:
    if not integer and largest <= UNIT_WHITE:
        return 1.0
    depths = DEPTHS if integer else (8, 16)
    return next((float(2**bits - 1) for bits in depths if largest <= 2**bits - 1), float(2**32 - 1))
