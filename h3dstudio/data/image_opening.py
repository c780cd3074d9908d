"""The one door through which a user's image file comes in: which formats, how large, and how it is turned.

Pillow tells formats apart by content and knows dozens of them, some of which start other programs: an EPS
file named photo.jpg runs Ghostscript. So every file is opened as one of `formats()` and nothing else.
"""

from __future__ import annotations

import logging
import os
import warnings
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h3dstudio.data.image_kinds import HEIC, RAW_IN_TIFF, Kind, kind_of
from h3dstudio.errors import ScanError

if TYPE_CHECKING:
    from PIL.Image import Image

COMFORTABLE = 64_000_000
"""Pixels; photos with more are read at a half, a quarter, ... of their size (see `ImageHeader.factor`)."""
LARGEST = 256_000_000
"""Pixels; phones make 200 megapixels. Beyond, a damaged header asks for more memory than there is."""
MOST_SCANS = 100
"""Of a progressive JPEG, which cameras make with about 10: thousands of empty ones would take minutes."""
ORIENTATION = 0x0112
"""The EXIF and TIFF tag."""
_SUBFILE, _WIDTH, _HEIGHT, _DNG = 254, 256, 257, 50706
_WORDS = {
    2: "mirrored", 3: "turned by 180 degrees", 4: "turned by 180 degrees and mirrored",
    5: "turned by 90 degrees and mirrored", 6: "turned by 90 degrees clockwise",
    7: "turned by 90 degrees and mirrored", 8: "turned by 90 degrees anticlockwise",
}  # fmt: skip


@dataclass(frozen=True)
class ImageHeader:
    """What an image's header says.

    Attributes:
        stored: (width, height) in pixels as stored, before any EXIF rotation.
        orientation: EXIF orientation, 1 (upright) to 8; pixels are used as stored all the same.
        least_factor: reduce by no less, a power of two: for small pictures of a photo.
    """

    stored: tuple[int, int]
    orientation: int = 1
    least_factor: int = 1

    @property
    def factor(self) -> int:
        """1, 2, 4, ...: by how much the image is reduced when it is read."""
        factor = self.least_factor
        while self.pixels > COMFORTABLE * factor**2:
            factor *= 2
        return factor

    @property
    def pixels(self) -> int:
        """As many as are stored."""
        return self.stored[0] * self.stored[1]

    def reduced_to(self, side: int) -> ImageHeader:
        """For the same image reduced as far as its longer side keeps `side` pixels."""
        factor = 1
        while max(self.stored) >= 2 * factor * side:
            factor *= 2
        return replace(self, least_factor=factor)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) as read: parts of a pixel at the right and lower edge make a whole one."""
        return -(-self.stored[0] // self.factor), -(-self.stored[1] // self.factor)


@cache
def heic_available() -> bool:
    """Whether HEIC photos can be read: the extra `heic` is installed. Makes Pillow know the format."""
    try:
        from pi_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False)
    return True


def formats() -> tuple[str, ...]:
    """Pillow's names of what is read."""
    known = ("JPEG", "PNG", "BMP", "TIFF", "WEBP")
    return (*known, "HEIF") if heic_available() else known


@cache
def tame_pillow() -> None:
    """Keep Pillow from starting Ghostscript, also where another library hands it a user's bytes, and quiet.

    What it warns about on stderr (a tag that is too long, a size that `header_of` judges) helps no user.
    """
    from PIL import EpsImagePlugin
    from PIL import Image as PilImage

    EpsImagePlugin.gs_binary = False
    PilImage.MAX_IMAGE_PIXELS = None
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    logging.getLogger("PIL").addHandler(logging.NullHandler())


def open_image(path: Path) -> Image:
    """The image at `path`, not decoded yet; `with` closes it. Raises ScanError that says what the file is."""
    from PIL import Image as PilImage

    tame_pillow()
    try:
        if not path.is_file() and path.exists():
            raise _not_a_file(path)
        image: Image = PilImage.open(path, formats=formats())
    except ScanError:
        raise
    except FileNotFoundError:
        raise ScanError("there is no such image", where=path, remedy="Check the file's name") from None
    except Exception as error:  # Pillow's decoders raise almost anything for damaged headers
        raise unreadable(error, path) from error
    try:
        _refuse_traps(image, path)
    except BaseException:
        image.close()
        raise
    return image


