"""GLB as far as meshes need it: the default scene's triangles, strips and fans where their nodes put them.

Written here because the general reader takes compressed vertices for zeros and 16-bit ones for metres. glTF
is in metres with y up (glTF 2.0, 3.4): coordinates are multiplied by a thousand and never turned.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.glb_container import Glb, GlbError
from h3dstudio.data.mesh_encoders import srgb_from_linear
from h3dstudio.data.polygons import checked, strip
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh

GLTF_UNIT = 1000.0  # glTF 2.0 is in metres, 3.4; this program is in mm
_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_MOST = 30_000_000
"""Vertices, and faces, of all nodes together: a file of few bytes may show one mesh a million times."""


def parse_glb(data: bytes, where: str | os.PathLike[str] | None = None) -> TriangleMesh:
    """Parse the bytes of a GLB file, to mm.

    Vertices are in the order of the file: of the scene's nodes, depth first, each their mesh's vertex arrays
    in the order in which primitives name them; an array that several primitives share comes once. Node
    transforms, morph weights and skins are applied. Raises MeshError, by name for a required extension that
    is not read.
    """
    try:
        return _Scene(Glb(data), where).mesh()
    except GlbError as error:
        problem, remedy = str(error), error.remedy
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        problem, remedy = f"its document is damaged: {type(error).__name__}", "Export it again"
    raise MeshError(f"the file is not a readable GLB: {problem}", where=where, remedy=remedy)


class _Scene:
    """The blocks of vertices and faces that nodes add up to."""

    def __init__(self, glb: Glb, where: str | os.PathLike[str] | None) -> None:
        self._glb, self._where = glb, where
        self._nodes: list[dict[str, Any]] = glb.document.get("nodes", [])
        self._matrices = dict(self._placed())
        self._vertices: list[NDArray[np.float64]] = []
        self._colors: list[NDArray[np.float64] | None] = []
        self._faces = [np.empty((0, 3), np.int64)]
        self._count = 0

    def mesh(self) -> TriangleMesh:
        for number, matrix in self._matrices.items():
            node = self._nodes[number]
            if "mesh" in node:
                self._add(node, matrix)
        if not self._count:
            return TriangleMesh(np.empty((0, 3)), np.empty((0, 3), np.int32))
        vertices = np.concatenate(self._vertices) * GLTF_UNIT
        return TriangleMesh(
            vertices, checked(np.concatenate(self._faces), self._count, self._where), self._all_colors()
        )

    def _placed(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Every node of the scene with its matrix (4, 4) to the world, depth first."""
        scenes = self._glb.document.get("scenes")
        if scenes:
            roots = list(scenes[self._glb.document.get("scene", 0)].get("nodes", []))
        else:
            inner = {child for node in self._nodes for child in node.get("children", [])}
            roots = [number for number in range(len(self._nodes)) if number not in inner]
        left = [(number, np.eye(4)) for number in reversed(roots)]
        seen: set[int] = set()
        while left:
            number, above = left.pop()
            if number in seen or number < 0:
                raise GlbError("its nodes are no tree")
            seen.add(number)
            matrix = above @ _matrix(self._nodes[number])
            yield number, matrix
            left += [(child, matrix) for child in reversed(self._nodes[number].get("children", []))]

    def _add(self, node: dict[str, Any], matrix: NDArray[np.float64]) -> None:
        """One node's mesh."""
        mesh = self._glb.document["meshes"][node["mesh"]]
        weights = node.get("weights", mesh.get("weights", []))
        starts: dict[tuple[object, ...], int] = {}
        for primitive in mesh["primitives"]:
            mode = primitive.get("mode", _TRIANGLES)
            if mode not in (_TRIANGLES, _STRIP, _FAN):
                continue  # points and lines
            attributes = primitive["attributes"]
            if "KHR_draco_mesh_compression" in primitive.get("extensions", {}):
                self._check_draco(attributes["POSITION"])
            key = (attributes["POSITION"], attributes.get("COLOR_0"), repr(primitive.get("targets", [])))
            if key not in starts:
                starts[key] = self._count
                self._take(primitive, node, weights, matrix)
            faces = self._triangles(primitive, mode, matrix, self._count - starts[key])
            self._faces.append(starts[key] + faces)
            self._limit(sum(map(len, self._faces)))

    def _check_draco(self, position: int) -> None:
        """A file may hold its vertices uncompressed as well; then these are read."""
        if "bufferView" not in self._glb.document["accessors"][position]:
            raise GlbError(
                "it is compressed by KHR_draco_mesh_compression", "Save it without Draco compression"
            )

    def _limit(self, count: int) -> None:
        if count > _MOST:
            raise GlbError(f"it has more than {_MOST} vertices or faces", "Export a part of it")

    def _take(
        self,
        primitive: dict[str, Any],
        node: dict[str, Any],
        weights: list[float],
        matrix: NDArray[np.float64],
    ) -> None:
        """Append a primitive's vertices and colours."""
        attributes = primitive["attributes"]
        places = self._vectors(attributes["POSITION"], 3)
        for weight, target in zip(weights, primitive.get("targets", []), strict=False):
            if weight and "POSITION" in target:
                places = places + float(weight) * self._vectors(target["POSITION"], 3)
        # A skinned mesh is where its joints are, whatever its own node says: glTF 2.0, 3.7.3.3.
        if "skin" in node and "JOINTS_0" in attributes:
            moves = self._skinning(attributes, self._glb.document["skins"][node["skin"]])
            places = np.einsum("nij,nj->ni", moves[:, :3, :3], places) + moves[:, :3, 3]
        else:
            places = places @ matrix[:3, :3].T + matrix[:3, 3]
        self._count += len(places)
        self._limit(self._count)
        self._vertices.append(places)
        color = attributes.get("COLOR_0")
        self._colors.append(None if color is None else self._glb.array(color)[:, :3])

    def _triangles(
        self, primitive: dict[str, Any], mode: int, matrix: NDArray[np.float64], count: int
    ) -> NDArray[np.int64]:
        index = np.arange(count)
        if "indices" in primitive:
            index = self._glb.array(primitive["indices"])[:, 0].astype(np.int64)
        if len(index) and index.max() >= count:
            raise GlbError(f"a face is of vertex {index.max()}, but there are {count}")
        if mode == _STRIP:
            faces = strip(index)
        elif mode == _FAN:
            faces = np.column_stack([index[1:-1], index[2:], np.broadcast_to(index[:1], len(index[2:]))])
        else:
            faces = index[: len(index) // 3 * 3].reshape(-1, 3)
        # A mirrored node turns its faces round, 3.7.4.
        return faces[:, ::-1] if np.linalg.det(matrix[:3, :3]) < 0 else faces

    def _skinning(self, attributes: dict[str, int], skin: dict[str, Any]) -> NDArray[np.float64]:
        """(N, 4, 4) how each vertex is moved by its joints."""
        joints = skin["joints"]
        inverse = np.tile(np.eye(4), (len(joints), 1, 1))
        if "inverseBindMatrices" in skin:
            inverse = self._vectors(skin["inverseBindMatrices"], 16).reshape(-1, 4, 4).transpose(0, 2, 1)
        moves = np.stack([self._matrices[joint] @ inverse[at] for at, joint in enumerate(joints)])
        chosen = self._vectors(attributes["JOINTS_0"], 4).astype(np.int64)
        weights = self._vectors(attributes["WEIGHTS_0"], 4)
        total = weights.sum(axis=1, keepdims=True)
        weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        return np.asarray(np.einsum("nk,nkij->nij", weights, moves[chosen]))

    def _vectors(self, number: int, width: int) -> NDArray[np.float64]:
        values = self._glb.array(number)
        if values.shape[1] != width:
            raise GlbError(f"an array has {values.shape[1]} columns, expected {width}")
        return values

    def _all_colors(self) -> NDArray[np.uint8] | None:
        """(V, 3) sRGB; vertices without a colour are white, as glTF has them, if others have one."""
        if all(color is None for color in self._colors):
            return None
        pairs = zip(self._vertices, self._colors, strict=True)
        linear = [np.ones((len(places), 3)) if color is None else color for places, color in pairs]
        return srgb_from_linear(np.nan_to_num(np.concatenate(linear)))


def _matrix(node: dict[str, Any]) -> NDArray[np.float64]:
    """(4, 4) a node's own motion; matrices are stored by columns."""
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = np.array(node.get("rotation", [0, 0, 0, 1]), dtype=np.float64)
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix[:3, :3] = turn * np.array(node.get("scale", [1, 1, 1]), dtype=np.float64).reshape(3)
    matrix[:3, 3] = np.array(node.get("translation", [0, 0, 0]), dtype=np.float64)
    return matrix
