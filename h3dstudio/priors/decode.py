"""A latent as a mesh."""

from __future__ import annotations

from torch import Tensor

from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.surface.export_surface import export_surface

EDGE_MM = 2.0


def decode(prior: HeadPrior, latent: Tensor, max_edge: float | None = EDGE_MM) -> TriangleMesh:
    """The head of a latent (K,), canonical frame, mm; `max_edge` None leaves the grid's own triangles.

    Raises MeshError when the latent has no surface.
    """
    samples = prior.bake(latent).reshape(prior.grid.shape)
    coarse = zero_level(samples.cpu().numpy(), prior.grid.origin, prior.grid.spacing)
    return coarse if max_edge is None else export_surface(prior.grid, samples, coarse, max_edge)