def header_of(image: Image, path: Path) -> ImageHeader:
    """What `image`, opened from `path` and not decoded yet, says of itself. Raises ScanError."""
    width, height = image.size
    if image.format == "TIFF":  # whose `size` may be turned already
        width, height = (_number(_tags(image).get(tag)) for tag in (_WIDTH, _HEIGHT))
    if width * height > LARGEST:
        raise ScanError(
            f"the image is {width}x{height}, more than {LARGEST // 10**6} megapixels",
            where=path,
            remedy="Scale the photo, its mask and its camera down, or copy the file again if it is damaged",
        )
    if width < 1 or height < 1:
        raise ScanError("the image is damaged or cut short (it has no pixels)", where=path)
    return ImageHeader((width, height), _orientation(image))


def image_header(path: Path) -> ImageHeader:
    """What the header of the image at `path` says. Raises ScanError."""
    with open_image(path) as image:
        return header_of(image, path)


def exif_orientation(path: Path) -> int:
    """EXIF orientation, 1 (upright) to 8, of the image at `path`; 1 where it says none or cannot be read."""
    try:
        return image_header(path).orientation
    except ScanError:
        return 1


def orientation_words(orientation: int) -> str:
    """What a viewer that obeys EXIF does with the stored pixels: "turned by 180 degrees" for 3."""
    return _WORDS.get(orientation, "upright")


def unreadable(error: Exception, path: str | os.PathLike[str]) -> ScanError:
    """The error of a Pillow decoder in the user's words, with what the file really is where that is known."""
    from PIL import UnidentifiedImageError

    if isinstance(error, PermissionError):
        return ScanError("reading is not permitted", where=path, remedy="Change the file's permissions")
    kind = kind_of(Path(path))
    if kind is not None and not (kind is HEIC and heic_available()):
        return wrong_kind(kind, path)
    if isinstance(error, UnidentifiedImageError):
        return _unknown(Path(path))
    if isinstance(error, MemoryError):
        return ScanError("there is not enough memory for this image", where=path)
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
    return ScanError(
        f"the image is damaged or cut short ({reason})", where=path, remedy="Copy the file again"
    )


def wrong_kind(kind: Kind, path: str | os.PathLike[str]) -> ScanError:
    return ScanError(f"this is {kind.name}, which is not read", where=path, remedy=kind.remedy)


def _unknown(path: Path) -> ScanError:
    with path.open("rb") as file:
        start = file.read(4)
    if start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return ScanError(
            "this TIFF is damaged, or of a kind that is not read (such as colours of 32 bits)",
            where=path,
            remedy="Save it as PNG, or as TIFF with 8 or 16 bits and without a special compression",
        )
    return ScanError("this is not an image file", where=path, remedy="Replace it by a JPEG or PNG")


def _not_a_file(path: Path) -> ScanError:
    if path.is_dir():
        return ScanError("this is a folder, expected an image file", where=path)
    return ScanError("this is a pipe or a device, expected an image file", where=path)


def _refuse_traps(image: Image, path: Path) -> None:
    """Files that Pillow would read, but not as the photo, or not in any bearable time. Raises ScanError."""
    if image.format == "TIFF":
        tags = _tags(image)
        if _DNG in tags or _number(tags.get(_SUBFILE)) & 1:
            raise wrong_kind(RAW_IN_TIFF, path)
    if image.format in ("JPEG", "MPO") and image.info.get("progressive"):
        scans = path.read_bytes().count(b"\xff\xda")
        if scans > MOST_SCANS:
            raise ScanError(
                f"the JPEG is written in {scans} passes, expected about 10", where=path, remedy="Save it anew"
            )


def _tags(image: Image) -> Any:
    return getattr(image, "tag_v2", {})


def _number(value: object) -> int:
    """A TIFF tag's value as a number; 0 where it is none."""
    if isinstance(value, tuple) and value:
        value = value[0]
    return value if isinstance(value, int) else 0


def _orientation(image: Image) -> int:
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # asked for more, Pillow decodes the whole file to look behind its pixels
    try:
        value = _number(image.getexif().get(ORIENTATION))
    except Exception:  # a damaged EXIF block is no reason to refuse the pixels
        return 1
    return value if 1 <= value <= 8 else 1
