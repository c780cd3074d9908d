"""Which files are opened at all, and what the others are said to be."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from h3dstudio.data import image_opening
from h3dstudio.data.image_kinds import kind_of, kind_of_bytes, raw_kind
from h3dstudio.data.image_opening import formats, heic_available, image_header
from h3dstudio.data.images import image_suffixes, read_gray, read_mask, read_rgb
from h3dstudio.data.readers import read_scan
from h3dstudio.data.readers.numbering import numbered_files
from h3dstudio.errors import ScanError
from tests.unit.data.tiny_scan import make_tiny_scan

# L_10__29x100.heif of pillow_heif's tests, Copyright (c) 2021-2023 Pillow-Heif contributors, BSD-3-Clause.
HEIC_29_BY_100 = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAWNtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "AA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAGHAAEAAAAAAAACZQAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEA"
    "AGh2YzEAAAAA42lwcnAAAADEaXBjbwAAAHJodmNDAQQIAAAAAAAAAAAA//AA/Pz6+gAADwMgAAEAF0ABDAH//wQIAAADAJ34AAAD"
    "AAD/ugJAIQABACdCAQEECAAAAwCd+AAAAwAA/8CCBp8rZbqrprmwIAAAAwAgAAADACEiAAEABkQBwXGLEgAAABRpc3BlAAAAAAAA"
    "AEAAAABkAAAAKGNsYXAAAAAdAAAAAQAAAGQAAAAB////3QAAAAIAAAAAAAAAAgAAAA5waXhpAAAAAAEKAAAAF2lwbWEAAAAAAAAA"
    "AQABBIECgwQAAAJtbWRhdAAAAmEoAa4LZz47VmxnySx7NDMf//5AIcnwscN5McCRsE35DNDPQJfYVCES+NVol9kS+NVpEohdAD/E"
    "/T9+XXOiK7QmO5Mae7K1JoAASTw61utEEsxQkOP6yvmUQAAdBZm/Zn0F1tmK7d/ZV5NuVM7XooAMrQAADtJI3EHeuGAxKF7i2LCl"
    "gAAQ0HDGPdoT/Ua+ABjtS4s5OwA94oqLnaHFKWetmCflWUAAzUVHJGk483bEC2EI0gHrQAB0lB74EwLXZHflVeTo7GNPNT0NFr8A"
    "AD1IQVsGjyNmOVfl8yfYxcAANE+XvhWoqNsH2cdc3quXsjgDUvrY+ci9w1yFUW5pXUQAJ9seR68OaEVlUJfvO/WEQADiMj49P8E9"
    "/ebxMwEFPcfo2G2sIZEAAHGW4xkZFnX43djkGh4HDoADsJXnPIGiQNMUXHc/c2ychgCWHUv1G6tctq9pdZPu6gAUjU4c90Xbe5SP"
    "bjhW4+sYACxW+BYl3PpmwmNClWxIZvrEvGAipQAAlvRPfE1s97oJVHKm5kt7gAXipYHwVlZwAdIdDc/i1AmAASBexR9Bw4FFdgx7"
    "bfbZIAAew4gsIYWFSMPNaHl1extgAWm2+GQzM+OyNqkteSx3/4AAbeEB61RtugfMpd6Let5duCngAADgMIpTOECKhiGlVmlxKOMA"
    "DJRb9QZzv0+AxwmN6IZHbzwA0UP3c1v559DlReA//oAAw83jjPv7S6dY1Cy3A/kdwALxRu9+BK/l66RAA5+5p4wEAOOoMRL4/iFs"
    "MNMX+NWfQnIAAbhodP6BkmaYbFQoefAmPsijW9I="
)

EPS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 204 204
%%EndComments
{} loop
showpage
"""
HEADS = {
    b"%!PS-Adobe-3.0 EPSF-3.0\n": "PostScript",
    b"\xc5\xd0\xd3\xc6\x20\0\0\0": "PostScript",
    b"%PDF-1.7\n": "a PDF document",
    b"GIF89a": "a GIF picture",
    b"8BPS\0\1": "a Photoshop document",
    b"\0\0\0\x0cjP  \r\n\x87\n": "a JPEG 2000 picture",
    b"\xff\x0a\0\0": "a JPEG XL picture",
    b"\0\0\0\x20ftypavif\0\0\0\0avifmif1": "an AVIF picture",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic": "a HEIC photo",
    b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic": "a HEIC photo",
    b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom": "a Canon camera raw file",
    b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41": "a video",
    b"II*\0\x10\0\0\0CR\2\0": "a Canon camera raw file",
    b"FUJIFILMCCD-RAW 0201": "a Fujifilm camera raw file",
    b"IIRO\x08\0\0\0": "an Olympus camera raw file",
    b"IIU\0\x18\0\0\0": "a Panasonic camera raw file",
    b"v/1\1\2\0\0\0": "an OpenEXR picture",
    b"P6\n4 4\n255\n": "a portable bitmap",
    b"PK\3\4\x14\0": "a zip archive",
    b"<!DOCTYPE html>\n<html>": "a web page",
    b'<?xml version="1.0"?>\n<svg xmlns=': "an SVG drawing",
    b"version https://git-lfs.github.com/spec/v1\n": "a Git LFS pointer",
}


