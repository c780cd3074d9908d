"""The zero level of a sampled signed distance as one closed component, oriented outward."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh


def zero_level(
    samples: NDArray[np.floating], origin: NDArray[np.floating] | tuple[float, ...], spacing: float
) -> TriangleMesh:
    """Marching cubes (Lewiner et al. 2003) of samples (X, Y, Z), negative inside; the largest component.

    Node (i, j, k) lies at origin + spacing * (i, j, k). Raises MeshError when there is no zero crossing.
    """
    from skimage.measure import marching_cubes

    if not (samples.min() < 0 < samples.max()):
        raise MeshError("the field has no surface: it does not change sign")
    # "descent" in scikit-image: the inside holds the smaller samples, so faces turn outward.
    vertices, faces, _, _ = marching_cubes(samples, 0.0, gradient_direction="descent")
    mesh = TriangleMesh(vertices.astype(np.float64) * spacing + np.asarray(origin), faces.astype(np.int32))
    return mesh.largest_component()
