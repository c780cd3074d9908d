"""A scan as the rest of the program sees it, whatever layout it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.transforms import Similarity


@dataclass(frozen=True, eq=False)
class View:
    """One photo with its mask and camera. Pixels are read when asked for (see `data.images`).

    Attributes:
        index: the number the scan's view lists and file names use; not a position in a list.
        camera: world mm -> pixel of this photo.
        size: (width, height) in pixels, from the file's header.
    """

    index: int
    image_path: Path
    mask_path: Path
    camera: Camera
    size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class LoadedView:
    """A view with its pixels: image (H, W, 3) uint8 sRGB, mask (H, W) bool."""

    view: View
    image: NDArray[np.uint8]
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """Something wrong or doubtful with a scan; `fatal` problems stop a reconstruction."""

    where: str
    what: str
    remedy: str = ""
    fatal: bool = False

    def __str__(self) -> str:
        remedy = f" {self.remedy}." if self.remedy else ""
        return f"{self.where}: {self.what}.{remedy}"


@dataclass(frozen=True, eq=False)
class Scan:
    """A head scan: views in the order of their index, and the ground truth where there is one.

    Attributes:
        name: the folder's name.
        layout: which reader read it: "h3ds", "idr", "own_data", ...
        unit_sphere: maps the unit sphere that bounds the head to mm in the scan's frame (scale_mat).
        ground_truth: path of the ground-truth mesh, or None.
        landmarks: landmark name -> vertex index in the ground truth.
        regions: region name -> path of its vertex-index file.
        view_lists: list name ("3", "8", ...) -> view indices.
        problems: what the reader found doubtful but could live with.
        left_out: view index -> why the reader had to leave that view out.
    """

    name: str
    root: Path
    layout: str
    views: tuple[View, ...]
    unit_sphere: Similarity
    ground_truth: Path | None = None
    landmarks: Mapping[str, int] = field(default_factory=dict)
    regions: Mapping[str, Path] = field(default_factory=dict)
    view_lists: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    left_out: Mapping[int, Problem] = field(default_factory=dict)

    def view(self, index: int) -> View:
        """The view numbered `index`. Raises KeyError when the scan has none."""
        for view in self.views:
            if view.index == index:
                return view
        raise KeyError(index)
