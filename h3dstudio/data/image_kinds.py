"""What a file that cannot be read as a photo really is, told from its first bytes and never from its name.

Sources: the file signatures in each format's own specification; ISO/IEC 14496-12 for the brands of `ftyp`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RAW_SUFFIXES = {
    ".3fr": "Hasselblad", ".arw": "Sony", ".cr2": "Canon", ".cr3": "Canon", ".crw": "Canon", ".dng": "DNG",
    ".erf": "Epson", ".fff": "Hasselblad", ".iiq": "Phase One", ".kdc": "Kodak", ".mrw": "Minolta",
    ".nef": "Nikon", ".nrw": "Nikon", ".orf": "Olympus", ".pef": "Pentax", ".raf": "Fujifilm",
    ".raw": "", ".rw2": "Panasonic", ".rwl": "Leica", ".sr2": "Sony", ".srw": "Samsung", ".x3f": "Sigma",
}  # fmt: skip
"""Suffix -> who writes it. Most are TIFF inside, with a thumbnail that must not pass for the photo."""
HEIC_SUFFIXES = (".heic", ".heif", ".hif")
HEIC_REMEDY = "Install the extra h3dstudio[heic], or convert the photos to JPEG"
_DEVELOP = "Develop it to JPEG or PNG, at full size and without lens corrections that the cameras do not know"
_CONVERT = "Convert it to JPEG or PNG"
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif")


@dataclass(frozen=True)
class Kind:
    """A kind of file, as one says it after "this is", and what its user can do."""

    name: str
    remedy: str = _CONVERT


HEIC = Kind("a HEIC photo", HEIC_REMEDY)
_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (8, b"CR\x02", Kind("a Canon camera raw file", _DEVELOP)),
    (0, b"FUJIFILMCCD-RAW", Kind("a Fujifilm camera raw file", _DEVELOP)),
    (0, b"IIRO", Kind("an Olympus camera raw file", _DEVELOP)),
    (0, b"IIRS", Kind("an Olympus camera raw file", _DEVELOP)),
    (0, b"IIU\x00", Kind("a Panasonic camera raw file", _DEVELOP)),
    (0, b"FOVb", Kind("a Sigma camera raw file", _DEVELOP)),
    (0, b"\x00MRM", Kind("a Minolta camera raw file", _DEVELOP)),
    (0, b"%!PS", Kind("PostScript, a program that draws")),
    (0, b"\xc5\xd0\xd3\xc6", Kind("PostScript, a program that draws")),
    (0, b"%PDF", Kind("a PDF document")),
    (0, b"GIF8", Kind("a GIF picture")),
    (0, b"8BPS", Kind("a Photoshop document", "Export it as PNG")),
    (0, b"8BPB", Kind("a Photoshop document", "Export it as PNG")),
    (0, b"\x00\x00\x00\x0cjP  ", Kind("a JPEG 2000 picture")),
    (0, b"\xff\x4f\xff\x51", Kind("a JPEG 2000 picture")),
    (0, b"\x00\x00\x00\x0cJXL ", Kind("a JPEG XL picture")),
    (0, b"\xff\x0a", Kind("a JPEG XL picture")),
    (0, b"v/1\x01", Kind("an OpenEXR picture")),
    (0, b"#?RADIANCE", Kind("a Radiance HDR picture")),
    (0, b"DDS ", Kind("a DDS texture")),
    (0, b"gimp xcf", Kind("a GIMP document", "Export it as PNG")),
    (0, b"\x93NUMPY", Kind("a NumPy array")),
    (0, b"PK\x03\x04", Kind("a zip archive", "Unpack it")),
    (0, b"\x1f\x8b", Kind("a gzip archive", "Unpack it")),
    (0, b"\x1aE\xdf\xa3", Kind("a video", "Export single frames as PNG")),
    (0, b"version https://git-lfs", Kind("a Git LFS pointer, not the photo itself", "Run git lfs pull")),
)
_PORTABLE = Kind("a portable bitmap (PNM)")


def kind_of(path: Path) -> Kind | None:
    """What the file at `path` is, where it is known and not a photo that is read; None else. Never raises."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except (OSError, ValueError):
        return None
    return kind_of_bytes(head)


def kind_of_bytes(head: bytes) -> Kind | None:
    """`kind_of` for a file's first 512 bytes."""
    if head[4:8] == b"ftyp":
        return _of_brand(head)
    for at, signature, kind in _SIGNATURES:
        if head.startswith(signature, at):
            return kind
    if head[:1] == b"P" and head[1:2] in b"1234567fF" and head[2:3].isspace():
        return _PORTABLE
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return Kind("a web page", "Download the photo itself")
    if text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text):
        return Kind("an SVG drawing")
    return None


def raw_kind(suffix: str) -> Kind | None:
    """The camera raw kind that a suffix stands for, or None."""
    maker = RAW_SUFFIXES.get(suffix.lower())
    if maker is None:
        return None
    return Kind(f"a camera raw file{f' ({maker})' if maker else ''}", _DEVELOP)


RAW_IN_TIFF = Kind("a camera raw file, whose first picture is only a preview", _DEVELOP)


def _of_brand(head: bytes) -> Kind | None:
    """From the major and the compatible brands of an ISO base media file."""
    length = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(max(length, 16), len(head)), 4))]
    if brands[0] == b"crx ":
        return Kind("a Canon camera raw file", _DEVELOP)
    if b"avif" in brands or b"avis" in brands:
        return Kind("an AVIF picture")
    if any(brand in _HEIC_BRANDS for brand in brands):
        return HEIC
    return Kind("a video", "Export single frames as PNG")
