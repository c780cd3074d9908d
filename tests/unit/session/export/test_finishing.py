"""What an export does to a mesh and says about it: a run's mesh is cleaned, the meshes of others are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.errors import OutputError, UsageError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.mesh_defects import measure_defects
from h3dstudio.session.export.job import ExportJob, ExportOptions
from tests.unit.geometry.shapes import head
from tests.unit.session.export.test_export_job import run

HEAD = head(4)
MARKS = {"nose_tip": int(HEAD.vertices[:, 2].argmax()), "chin": int(HEAD.vertices[:, 1].argmin())}


def flawed() -> TriangleMesh:
    """Needles here and there."""
    vertices = HEAD.vertices.copy()
    for one, two in HEAD.faces[::300, :2]:
        vertices[one] = vertices[two] + 1e-3 * (vertices[one] - vertices[two])
    return HEAD.with_vertices(vertices)


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    mesh = flawed().with_quality(np.linspace(0, 1, len(HEAD.vertices)))
    write_mesh(folder / "mesh.ply", mesh)
    write_landmarks(folder / "landmarks.txt", MARKS)
    return folder


def test_a_runs_mesh_is_cleaned_and_its_landmarks_stay_where_they_are(
    run_folder: Path, tmp_path: Path
) -> None:
    given = read_mesh(run_folder / "mesh.ply")
    options = ExportOptions(landmarks=True)
    result = run(ExportJob(run_folder, tmp_path / "out.ply", None, options))
    written = read_mesh(tmp_path / "out.ply")
    assert measure_defects(given).slivers > 10
    assert measure_defects(written).clean
    assert written.quality is not None
    assert len(written.vertices) < len(given.vertices)
    assert any("slivers" in note and note.startswith("as given") for note in result.notes)
    assert any("cleaned: the surface moved by" in note for note in result.notes)
    assert any("the vertices are numbered anew" in note for note in result.notes)
    assert result.notes[-1].startswith("as written: no self-intersections, slivers")
    for line in (tmp_path / "out-landmarks.txt").read_text().splitlines():
        name, at = line.split()
        assert np.linalg.norm(written.vertices[int(at)] - given.vertices[MARKS[name]]) < 0.1


def test_the_mesh_of_others_keeps_its_vertices_and_is_told_about(run_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "theirs.obj"
    write_mesh(file, flawed())
    result = run(ExportJob(file, tmp_path / "kept.ply"))
    np.testing.assert_array_equal(read_mesh(tmp_path / "kept.ply").faces, HEAD.faces)
    assert any("--clean mends" in note for note in result.notes)
    assert not any("numbered anew" in note for note in result.notes)
    run(ExportJob(file, tmp_path / "clean.ply", None, ExportOptions(clean=True)))
    assert measure_defects(read_mesh(tmp_path / "clean.ply")).clean
    run(ExportJob(run_folder, tmp_path / "raw.ply", None, ExportOptions(clean=False)))
    np.testing.assert_array_equal(read_mesh(tmp_path / "raw.ply").faces, HEAD.faces)
    (run_folder / "run.json").write_text("{}")
    run(ExportJob(run_folder / "mesh.ply", tmp_path / "named.ply"))  # the same mesh, named by its file
    assert measure_defects(read_mesh(tmp_path / "named.ply")).clean


def test_for_the_printer_from_a_heap_of_triangles(tmp_path: Path) -> None:
    neck = HEAD.submesh(HEAD.vertices[:, 1] > -80)
    write_mesh(tmp_path / "neck.stl", neck)
    options = ExportOptions(watertight=True, smooth=3, faces=2000)
    result = run(ExportJob(tmp_path / "neck.stl", tmp_path / "print.stl", None, options))
    found = measure_defects(read_mesh(tmp_path / "print.stl"))
    assert found.watertight
    assert found.clean
    assert found.genus == 0
    assert result.faces <= 2000
    for words in ("1 hole closed", "smoothed in 3 steps", "decimated from", "mm in the mean"):
        assert any(words in note for note in result.notes)


def test_what_32_bits_lose_is_said(tmp_path: Path) -> None:
    far = HEAD.with_vertices(HEAD.vertices + np.array([1e6, 0, 0]))
    for suffix, said in ((".ply", True), (".stl", True), (".glb", True), (".obj", False)):
        result = run(ExportJob(far, tmp_path / f"far{suffix}"))
        assert any("coordinates lost up to 0.03" in note for note in result.notes) == said, suffix
        near = run(ExportJob(HEAD, tmp_path / f"near{suffix}"))
        assert not any("warning" in note for note in near.notes)


@pytest.mark.parametrize(
    ("suffix", "scale", "words"),
    [
        (".glb", 1000.0, "its numbers seem to be mm, where a GLB is in metres"),
        (".ply", 0.001, "it seems to be in metres; multiply it by 1000 if so"),
        (".obj", 0.1, "it seems to be in centimetres"),
        (".glb", 1.0, ""),
    ],
)
def test_a_mesh_of_another_unit_is_told(tmp_path: Path, suffix: str, scale: float, words: str) -> None:
    write_mesh(tmp_path / f"m{suffix}", HEAD.with_vertices(HEAD.vertices * scale))
    notes = run(ExportJob(tmp_path / f"m{suffix}", tmp_path / "out.ply")).notes
    assert any(words in note for note in notes if note.startswith("warning")) == bool(words)
    size = np.ptp(read_mesh(tmp_path / "out.ply").vertices, axis=0)
    np.testing.assert_allclose(size, np.ptp(HEAD.vertices, axis=0) * scale, rtol=1e-4)  # never rescaled


def test_wishes_out_of_range(tmp_path: Path) -> None:
    for options in (ExportOptions(smooth=-1), ExportOptions(smooth=10**6), ExportOptions(faces=3)):
        with pytest.raises(UsageError, match="expected"):
            run(ExportJob(HEAD, tmp_path / "m.ply", None, options))


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the file name is too long"):
        run(ExportJob(HEAD, tmp_path / ("a" * 500 + ".ply")))
    with pytest.raises(OutputError, match="the file name is too long"):
        run(ExportJob(HEAD, tmp_path / ("a" * 500) / "m.ply"))
