"""The ground truth of a scan, read once: mesh, landmarks and the regions that the scores are taken over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.regions import FACE_SPHERE_RADIUS
from h3dstudio.data.scan import Scan
from h3dstudio.errors import EvaluationError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster

FACE = "face_sphere"
ALIGNMENT = "face"


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """What a prediction is compared with. Everything is in mm, in the scan's frame.

    Attributes:
        mesh: the surface, vertices in file order.
        landmarks: name -> vertex index.
        regions: name -> vertex indices in the order of the region's file. `face_sphere` is computed from
            the nose tip where its file is absent.
        cameras: (C, 3) optical centres of all the scan's views.
        caster: rays and nearest points on `mesh`.
    """

    name: str
    mesh: TriangleMesh
    landmarks: Mapping[str, int]
    regions: Mapping[str, NDArray[np.int64]]
    cameras: NDArray[np.float64]
    caster: RayCaster = field(repr=False)

    def region_mask(self, name: str) -> NDArray[np.bool_]:
        """(V,) which vertices belong to a region. Raises EvaluationError when there is no such region."""
        mask = np.zeros(len(self.mesh.vertices), dtype=np.bool_)
        mask[self.region(name)] = True
        return mask

    def near_nose(self, points: NDArray[np.floating]) -> NDArray[np.bool_] | None:
        """(N,) which points (N, 3) mm lie within the face's sphere; None where no nose tip is known."""
        if "nose_tip" not in self.landmarks:
            return None
        nose = self.mesh.vertices[self.landmarks["nose_tip"]]
        return np.asarray(np.linalg.norm(points - nose, axis=1) < FACE_SPHERE_RADIUS)

    def holds(self, region: str, points: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(N,) which points (N, 3) mm of another surface belong to a region of this one.

        Those within the face's sphere for the face; else those whose nearest face has all its corners in the
        region. Raises EvaluationError when there is no such region.
        """
        near = self.near_nose(points) if region == FACE else None
        if near is not None:
            return near
        corners = self.mesh.faces[self.caster.closest(points).face]
        return np.asarray(self.region_mask(region)[corners].all(axis=1))

    def region(self, name: str) -> NDArray[np.int64]:
        """The vertex indices of a region. Raises EvaluationError when there is no such region."""
        if name not in self.regions:
            raise EvaluationError(
                f"the ground truth has no region '{name}' (it has: {', '.join(self.regions) or 'none'})",
                where=self.name,
                remedy=f"Add regions/{name}.txt, or for face_sphere the landmark nose_tip",
            )
        return self.regions[name]


def load_ground_truth(scan: Scan) -> GroundTruth:
    """The ground truth of `scan`; the last few are kept in memory until their files change.

    Raises EvaluationError when the scan has none, MeshError, LandmarkError or ScanError when its files
    are unusable.
    """
    if scan.ground_truth is None:
        raise EvaluationError(
            "the scan has no ground-truth mesh to compare with",
            where=scan.root,
            remedy="Put it beside the images as full_head.obj, in mm, in the cameras' frame",
        )
    key = _key(scan)
    if key not in _CACHE:
        _CACHE[key] = _read(scan)
        if len(_CACHE) > 4:
            _CACHE.popitem(last=False)
    return _CACHE[key]


_CACHE: OrderedDict[tuple[object, ...], GroundTruth] = OrderedDict()


def _key(scan: Scan) -> tuple[object, ...]:
    assert scan.ground_truth is not None
    files = [scan.ground_truth, *scan.regions.values()]
    stamps = tuple(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.exists()
    )
    return (*stamps, tuple(sorted(scan.landmarks.items())), _centers(scan).tobytes())


def _read(scan: Scan) -> GroundTruth:
    from h3dstudio.data.landmarks import check_indices
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.data.regions import face_sphere, read_region

    assert scan.ground_truth is not None
    mesh = read_mesh(scan.ground_truth)
    count = len(mesh.vertices)
    check_indices(scan.landmarks, count, scan.root)
    regions = {name: read_region(path, count) for name, path in scan.regions.items()}
    if FACE not in regions and "nose_tip" in scan.landmarks:
        regions[FACE] = face_sphere(mesh.vertices, scan.landmarks["nose_tip"])
    return GroundTruth(scan.name, mesh, dict(scan.landmarks), regions, _centers(scan), RayCaster(mesh))


def _centers(scan: Scan) -> NDArray[np.float64]:
    return np.array([view.camera.center for view in scan.views], dtype=np.float64).reshape(-1, 3)