@pytest.mark.parametrize(("head", "name"), HEADS.items(), ids=list(HEADS.values()))
def test_what_is_no_photo_is_named_whatever_its_suffix(tmp_path: Path, head: bytes, name: str) -> None:
    (tmp_path / "img_0000.jpg").write_bytes(head + bytes(600))
    if name == "a HEIC photo" and heic_available():
        pytest.skip("HEIC is read here")
    with pytest.raises(ScanError, match=rf"this is {name}.*, which is not read\. \w+") as caught:
        read_rgb(tmp_path / "img_0000.jpg")
    assert caught.value.where == str(tmp_path / "img_0000.jpg")
    assert caught.value.remedy


@given(st.binary(max_size=600))
def test_naming_never_fails(head: bytes) -> None:
    kind = kind_of_bytes(head)
    assert kind is None or (kind.name and kind.remedy)


def test_photos_are_not_named_as_something_else(tmp_path: Path) -> None:
    for suffix in ("jpg", "png", "bmp", "tif", "webp"):
        Image.new("RGB", (4, 4)).save(tmp_path / f"a.{suffix}")
        assert kind_of(tmp_path / f"a.{suffix}") is None
        assert read_rgb(tmp_path / f"a.{suffix}").shape == (4, 4, 3)
    assert kind_of(tmp_path / "none.jpg") is None


@pytest.mark.parametrize("name", ["a.gif", "a.ppm", "a.tga", "a.ico", "a.jp2", "a.pcx", "a.sgi", "a.dds"])
def test_other_formats_that_pillow_knows_are_not_opened(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (16, 16)).save(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "a.png")
    with pytest.raises(ScanError, match=r"not an image file|which is not read"):
        image_header(tmp_path / "a.png")


def test_an_eps_starts_no_program(tmp_path: Path) -> None:
    """With a Ghostscript on the path that would tell, and that Pillow would find."""
    marker = tmp_path / "ran"
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "gs"
    fake.write_text(f"#!/bin/sh\ntouch {marker}\n")
    fake.chmod(0o755)
    for name in ("a.jpg", "a.png", "a.eps"):
        (tmp_path / name).write_bytes(EPS)
    code = f"""
from pathlib import Path
from h3dstudio.data.images import read_mask, read_rgb
from h3dstudio.errors import ScanError
for read in (read_rgb, read_mask):
    for name in ("a.jpg", "a.png", "a.eps"):
        try:
            read(Path({str(tmp_path)!r}) / name)
        except ScanError as error:
            print(error.problem)
from PIL import Image
try:  # as another library opens a texture
    Image.open(Path({str(tmp_path)!r}) / "a.jpg").load()
except OSError:
    print("refused")
"""
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["this is PostScript, a program that draws, which is not read"] * 6 + [
        "refused"
    ]
    assert not marker.exists()


def test_every_door_names_its_formats() -> None:
    """No `Image.open` without `formats=` anywhere in the package: new code must come through the one door."""
    package = Path(image_opening.__file__).parents[1]
    for file in package.rglob("*.py"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            assert "QImageReader(" not in line, f"{file}:{number}"
            if "Image.open(" in line:
                assert "formats=" in line, f"{file}:{number}"


def test_a_pipe_is_no_photo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ScanError, match="a pipe or a device"):
        image_header(tmp_path / "a.png")


