"""Arrays out of a user's .npz or .npy: no pickles, no bombs, one clear error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import CameraError

LARGEST = 100_000_000
"""Bytes; a damaged header may claim petabytes."""
MOST_ENTRIES = 20_000


def read_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    """Every array of the file by its name; a lone one, as np.save writes it, is "arr_0"."""
    try:
        with path.open("rb") as file:
            if file.read(6) == b"\x93NUMPY":
                return {"arr_0": _lone_array(path)}
        with np.load(path, allow_pickle=False) as archive:
            if not hasattr(archive, "files"):
                raise ValueError("it is a single array")
            _refuse_absurd(archive)
            return {key: np.asarray(_entry(archive, key)) for key in archive.files}
    except FileNotFoundError:
        raise CameraError(
            "the cameras are missing", where=path, remedy="Copy cameras.npz into the scan's folder"
        ) from None
    except PermissionError:
        raise CameraError("reading is not permitted", where=path) from None
    except Exception as error:  # zipfile and NumPy raise almost anything for damaged files
        raise CameraError(
            f"this is not a readable .npz file ({_reason(error)})", where=path, remedy="Copy the file again"
        ) from error


def _lone_array(path: Path) -> NDArray[np.generic]:
    # Mapped, not read: a damaged header may claim more than there is memory, and then this fails at once.
    mapped = np.load(path, allow_pickle=False, mmap_mode="r")
    if mapped.nbytes > LARGEST:
        raise ValueError(f"it would unpack to {mapped.nbytes / 1e6:.0f} MB")
    return np.array(mapped)


def _refuse_absurd(archive: np.lib.npyio.NpzFile) -> None:
    entries = archive.zip.infolist() if archive.zip else []
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"it holds {len(entries)} arrays")
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST:
        raise ValueError(f"it would unpack to {size / 1e6:.0f} MB")


def _entry(archive: np.lib.npyio.NpzFile, key: str) -> NDArray[np.generic]:
    """One array; one that holds pickled objects or is damaged becomes an empty one, refused later."""
    try:
        array = archive[key]
    except Exception as error:  # as above
        text = "holds Python objects, which are not read" if "pickle" in str(error) else "is damaged"
        return np.array(text)
    return np.asarray(array)


def _reason(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
