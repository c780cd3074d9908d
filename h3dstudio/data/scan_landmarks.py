"""A scan's landmarks as points of its ground truth, and what is to be doubted about them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_doubts import landmark_doubts
from h3dstudio.data.landmark_files import READABLE, read_landmark_file
from h3dstudio.data.landmark_files.names import named
from h3dstudio.data.landmarks import check_indices
from h3dstudio.data.landmarks_on_mesh import OnMesh, landmark_vertices
from h3dstudio.data.scan import Problem, Scan
from h3dstudio.data.truth_frame import truth_misfit
from h3dstudio.errors import H3DError, LandmarkError
from h3dstudio.geometry.mesh import TriangleMesh

NAME = "landmarks"
"""Of the file in a scan's folder, whose ending says the format; `.txt` comes first."""
REMEDY = "Mend the landmarks: left and right are the subject's, and vertices are counted from 0"


def landmarks_beside(truth: Path) -> tuple[dict[str, int], list[Problem]]:
    """Name -> vertex of the ground-truth mesh in the file `truth`, from the landmark file in its folder.

    The mesh is read where the landmarks are coordinates. What cannot be read is a problem, and says why.
    """
    endings = sorted(READABLE, key=lambda ending: ending != ".txt")
    files = [file for ending in endings if (file := truth.with_name(NAME + ending)).exists()]
    if not files:
        return {}, []
    try:
        found = _vertices(files[0], truth)
    except H3DError as error:
        return {}, [Problem(str(error.where), error.problem, error.remedy)]
    return dict(found.vertices), [Problem(str(files[0]), warning) for warning in found.warnings]


def _vertices(file: Path, truth: Path) -> OnMesh:
    from h3dstudio.data.mesh_files import read_mesh

    placed = [entry for entry in named(read_landmark_file(file), "", file) if entry.placed]
    known = {entry.name: entry.vertex for entry in placed if entry.vertex is not None}
    if len(known) == len(placed):
        return OnMesh(known)
    return landmark_vertices(file, read_mesh(truth))


def doubted_landmarks(scan: Scan, mesh: TriangleMesh) -> Problem | None:
    """What is wrong with the landmarks of `scan`, whose ground truth is `mesh`; None where nothing is."""
    file = scan.root / f"{NAME}.txt"
    where = file if file.exists() else scan.root
    try:
        check_indices(scan.landmarks, len(mesh.vertices), where)
    except LandmarkError as error:
        return Problem(str(where), error.problem, error.remedy)
    doubt = landmark_doubts(mesh.vertices, scan.landmarks)
    return Problem(str(where), doubt, REMEDY) if doubt else None


def usable_landmarks(scan: Scan) -> tuple[dict[str, NDArray[np.float64]], Problem | None]:
    """Name -> point (3,) in the scan's frame, and why there is none: those that are doubted are not used.

    Neither are those of a ground truth that cannot be read, or lies elsewhere than the cameras look.
    """
    from h3dstudio.data.mesh_files import read_mesh

    if scan.ground_truth is None or not scan.landmarks:
        return {}, None
    try:
        mesh = read_mesh(scan.ground_truth)
    except H3DError as error:
        why = f"the scan's landmarks are not used, since its ground truth cannot be read ({error.problem})"
        return {}, Problem(str(scan.ground_truth), why, error.remedy)
    misfit = truth_misfit(mesh.vertices, scan.unit_sphere, scan.ground_truth)
    if misfit is not None:
        what = f"the ground truth's landmarks are not used to start: {misfit.what}"
        return {}, Problem(misfit.where, what, misfit.remedy)
    doubt = doubted_landmarks(scan, mesh)
    if doubt is not None:
        return {}, Problem(doubt.where, f"{doubt.what}; the run does without them", doubt.remedy)
    return {name: mesh.vertices[index] for name, index in scan.landmarks.items()}, None
