"""Pictures one after the other into a film: GIF and WebP by Pillow, MP4 by an ffmpeg that is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import atomic_path
from h3dstudio.errors import OutputError

FORMATS = {".gif": "GIF", ".webp": "WebP", ".mp4": "MP4"}
HOLD = 1.0
"""Seconds that the last picture stays."""
_COLORS = 256


class FilmWriter(Protocol):
    """Takes the pictures (H, W, 3) uint8 of a film, all of one size."""

    def add(self, image: NDArray[np.uint8]) -> None: ...

    def finish(self) -> None:
        """Write the film, whole. Raises OutputError."""
        ...

    def abandon(self) -> None:
        """Write nothing; nothing stays behind."""
        ...


def film_writer(path: Path, fps: float) -> FilmWriter:
    """The writer for the suffix of `path`. Raises OutputError: another suffix, or no ffmpeg for MP4."""
    suffix = path.suffix.lower()
    if suffix == ".mp4":
        return _Video(path, fps, encoder())
    if suffix not in FORMATS:
        raise OutputError(
            f"a film cannot be written as {suffix or 'a file without a suffix'}",
            where=path,
            remedy=f"Use one of {', '.join(FORMATS)}",
        )
    return _Pictures(path, fps)


def encoder() -> str:
    """The ffmpeg to use: on the search path, or of the package imageio-ffmpeg. Raises OutputError.

    It is a program of its own that is run, never a part of this one: most builds of it are under the GPL.
    """
    found = shutil.which("ffmpeg")
    if found is None:
        try:
            import imageio_ffmpeg

            found = str(imageio_ffmpeg.get_ffmpeg_exe())
        except (ImportError, RuntimeError):
            raise OutputError(
                "writing MP4 needs ffmpeg, which is not installed",
                remedy="Install ffmpeg (or `pip install imageio-ffmpeg`), or write a .gif or .webp instead",
            ) from None
    return found


class _Pictures:
    """GIF, 256 colours a picture, or WebP, all colours."""

    def __init__(self, path: Path, fps: float) -> None:
        self._path, self._milliseconds = path, round(1000 / fps)
        self._images: list[Any] = []

    def add(self, image: NDArray[np.uint8]) -> None:
        from PIL import Image

        picture = Image.fromarray(image)
        if self._path.suffix.lower() == ".gif":
            picture = picture.quantize(_COLORS, dither=Image.Dither.NONE)
        self._images.append(picture)

    def finish(self) -> None:
        if not self._images:
            raise OutputError("there is no picture to write", where=self._path)
        times = [self._milliseconds] * len(self._images)
        times[-1] = max(times[-1], round(1000 * HOLD))
        first, *others = self._images
        with atomic_path(self._path) as temporary:
            first.save(temporary, save_all=True, append_images=others, duration=times, loop=0)

    def abandon(self) -> None:
        self._images = []


class _Video:
    """H.264 where this ffmpeg has it; plays everywhere (even sides, 4:2:0)."""

    def __init__(self, path: Path, fps: float, program: str) -> None:
        self._path, self._fps, self._program = path, fps, program
        self._process: subprocess.Popen[bytes] | None = None
        self._context: Any = None
        self._last: bytes = b""

    def add(self, image: NDArray[np.uint8]) -> None:
        even = np.ascontiguousarray(image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2])
        if self._process is None:
            self._begin(even.shape[1], even.shape[0])
        self._last = even.tobytes()
        self._write(self._last)

    def finish(self) -> None:
        if self._process is None:
            raise OutputError("there is no picture to write", where=self._path)
        for _ in range(round(HOLD * self._fps)):
            self._write(self._last)
        process, self._process = self._process, None
        _, words = process.communicate()
        if process.returncode:
            self._give_up(words)
        self._context.__exit__(None, None, None)

    def abandon(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.communicate()
            self._leave()

    def _begin(self, width: int, height: int) -> None:
        self._context = atomic_path(self._path)
        target = self._context.__enter__()
        shape = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{self._fps:g}"]
        to = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", "-y", str(target)]
        self._process = subprocess.Popen(
            [self._program, "-loglevel", "error", *shape, "-i", "-", *to],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _write(self, picture: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(picture)
        except OSError:
            process, self._process = self._process, None
            self._give_up(process.communicate()[1])

    def _give_up(self, words: bytes) -> None:
        self._leave()
        said = words.decode("utf-8", errors="replace").strip().splitlines()
        raise OutputError(
            f"ffmpeg could not write the film ({said[-1] if said else 'it said nothing'})",
            where=self._path,
            remedy="Check the folder and the disk, or write a .gif instead",
        )

    def _leave(self) -> None:
        """Remove the unfinished file."""
        try:
            self._context.__exit__(InterruptedError, InterruptedError(), None)
        except InterruptedError:
            return
