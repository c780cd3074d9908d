"""Timeline: the meshes of a run within a budget, the newest in memory, older ones on disk, thinned when long.

Thread-safe: the window adds frames while another thread spills and reads them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from h3dstudio.data.frame_files import read_frame, write_frame
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.geometry.mesh import TriangleMesh

MEMORY = 192 * 2**20
"""Bytes of meshes in memory, at most (the newest always stays)."""
DISK = 2**30
"""Bytes of meshes on disk, at most."""
MOST_FRAMES = 400
PREFIX = "h3dstudio-timeline-"


@dataclass(eq=False)
class Frame:
    """One mesh. `step` is None for a run's result; `size` in bytes; in memory, on disk, or both.

    `seconds` of the run when it came, where that is known.
    """

    number: int
    step: int | None
    size: int
    mesh: TriangleMesh | None
    path: Path | None = field(default=None)
    seconds: float | None = None


class Timeline:
    """Frames in the order they came. Always keeps the first and the newest."""

    def __init__(
        self, memory: int = MEMORY, disk: int = DISK, most: int = MOST_FRAMES, folder: Path | None = None
    ) -> None:
        self._memory, self._disk, self._most = memory, disk, most
        self._parent = folder
        self._lock = threading.RLock()
        self._frames: list[Frame] = []
        self._count = 0
        self._made: Path | None = None

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All that are kept, oldest first."""
        with self._lock:
            return tuple(self._frames)

    @property
    def in_memory(self) -> int:
        """Bytes."""
        return sum(frame.size for frame in self.frames if frame.mesh is not None)

    @property
    def on_disk(self) -> int:
        """Bytes."""
        return sum(frame.size for frame in self.frames if frame.path is not None)

    @property
    def must_spill(self) -> bool:
        """Whether `spill` has something to do."""
        return self.in_memory > self._memory

    def add(self, mesh: TriangleMesh, step: int | None, seconds: float | None = None) -> Frame:
        """Keep `mesh`; too many, or too much on disk, and every second of the older ones goes."""
        with self._lock:
            frame = Frame(self._count, step, _size(mesh), mesh, seconds=seconds)
            self._count += 1
            self._frames.append(frame)
            if len(self._frames) > self._most or self.on_disk > self._disk:
                self._thin_out()
        return frame

    def add_past(self, mesh: TriangleMesh, step: int, seconds: float | None = None) -> None:
        """Keep a mesh of an earlier part of the run, in its place; not where that step is there already."""
        with self._lock:
            if any(frame.step == step for frame in self._frames):
                return
            self.add(mesh, step, seconds)
            frame = self._frames.pop()
            earlier = [other for other in self._frames if other.step is not None and other.step < step]
            self._frames.insert(len(earlier), frame)

    def drop_from(self, step: int) -> None:
        """Forget the meshes from `step` on, and the result: a resumed run makes them again."""
        with self._lock:
            gone = [frame for frame in self._frames if frame.step is None or frame.step >= step]
            self._frames = [frame for frame in self._frames if frame not in gone]
        for frame in gone:
            _remove(frame)

    def mesh(self, frame: Frame) -> TriangleMesh:
        """The mesh of `frame`. Raises MeshError or OutputError when its file is gone or damaged."""
        mesh, path = frame.mesh, frame.path
        if mesh is not None:
            return mesh
        if path is None:
            raise OutputError("this mesh is no longer kept", remedy="Choose another place on the timeline")
        return read_frame(path)

    def spill(self) -> None:
        """Move the oldest meshes from memory to disk until the rest fits; on any thread.

        Where they cannot be written they are thinned out instead, so that memory stays bounded, and
        OutputError is raised.
        """
        for frame in self.frames[:-1]:
            if self.in_memory <= self._memory:
                return
            if frame.mesh is None:
                continue
            try:
                self.store(frame)
            except H3DError:
                with self._lock:
                    while self.in_memory > self._memory and len(self._frames) > 2:
                        self._thin_out()
                raise
            frame.mesh = None

    def store(self, frame: Frame) -> Path:
        """The file of `frame`, written now if there is none. Raises OutputError."""
        if frame.path is None:
            path = self._place() / f"frame-{frame.number:06d}.npz"
            write_frame(path, self.mesh(frame))
            frame.path = path
        return frame.path

    def clear(self) -> None:
        """Forget every frame and remove their files."""
        with self._lock:
            frames, self._frames = self._frames, []
        for frame in frames:
            _remove(frame)

    def close(self) -> None:
        """Leave nothing on disk."""
        self.clear()
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None

    def _thin_out(self) -> None:
        dropped = self._frames[1:-1:2]
        self._frames = [frame for frame in self._frames if frame not in dropped]
        for frame in dropped:
            _remove(frame)

    def _place(self) -> Path:
        with self._lock:
            if self._made is None:
                sweep(self._parent)
                try:
                    made = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=self._parent)
                except OSError as error:
                    from h3dstudio.data.atomic import output_error

                    raise output_error(error, self._parent or tempfile.gettempdir()) from error
                self._made = Path(made)
            return self._made


def sweep(folder: Path | None = None) -> None:
    """Remove what a studio that was killed has left in the temporary folder."""
    import psutil

    place = Path(tempfile.gettempdir()) if folder is None else folder
    with suppress(OSError):
        for one in place.glob(f"{PREFIX}*"):
            owner = one.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdigit() and not psutil.pid_exists(int(owner)):
                shutil.rmtree(one, ignore_errors=True)


def _size(mesh: TriangleMesh) -> int:
    arrays = (mesh.vertices, mesh.faces, mesh.colors, mesh.quality)
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def _remove(frame: Frame) -> None:
    frame.mesh = None
    if frame.path is not None:
        with suppress(OSError):
            frame.path.unlink(missing_ok=True)
