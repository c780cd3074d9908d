"""Exports: what is in the files, in which frame, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.landmark_files import read_landmark_file
from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.regions import write_region
from h3dstudio.errors import H3DError, OutputError, UsageError
from h3dstudio.evaluation.evaluate import evaluate_scan
from h3dstudio.geometry.color_scales import error_colors
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.session.export.files import check_back
from h3dstudio.session.export.job import EXPORTS, ExportJob, ExportOptions, ExportResult
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.geometry.shapes import head

HEAD = head(4)
TURN = Rotation.from_rotvec(np.radians(12) * np.array([0.36, 0.8, 0.48])).as_matrix()
MARKS = {"nose_tip": int(HEAD.vertices[:, 2].argmax()), "chin": int(HEAD.vertices[:, 1].argmin())}


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ground truth is a blob without symmetry, its nose region the part that sticks out."""
    folder = make_tiny_scan(tmp_path_factory.mktemp("data") / "tiny")
    write_mesh(folder / "full_head.obj", HEAD)
    write_landmarks(folder / "landmarks.txt", {"nose_tip": MARKS["nose_tip"]})
    (folder / "regions").mkdir(exist_ok=True)
    for file in (folder / "regions").glob("*.txt"):
        file.unlink()
    write_region(folder / "regions" / "nose.txt", np.flatnonzero(HEAD.vertices[:, 2] > 70))
    return folder


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """The same blob, 1 mm farther out in places, turned and moved."""
    folder = tmp_path / "run"
    folder.mkdir()
    bumpy = HEAD.vertices * (1 + 0.01 * np.sin(HEAD.vertices[:, :1] / 15))
    write_mesh(folder / "mesh.ply", HEAD.with_vertices(bumpy @ TURN.T + [5.0, -3.0, 2.0]))
    write_landmarks(folder / "landmarks.txt", MARKS)
    return folder


@pytest.mark.parametrize("suffix", EXPORTS)
def test_every_export_can_be_read_again(tmp_path: Path, suffix: str) -> None:
    run(ExportJob(HEAD, tmp_path / f"head{suffix}"))
    mesh = read_mesh(tmp_path / f"head{suffix}")
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), np.ptp(HEAD.vertices, axis=0), rtol=1e-5)


def run(job: ExportJob) -> ExportResult:
    events = job.events()
    while True:
        try:
            next(events)
        except StopIteration as stop:
            return stop.value


