"""A mesh as the bytes of a PLY, OBJ, STL or GLB file. Pure functions; `mesh_files` writes the bytes."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

ERROR_COMMENT = "comment quality is the error in millimetres"
CONFIDENCE = ("quality", "scalar_confidence")
"""What MeshLab and CloudCompare call the confidence of a vertex in a PLY."""


def encode_ply(
    mesh: TriangleMesh, errors: NDArray[np.floating] | None = None, *, full: bool = False
) -> bytes:
    """Binary little-endian PLY: float positions (mm), uchar colours and float quality where there are any.

    `quality` is the name MeshLab gives to a scalar of each vertex; `errors` (V,) mm take its place, and a
    comment says so. `full` adds normals, and the scalar once more under a name that CloudCompare knows.
    """
    columns: list[tuple[str, NDArray[np.generic]]] = [
        (axis, mesh.vertices[:, at].astype("<f4")) for at, axis in enumerate("xyz")
    ]
    if full:
        normals = _unit_normals(mesh)
        columns += [(f"n{axis}", normals[:, at].astype("<f4")) for at, axis in enumerate("xyz")]
    if mesh.colors is not None:
        columns += [(name, mesh.colors[:, at]) for at, name in enumerate(("red", "green", "blue"))]
    quality = mesh.quality if errors is None else errors
    if quality is not None:
        names = CONFIDENCE if errors is None else (CONFIDENCE[0], "scalar_error_mm")
        columns += [(name, quality.astype("<f4")) for name in (names if full else names[:1])]
    vertices = np.empty(len(mesh.vertices), dtype=[(name, column.dtype) for name, column in columns])
    for name, column in columns:
        vertices[name] = column
    faces = np.empty(len(mesh.faces), dtype=[("count", "u1"), ("index", "<i4", (3,))])
    faces["count"] = 3
    faces["index"] = mesh.faces
    properties = [
        f"property {'float' if column.dtype == np.float32 else 'uchar'} {name}" for name, column in columns
    ]
    header = [
        "ply",
        "format binary_little_endian 1.0",
        "comment H3D Studio, millimetres",
        *([] if errors is None else [ERROR_COMMENT]),
        f"element vertex {len(vertices)}",
        *properties,
        f"element face {len(faces)}",
        "property list uchar int vertex_indices",
        "end_header",
    ]
    return ("\n".join(header) + "\n").encode("ascii") + vertices.tobytes() + faces.tobytes()


def encode_obj(mesh: TriangleMesh, *, normals: bool = False) -> bytes:
    """Wavefront OBJ in file order, mm; colours as `v x y z r g b` with 0..1, as MeshLab and Blender do."""
    out = io.BytesIO()
    out.write(b"# H3D Studio, millimetres\n")
    if mesh.colors is None:
        np.savetxt(out, mesh.vertices, fmt="v %.9g %.9g %.9g")
    else:
        rows = np.column_stack([mesh.vertices, mesh.colors / 255.0])
        np.savetxt(out, rows, fmt="v %.9g %.9g %.9g %.4f %.4f %.4f")
    corners = mesh.faces + 1
    if normals:
        np.savetxt(out, _unit_normals(mesh), fmt="vn %.6f %.6f %.6f")
        np.savetxt(out, np.repeat(corners, 2, axis=1), fmt="f %d//%d %d//%d %d//%d")
    else:
        np.savetxt(out, corners, fmt="f %d %d %d")
    return out.getvalue()


def encode_stl(mesh: TriangleMesh) -> bytes:
    """Binary STL, mm. The format knows neither shared vertices nor colours."""
    rows = np.zeros(
        len(mesh.faces), dtype=[("normal", "<f4", (3,)), ("corner", "<f4", (3, 3)), ("attr", "<u2")]
    )
    rows["normal"] = mesh.face_normals()
    rows["corner"] = mesh.triangles
    # A binary file must not begin with "solid", or readers take it for text.
    header = b"H3D Studio, binary STL, millimetres".ljust(80, b" ")
    return header + struct.pack("<I", len(rows)) + rows.tobytes()


def encode_glb(mesh: TriangleMesh) -> bytes:
    """glTF 2.0 binary: metres, y up and linear colours, as its specification asks (3.4 and 3.7.2.1).

    Scans, runs and head priors have y up already, so nothing is turned.
    """
    buffers: list[tuple[dict[str, object], bytes, int]] = []

    def add(array: NDArray[np.generic], kind: str, component: int, target: int, **extra: object) -> int:
        accessor = {"componentType": component, "count": len(array), "type": kind, **extra}
        buffers.append((accessor, array.tobytes(), target))
        return len(buffers) - 1

    metres = (mesh.vertices / 1000.0).astype("<f4")
    bounds = {"min": metres.min(axis=0).tolist(), "max": metres.max(axis=0).tolist()}
    attributes = {
        "POSITION": add(metres, "VEC3", 5126, 34962, **bounds),
        "NORMAL": add(_unit_normals(mesh).astype("<f4"), "VEC3", 5126, 34962),
    }
    if mesh.colors is not None:
        # Four channels: rows of three 16-bit values would not be 4-byte aligned, as glTF demands.
        linear = np.full((len(mesh.colors), 4), 65535, dtype="<u2")
        linear[:, :3] = np.rint(_linear(mesh.colors) * 65535)
        attributes["COLOR_0"] = add(linear, "VEC4", 5123, 34962, normalized=True)
    indices = add(mesh.faces.astype("<u4").reshape(-1), "SCALAR", 5125, 34963)
    return _glb_container(buffers, attributes, indices)


def _glb_container(
    buffers: list[tuple[dict[str, object], bytes, int]], attributes: dict[str, int], indices: int
) -> bytes:
    binary = b"".join(data for _, data, _ in buffers)
    views, accessors, offset = [], [], 0
    for number, (accessor, data, target) in enumerate(buffers):
        views.append({"buffer": 0, "byteOffset": offset, "byteLength": len(data), "target": target})
        accessors.append({"bufferView": number, **accessor})
        offset += len(data)
    material = {
        "name": "skin",
        "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.8},
        "doubleSided": True,
    }
    document = {
        "asset": {"version": "2.0", "generator": "H3D Studio"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "head"}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}],
        "materials": [material],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode("ascii")
    text = text.ljust(-(-len(text) // 4) * 4, b" ")
    binary = binary.ljust(-(-len(binary) // 4) * 4, b"\0")
    body = (
        struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(binary), 0x004E4942)
        + binary
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def _unit_normals(mesh: TriangleMesh) -> NDArray[np.float64]:
    """Vertex normals that are unit length everywhere: glTF forbids the zero of an unused vertex."""
    normals = mesh.vertex_normals()
    normals[~normals.any(axis=1)] = (0.0, 0.0, 1.0)
    return normals


def _linear(colors: NDArray[np.uint8]) -> NDArray[np.float64]:
    """sRGB bytes -> linear 0..1. Source: IEC 61966-2-1."""
    value = colors / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def srgb_from_linear(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Linear 0..1 -> sRGB bytes; the inverse of what `encode_glb` does. Source: IEC 61966-2-1."""
    value = np.clip(values, 0.0, 1.0)
    curved = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return np.rint(curved * 255).astype(np.uint8)


ENCODERS: dict[str, Callable[[TriangleMesh], bytes]] = {
    ".ply": encode_ply,
    ".obj": encode_obj,
    ".stl": encode_stl,
    ".glb": encode_glb,
}
