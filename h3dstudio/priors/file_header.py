"""Head priors on disk: one `.h3dprior` file, an npz without pickles, with a JSON header.

The header says what the file is and where it is from (`FORMAT`, version, family, units, frame, provenance);
what the arrays mean is the family's own affair: `data.linear_prior_file` for the linear one.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import jsonable, write_bytes
from h3dstudio.data.npz_files import NpzError, npz_names, read_npz
from h3dstudio.errors import PriorError

FORMAT = "h3dstudio head prior"
VERSION = 1
SUFFIX = ".h3dprior"
UNITS = "mm"
FRAME = "y up, face towards +z, +x the subject's left"
LARGEST_BYTES = 1 << 30
"""Unpacked; the bundled one has a twentieth of it."""
TORSO = -110.0
"""mm of the canonical frame, y, for files that say nothing of their own: see `HeadPrior.torso`."""

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class PriorFile:
    """What a prior's file holds.

    Attributes:
        family: "linear", "autodecoder", ...
        arrays: the family's own.
        provenance: population, heads, split and seeds, options, command, licence, version, figures.
        torso: mm, canonical y below which outlines and photos tell little about its heads.
        hair: how many of the latent's last numbers are hair: see `HeadPrior.hair`.
    """

    family: str
    arrays: Arrays
    provenance: Mapping[str, Any] = field(default_factory=dict)
    torso: float = TORSO
    hair: int = 0


def write_prior_file(path: str | os.PathLike[str], prior: PriorFile) -> None:
    """Write `prior` to `path`, whole or not at all. Raises OutputError."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "family": prior.family,
        "units": UNITS,
        "frame": FRAME,
        "torso": prior.torso,
        "hair": prior.hair,
        "provenance": jsonable(prior.provenance),
    }
    stream = io.BytesIO()
    text = np.array(json.dumps(header, allow_nan=False))
    np.savez_compressed(stream, allow_pickle=False, header=text, **prior.arrays)
    write_bytes(path, stream.getvalue())


def read_prior_file(path: str | os.PathLike[str], *, header_only: bool = False) -> PriorFile:
    """Read a prior. Raises PriorError when there is none, or it is damaged, of another kind or too new.

    Args:
        header_only: leave `arrays` empty: for those who only ask what it is.
    """
    file = Path(path)
    try:
        content = _opened(file)
        names = npz_names(content, LARGEST_BYTES)
        if "header" not in names:
            raise _foreign(file)
        header = _header(str(read_npz(content, ["header"], LARGEST_BYTES)["header"]), file)
        wanted = [] if header_only else [name for name in names if name != "header"]
        arrays = read_npz(content, wanted, LARGEST_BYTES)
    except (NpzError, ValueError, RecursionError) as error:
        raise damaged(file, _short(error)) from error
    return PriorFile(
        header["family"], arrays, header["provenance"], _torso(header, file), _hair(header, file)
    )


def _torso(header: Mapping[str, Any], file: Path) -> float:
    value = header.get("torso", TORSO)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1000:
        raise damaged(file, f"its torso begins at {value!r}, expected mm")
    return float(value)


def _hair(header: Mapping[str, Any], file: Path) -> int:
    value = header.get("hair", 0)  # files of earlier versions have none
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10_000:
        raise damaged(file, f"it has {value!r} components for hair, expected a number of them")
    return value


def damaged(where: str | os.PathLike[str], reason: str) -> PriorError:
    """The error for a file whose content makes no sense."""
    return PriorError(
        f"the head prior is damaged ({reason})", where=where, remedy="Download or train it again"
    )


def _opened(file: Path) -> io.BytesIO:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise PriorError("there is no such file", where=file, remedy="Check the path") from None
    except IsADirectoryError:
        raise PriorError("this is a folder, expected a head prior's file", where=file) from None
    except OSError as error:
        raise PriorError(f"the file cannot be read ({error.strerror})", where=file) from error
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise _foreign(file)
    return io.BytesIO(content)


def _header(text: str, file: Path) -> dict[str, Any]:
    header = json.loads(text)
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise _foreign(file)
    version = header.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise PriorError(
            f"the head prior has format version {version}, this program reads up to {VERSION}",
            where=file,
            remedy="Update H3D Studio",
        )
    if header.get("units") != UNITS:
        raise PriorError(f"the head prior is in {header.get('units')}, expected {UNITS}", where=file)
    if not isinstance(header.get("family"), str) or not isinstance(header.get("provenance"), dict):
        raise damaged(file, "its header lacks the family or the provenance")
    return header


def _foreign(file: Path) -> PriorError:
    return PriorError(
        "this is no head prior of H3D Studio",
        where=file,
        remedy=f"Give a {SUFFIX} file, as 'h3dstudio prior train' writes it",
    )


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
