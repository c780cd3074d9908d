"""Where rays meet the surface. Two interchangeable finders behind one protocol.

`MeshProxy` casts against a triangle mesh of the zero level (fast on CPUs); `SphereTracer` is IDR's (Yariv et
al. 2020, appendix A.2, forward direction only) and works on any signed distance, on any device.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster


class SurfaceFinder(Protocol):
    """Rays (M, 3), (M, 3) unit -> depth (M,), infinite where the ray misses."""

    def depth(self, origins: Tensor, directions: Tensor) -> Tensor: ...

    def occluded(self, points: Tensor, directions: Tensor) -> Tensor:
        """(M,) bool: does the surface stand between the point and the far end of its ray?"""
        ...


class MeshProxy:
    """Rays against the triangle mesh of the current zero level (Embree)."""

    def __init__(self, mesh: TriangleMesh, threads: int = 0) -> None:
        self.mesh = mesh
        self._caster = RayCaster(mesh, threads=threads)

    def depth(self, origins: Tensor, directions: Tensor) -> Tensor:
        depths = self._caster.depths(origins.cpu().numpy(), directions.cpu().numpy())
        return torch.from_numpy(depths).to(origins.device)

    def occluded(self, points: Tensor, directions: Tensor) -> Tensor:
        blocked = self._caster.occluded(points.cpu().numpy(), directions.cpu().numpy())
        return torch.from_numpy(blocked).to(points.device)


class SphereTracer:
    """Sphere tracing of a signed distance `field`: points (M, 3) -> (M,), from `near` to `far` mm."""

    def __init__(
        self,
        field: Callable[[Tensor], Tensor],
        near: float,
        far: float,
        *,
        steps: int = 64,
        threshold: float = 5e-3,
        damping: float = 0.9,
    ) -> None:
        self._field = field
        self._near, self._far = near, far
        self._steps, self._threshold, self._damping = steps, threshold, damping

    def depth(self, origins: Tensor, directions: Tensor) -> Tensor:
        return self._trace(origins, directions, self._near, self._far)

    def occluded(self, points: Tensor, directions: Tensor) -> Tensor:
        return torch.isfinite(self._trace(points, directions, 0.0, self._far))

    def _trace(self, origins: Tensor, directions: Tensor, near: float, far: float) -> Tensor:
        depth = torch.full((len(origins),), near, device=origins.device)
        found = torch.full_like(depth, torch.inf)
        alive = torch.arange(len(origins), device=origins.device)
        for _ in range(self._steps):
            value = self._field(origins[alive] + depth[alive, None] * directions[alive])
            # Outside its grid a field is only an upper bound of the distance: a ray that went too far in is
            # led back by the negative value.
            hit = value.abs() < self._threshold
            found[alive[hit]] = depth[alive[hit]]
            depth[alive] = depth[alive] + self._damping * value
            alive = alive[~hit & (depth[alive] < far)]
            if not len(alive):
                break
        return found