@pytest.mark.parametrize("suffix", [".ply", ".obj", ".stl", ".glb"])
def test_aligned_in_every_format(scan: Path, run_folder: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / "out" / f"head{suffix}"
    result = run(ExportJob(run_folder, out, scan, ExportOptions(aligned=True, landmarks=True)))
    given = read_mesh(run_folder / "mesh.ply")
    motion = np.loadtxt(tmp_path / "out" / "head-transform.txt")
    np.testing.assert_allclose(motion, result.moved, atol=1e-9)
    np.testing.assert_allclose(motion[:3, :3] @ motion[:3, :3].T, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(motion[:3, :3], TURN.T, atol=0.02)
    expected = given.vertices @ motion[:3, :3].T + motion[:3, 3]
    np.testing.assert_allclose(read_mesh(out).triangles, expected[given.faces], atol=1e-4)
    scored = evaluate_scan(read_scan(scan), given).strict.head_rigid
    np.testing.assert_allclose(scored.registration.transform.matrix, motion, atol=1e-9)
    points = {entry.name: entry.position for entry in read_landmark_file(out.with_name("head-landmarks.csv"))}
    np.testing.assert_allclose(points["chin"], expected[MARKS["chin"]], atol=1e-3)
    assert (tmp_path / "out" / "head-landmarks.txt").exists() == (suffix != ".stl")


def test_the_heat_map_is_the_error_of_each_vertex(scan: Path, run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "heat.ply"
    run(ExportJob(run_folder, out, scan, ExportOptions(aligned=True, heat_map=True, clamp=2.0)))
    scored = evaluate_scan(read_scan(scan), read_mesh(run_folder / "mesh.ply")).errors
    written = read_mesh(out)
    np.testing.assert_array_equal(written.colors, error_colors(scored.prediction_rigid, 2.0))
    assert written.quality is None  # an error in mm is no confidence
    import trimesh

    raw = trimesh.load(out, process=False).metadata["_ply_raw"]["vertex"]["data"]["quality"]
    np.testing.assert_allclose(np.asarray(raw).ravel(), scored.prediction_rigid, atol=1e-5)
    as_given = tmp_path / "given.ply"
    run(ExportJob(run_folder, as_given, scan, ExportOptions(heat_map=True)))
    np.testing.assert_array_equal(read_mesh(as_given).colors, error_colors(scored.prediction, 5.0))
    assert not (tmp_path / "given-transform.txt").exists()


def test_a_region_is_cut_out_with_its_landmarks(scan: Path, run_folder: Path, tmp_path: Path) -> None:
    options = ExportOptions(aligned=True, region="nose", landmarks=True, heat_map=True)
    result = run(ExportJob(run_folder, tmp_path / "nose.ply", scan, options))
    part = read_mesh(tmp_path / "nose.ply")
    assert 0 < len(part.faces) < 0.5 * len(HEAD.faces)
    assert part.vertices[:, 2].min() > 65
    assert result.vertices == len(part.vertices)
    names = {entry.name: entry.vertex for entry in read_landmark_file(tmp_path / "nose-landmarks.txt", part)}
    assert list(names) == ["nose_tip"]  # the chin is not in it
    assert part.vertices[names["nose_tip"], 2] == part.vertices[:, 2].max()
    face = run(ExportJob(run_folder, tmp_path / "face.ply", scan, ExportOptions(aligned=True, region="face")))
    tip = HEAD.vertices[MARKS["nose_tip"]]
    assert face.vertices > result.vertices
    assert np.linalg.norm(read_mesh(tmp_path / "face.ply").vertices - tip, axis=1).max() < 95.01


def test_a_motion_by_hand_and_a_mirror(run_folder: Path, tmp_path: Path) -> None:
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    options = ExportOptions(moved_by=tuple(flip.ravel()), transform=True)
    mesh = read_mesh(run_folder / "mesh.ply")
    run(ExportJob(mesh, tmp_path / "flipped.obj", None, options))
    flipped = read_mesh(tmp_path / "flipped.obj")
    np.testing.assert_allclose(flipped.vertices, mesh.vertices * [-1, 1, 1], atol=1e-5)
    outward = np.einsum(
        "ij,ij->i", flipped.vertex_normals(), flipped.vertices - flipped.vertices.mean(axis=0)
    )
    assert (outward > 0).mean() > 0.95
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "flipped-transform.txt"), flip)


def test_what_is_there_is_not_replaced_unasked(run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.ply"
    out.write_text("mine")
    with pytest.raises(OutputError, match="already"):
        run(ExportJob(run_folder, out))
    assert out.read_text() == "mine"
    run(ExportJob(run_folder, out, force=True))
    assert len(read_mesh(out).faces) == len(HEAD.faces)


def test_what_cannot_be_exported(scan: Path, run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "head.ply"
    aligned = ExportOptions(aligned=True)
    for job, words in (
        (ExportJob(run_folder, out, None, aligned), "need a scan"),
        (ExportJob(run_folder, out.with_suffix(".stl"), scan, ExportOptions(heat_map=True)), "no colours"),
        (ExportJob(run_folder, out.with_suffix(".step")), "not written"),
        (ExportJob(run_folder, out, scan, ExportOptions(heat_map=True, clamp=-1)), "more than 0"),
        (ExportJob(run_folder, out, scan, ExportOptions(region="chest")), "neither a region"),
        (ExportJob(run_folder / "mesh.ply", out, None, ExportOptions(landmarks=True)), "no landmarks"),
        (ExportJob(run_folder, out, None, ExportOptions(), {"nose_tip": 10**6}), "nose_tip"),
        (ExportJob(run_folder, out, scan, replace(aligned, align="landmarks")), "needs landmarks"),
        (ExportJob(tmp_path, out), r"no mesh\.ply"),
    ):
        with pytest.raises(H3DError, match=words):
            run(job)
    far = HEAD.with_vertices(HEAD.vertices + 500.0)
    with pytest.raises(UsageError, match="no part of the mesh"):
        run(ExportJob(far, out, scan, ExportOptions(region="face")))
    assert not out.exists()


def test_a_file_that_does_not_read_back_is_told(tmp_path: Path) -> None:
    write_mesh(tmp_path / "head.ply", HEAD)
    check_back(tmp_path / "head.ply", HEAD)
    with pytest.raises(OutputError, match="does not read back"):
        check_back(tmp_path / "head.ply", HEAD.with_vertices(HEAD.vertices * 1.001))
    with pytest.raises(OutputError, match="does not read back"):
        check_back(tmp_path / "head.ply", TriangleMesh(HEAD.vertices, HEAD.faces[1:]))
