"""A hundred corrupted files of every kind a day: each ends in a clear error or in a valid reading.

The seed changes by day; `H3DSTUDIO_FUZZ_SEED` repeats one. Each kind is read in a process of its own, whose
memory and processor time the system bounds: a file that asks for more is found, and takes nothing else down.
"""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.data import tiny_scan

FILES = 100
MEMORY, SECONDS = 2_000_000_000, 60
"""Bytes of address space and seconds of processor time for the hundred, start of Python included."""
SEED = int(os.environ.get("H3DSTUDIO_FUZZ_SEED", date.today().toordinal()))

Corrupt = Callable[[bytes, random.Random], bytes]


# How files go wrong ----------------------------------------------------------------------------------


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flipped_bits(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def damaged_head(data: bytes, rng: random.Random) -> bytes:
    """Where sizes, counts and offsets stand."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        out[rng.randrange(min(len(out), 120))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(out)


def extreme_number(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(max(1, len(data) - 4))
    value = rng.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
    return data[:at] + struct.pack(rng.choice("<>") + "I", value) + data[at + 4 :]


def block_gone_or_twice(data: bytes, rng: random.Random) -> bytes:
    start, length = rng.randrange(len(data)), rng.randint(1, max(1, len(data) // 4))
    block = data[start : start + length]
    return data[:start] + block * rng.choice((0, 2, 5)) + data[start + length :]


def zeros_inside(data: bytes, rng: random.Random) -> bytes:
    start, length = rng.randrange(len(data)), rng.randint(1, 400)
    return data[:start] + bytes(len(data[start : start + length])) + data[start + length :]


def noise_behind(data: bytes, rng: random.Random) -> bytes:
    return truncated(data, rng) + rng.randbytes(rng.randint(1, 2000))


DAMAGE: tuple[Corrupt, ...] = (
    truncated,
    flipped_bits,
    damaged_head,
    extreme_number,
    block_gone_or_twice,
    zeros_inside,
    noise_behind,
)


# Good files of every kind ----------------------------------------------------------------------------


def image(kind: str, rng: random.Random) -> bytes:
    noise = np.random.default_rng(rng.randrange(2**32))
    mask = tiny_scan.ball_mask()
    rgb = noise.integers(0, 256, (*mask.shape, 3), dtype=np.uint8)
    deep = (mask.astype(np.uint16) * 16) + noise.integers(0, 16, mask.shape, dtype=np.uint16)
    picture = {
        "RGBA": Image.fromarray(np.dstack([rgb, mask])),
        "gray16": Image.fromarray(deep),
        "float": Image.fromarray(mask.astype(np.float32) / 255),
        "P": Image.fromarray(rgb).quantize(16),
        "1": Image.fromarray(mask).convert("1"),
    }.get(kind.split()[1], Image.fromarray(rgb))
    ways: dict[str, dict[str, object]] = {
        "progressive": {"progressive": True},
        "lzw": {"compression": "tiff_lzw"},
    }
    exif = Image.Exif()
    exif[274] = 6
    buffer = io.BytesIO()
    with_exif = {"exif": exif} if kind.split()[0] in ("JPEG", "PNG", "WEBP") else {}
    picture.save(buffer, format=kind.split()[0], **with_exif, **ways.get(kind.split()[-1], {}))
    return buffer.getvalue()


def cameras(kind: str, rng: random.Random) -> bytes:
    world = np.stack([tiny_scan.world_mat(azimuth) for azimuth in tiny_scan.AZIMUTHS])
    buffer = io.BytesIO()
    if kind == "npy":
        np.save(buffer, world)
    elif kind == "stacked":
        np.savez_compressed(buffer, world_mat=world, scale_mat=tiny_scan.scale_mat())
    else:
        named = {f"world_mat_{at}": matrix for at, matrix in enumerate(world)}
        np.savez(buffer, **named, **{f"scale_mat_{at}": tiny_scan.scale_mat() for at in range(4)})
    return buffer.getvalue()


_MUCH = bytes(101_000_000)


def png_bomb(rng: random.Random) -> bytes:
    """A few kilobytes that unpack to as many pixels as are still read, or claim to, in any colour type."""
    side = rng.choice((16_000, 16_001, 40_000, 2**31 - 1))
    bits, colours = rng.choice(((8, 0), (8, 2), (1, 0), (16, 2), (8, 6)))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, bits, colours, 0, 0, rng.randrange(2))
    rows = zlib.compress(bytes(rng.choice((100, 10_000, 4_000_000))), 9)
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9)) if rng.randrange(2) else b""
    end = chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + chunk(b"IDAT", rows) + end


def zip_bomb(rng: random.Random) -> bytes:
    """An .npz that unpacks to more than there is, or whose array claims to be larger than it is."""
    shape = rng.choice(((10**5, 10**5), (2**31, 2**31), (4, 4, 10**8), (-1, 4), (4, 4)))
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    array = b"\x93NUMPY\x01\0" + struct.pack("<H", len(head)) + head.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(rng.choice((1, 4, 300))):
            archive.writestr(f"world_mat_{number}.npy", array + bytes(rng.choice((128, 10**4))))
        if rng.randrange(2):
            archive.writestr("scale_mat_0.npy", _MUCH)
    return buffer.getvalue()


IMAGES = (
    "JPEG RGB", "JPEG RGB progressive", "PNG RGB", "PNG RGBA", "PNG gray16", "PNG P", "PNG 1", "BMP RGB",
    "TIFF RGB", "TIFF RGB lzw", "TIFF gray16", "TIFF float", "WEBP RGB", "WEBP RGBA",
)  # fmt: skip
ARRAYS = ("npz", "stacked", "npy")

READ_IMAGES = """
import numpy as np
from h3dstudio.data.images import exif_orientation, image_header, read_mask, read_rgb
def read(path):
    exif_orientation(path)
    size = image_header(path).size
    for pixels, shape in ((read_rgb(path), (*size[::-1], 3)), (read_mask(path), size[::-1])):
        assert pixels.dtype == np.uint8 and pixels.shape == shape, (pixels.dtype, pixels.shape, shape)
"""
READ_CAMERAS = """
import numpy as np
from h3dstudio.data.readers.cameras import read_cameras
def read(path):
    found = read_cameras(path, (64, 48))
    assert found.cameras and found.unit_sphere.scale > 0
    for camera in found.cameras.values():
        assert np.isfinite(camera.projection).all()
        assert camera.project(found.unit_sphere.translation[None])[1][0] > 0
"""
CHILD = """
import resource, sys, warnings
from pathlib import Path
from h3dstudio.errors import H3DError
{read}
import PIL.Image
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
warnings.simplefilter("error", RuntimeWarning)  # they would be lines on stderr
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.name, end=" ", flush=True)
    try:
        read(path)
        print("read")
    except H3DError as error:
        assert error.where == str(path) and error.problem and "\\n" not in str(error), repr(error)
        print("refused")
