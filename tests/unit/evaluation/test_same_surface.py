"""The figures are those of the surface, however a file says what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.scan import Scan
from h3dstudio.evaluation.evaluate import evaluate_scan
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.evaluation.head_scan import make_scan
from tests.unit.geometry.shapes import head

DEMO = Path(__file__).resolve().parents[3] / "resources" / "demo_scan"


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return make_scan(tmp_path_factory.mktemp("scan"), mesh=head(4))


def predicted() -> TriangleMesh:
    """The head, rough and a little beside its place."""
    mesh = head(4)
    return mesh.with_vertices(mesh.vertices + np.random.default_rng(0).normal(0.3, 0.5, mesh.vertices.shape))


def soup(mesh: TriangleMesh) -> TriangleMesh:
    return TriangleMesh(mesh.triangles.reshape(-1, 3), np.arange(3 * len(mesh.faces)).reshape(-1, 3))


def with_stray(mesh: TriangleMesh) -> TriangleMesh:
    """And a vertex 90 m away that no face uses."""
    return TriangleMesh(np.vstack([mesh.vertices, [[9e4, 9e4, 9e4]]]), mesh.faces)


def doubled_in_part(mesh: TriangleMesh) -> TriangleMesh:
    """The faces of one half twice, some of them the other way round."""
    half = mesh.faces[mesh.vertices[mesh.faces[:, 0], 0] > 0]
    return TriangleMesh(mesh.vertices, np.vstack([mesh.faces, half[::2], half[1::2, ::-1]]))


def with_flat_faces(mesh: TriangleMesh) -> TriangleMesh:
    flat = np.stack([mesh.faces[:, 0], mesh.faces[:, 1], mesh.faces[:, 1]], axis=1)
    return TriangleMesh(mesh.vertices, np.vstack([mesh.faces, flat[:200]]))


def other_order_of_vertices(mesh: TriangleMesh) -> TriangleMesh:
    order = np.random.default_rng(1).permutation(len(mesh.vertices))
    return TriangleMesh(mesh.vertices[order], np.argsort(order)[mesh.faces])


@pytest.mark.parametrize(
    "rewritten", [soup, with_stray, doubled_in_part, with_flat_faces, other_order_of_vertices]
)
def test_every_figure_is_the_same(scan: Scan, rewritten: Callable[[TriangleMesh], TriangleMesh]) -> None:
    expected, found = (evaluate_scan(scan, mesh) for mesh in (predicted(), rewritten(predicted())))
    assert [one.code for one in found.cautions] == [one.code for one in expected.cautions]
    for region in ("face", "head"):
        assert found.h3ds.scores[region].mean == pytest.approx(expected.h3ds.scores[region].mean, abs=1e-9)
    for kind in ("as_given", "rigid_icp"):
        for region in ("face", "head"):
            assert_equal(found.strict.as_dict()[kind][region], expected.strict.as_dict()[kind][region])


def assert_equal(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """But for the path that the registration took, whose result is the same to a hair."""
    for name, value in expected.items():
        if name == "registration":
            assert (value is None) == (found[name] is None)
            if value is not None:
                np.testing.assert_allclose(found[name]["transform"], value["transform"], atol=1e-4)
                assert found[name]["converged"]
        elif name == "f_scores":
            for one, other in zip(found[name], value, strict=True):
                assert one == pytest.approx(other, abs=1e-3)
        else:
            assert found[name] == pytest.approx(value, abs=1e-4), name


@pytest.mark.skipif(not DEMO.is_dir(), reason="the demo scan is not in this checkout")
def test_the_truth_itself_as_stl_and_with_a_stray_vertex_is_perfect(tmp_path: Path) -> None:
    scan = read_scan(DEMO)
    truth = read_mesh(DEMO / "full_head.obj")
    for mesh in (truth, with_stray(truth)):
        write_mesh(tmp_path / "truth.ply", mesh)
        write_mesh(tmp_path / "truth.stl", mesh)
        for name in ("truth.ply", "truth.stl"):
            found = evaluate_scan(scan, read_mesh(tmp_path / name))
            assert [one for one in found.cautions if one.code.startswith("not_")] == []
            for score in (*found.strict.as_given.values(), *found.strict.rigid.values()):
                assert score.mean < 1e-4
                assert score.normal_angle < 0.05  # the files hold single precision
