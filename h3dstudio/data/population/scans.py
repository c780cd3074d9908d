"""Head scans as a population: a folder of meshes, or the ground truths of an H3DS dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_files import READABLE as LANDMARK_ENDINGS
from h3dstudio.data.landmarks_on_mesh import landmark_points
from h3dstudio.data.mesh_files import READABLE, read_mesh
from h3dstudio.data.population.canonical import known_landmarks, pose_by_landmarks, pose_by_shape
from h3dstudio.data.population.closing import closure, oriented
from h3dstudio.data.population.head import Head, unknown_landmarks
from h3dstudio.data.population.statistical import licence_beside
from h3dstudio.data.synthesis.head_mesh import UNITS, detect_unit
from h3dstudio.errors import H3DError, PriorError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.ray_library import open3d
from h3dstudio.geometry.transforms import Similarity

LOWEST_MM = -195.0  # canonical: what a scan shows below the chest is left out
MOST_VERTICES = 400_000
VERTICES_KEPT = 5_000_000  # about half a gigabyte

Landmarks = Mapping[str, NDArray[np.floating]]


@dataclass(frozen=True)
class ScanFile:
    """A mesh file, its landmarks' file, and how to call it.

    Attributes:
        indices: landmarks as vertices of the mesh, where a reader has found them.
    """

    name: str
    mesh: Path
    landmarks: Path | None = None
    indices: Mapping[str, int] = field(default_factory=dict)


class ScanPopulation:
    """Heads from files. Read once where memory allows: augmentation asks for the same head many times.

    Args:
        reference: gives the head that scans without landmarks are registered to.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[ScanFile],
        reference: Callable[[], TriangleMesh],
        licence: str = "",
        notices: Sequence[str] = (),
    ) -> None:
        self.name, self.licence, self.notices = name, licence, notices
        self.files = tuple(files)
        self.count: int | None = len(self.files)
        self._reference = reference
        self._poses: dict[int, Similarity] = {}
        self._heads: dict[int, Head] = {}

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        """Scan `index` in the canonical frame; scans have the expression they have."""
        if index in self._heads:
            return self._heads[index]
        file = self.files[index]
        try:
            head = self._head(index, file)
        except H3DError as error:
            raise type(error)(error.problem, where=error.where or file.mesh, remedy=error.remedy) from error
        if sum(len(kept.mesh.vertices) for kept in self._heads.values()) < VERTICES_KEPT:
            self._heads[index] = head
        return head

    def _head(self, index: int, file: ScanFile) -> Head:
        read = read_mesh(file.mesh)
        if len(read.vertices) > MOST_VERTICES:
            read = _thinned(read, file)
        scale = UNITS[detect_unit(read.vertices[np.unique(read.faces)], file.mesh)]
        mesh = oriented(read.with_vertices(read.vertices * scale).with_colors(None))
        marks = {name: scale * point for name, point in self._landmarks(file, read).items()}
        if index not in self._poses:
            self._poses[index] = pose_by_landmarks(marks) if marks else pose_by_shape(mesh, self._mean)
        pose = self._poses[index]
        known, points = known_landmarks(marks)
        landmarks = unknown_landmarks()
        landmarks[known] = pose.apply(points)
        mesh = mesh.with_vertices(pose.apply(mesh.vertices))
        mesh = mesh.submesh(mesh.vertices[:, 1] > LOWEST_MM)
        closed = closure(mesh)
        return Head(file.name, mesh, landmarks, cap=closed.caps, barrier=closed.hull)

    def _landmarks(self, file: ScanFile, mesh: TriangleMesh) -> Landmarks:
        if file.indices:
            return {name: mesh.vertices[vertex] for name, vertex in file.indices.items()}
        if file.landmarks is None:
            return {}
        return landmark_points(file.landmarks, mesh)

    @cached_property
    def _mean(self) -> TriangleMesh:
        return self._reference()


def _thinned(mesh: TriangleMesh, file: ScanFile) -> TriangleMesh:
    """A scan of millions of faces at a density that the prior's grid can use; landmarks need the original."""
    if file.landmarks is not None or file.indices:
        return mesh
    o3d = open3d()
    legacy = o3d.geometry.TriangleMesh(
        o3d.utility.Vector3dVector(mesh.vertices), o3d.utility.Vector3iVector(mesh.faces)
    )
    size = float(np.ptp(mesh.vertices, axis=0).max()) / 400
    thin = legacy.simplify_vertex_clustering(size)
    return TriangleMesh(np.asarray(thin.vertices), np.asarray(thin.triangles))


def mesh_folder(path: Path, reference: Callable[[], TriangleMesh]) -> ScanPopulation:
    """All meshes in a folder and one level below. `head.ply` has its landmarks in `head.landmarks.txt`, or a
    file of another landmark format, or in `landmarks.txt` when it is the folder's only mesh.

    Raises PriorError without meshes.
    """
    meshes = [
        file
        for file in sorted([*path.iterdir(), *path.glob("*/*")])
        if file.suffix.lower() in READABLE and file.is_file() and not file.name.startswith(".")
    ]
    if not meshes:
        raise PriorError(
            f"there are no head meshes here, expected {', '.join(READABLE)}",
            where=path,
            remedy="Give packed heads (npz), an ICT FaceKit checkout, an H3DS dataset or such a folder",
        )
    files = [ScanFile(str(mesh.relative_to(path)), mesh, _landmark_file(mesh, meshes)) for mesh in meshes]
    without = sum(file.landmarks is None for file in files)
    notices = (
        [f"{without} of {len(files)} meshes have no landmarks; their pose is found by registration"]
        if without
        else []
    )
    return ScanPopulation(path.name, files, reference, licence_beside(path), notices)


def _landmark_file(mesh: Path, meshes: Sequence[Path]) -> Path | None:
    alone = sum(other.parent == mesh.parent for other in meshes) == 1
    stems = [f"{mesh.stem}.landmarks", f"{mesh.stem}_landmarks", *(["landmarks"] if alone else [])]
    for stem in stems:
        for suffix in (".txt", ".json", *LANDMARK_ENDINGS):
            if (mesh.parent / (stem + suffix)).is_file():
                return mesh.parent / (stem + suffix)
    return None


def h3ds_ground_truths(path: Path, reference: Callable[[], TriangleMesh]) -> ScanPopulation:
    """The ground truths of the scans at or below `path`. Raises ScanError, PriorError when none has one."""
    from h3dstudio.data.readers import find_scans, read_scan

    files, lacking = [], 0
    for folder in find_scans(path):
        scan = read_scan(folder)
        if scan.ground_truth is None:
            lacking += 1
            continue
        files.append(ScanFile(scan.name, scan.ground_truth, indices=scan.landmarks))
    if not files:
        raise PriorError(f"none of the {lacking} scans has a ground truth", where=path)
    notices = [f"{lacking} scans have no ground truth and are left out"] if lacking else []
    return ScanPopulation(path.name, files, reference, licence_beside(path), notices)
