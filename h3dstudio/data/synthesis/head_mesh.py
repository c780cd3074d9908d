"""Any head mesh as a subject: its unit found out, its colours or texture kept, its axes as told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.synthesis.subject import Subject, UvTexture
from h3dstudio.errors import LandmarkError, MeshError, UsageError
from h3dstudio.geometry.mesh import TriangleMesh

UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
# Largest extent of a head, with or without shoulders, in each unit; the ranges meet so that none is left out.
SMALLEST, METRES_BELOW, CENTIMETRES_BELOW, LARGEST = 0.08, 1.5, 75.0, 1500.0
AXES = {
    f"{sign}{name}": (1 if sign == "+" else -1) * np.eye(3)[k]
    for k, name in enumerate("xyz")
    for sign in "+-"
}


def axis(name: str) -> NDArray[np.float64]:
    """ "+y", "y" or "-z" -> a unit vector (3,). Raises UsageError."""
    full = name if name[:1] in "+-" else f"+{name}"
    if full not in AXES:
        raise UsageError(f"'{name}' is no axis, expected one of x, y, z, -x, -y, -z")
    return AXES[full]


def detect_unit(vertices: NDArray[np.floating], where: Path) -> str:
    """The unit in which vertices (V, 3) make a head of human size. Raises MeshError when there is none."""
    extent = float((vertices.max(axis=0) - vertices.min(axis=0)).max())
    if not SMALLEST <= extent <= LARGEST:
        raise MeshError(
            f"the mesh measures {extent:.4g} units, which is no human head in mm, cm or m",
            where=where,
            remedy="Name the unit with --unit, or scale the mesh",
        )
    return "m" if extent < METRES_BELOW else "cm" if extent < CENTIMETRES_BELOW else "mm"


def mesh_subject(
    path: Path,
    *,
    unit: str = "auto",
    landmarks: Mapping[str, int] | None = None,
    up: str = "+y",
    front: str = "+z",
) -> Subject:
    """The head mesh in `path` as a subject, scaled to mm and otherwise where it was.

    Args:
        unit: "mm", "cm", "m", or "auto" to tell it from the size.
        landmarks: H3DS names -> vertex of the file.
        up, front: the head's axes in the mesh's frame.

    Raises MeshError, LandmarkError, UsageError.
    """
    from h3dstudio.data.mesh_files import read_mesh

    up_axis, front_axis = axis(up), axis(front)
    if abs(up_axis @ front_axis) > 0.5:
        raise UsageError(f"up ({up}) and front ({front}) lie on one line")
    if unit not in ("auto", *UNITS):
        raise UsageError(f"unknown unit '{unit}', expected auto, mm, cm or m")
    mesh = read_mesh(path)
    notices = []
    if unit == "auto":
        unit = detect_unit(mesh.vertices[np.unique(mesh.faces)], path)
        extent = float((mesh.vertices.max(axis=0) - mesh.vertices.min(axis=0)).max()) * UNITS[unit]
        notices.append(
            f"The mesh is taken to be in {unit} ({extent:.0f} mm large); say --unit if that is wrong"
        )
    mesh = mesh.with_vertices(mesh.vertices * UNITS[unit])
    for name, vertex in (landmarks or {}).items():
        if not 0 <= vertex < len(mesh.vertices):
            raise LandmarkError(
                f"landmark '{name}' names vertex {vertex}, but the mesh has {len(mesh.vertices)}", where=path
            )
    painted, texture = _textured(path, UNITS[unit])
    if texture is None and mesh.colors is None:
        notices.append("The mesh has neither a texture nor vertex colours; procedural skin is painted on it")
    if not landmarks:
        notices.append("No landmarks are known for this mesh: the scan has no landmarks.txt and no regions")
    return Subject(
        mesh=mesh if painted is None else painted,
        ground_truth=mesh,
        landmarks=dict(landmarks or {}),
        texture=texture,
        up=up_axis,
        front=front_axis,
        notices=tuple(notices),
    )


def _textured(path: Path, scale: float) -> tuple[TriangleMesh | None, UvTexture | None]:
    """The mesh as trimesh splits it along texture seams, with its picture; (None, None) without one.

    It is the same surface with other vertex numbers, so it is only looked at, never written.
    """
    import trimesh

    from h3dstudio.data.mesh_files import GLTF_UNIT

    try:
        loaded: Any = trimesh.load(path, process=False, force="mesh")
        visual = loaded.visual
        if visual.kind != "texture" or visual.uv is None:
            return None, None
        picture = _picture(visual.material)
    except Exception:  # whatever a foreign reader stumbles over: the mesh itself has been read already
        return None, None
    if picture is None or not len(loaded.faces):
        return None, None
    if path.suffix.lower() == ".glb":
        scale *= GLTF_UNIT  # as `read_mesh` does
    mesh = TriangleMesh(np.asarray(loaded.vertices) * scale, np.asarray(loaded.faces))
    corners = np.nan_to_num(np.asarray(visual.uv, dtype=np.float64))[mesh.faces]
    return mesh, UvTexture(picture, corners)


def _picture(material: Any) -> NDArray[np.uint8] | None:
    """The colour picture of a trimesh material, or None."""
    image = getattr(material, "image", None)
    if image is None:
        image = getattr(material, "baseColorTexture", None)
    if image is None or min(image.size) < 2:  # trimesh invents a 1 x 1 picture for a plain colour
        return None
    return np.asarray(image.convert("RGB"), dtype=np.uint8)
