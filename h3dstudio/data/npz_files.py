"""Bounded reading of npz files: nothing is unpacked before its size is known to be sane.

A few kilobytes of zeros can unpack to any size, and an array's header can claim petabytes. Both are compared
with a limit, and with each other, before memory is taken for them. Arrays of Python objects are not read.
"""

from __future__ import annotations

import io
import math
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

LIMIT = 1 << 30
"""Bytes that an archive may unpack to, unless the caller says otherwise."""
MOST_ENTRIES = 10_000
_HEADER = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Source = str | os.PathLike[str] | IO[bytes]


class NpzError(ValueError):
    """The file is no npz archive, is damaged, lacks an array, or would unpack to too much."""


def read_npz(
    source: Source, names: Sequence[str] | None = None, limit: int = LIMIT
) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file by name, in the order of `names` (None: all there are).

    Args:
        limit: bytes that all entries of the archive together may have, unpacked.

    Raises NpzError, OSError for a file that cannot be opened, and MemoryError where even `limit` is too much.
    """
    with _opened(source) as archive:
        entries = _entries(archive, limit)
        wanted = list(entries) if names is None else list(names)
        missing = [name for name in wanted if name not in entries]
        if missing:
            raise NpzError(f"it lacks {', '.join(missing[:5])}")
        return {name: _array(archive, entries[name], name) for name in wanted}


def npz_names(source: Source, limit: int = LIMIT) -> tuple[str, ...]:
    """The names of the arrays in an npz file, none of which is read. Raises as `read_npz` does."""
    with _opened(source) as archive:
        return tuple(_entries(archive, limit))


def _opened(source: Source) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source if hasattr(source, "read") else Path(source))  # type: ignore[arg-type]
    except OSError:
        raise
    except Exception as error:  # zipfile raises almost anything for a damaged directory
        raise NpzError(f"it is no npz archive ({_short(error)})") from error


def _entries(archive: zipfile.ZipFile, limit: int) -> dict[str, zipfile.ZipInfo]:
    """Array name -> entry. Raises NpzError for an archive that is too large as a whole."""
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise NpzError(f"it holds {len(infos)} arrays, expected at most {MOST_ENTRIES}")
    total = sum(info.file_size for info in infos)
    if total > limit:
        raise NpzError(f"it would unpack to {_size(total)}, expected at most {_size(limit)}")
    entries = {info.filename.removesuffix(".npy"): info for info in infos}
    if len(entries) < len(infos):
        raise NpzError("two of its arrays have one name")
    return entries


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    if info.compress_type not in _METHODS or info.flag_bits & 1:
        raise NpzError(f"the array '{name}' is packed in another way than NumPy does")
    try:
        with archive.open(info) as stream:
            shape, fortran, dtype = _header(stream, name)
            size = math.prod(shape) * dtype.itemsize
            if size > info.file_size:
                raise NpzError(
                    f"the array '{name}' claims {_size(size)}, the archive has {_size(info.file_size)}"
                )
            content = stream.read(size)
        if len(content) != size:
            raise NpzError(f"the array '{name}' is cut short")
        flat = np.frombuffer(bytearray(content), dtype)  # a bytearray, so that it can be written to
        return flat.reshape(shape, order="F" if fortran else "C")
    except (NpzError, MemoryError):
        raise
    except Exception as error:  # zlib.error, BadZipFile, ValueError, EOFError, ...
        raise NpzError(f"the array '{name}' is damaged ({_short(error)})") from error


def _header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """(shape, whether Fortran order, dtype) of the array that begins here."""
    version = npy.read_magic(stream)
    length_bytes = 2 if version == (1, 0) else 4
    raw = stream.read(length_bytes)
    if int.from_bytes(raw, "little") > _HEADER or version not in ((1, 0), (2, 0)):
        raise NpzError(f"the array '{name}' has a header of another kind")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(io.BytesIO(raw + stream.read(int.from_bytes(raw, "little"))))
    if dtype.hasobject:
        raise NpzError(f"the array '{name}' holds Python objects, which are not read")
    if any(extent < 0 for extent in shape):
        raise NpzError(f"the array '{name}' has the shape {shape}")
    return shape, bool(fortran), dtype


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.1f} MB"


def _short(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
