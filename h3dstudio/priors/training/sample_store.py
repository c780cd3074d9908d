"""Sampled heads on disk: a training that was killed need not sample them again, nor memory hold them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import atomic_path, output_error
from h3dstudio.data.npz_files import NpzError, read_npz
from h3dstudio.data.population.head import LANDMARKS
from h3dstudio.errors import PriorError

TODO, KEPT, REJECTED = 0, 1, 2
SAVE_SECONDS = 3.0


def _reserve(path: Path) -> None:
    """Take the file's space now: a disk that is full later would kill the process that writes to the mapping.

    Raises OSError.
    """
    if hasattr(os, "posix_fallocate"):
        with open(path, "r+b") as file:
            os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size)


class SampleStore:
    """A row of samples per head (`samples.npy`), and which are done (`done.npz`).

    Args:
        nodes: numbers of a row.
        kind: of the numbers on disk; signed distances do with half precision.

    Attributes:
        status: (N,) TODO, KEPT or REJECTED.
        landmarks: (N, 68, 3) mm.
        samples: (N, nodes) of `kind`, mapped from disk.
    """

    def __init__(
        self,
        folder: Path,
        heads: int,
        nodes: int,
        fingerprint: str,
        *,
        resume: bool,
        kind: type[np.floating[Any]] = np.float16,
    ) -> None:
        self.folder, self.fingerprint = folder, fingerprint
        self.status = np.zeros(heads, dtype=np.uint8)
        self.landmarks = np.full((heads, LANDMARKS, 3), np.nan, dtype=np.float32)
        self._saved = time.monotonic()
        path = folder / "samples.npy"
        going_on = resume and self.done_path.exists() and path.exists()
        if going_on:
            self._load_done()
        try:
            mode = "r+" if going_on else "w+"
            self.samples: np.memmap[tuple[int, int], np.dtype[Any]] = np.lib.format.open_memmap(
                path, mode=mode, dtype=kind, shape=(heads, nodes)
            )
            _reserve(path)
        except OSError as error:
            raise output_error(error, path) from error
        except ValueError as error:
            raise self._foreign(str(error)) from error
        if self.samples.shape != (heads, nodes) or self.samples.dtype != kind:
            raise self._foreign(f"its samples have shape {self.samples.shape}")
        if not going_on:
            self.save()

    @property
    def done_path(self) -> Path:
        return self.folder / "done.npz"

    @property
    def kept(self) -> NDArray[np.intp]:
        """Rows that hold a head."""
        return np.flatnonzero(self.status == KEPT)

    def put(self, row: int, samples: NDArray[np.floating], landmarks: NDArray[np.floating]) -> None:
        """Keep a head."""
        self.samples[row] = samples.reshape(-1)
        self.landmarks[row] = landmarks
        self.status[row] = KEPT

    def reject(self, row: int) -> None:
        """Note that a head is unusable."""
        self.status[row] = REJECTED

    def save_now_and_then(self) -> bool:
        """Save if the last time was some seconds ago; whether it was saved."""
        if time.monotonic() - self._saved < SAVE_SECONDS:
            return False
        self.save()
        return True

    def save(self) -> None:
        """Rows first, then the note that they are done: a note never speaks of a row that is not there."""
        try:
            self.samples.flush()
        except OSError as error:
            raise output_error(error, self.folder) from error
        with atomic_path(self.done_path) as temporary, open(temporary, "wb") as file:
            np.savez(
                file,
                fingerprint=np.array(self.fingerprint),
                status=self.status,
                landmarks=self.landmarks,
            )
        self._saved = time.monotonic()

    def _load_done(self) -> None:
        try:
            data = read_npz(self.done_path, ["fingerprint", "status", "landmarks"])
            fingerprint = str(data["fingerprint"])
            status, landmarks = data["status"], data["landmarks"]
        except (NpzError, OSError) as error:
            raise self._foreign("its notes cannot be read") from error
        if fingerprint != self.fingerprint:
            raise self._foreign("it was started with another population or other settings")
        if status.shape != self.status.shape or landmarks.shape != self.landmarks.shape:
            raise self._foreign("its notes are of another size")
        self.status, self.landmarks = status.astype(np.uint8), landmarks.astype(np.float32)

    def _foreign(self, reason: str) -> PriorError:
        return PriorError(
            f"the training cannot be continued: {reason}",
            where=self.folder,
            remedy="Resume with the settings it was started with, or start again without --resume",
        )
