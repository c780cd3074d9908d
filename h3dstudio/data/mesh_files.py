"""Mesh files: read OBJ, PLY, STL, GLB and OFF without touching the vertex order; write all but OFF."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import write_bytes
from h3dstudio.data.glb_parser import GLTF_UNIT as GLTF_UNIT
from h3dstudio.data.glb_parser import parse_glb
from h3dstudio.data.mesh_encoders import ENCODERS, encode_obj, encode_ply
from h3dstudio.data.obj_parser import parse_obj
from h3dstudio.data.off_parser import parse_off
from h3dstudio.data.ply_parser import parse_ply
from h3dstudio.data.stl_parser import parse_stl
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

_PARSERS: dict[str, Callable[[bytes, Path], TriangleMesh]] = {
    ".obj": parse_obj,
    ".ply": parse_ply,
    ".stl": parse_stl,
    ".glb": parse_glb,
    ".off": parse_off,
}
READABLE = tuple(_PARSERS)
WRITABLE = tuple(ENCODERS)
FARTHEST = 1e7
"""mm: no head has coordinates beyond it; 32-bit floats tell only millimetres apart there."""
SMALLEST = 1e-6
"""mm: what is not larger has no extent."""


def read_mesh(path: str | os.PathLike[str], *, allow_no_faces: bool = False) -> TriangleMesh:
    """The mesh in `path`, in mm and in the file's own vertex order: nothing is merged or reordered.

    Quads and polygons are triangulated. GLB, which is in metres by its standard, is brought to mm.
    Raises MeshError when the file is missing, unreadable or empty, when a coordinate is not finite or beyond
    `FARTHEST`, when all lie in one place, or when there is no face (unless `allow_no_faces`: a point cloud).
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in READABLE:
        raise MeshError(
            f"mesh files of type {suffix or '(none)'} are not read, expected {', '.join(READABLE)}",
            where=file,
            remedy="Convert the mesh to PLY or OBJ",
        )
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise MeshError("there is no such file", where=file, remedy="Check the path") from None
    except OSError as error:
        raise MeshError(f"the file cannot be read ({error.strerror})", where=file) from error
    mesh = _PARSERS[suffix](data, file)
    _check(mesh, file, allow_no_faces)
    return mesh


def write_mesh(
    path: str | os.PathLike[str],
    mesh: TriangleMesh,
    errors: NDArray[np.floating] | None = None,
    *,
    full: bool = False,
) -> None:
    """Write `mesh` (mm) as the suffix says: .ply (binary, colours, quality), .obj, .stl, .glb (metres, y up).

    `errors` (V,) mm become the quality of a PLY; the other formats have no place for them. `full` is what
    leaves the program: PLY and OBJ get normals, and the quality of a PLY CloudCompare's name as well.
    The file appears whole or not at all. PLY, STL and GLB hold 32-bit floats (1e-5 mm at a head's size).
    Raises MeshError for another suffix or an unusable mesh, OutputError when it cannot be written.
    """
    file = Path(path)
    encode = ENCODERS.get(file.suffix.lower())
    if encode is None:
        raise MeshError(
            f"mesh files of type {file.suffix or '(none)'} are not written, expected {', '.join(WRITABLE)}",
            where=file,
            remedy="Choose one of these suffixes",
        )
    _check(mesh, file, allow_no_faces=False)
    if encode is encode_ply:
        data = encode_ply(mesh, errors, full=full)
    else:
        data = encode_obj(mesh, normals=full) if encode is encode_obj else encode(mesh)
    write_bytes(file, data)


def rounding(mesh: TriangleMesh, suffix: str) -> float:
    """mm: the most that a coordinate of `mesh` loses in the numbers of a format (".ply", ".obj", ...).

    Single precision keeps 24 binary digits: 1e-5 mm of a head, 0.03 mm a kilometre away. OBJ keeps nine.
    """
    if not mesh.vertices.size:
        return 0.0
    if suffix == ".obj":
        return float(np.abs(mesh.vertices).max()) * 0.5e-8
    scale = GLTF_UNIT if suffix == ".glb" else 1.0
    kept = (mesh.vertices / scale).astype(np.float32).astype(np.float64) * scale
    return float(np.abs(kept - mesh.vertices).max())


def _check(mesh: TriangleMesh, file: Path, allow_no_faces: bool) -> None:
    if not len(mesh.vertices):
        raise MeshError("the mesh has no vertices", where=file, remedy="Export the mesh again")
    bad = np.flatnonzero(~np.isfinite(mesh.vertices).all(axis=1))
    if len(bad):
        raise MeshError(
            f"{len(bad)} of {len(mesh.vertices)} vertices hold NaN or infinity, the first is vertex {bad[0]}",
            where=file,
            remedy="Export the mesh again",
        )
    far = np.flatnonzero((np.abs(mesh.vertices) > FARTHEST).any(axis=1))
    if len(far):
        raise MeshError(
            f"vertex {far[0]} lies at {_place(mesh.vertices[far[0]])} mm, no head reaches {FARTHEST:.0e} mm",
            where=file,
            remedy="Check the unit, and move the mesh nearer to its origin",
        )
    if not len(mesh.faces) and not allow_no_faces:
        raise MeshError(
            f"the mesh has {len(mesh.vertices)} vertices but no faces, expected a surface",
            where=file,
            remedy="Export it as a triangle mesh, not as a point cloud",
        )
    _check_extent(mesh, file)


def _check_extent(mesh: TriangleMesh, file: Path) -> None:
    """Compressed or damaged files come out as many vertices in one place, or on one line."""
    used = mesh.vertices
    if len(mesh.faces):
        in_face = np.zeros(len(mesh.vertices), dtype=np.bool_)
        in_face[mesh.faces.ravel()] = True
        used = mesh.vertices[in_face]
    if np.ptp(used, axis=0).max() <= SMALLEST and len(used) > 1:
        raise MeshError(
            f"all {len(used)} vertices lie in one place, {_place(used[0])} mm: the mesh has no extent",
            where=file,
            remedy="Export the mesh again, without compression",
        )
    if len(mesh.faces) and not _has_area(mesh):
        raise MeshError(
            f"none of the {len(mesh.faces)} faces has an area", where=file, remedy="Export the mesh again"
        )


def _has_area(mesh: TriangleMesh) -> bool:
    """Whether any face has: nearly always one of the first."""
    few = TriangleMesh(mesh.vertices, mesh.faces[:1000])
    return bool(few.face_normals().any()) or bool(mesh.face_normals().any())


def _place(point: NDArray[np.float64]) -> str:
    return "(" + ", ".join(f"{value:.4g}" for value in point) + ")"
