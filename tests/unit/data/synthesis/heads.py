"""Small heads for tests of synthetic scans, and where the shared population is, if it is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.geometry.mesh import TriangleMesh

POPULATION = Path(__file__).parents[5] / "shared" / "data" / "ict_heads.npz"
needs_population = pytest.mark.skipif(not POPULATION.is_file(), reason=f"{POPULATION.name} is not here")


def ball(radius: float = 90.0, subdivisions: int = 3, center: tuple[float, ...] = (5, -8, 3)) -> TriangleMesh:
    """A closed sphere (V, F) in mm."""
    import trimesh

    sphere = trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius)
    return TriangleMesh(np.asarray(sphere.vertices) + np.array(center), np.asarray(sphere.faces))


def egg(subdivisions: int = 3) -> TriangleMesh:
    """A head-sized egg with a nose towards +z, so that directions can be told apart."""
    mesh = ball(1.0, subdivisions, center=(0, 0, 0))
    points = mesh.vertices * [75, 110, 95]
    nose = np.exp(-((mesh.vertices - [0, 0, 1]) ** 2).sum(axis=1) / 0.04)
    return mesh.with_vertices(points + nose[:, None] * [0, 0, 25.0])


def tiny_population(folder: Path, **changes: np.ndarray | None) -> Path:
    """A population of eggs with two identity components and two blend shapes; `changes` replace arrays."""
    mesh = egg()
    rng = np.random.default_rng(0)
    count = len(mesh.vertices)
    arrays: dict[str, np.ndarray | None] = {
        "mean": (mesh.vertices / 10).astype(np.float32),
        "faces": mesh.faces,
        "identity": np.stack([mesh.vertices, mesh.vertices * [1, -1, 0]]).astype(np.float16) / 200,
        "expression": rng.normal(0, 0.02, (2, count, 3)).astype(np.float16),
        "expression_names": np.array(["mouthPucker", "mouthSmile_L"]),
        "landmarks68": np.argsort(-mesh.vertices[:, 2])[:68].astype(np.int32),
        "part_starts": np.array([0, count - 60]),
        "part_names": np.array(["face", "head_neck"]),
    }
    arrays |= changes
    path = folder / "eggs.npz"
    np.savez(path, allow_pickle=False, **{k: v for k, v in arrays.items() if v is not None})
    return path
