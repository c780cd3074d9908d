"""One mesh as plain arrays: quick to write and to read again, for the program's own use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.data.atomic import atomic_path
from h3dstudio.data.npz_files import read_npz
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

_OPTIONAL = ("colors", "quality")


def write_frame(path: Path, mesh: TriangleMesh) -> None:
    """Write `mesh`, its vertices in double precision. Raises OutputError."""
    present: dict[str, Any] = {"vertices": mesh.vertices, "faces": mesh.faces}
    for name in _OPTIONAL:
        if (array := getattr(mesh, name)) is not None:
            present[name] = array
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, allow_pickle=False, **present)


def read_frame(path: Path) -> TriangleMesh:
    """What `write_frame` wrote. Raises MeshError when it is missing or damaged."""
    try:
        stored = read_npz(path)
        more = {name: stored[name] for name in _OPTIONAL if name in stored}
        return TriangleMesh(stored["vertices"], stored["faces"], **more)
    except (OSError, ValueError, KeyError) as error:
        raise MeshError(
            f"this mesh of the timeline cannot be read again ({error})",
            where=path,
            remedy="Choose another place on the timeline",
        ) from error
