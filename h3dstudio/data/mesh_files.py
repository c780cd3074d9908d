"""Mesh files: read OBJ, PLY, STL, GLB and OFF without touching the vertex order; write all but OFF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import write_bytes
from h3dstudio.data.image_opening import tame_pillow
from h3dstudio.data.mesh_encoders import ENCODERS, ERROR_COMMENT, encode_ply, srgb_from_linear
from h3dstudio.data.obj_parser import parse_obj
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

READABLE = (".obj", ".ply", ".stl", ".glb", ".off")
WRITABLE = tuple(ENCODERS)
GLTF_UNIT = 1000.0  # glTF 2.0 is in metres, 3.4; this program is in mm


def read_mesh(path: str | os.PathLike[str], *, allow_no_faces: bool = False) -> TriangleMesh:
    """The mesh in `path`, in mm and in the file's own vertex order: nothing is merged or reordered.

    Quads and polygons are triangulated. GLB, which is in metres by its standard, is brought to mm.
    Raises MeshError when the file is missing, unreadable or empty, when a coordinate is not finite, or
    when there is no face (unless `allow_no_faces`: a point cloud).
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
    mesh = parse_obj(data, file) if suffix == ".obj" else _read_with_trimesh(data, file)
    _check(mesh, file, allow_no_faces)
    return mesh


def write_mesh(
    path: str | os.PathLike[str], mesh: TriangleMesh, errors: NDArray[np.floating] | None = None
) -> None:
    """Write `mesh` (mm) as the suffix says: .ply (binary, colours, quality), .obj, .stl, .glb (metres).

    `errors` (V,) mm become the quality of a PLY; the other formats have no place for them.
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
    write_bytes(file, encode_ply(mesh, errors) if encode is encode_ply else encode(mesh))


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
    if not len(mesh.faces) and not allow_no_faces:
        raise MeshError(
            f"the mesh has {len(mesh.vertices)} vertices but no faces, expected a surface",
            where=file,
            remedy="Export it as a triangle mesh, not as a point cloud",
        )


def _read_with_trimesh(data: bytes, file: Path) -> TriangleMesh:
    import io

    import trimesh

    tame_pillow()  # which trimesh hands the textures of a GLB or OBJ
    try:
        loaded = trimesh.load_scene(io.BytesIO(data), file_type=file.suffix.lower()[1:], process=False)
        part = loaded.to_mesh() if loaded.geometry else None
    except Exception as error:  # trimesh's loaders raise almost anything for damaged files
        raise MeshError(
            f"the file is not a readable {file.suffix[1:].upper()} ({_short(error)})",
            where=file,
            remedy="Check that the file is complete, or export it again",
        ) from error
    if part is None:
        part = trimesh.Trimesh()
    if not isinstance(part, trimesh.Trimesh):  # a point cloud
        return TriangleMesh(np.asarray(part.vertices), np.empty((0, 3), np.int32))
    # Joining a scene's parts drops their vertex attributes; a single part still has them.
    parts = list(loaded.geometry.values())
    colors = _colors(parts[0].visual if len(parts) == 1 else part.visual)
    if colors is not None and len(colors) != len(part.vertices):
        colors = None
    metres = file.suffix.lower() == ".glb"
    vertices = np.asarray(part.vertices) * (GLTF_UNIT if metres else 1.0)
    # Our own error maps use the name as MeshLab does: these are mm, and no trust.
    ours = len(parts) == 1 and ERROR_COMMENT.encode() not in data[:1000]
    quality = _quality(parts[0], len(vertices)) if ours else None
    try:
        return TriangleMesh(vertices, np.asarray(part.faces), colors, quality)
    except MeshError as error:
        raise MeshError(error.problem, where=file, remedy="Export the mesh again") from error


def _colors(visual: Any) -> NDArray[np.uint8] | None:
    """(V, 3) sRGB of trimesh's visuals, whose types its stubs do not tell apart."""
    if visual.kind == "vertex":
        return np.asarray(visual.vertex_colors)[:, :3]
    linear = getattr(visual, "vertex_attributes", {}).get("color")
    if linear is None:
        return None
    values = np.asarray(linear)[:, :3]
    if np.issubdtype(values.dtype, np.integer):
        values = values / np.iinfo(values.dtype).max
    return srgb_from_linear(values)


def _quality(part: Any, count: int) -> NDArray[np.float32] | None:
    """A PLY's vertex property `quality` (V,), where it is ours: other programs keep any scalar there."""
    try:
        raw = part.metadata["_ply_raw"]["vertex"]["data"]["quality"]
        quality = np.asarray(raw, dtype=np.float32).reshape(-1)
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    with np.errstate(invalid="ignore"):
        usable = quality.shape == (count,) and bool(((quality >= 0) & (quality <= 1)).all())
    return quality if usable else None


def _short(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0][:120] if text else type(error).__name__
