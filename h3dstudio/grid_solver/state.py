"""Everything a reconstruction has learned so far, and how it survives a killed process."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from h3dstudio.data.atomic import atomic_path
from h3dstudio.errors import ReconstructionError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.isosurface import zero_level
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.residual import ResidualPyramid

FORMAT = 4


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
        contradicted: outlines contradict the prior's head: see `schedule.where_contradicted`.
        doubts: why the head may be wrong, in words, as far as is known by then.
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
    contradicted: bool = False
    doubts: tuple[str, ...] = ()

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


def save_state(path: Path, state: SceneState, fingerprint: str) -> None:
    """Write a checkpoint as one file, whole or not at all; `fingerprint` names the inputs and settings."""
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez(
            file,
            format=np.int64(FORMAT),
            fingerprint=np.array(fingerprint),
            origin=np.asarray(state.grid.origin),
            spacing=np.float64(state.grid.spacing),
            shape=np.asarray(state.grid.shape),
            sigmas=np.asarray(state.pyramid.sigmas),
            base=state.base.cpu().numpy(),
            coefficients=state.coefficients,
            place=np.array([state.stage, state.step]),
            spread=np.float64(state.spread),
            losses=np.asarray(state.losses),
            contradicted=np.bool_(state.contradicted),
            doubts=np.asarray(state.doubts, dtype=np.str_),
            **_camera_arrays(state.cameras),  # type: ignore[arg-type]
            **_head_arrays(state.head),  # type: ignore[arg-type]
        )


def load_state(path: Path, fingerprint: str, device: torch.device | str) -> SceneState:
    """Read a checkpoint. Raises ReconstructionError when it is damaged or of other inputs or settings."""
    try:
        with np.load(path, allow_pickle=False) as data:
            kept = {name: data[name] for name in data.files}
        if int(kept["format"]) != FORMAT:
            raise ValueError(f"format {int(kept['format'])}, expected {FORMAT}")
        x, y, z = (float(value) for value in kept["origin"])
        a, b, c = (int(value) for value in kept["shape"])
        grid = Grid((x, y, z), float(kept["spacing"]), (a, b, c))
        pyramid = ResidualPyramid.over(grid, tuple(float(sigma) for sigma in kept["sigmas"]))
        base = torch.from_numpy(kept["base"].reshape(grid.shape)).to(device)
        coefficients = kept["coefficients"].astype(np.float32)
        if len(coefficients) != pyramid.size:
            raise ValueError(f"{len(coefficients)} coefficients, expected {pyramid.size}")
        stage, step = (int(value) for value in kept["place"])
        state = SceneState(pyramid, base, coefficients, stage, step, float(kept["spread"]))
        before, after = (float(value) for value in kept["losses"])
        state = replace(state, head=_head_of(kept, device), losses=(before, after))
        state = replace(state, cameras=_cameras_of(kept), contradicted=bool(kept["contradicted"]))
        state = replace(state, doubts=tuple(str(why) for why in kept["doubts"]))
        if not (np.isfinite(coefficients).all() and bool(torch.isfinite(base).all())):
            raise ValueError("it holds NaN or infinite values")
    except Exception as error:  # a damaged zip, array header or pyramid raises almost anything
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
        raise ReconstructionError(
            f"the checkpoint cannot be read ({reason})",
            where=path,
            remedy="Start the run again without --resume",
        ) from error
    if str(kept["fingerprint"]) != fingerprint:
        raise ReconstructionError(
            "the checkpoint was made from other photos or settings, or by another version",
            where=path,
            remedy="Resume with the settings it was started with, or start a new run",
        )
    return state


def _camera_arrays(cameras: tuple[Camera, ...] | None) -> dict[str, NDArray]:
    if cameras is None:
        return {}
    return {
        name: np.stack([getattr(camera, name) for camera in cameras])
        for name in ("intrinsics", "rotation", "translation")
    }


def _cameras_of(kept: dict[str, NDArray]) -> tuple[Camera, ...] | None:
    if "intrinsics" not in kept:
        return None
    parts = [kept[name].astype(np.float64) for name in ("intrinsics", "rotation", "translation")]
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("its cameras are damaged")
    return tuple(Camera(*matrices) for matrices in zip(*parts, strict=True))


def _head_arrays(head: PosedHead | None) -> dict[str, NDArray]:
    if head is None:
        return {}
    return {"latent": head.latent.cpu().numpy(), "pose": head.pose.matrix}


def _head_of(kept: dict[str, NDArray], device: torch.device | str) -> PosedHead | None:
    if "latent" not in kept:
        return None
    latent, pose = kept["latent"].astype(np.float32), kept["pose"].astype(np.float64)
    if pose.shape != (4, 4) or not (np.isfinite(latent).all() and np.isfinite(pose).all()):
        raise ValueError("its head is damaged")
    return PosedHead(torch.from_numpy(latent).to(device), Similarity.from_matrix(pose))
