"""Images of every mode and depth as the 8 bits that they mean."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from h3dstudio.data.image_opening import COMFORTABLE, ImageHeader, exif_orientation, image_header
from h3dstudio.data.image_pixels import DEPTHS, scaled_to_bytes
from h3dstudio.data.images import camera_as_read, image_size, read_gray, read_mask, read_rgb
from h3dstudio.errors import ScanError
from h3dstudio.geometry.camera import Camera

RAMP = np.linspace(0, 255, 12 * 16).reshape(12, 16).round().astype(np.uint8)


def png16(path: Path, values: np.ndarray) -> Path:
    """Write (H, W, C) uint16 as a PNG of 16 bits, C = 1 to 4, which Pillow cannot write for C > 1."""
    height, width, channels = values.shape
    rows = values.astype(">u2").reshape(height, -1)
    # Sub filter: a reader must know how wide a pixel is.
    raw = np.frombuffer(rows.tobytes(), np.uint8).reshape(height, -1).astype(np.int16)
    step = 2 * channels
    raw[:, step:] -= raw[:, :-step].copy()
    lines = b"".join(b"\x01" + line.astype(np.uint8).tobytes() for line in raw % 256)
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return path


def in_bits(bits: int, gray: np.ndarray = RAMP) -> np.ndarray:
    return np.rint(gray / 255.0 * (2**bits - 1)).astype(np.uint16)


@pytest.mark.parametrize("bits", DEPTHS)
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_gray_of_any_depth_in_16_bits(tmp_path: Path, bits: int, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    Image.fromarray(in_bits(bits)).save(path)
    np.testing.assert_allclose(read_gray(path), RAMP, atol=0)
    np.testing.assert_array_equal(read_rgb(path), np.repeat(RAMP[..., None], 3, axis=2))


@pytest.mark.parametrize("bits", DEPTHS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_colours_of_any_depth_in_a_png_of_16_bits(tmp_path: Path, bits: int, channels: int) -> None:
    colours = [RAMP] if channels < 3 else [RAMP, RAMP[::-1], RAMP[:, ::-1]]
    alpha = [np.full_like(RAMP, 255)] if channels in (2, 4) else []
    path = png16(tmp_path / "a.png", np.stack([in_bits(bits, one) for one in [*colours, *alpha]], axis=-1))
    expected = np.stack(colours * (3 if len(colours) == 1 else 1), axis=-1)
    # Of whole 16 bits Pillow gives the higher byte, which is the value rounded down.
    np.testing.assert_allclose(read_rgb(path).astype(int), expected, atol=1)


@pytest.mark.parametrize("order", ["little", "big"])
def test_colours_of_12_bits_in_a_tiff(tmp_path: Path, order: str) -> None:
    colours = np.stack([RAMP, RAMP[::-1], RAMP[:, ::-1]], axis=-1)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff16(in_bits(12, colours), "<" if order == "little" else ">"))
    np.testing.assert_array_equal(read_rgb(path), colours)


def tiff16(values: np.ndarray, order: str) -> bytes:
    """An uncompressed TIFF of 16-bit RGB, byte for byte."""
    height, width, _ = values.shape
    data = values.astype(order + "u2").tobytes()
    bits_at = 8 + 2 + 12 * 9 + 4
    entries = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, bits_at), (259, 3, 1, 1), (262, 3, 1, 2),
        (273, 4, 1, bits_at + 6), (277, 3, 1, 3), (278, 3, 1, height), (279, 4, 1, len(data)),
    ]  # fmt: skip
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    out += struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        packed = (
            struct.pack(order + "HH", value, 0)
            if (kind, count) == (3, 1)
            else struct.pack(order + "I", value)
        )
        out += struct.pack(order + "HHI", tag, kind, count) + packed
    return out + struct.pack(order + "I", 0) + struct.pack(order + "3H", 16, 16, 16) + data


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0])
def test_float_images(tmp_path: Path, white: float) -> None:
    Image.fromarray((RAMP / 255.0 * white).astype(np.float32)).save(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_gray(tmp_path / "a.tif"), RAMP)


def test_a_float_image_with_highlights_and_holes(tmp_path: Path) -> None:
    values = (RAMP / 255.0).astype(np.float32)
    values[0, :3] = (np.nan, np.inf, -np.inf)
    values[0, 3] = 1.7
    Image.fromarray(values).save(tmp_path / "a.tif")
    read = read_gray(tmp_path / "a.tif")
    assert read[0, :4].tolist() == [0, 255, 0, 255]
    np.testing.assert_array_equal(read[1:], RAMP[1:])


def test_an_integer_image_of_32_bits(tmp_path: Path) -> None:
    Image.fromarray(in_bits(16).astype(np.int32)).save(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_gray(tmp_path / "a.tif"), RAMP)


@given(st.sampled_from(DEPTHS), st.lists(st.integers(0, 65535), min_size=1, max_size=40))
def test_scaling_keeps_order_and_range(bits: int, values: list[int]) -> None:
    array = np.array([[value % 2**bits for value in values]], np.float32)
    out = scaled_to_bytes(array, integer=True, bits=bits)[0]
    np.testing.assert_array_equal(out, np.rint(array[0] * 255 / (2**bits - 1)))


def test_colours_that_are_not_read_are_named(tmp_path: Path) -> None:
    Image.new("LAB", (4, 4)).save(tmp_path / "a.tif")
    with pytest.raises(ScanError, match=r"stored as LAB, which is not read.*Save it with RGB colours"):
        read_rgb(tmp_path / "a.tif")


# Masks -----------------------------------------------------------------------------------------------

DISC = np.where(np.hypot(*np.mgrid[-6:6, -8:8]) < 5, 255, 0).astype(np.uint8)


def cutout(alpha: np.ndarray, mode: str = "RGBA") -> Image.Image:
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 120, (*alpha.shape, 3), dtype=np.uint8)).convert(mode[:-1])
    image.putalpha(Image.fromarray(alpha))
    return image


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_alpha_that_varies_is_the_mask(tmp_path: Path, mode: str, suffix: str) -> None:
    cutout(DISC, mode).save(tmp_path / f"m{suffix}", **({"lossless": True} if suffix == ".webp" else {}))
    np.testing.assert_array_equal(read_mask(tmp_path / f"m{suffix}"), DISC)


def test_a_palette_with_transparency_is_a_cutout(tmp_path: Path) -> None:
    image = Image.fromarray((DISC > 0).astype(np.uint8)).convert("P")
    image.putpalette([10, 10, 10, 90, 60, 50])
    image.save(tmp_path / "m.png", transparency=b"\x00\xff")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png"), DISC)


def test_a_cutout_of_16_bits(tmp_path: Path) -> None:
    colours = [in_bits(16, np.full_like(DISC, value)) for value in (80, 60, 50)]
    png16(tmp_path / "m.png", np.stack([*colours, in_bits(16, DISC)], axis=-1))
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png"), DISC)


@pytest.mark.parametrize("alpha", [0, 130, 255])
def test_alpha_that_tells_nothing_apart_is_no_mask(tmp_path: Path, alpha: int) -> None:
    image = Image.fromarray(np.repeat(DISC[..., None], 3, axis=2))
    image.putalpha(alpha)
    image.save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png"), DISC)


@pytest.mark.parametrize("bits", DEPTHS)
def test_masks_of_16_bits(tmp_path: Path, bits: int) -> None:
    Image.fromarray(in_bits(bits, DISC)).save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png"), DISC)


# As stored -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_no_rotation_is_applied(tmp_path: Path, orientation: int, suffix: str) -> None:
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:8, :8] = 255
    path = tmp_path / f"a{suffix}"
    if suffix == ".tif":  # whose own tag says it
        tags = ImageFileDirectory_v2()
        tags[274] = orientation
        Image.fromarray(pixels).save(path, tiffinfo=tags)
    else:
        exif = Image.Exif()
        exif[274] = orientation
        Image.fromarray(pixels).save(path, exif=exif, **({"lossless": True} if suffix == ".webp" else {}))
    assert exif_orientation(path) == orientation
    assert image_size(path) == (24, 16)
    read = read_rgb(path)
    assert read.shape == (16, 24, 3)
    np.testing.assert_allclose(read.astype(int), pixels, atol=20 if suffix == ".jpg" else 0)


def test_no_orientation_is_upright(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(b"no photo")
    assert exif_orientation(tmp_path / "a.jpg") == 1
    assert exif_orientation(tmp_path / "b.jpg") == 1
    assert exif_orientation(tmp_path / "none.jpg") == 1


# Large ones ------------------------------------------------------------------------------------------


@given(st.integers(1, 20_000), st.integers(1, 12_800))
def test_large_photos_are_halved_until_they_fit(width: int, height: int) -> None:
    header = ImageHeader((width, height))
    reduced = header.size
    assert header.factor in (1, 2, 4)
    assert reduced == (-(-width // header.factor), -(-height // header.factor))
    assert width * height <= COMFORTABLE * header.factor**2
    assert header.factor == 1 or width * height > COMFORTABLE * (header.factor // 2) ** 2


@pytest.mark.parametrize(("suffix", "mode"), [(".jpg", "RGB"), (".jpg", "L"), (".png", "1"), (".png", "L")])
def test_a_photo_above_64_megapixels(tmp_path: Path, suffix: str, mode: str) -> None:
    size = (9001, 7201)  # odd both ways: the last pixel of the reduced photo covers less
    image = Image.new("L", size, 0)
    image.paste(255, (4000, 2000, 6000, 5000))
    path = tmp_path / f"a{suffix}"
    image.convert(mode).save(path, **({"quality": 90} if suffix == ".jpg" else {"compress_level": 1}))
    assert image_size(path) == (4501, 3601)
    read = read_gray(path)
    assert read.shape == (3601, 4501)
    rows, columns = np.nonzero(read > 127)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (2000, 2999, 1000, 2499)


def test_the_camera_is_reduced_with_its_photo() -> None:
    camera = Camera(np.array([[900.0, 0, 5000], [0, 900, 4000], [0, 0, 1]]), np.eye(3), np.array([0, 0, 9.0]))
    point = np.array([[1.0, 2.0, 3.0]])
    stored = camera.project(point)[0][0]
    read = camera_as_read(camera, ImageHeader((10_000, 8_000))).project(point)[0][0]
    # The reduced pixel (u, v) covers the stored ones 2u and 2u + 1: its middle lies between them.
    np.testing.assert_allclose(read, (stored - 0.5) / 2, atol=1e-9)


def test_more_than_any_camera_makes_is_refused_from_the_header(tmp_path: Path) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I4s", 1000, b"IDAT"))
    with pytest.raises(ScanError, match=r"20000x20000, more than 256 megapixels.*its mask and its camera"):
        image_header(tmp_path / "a.png")


def test_small_pictures_keep_the_side_that_is_asked_for(tmp_path: Path) -> None:
    Image.fromarray(DISC).resize((1600, 1200)).save(tmp_path / "m.png")
    assert read_mask(tmp_path / "m.png", 220).shape == (300, 400)
    assert read_mask(tmp_path / "m.png", 5000).shape == (1200, 1600)
    assert (read_mask(tmp_path / "m.png", 220) > 127).mean() == pytest.approx((DISC > 0).mean(), abs=0.01)
