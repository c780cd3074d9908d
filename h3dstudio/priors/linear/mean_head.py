"""The mean head of a linear prior as a mesh, without unpacking its basis."""

from __future__ import annotations

from pathlib import Path

from h3dstudio.data.resources import BUNDLED_PRIOR, resource
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.priors.linear.file import mean_of


def mean_head(path: Path) -> TriangleMesh:
    """The mean head of a linear prior's file, canonical frame, mm. Raises PriorError."""
    samples, origin, spacing = mean_of(path)
    return zero_level(samples, origin, spacing)


def bundled_mean_head() -> TriangleMesh:
    """The bundled prior's: what scans without landmarks are registered to."""
    return mean_head(resource(BUNDLED_PRIOR))