"""


def answers(folder: Path, read: str) -> list[str]:
    """One word for each file in `folder`; fails where the reader did anything but read or refuse."""
    code = CHILD.format(read=read, memory=MEMORY, seconds=SECONDS)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=300
    )
    last = done.stdout.splitlines()[-1:] or ["nothing"]
    assert done.returncode == 0, f"seed {SEED}, at {last[0]}: {done.stderr[-1500:]}"
    # libtiff writes what it thinks of a file to stderr by itself; nothing of Python's may stand there.
    assert "Warning" not in done.stderr, f"seed {SEED}: {done.stderr[-1500:]}"
    assert "More samples" not in done.stderr
    return [line.split()[-1] for line in done.stdout.splitlines()]


def corrupted(folder: Path, kind: str, make: Callable[[str, random.Random], bytes], suffix: str) -> None:
    rng = random.Random(f"{SEED} {kind}")
    for number in range(FILES):
        damage = DAMAGE[number % len(DAMAGE)]
        (folder / f"{number:03d}-{damage.__name__}{suffix}").write_bytes(damage(make(kind, rng), rng))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits to set")
@pytest.mark.parametrize("kind", IMAGES)
def test_a_hundred_corrupted_images(tmp_path: Path, kind: str) -> None:
    corrupted(tmp_path, kind, image, f".{kind.split()[0].lower()}")
    found = answers(tmp_path, READ_IMAGES)
    assert len(found) == FILES
    assert "refused" in found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits to set")
@pytest.mark.parametrize("kind", ARRAYS)
def test_a_hundred_corrupted_camera_files(tmp_path: Path, kind: str) -> None:
    corrupted(tmp_path, kind, cameras, ".npz")
    found = answers(tmp_path, READ_CAMERAS)
    assert len(found) == FILES
    assert "refused" in found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits to set")
@pytest.mark.parametrize(
    ("bomb", "suffix", "read"), [(png_bomb, ".png", READ_IMAGES), (zip_bomb, ".npz", READ_CAMERAS)]
)
def test_bombs_are_refused(
    tmp_path: Path, bomb: Callable[[random.Random], bytes], suffix: str, read: str
) -> None:
    rng = random.Random(SEED)
    for number in range(12):
        (tmp_path / f"{number:03d}{suffix}").write_bytes(bomb(rng))
    assert set(answers(tmp_path, read)) == {"refused"}