def test_a_raw_file_in_a_tiff_is_not_read_as_its_preview(tmp_path: Path) -> None:
    for tag, value in ((254, 1), (50706, b"\x01\x04\0\0")):
        tags = ImageFileDirectory_v2()
        tags[tag] = value
        if tag == 50706:
            tags.tagtype[tag] = 1
        Image.new("RGB", (160, 120)).save(tmp_path / "a.tif", tiffinfo=tags)
        with pytest.raises(ScanError, match="a camera raw file, whose first picture is only a preview"):
            read_rgb(tmp_path / "a.tif")


def test_a_jpeg_of_a_thousand_passes_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "a.jpg", progressive=True)
    data = (tmp_path / "a.jpg").read_bytes()
    at = data.rindex(b"\xff\xda")
    (tmp_path / "a.jpg").write_bytes(data[:at] + data[at:-2] * 1000 + data[-2:])
    with pytest.raises(ScanError, match=r"written in 1\d\d\d passes, expected about 10"):
        read_rgb(tmp_path / "a.jpg")


# HEIC ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not heic_available(), reason="the extra heic is not installed")
@pytest.mark.parametrize("name", ["a.heic", "a.HEIF", "a.jpg"])
def test_heic_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HEIC_29_BY_100)
    assert image_header(tmp_path / name).stored == (29, 100)
    gray = read_gray(tmp_path / name)
    assert gray.shape == (100, 29)
    assert gray.min() < 10
    assert gray.max() > 245
    assert read_mask(tmp_path / name).shape == (100, 29)
    assert ".heic" in image_suffixes()
    assert formats()[-1] == "HEIF"


@pytest.mark.skipif(not heic_available(), reason="the extra heic is not installed")
def test_a_damaged_heic_is_an_error(tmp_path: Path) -> None:
    for cut in range(20, len(HEIC_29_BY_100) - 1, 97):
        (tmp_path / "a.heic").write_bytes(HEIC_29_BY_100[:cut])
        with pytest.raises(ScanError):
            read_rgb(tmp_path / "a.heic")


@pytest.fixture
def without_heic(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("image_opening", "images"):
        monkeypatch.setattr(f"h3dstudio.data.{module}.heic_available", lambda: False)


@pytest.mark.usefixtures("without_heic")
def test_heic_without_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(HEIC_29_BY_100)
    with pytest.raises(ScanError, match=r"this is a HEIC photo, which is not read\. Install the extra"):
        read_rgb(tmp_path / "a.jpg")


@pytest.mark.usefixtures("without_heic")
def test_a_folder_of_heic_photos_says_so(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "tiny")
    for photo in (scan / "image").iterdir():
        photo.with_suffix(".HEIC").write_bytes(HEIC_29_BY_100)
        photo.unlink()
    expected = r"no photo that can be read; img_0000\.HEIC: this is a HEIC photo.*\(4 such files\)\. Install"
    with pytest.raises(ScanError, match=expected):
        read_scan(scan)


# Camera raw ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".CR2", ".nef", ".ARW", ".dng", ".raf", ".orf", ".rw2"])
def test_raw_files_are_named_for_what_they_are(tmp_path: Path, suffix: str) -> None:
    kind = raw_kind(suffix)
    assert kind is not None
    assert kind.name.startswith("a camera raw file")
    scan = make_tiny_scan(tmp_path / "tiny")
    for photo in (scan / "image").iterdir():
        photo.rename(photo.with_suffix(suffix))
    with pytest.raises(ScanError, match=r"this is a camera raw file.*\(4 such files\)\. Develop it"):
        read_scan(scan)


def test_raw_beside_jpeg_is_no_trouble(tmp_path: Path) -> None:
    scan = make_tiny_scan(tmp_path / "tiny")
    for number in range(4):
        (scan / "image" / f"img_{number:04d}.NEF").write_bytes(b"MM\0*")
    read = read_scan(scan)
    assert len(read.views) == 4
    assert {problem.what for problem in read.problems} == {
        "this is a camera raw file (Nikon), which is not read; its namesake is"
    }


def test_a_stranger_among_the_photos_is_named(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "desktop.ini").touch()
    found = {Path(problem.where).name: problem.what for problem in numbered_files(tmp_path).problems}
    assert found == {
        "film.mp4": "this is a video, which is not read; it is ignored",
        "notes.txt": "this is not an image file; it is ignored",
    }
