"""JSON of names: {"nose_tip": [x, y, z], …}; read in any shape that `json_points` knows."""

from __future__ import annotations

import os
from collections.abc import Sequence

from h3dstudio.data.atomic import write_json
from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import LandmarkFormat
from h3dstudio.data.landmark_files.json_points import read_points
from h3dstudio.geometry.mesh import TriangleMesh


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """null stands for what is not placed."""
    write_json(path, {entry.name: entry.position for entry in entries})


FORMAT = LandmarkFormat(
    "names-json", "JSON of names and points", (".json",), read_points, write=write, rank=2
)
