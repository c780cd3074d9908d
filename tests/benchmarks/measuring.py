"""One reconstruction against the truth: distances, seconds, cameras, confidence."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import Scan
from h3dstudio.evaluation.ground_truth import FACE, GroundTruth, load_ground_truth
from h3dstudio.evaluation.visibility import visible
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.geometry.surface_icp import icp_surface

TIE = 3
"""Decimals to which confidences in [0, 1] are told apart."""
METHODS = ("A", "hull-grid", "h3d-grid")
"""A = the prior's head alone: the H3D grid told to finish at its first event."""


@dataclass(frozen=True)
class CameraError:
    """Root mean square over cameras. The relative ones are what is left after the cameras are moved together:
    a common motion of all cameras moves the head, but bends nothing."""

    degrees: float
    mm: float
    relative_degrees: float
    relative_mm: float

    def as_dict(self) -> dict[str, float]:
        return dict(vars(self))


def measure(
    scan: Scan, views: str, method: str, *, quality: str = "standard", seed: int = 0, landmarks: bool = True
) -> dict[str, Any]:
    """Reconstruct once and compare; everything in the answer can be written as JSON."""
    from h3dstudio.data.images import load_views
    from h3dstudio.data.view_lists import choose_views

    loaded = load_views(choose_views(scan, views))
    truth = load_ground_truth(scan)
    begun, cpu = time.monotonic(), time.process_time()
    result, first, notes = _run(scan, loaded, truth if landmarks else None, method, quality, seed)
    seconds, cpu = time.monotonic() - begun, time.process_time() - cpu
    caster = RayCaster(result.mesh)
    distance, face = distances(truth, caster)
    out: dict[str, Any] = {
        "face": float(distance[face].mean()),
        "head": float(distance.mean()),
        "seconds": seconds,
        "cpu_seconds": cpu,
        "first_mesh": first,
        "iterations": result.iterations,
        "timings": result.timings,
        "notes": notes,
    }
    quality_values = getattr(result.mesh, "quality", None)
    if quality_values is not None:
        out["confidence"] = confidence_deciles(result.mesh, quality_values, truth)
    errors = camera_errors(scan, [view.view.index for view in loaded], getattr(result, "cameras", None))
    if errors:
        out["face_rigid"] = rigid_face(truth, caster)
    return out | errors


def _run(
    scan: Scan, loaded: Sequence[Any], truth: GroundTruth | None, method: str, quality: str, seed: int
) -> tuple[Any, float | None, list[str]]:
    """(result, seconds to the first mesh, what the run said)."""
    from h3dstudio.jobs.events import Log, MeshSnapshot
    from h3dstudio.jobs.job import Request
    from h3dstudio.methods.registry import find_method
    from h3dstudio.methods.run import reconstruct

    settings = find_method("h3d-grid" if method == "A" else method).settings.made(
        {"quality": quality, "seed": seed}
    )
    points = {} if truth is None else {k: truth.mesh.vertices[v] for k, v in truth.landmarks.items()}
    begun, first, notes = time.monotonic(), None, []
    stream = reconstruct(loaded, scan.unit_sphere, settings, landmarks=points)
    request: Request | None = None
    while True:
        try:
            event = stream.send(request)
        except StopIteration as stop:
            return stop.value, first, notes
        if isinstance(event, MeshSnapshot) and first is None:
            first = time.monotonic() - begun
        if isinstance(event, Log):
            notes.append(event.message)
        request = Request.FINISH if method == "A" else None


