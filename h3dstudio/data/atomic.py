"""Files appear whole or not at all: a temporary name in the same folder, flushed to disk, then renamed.

`os.replace` is atomic only within one file system, so the temporary file lies beside its target; it keeps
the target's suffix, because writers such as Pillow and NumPy choose their format by it. What a killed process
left there goes at the next writing into the folder.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from h3dstudio.data.remains import sweep, temporary_beside
from h3dstudio.errors import OutputError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space, or choose another place"),
    errno.EDQUOT: ("the disk quota is used up", "Free some space, or choose another place"),
    errno.EACCES: ("writing is not permitted", "Choose a folder you may write to"),
    errno.EPERM: ("writing is not permitted", "Choose a folder you may write to"),
    errno.EROFS: ("the file system is read-only", "Choose a folder you may write to"),
    errno.ENOENT: ("the folder does not exist", "Create it, or choose another one"),
    errno.ENOTDIR: ("a part of the path is a file, expected a folder", "Choose another path"),
    errno.EISDIR: ("there is a folder of this name, expected a file", "Choose another name"),
    errno.ENAMETOOLONG: ("the file name is too long", "Choose a shorter name"),
    errno.EFBIG: ("the file would be larger than the file system allows", "Choose another disk"),
}


def output_error(error: OSError, where: str | os.PathLike[str]) -> OutputError:
    """The `OutputError` that tells a user about a failed write to `where`."""
    reason = error.strerror or str(error)
    problem, remedy = _REASONS.get(
        error.errno or 0, (f"writing failed ({reason})", "Check the disk, or choose another place")
    )
    return OutputError(problem, where=where, remedy=remedy)


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path beside `path` that replaces it when the block ends without an exception.

    The block writes the whole file; otherwise the temporary file is removed and `path` stays as it was.
    A symbolic link is followed, so that the link itself survives.
    Raises OutputError when the file cannot be written (disk full, no permission, no such folder, ...).
    """
    target, temporary = _target(Path(path))
    try:
        yield temporary
        _flush(temporary)
        os.replace(temporary, target)
        _flush_folder(target.parent)
    except OSError as error:
        _remove(temporary)
        if error.filename is not None and os.fspath(error.filename) != os.fspath(temporary):
            raise  # the block failed at reading something else
        raise output_error(error, target) from error
    except BaseException:
        _remove(temporary)
        raise


def _target(wanted: Path) -> tuple[Path, Path]:
    """The file that will be replaced and its temporary stand-in. Raises OutputError."""
    try:
        target = wanted.resolve() if wanted.is_symlink() else wanted
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
    except OSError as error:
        raise output_error(error, wanted) from error
    sweep(target.parent)
    return target, temporary_beside(target)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all. Raises OutputError."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together: none appears before all are on disk, then one right after the other.

    Where one cannot be written, none is replaced. Raises OutputError.
    """
    with ExitStack() as stack:
        placed = []
        for path, data in files.items():
            target, temporary = _target(Path(path))
            stack.callback(_remove, temporary)
            try:
                temporary.write_bytes(data)
                _flush(temporary)
            except OSError as error:
                raise output_error(error, target) from error
            placed.append((temporary, target))
        for temporary, target in placed:
            try:
                os.replace(temporary, target)
            except OSError as error:
                raise output_error(error, target) from error
        for folder in {target.parent for _, target in placed}:
            _flush_folder(folder)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` as UTF-8 with the line ends it has, whole or not at all. Raises OutputError."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | os.PathLike[str], value: object) -> None:
    """Write `value` as indented JSON, see `json_text`. Raises OutputError."""
    write_text(path, json_text(value))


def json_text(value: object) -> str:
    """`value` as indented JSON with a line end; NumPy scalars and arrays, paths and sets are understood.

    NaN and infinity become null: they are not JSON.
    """
    return json.dumps(jsonable(value), indent=2, allow_nan=False) + "\n"


def jsonable(value: object) -> object:
    """`value` as plain JSON types: mappings, sequences, NumPy, paths; NaN and infinity become None."""
    import math
    from collections.abc import Sequence, Set

    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {str(key): jsonable(entry) for key, entry in value.items()}
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes):
        return [jsonable(entry) for entry in value]
    if hasattr(value, "tolist"):
        return jsonable(value.tolist())
    return str(value)


def _flush(path: Path) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can (Windows cannot open a folder)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
