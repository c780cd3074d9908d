"""A scan of a smooth head whose shape is a formula, seen by a ring of cameras; no photos are needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.regions import face_sphere, write_region
from h3dstudio.data.scan import Scan, View
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from tests.unit.geometry.shapes import head


def camera(azimuth: float, distance: float = 700.0) -> Camera:
    """Looks at the origin from `azimuth` degrees around +y, +z = 0."""
    angle = np.radians(azimuth)
    position = distance * np.array([np.sin(angle), 0.0, np.cos(angle)])
    forward, down = -position / distance, np.array([0.0, -1.0, 0.0])
    rotation = np.stack([np.cross(down, forward), down, forward])
    intrinsics = np.array([[1200.0, 0, 255.5], [0, 1200.0, 255.5], [0, 0, 1]])
    return Camera(intrinsics, rotation, -rotation @ position)


def landmarks_of(mesh: TriangleMesh) -> dict[str, int]:
    """Six well-spread vertices of the front, under the names of H3DS."""
    wanted = {
        "right_eye": (-30, 40, 80),
        "left_eye": (30, 40, 80),
        "nose_tip": (8, 0, 130),
        "nose_base": (5, -25, 100),
        "right_lips": (-25, -50, 80),
        "left_lips": (25, -50, 80),
    }
    return {
        name: int(np.linalg.norm(mesh.vertices - point, axis=1).argmin()) for name, point in wanted.items()
    }


def make_scan(
    folder: Path, *, mesh: TriangleMesh | None = None, azimuths=(0.0, 60.0, 180.0, 300.0), regions=True
) -> Scan:
    """`full_head.obj`, landmarks and the regions face and face_sphere, with one camera per azimuth."""
    mesh = head(4) if mesh is None else mesh
    write_mesh(folder / "full_head.obj", mesh)
    landmarks, files = landmarks_of(mesh), {}
    if regions:
        inside = {
            "face_sphere": face_sphere(mesh.vertices, landmarks["nose_tip"]),
            "face": np.flatnonzero(mesh.vertices[:, 2] > 0),
        }
        for name, indices in inside.items():
            files[name] = folder / f"{name}.txt"
            write_region(files[name], indices)
    views = tuple(
        View(number, folder / "none.jpg", folder / "none.png", camera(azimuth), (512, 512))
        for number, azimuth in enumerate(azimuths)
    )
    truth = folder / "full_head.obj"
    sphere = Similarity(150.0, np.eye(3), np.zeros(3))
    return Scan("blob", folder, "h3ds", views, sphere, truth, landmarks, files)
