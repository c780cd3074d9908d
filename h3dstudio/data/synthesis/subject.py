"""What is photographed: a mesh with what is known about it, wherever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh


@dataclass(frozen=True, eq=False)
class UvTexture:
    """A texture picture laid over the faces.

    Attributes:
        image: (H, W, 3) uint8 sRGB; row 0 is v = 1.
        corners: (F, 3, 2) texture coordinates of the faces' corners.
    """

    image: NDArray[np.uint8]
    corners: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HeadAnatomy:
    """Where things are on a population head, in the space of the mean head, so that paint follows the face.

    Attributes:
        rest: (V, 3) mm, where each vertex lies on the mean head.
        part: (V,) index into `part_names`.
        landmarks68: (68, 3) mm, the Multi-PIE landmarks on the mean head.
    """

    rest: NDArray[np.float64]
    part: NDArray[np.intp]
    part_names: tuple[str, ...]
    landmarks68: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Subject:
    """A head ready to be photographed.

    Attributes:
        mesh: mm; what the camera sees, vertex colours included if it has any.
        ground_truth: what a reconstruction is compared with: `mesh` less what no camera can see.
        landmarks: H3DS landmark name -> vertex of `ground_truth`; empty when unknown.
        texture: for meshes with a texture picture.
        anatomy: for heads of a population.
        up, front: (3,) unit directions of the head in its own frame.
        notices: what the user should know, one sentence each.
    """

    mesh: TriangleMesh
    ground_truth: TriangleMesh
    landmarks: Mapping[str, int] = field(default_factory=dict)
    texture: UvTexture | None = None
    anatomy: HeadAnatomy | None = None
    up: NDArray[np.float64] = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    front: NDArray[np.float64] = field(default_factory=lambda: np.array([0.0, 0.0, 1.0]))
    notices: tuple[str, ...] = ()