def distances(truth: GroundTruth, surface: RayCaster) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(mm of each visible ground-truth vertex to the surface, which of those belong to the face)."""
    seen = visible(truth)
    return surface.closest(truth.mesh.vertices[seen]).distance, truth.region_mask(FACE)[seen]


def rigid_face(truth: GroundTruth, surface: RayCaster) -> float:
    """Mean mm on the face after rigid registration: the shape's error without the pose's.

    Wrong cameras may move the whole head with them, which no photo can tell.
    """
    points = truth.mesh.vertices[visible(truth) & truth.region_mask(FACE)]
    fit = icp_surface(points, surface, turned_starts=False)
    return float(surface.closest(fit.transform.apply(points)).distance.mean())


def confidence_deciles(
    mesh: TriangleMesh, quality: NDArray[np.floating], truth: GroundTruth, bins: int = 10
) -> list[float]:
    """Mean error in mm of visible ground-truth vertices, by tenths of the confidence where they meet `mesh`.

    From the least to the most confident tenth; a confidence that means something lets this fall.

    Args:
        quality: (V,) per vertex of `mesh`, larger = more certain.
    """
    distance, value = errors_and_values(mesh, quality, truth)
    # Vertices of one confidence share their mean error: their order would be that of the file.
    _, group = np.unique(value.round(TIE), return_inverse=True)
    error = (np.bincount(group, distance) / np.bincount(group))[group]
    order = np.argsort(group, kind="stable")
    return [float(error[part].mean()) for part in np.array_split(order, bins)]


def errors_and_values(
    mesh: TriangleMesh, quality: NDArray[np.floating], truth: GroundTruth
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of visible ground-truth vertices (N,): mm to `mesh`, and its `quality` (V,) where they meet it."""
    met = RayCaster(mesh).closest(truth.mesh.vertices[visible(truth)])
    weight = np.column_stack([1 - met.barycentric.sum(axis=1), met.barycentric])
    value = (weight * np.asarray(quality, dtype=np.float64)[mesh.faces[met.face]]).sum(axis=1)
    return met.distance, value


def rises(deciles: Sequence[float], slack: float = 0.0) -> int:
    """How often the error rises by more than `slack` mm from one decile to the next more confident one."""
    return sum(b > a + slack for a, b in pairwise(deciles))


def camera_errors(
    scan: Scan, used: Sequence[int], refined: Sequence[Camera] | Mapping[int, Camera] | None
) -> dict[str, Any]:
    """Errors of the cameras as written, and as refined where a result tells; {} where neither is known."""
    true = true_cameras(scan.root)
    if true is None and refined is None:
        return {}
    written = [scan.view(index).camera for index in used]
    # Clean scans write what is true, so that refinement there shows what it costs.
    target = written if true is None else [true[index] for index in used]
    out = {"cameras_before": camera_error(written, target).as_dict()}
    if refined is not None:
        found = [refined[i] for i in used] if isinstance(refined, Mapping) else list(refined)
        out["cameras_after"] = camera_error(found, target).as_dict()
    return out


def true_cameras(root: Path) -> dict[int, Camera] | None:
    """View index -> camera before noise, of a synthetic scan whose cameras were disturbed."""
    file = root / "cameras_true.npz"
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as archive:
        names = [name for name in archive.files if name.startswith("world_mat_")]
        return {int(name.rsplit("_", 1)[1]): Camera.from_projection(archive[name][:3]) for name in names}


def camera_error(found: Sequence[Camera], true: Sequence[Camera]) -> CameraError:
    """How far cameras are off, absolutely and after the best common rigid motion."""
    turns = np.stack([a.rotation.T @ b.rotation for a, b in zip(found, true, strict=True)])
    moves = np.stack([a.center - b.center for a, b in zip(found, true, strict=True)])
    common = _mean_rotation(turns)  # world of the true cameras -> world of the found
    centers = np.stack([b.center for b in true])
    middle = centers.mean(axis=0)
    moved = (centers - middle) @ common.T + middle
    left = np.stack([a.center for a in found]) - moved
    left -= left.mean(axis=0)
    relative = common.T @ turns
    return CameraError(_rms_angle(turns), _rms(moves), _rms_angle(relative), _rms(left))


def _mean_rotation(rotations: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation nearest to the mean of rotations (N, 3, 3) (chordal)."""
    u, _, vt = np.linalg.svd(rotations.mean(axis=0))
    return np.asarray(u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt)


def _rms_angle(rotations: NDArray[np.float64]) -> float:
    cosine = (np.trace(rotations, axis1=1, axis2=2) - 1) / 2
    return float(np.sqrt(np.mean(np.degrees(np.arccos(np.clip(cosine, -1, 1))) ** 2)))


def _rms(vectors: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean((vectors**2).sum(axis=1))))
