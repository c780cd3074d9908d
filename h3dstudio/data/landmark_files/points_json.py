"""JSON of a detector's points, without names: dlib's and FAN's 68, MediaPipe's 468 or 478, brought to mm."""

from __future__ import annotations

import os
from collections.abc import Sequence

from h3dstudio.data.atomic import write_json
from h3dstudio.data.landmark_files.entry import Entry
from h3dstudio.data.landmark_files.format import LandmarkFormat, Source
from h3dstudio.data.landmark_files.json_points import read_points
from h3dstudio.data.landmark_files.names import in_listed_order
from h3dstudio.geometry.mesh import TriangleMesh


def claims(_source: Source) -> bool:
    """Never: `names_json` reads every shape, this one too."""
    return False


def write(path: str | os.PathLike[str], entries: Sequence[Entry], _mesh: TriangleMesh | None = None) -> None:
    """A list of [x, y, z] in the list's order. Raises LandmarkError for less or more than a whole list."""
    write_json(path, in_listed_order(entries, path))


FORMAT = LandmarkFormat(
    "points-json", "JSON of 68, 468 or 478 points", (".json",), read_points, claims, write, default=False
)
