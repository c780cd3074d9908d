"""The state of a grid reconstruction: field, head, cameras, place in the schedule; as arrays and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.residual import ResidualPyramid


@dataclass(frozen=True, eq=False)
class SceneState:
    """The scene's field, and where in the schedule it stands.

    Attributes:
        base: (X, Y, Z) mm at the nodes of the finest grid.
        coefficients: (size,) of the residual pyramid; changed in place by steps.
        stage, step: the next thing to do.
        spread: robust silhouette residual at the start, mm; frozen, so that steps minimise one energy.
        head: of the prior, from which the base was made; None without prior.
        cameras: of the photos, working frame, where they were corrected.
        losses: of the photos before the first and the latest step of the refinement it is in, which may take
            several stages at one level of the photos.
        prior_mismatch: outlines contradict the prior's head: see `schedule.for_prior_mismatch`.
        caveats: why the head may be wrong, in words, as far as is known by then.
    """

    pyramid: ResidualPyramid
    base: Tensor
    coefficients: NDArray[np.float32]
    stage: int = 0
    step: int = 0
    spread: float = 1.0
    head: PosedHead | None = None
    losses: tuple[float, float] = (math.nan, math.nan)
    cameras: tuple[Camera, ...] | None = None
    prior_mismatch: bool = False
    caveats: tuple[str, ...] = ()

    @property
    def grid(self) -> Grid:
        return self.pyramid.grids[0]

    def field(self) -> Tensor:
        """(X, Y, Z) the signed distance now."""
        residual = self.pyramid.compose(torch.from_numpy(self.coefficients).to(self.base.device))
        return self.base + residual

    def mesh(self, field: Tensor) -> TriangleMesh:
        """The zero level of `field`, working frame."""
        return zero_level(field.cpu().numpy(), self.grid.origin, self.grid.spacing)

    def rebased(self, base: Tensor) -> SceneState:
        """The same place in the schedule on another base, with no residual."""
        return replace(self, base=base, coefficients=np.zeros(self.pyramid.size, np.float32))


def state_arrays(state: SceneState) -> dict[str, NDArray]:
    """All of a state as named arrays, without pickle; `state_from` makes the same state of them."""
    return {
        "origin": np.asarray(state.grid.origin),
        "spacing": np.array(state.grid.spacing),
        "shape": np.asarray(state.grid.shape),
        "sigmas": np.asarray(state.pyramid.sigmas),
        "base": state.base.cpu().numpy(),
        "coefficients": state.coefficients,
        "place": np.array([state.stage, state.step]),
        "spread": np.array(state.spread),
        "losses": np.asarray(state.losses),
        "prior_mismatch": np.array(state.prior_mismatch),
        "caveats": np.asarray(state.caveats, dtype=np.str_),
        **camera_arrays(state.cameras),
        **head_arrays(state.head),
    }


def state_from(kept: Mapping[str, NDArray], device: torch.device | str) -> SceneState:
    """The state of `state_arrays`. Raises ValueError or KeyError where the arrays are no state."""
    x, y, z = (float(value) for value in kept["origin"])
    a, b, c = (int(value) for value in kept["shape"])
    grid = Grid((x, y, z), float(kept["spacing"]), (a, b, c))
    pyramid = ResidualPyramid.over(grid, tuple(float(sigma) for sigma in kept["sigmas"]))
    base = torch.from_numpy(kept["base"].reshape(grid.shape)).to(device)
    coefficients = kept["coefficients"].astype(np.float32)
    if len(coefficients) != pyramid.size:
        raise ValueError(f"{len(coefficients)} coefficients, expected {pyramid.size}")
    if not (np.isfinite(coefficients).all() and bool(torch.isfinite(base).all())):
        raise ValueError("it holds NaN or infinite values")
    stage, step = (int(value) for value in kept["place"])
    before, after = (float(value) for value in kept["losses"])
    return SceneState(
        pyramid,
        base,
        coefficients,
        stage,
        step,
        float(kept["spread"]),
        head=head_from(kept, device),
        losses=(before, after),
        cameras=cameras_from(kept),
        prior_mismatch=bool(kept["prior_mismatch"]),
        caveats=tuple(str(why) for why in kept["caveats"]),
    )


def camera_arrays(cameras: tuple[Camera, ...] | None) -> dict[str, NDArray]:
    """Cameras as arrays; none of None."""
    if cameras is None:
        return {}
    return {
        name: np.stack([getattr(camera, name) for camera in cameras])
        for name in ("intrinsics", "rotation", "translation")
    }


def cameras_from(kept: Mapping[str, NDArray]) -> tuple[Camera, ...] | None:
    """The cameras of `camera_arrays`. Raises ValueError where they are damaged."""
    if "intrinsics" not in kept:
        return None
    parts = [kept[name].astype(np.float64) for name in ("intrinsics", "rotation", "translation")]
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("its cameras are damaged")
    return tuple(Camera(*matrices) for matrices in zip(*parts, strict=True))


def head_arrays(head: PosedHead | None) -> dict[str, NDArray]:
    """A posed head as arrays, to the last bit (a pose taken from its matrix would differ in that)."""
    if head is None:
        return {}
    pose = head.pose
    return {
        "latent": head.latent.cpu().numpy(),
        "pose_scale": np.array(pose.scale),
        "pose_rotation": pose.rotation,
        "pose_translation": pose.translation,
    }


def head_from(kept: Mapping[str, NDArray], device: torch.device | str) -> PosedHead | None:
    """The head of `head_arrays`. Raises ValueError where it is damaged."""
    if "latent" not in kept:
        return None
    latent = kept["latent"].astype(np.float32)
    scale, rotation, translation = (
        np.asarray(kept[f"pose_{part}"], np.float64) for part in ("scale", "rotation", "translation")
    )
    shapes = (scale.shape, rotation.shape, translation.shape) == ((), (3, 3), (3,))
    if not shapes or not all(np.isfinite(part).all() for part in (latent, scale, rotation, translation)):
        raise ValueError("its head is damaged")
    return PosedHead(torch.from_numpy(latent).to(device), Similarity(float(scale), rotation, translation))
