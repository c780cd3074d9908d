"""GLB files as others write them: what is read is where the standard says, the rest is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from h3dstudio.data.glb_parser import parse_glb
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.errors import MeshError
from tests.unit.data.glb_files import GlbWriter
from tests.unit.data.tiny_scan import ball

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32) / 10  # metres


def square(**primitive: object) -> GlbWriter:
    writer = GlbWriter()
    place = writer.array(SQUARE, "VEC3")
    writer.primitive(attributes={"POSITION": place}, **primitive)
    return writer


def test_triangles_strips_and_fans_are_the_same_surface() -> None:
    indexed = {4: [0, 1, 2, 0, 2, 3], 5: [1, 2, 0, 3], 6: [0, 1, 2, 3]}
    for mode, order in indexed.items():
        writer = square(mode=mode)
        index = writer.array(np.array(order, np.uint16), "SCALAR")
        writer.document["meshes"][0]["primitives"][0]["indices"] = index
        mesh = parse_glb(writer.bytes())
        np.testing.assert_allclose(mesh.vertices, SQUARE * 1000, atol=1e-5)
        assert len(mesh.faces) == 2
        np.testing.assert_allclose(mesh.face_normals(), [[0, 0, 1]] * 2)
    fan = parse_glb(square(mode=6).bytes())  # without indices
    np.testing.assert_array_equal(fan.faces, [[1, 2, 0], [2, 3, 0]])


def test_points_and_lines_beside_triangles_are_left_out() -> None:
    writer = square(mode=6)
    writer.primitive(attributes={"POSITION": 0}, mode=1)
    assert len(parse_glb(writer.bytes()).faces) == 2


def test_an_array_that_primitives_share_comes_once() -> None:
    writer = GlbWriter()
    place = writer.array(SQUARE, "VEC3")
    for corners in ([0, 1, 2], [0, 2, 3]):
        index = writer.array(np.array(corners, np.uint8), "SCALAR")
        writer.primitive(attributes={"POSITION": place}, indices=index)
    mesh = parse_glb(writer.bytes())
    assert len(mesh.vertices) == 4
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [0, 2, 3]])


def test_nodes_move_what_they_hold() -> None:
    writer = square(mode=6)
    turn = Rotation.from_euler("xyz", [20, 30, 40], degrees=True)
    writer.document["nodes"] = [
        {"children": [1, 2], "translation": [1, 2, 3]},
        {"mesh": 0, "rotation": turn.as_quat().tolist(), "scale": [2, 2, 2]},
        {"mesh": 0, "matrix": [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]},
    ]
    mesh = parse_glb(writer.bytes())
    first = (turn.apply(SQUARE * 2) + np.array([1, 2, 3])) * 1000
    second = (SQUARE * [-1, 1, 1] + [6, 2, 3]) * 1000
    np.testing.assert_allclose(mesh.vertices, np.concatenate([first, second]), atol=1e-3)
    # A mirrored part still shows its outside: the square looked along +z.
    np.testing.assert_allclose(mesh.face_normals()[2:], [[0, 0, 1]] * 2, atol=1e-6)


def test_quantised_vertices_are_read_as_they_are_meant() -> None:
    whole = np.array([[0, 0, 0, 0], [32767, 0, 0, 0], [0, -32767, 0, 0]], np.int16)
    for normalized, size in ((True, 1.0), (False, 32767.0)):
        writer = GlbWriter()
        writer.document["extensionsRequired"] = ["KHR_mesh_quantization"]
        place = writer.array(whole, "VEC3", normalized=normalized)
        writer.document["bufferViews"][0]["byteStride"] = 8  # rows of three 16-bit numbers are padded
        writer.document["accessors"][0]["count"] = 3
        writer.document["nodes"][0]["scale"] = [0.1 / size] * 3
        writer.primitive(attributes={"POSITION": place})
        mesh = parse_glb(writer.bytes())
        np.testing.assert_allclose(mesh.vertices, [[0, 0, 0], [100, 0, 0], [0, -100, 0]], atol=1e-4)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("KHR_draco_mesh_compression", "without Draco compression"),
        ("EXT_meshopt_compression", "without meshopt compression"),
        ("KHR_meshopt_compression", "without meshopt compression"),
        ("EXT_mesh_gpu_instancing", "without EXT_mesh_gpu_instancing"),
        ("VENDOR_secret", "without VENDOR_secret"),
    ],
)
def test_what_is_required_and_not_read_is_refused_by_name(name: str, remedy: str) -> None:
    writer = square(mode=6)
    writer.document["extensionsRequired"] = [name]
    with pytest.raises(MeshError, match=name) as caught:
        parse_glb(writer.bytes(), "some.glb")
    assert remedy in caught.value.remedy


def test_how_a_surface_looks_is_no_reason_to_refuse_it() -> None:
    writer = square(mode=6)
    writer.document["extensionsRequired"] = ["KHR_materials_unlit", "KHR_texture_transform"]
    assert len(parse_glb(writer.bytes()).faces) == 2


def test_compression_that_is_not_declared_is_found_all_the_same() -> None:
    writer = square(mode=6, extensions={"KHR_draco_mesh_compression": {"bufferView": 0}})
    assert len(parse_glb(writer.bytes()).faces) == 2  # the vertices are there as well
    del writer.document["accessors"][0]["bufferView"]
    with pytest.raises(MeshError, match="KHR_draco_mesh_compression"):
        parse_glb(writer.bytes())
    writer = square(mode=6)
    writer.document["bufferViews"][0]["extensions"] = {"EXT_meshopt_compression": {}}
    with pytest.raises(MeshError, match="EXT_meshopt_compression"):
        parse_glb(writer.bytes())


def test_sparse_vertices_morphs_and_skins() -> None:
    writer = square(mode=6)
    index = writer.array(np.array([1], np.uint8), "SCALAR")
    value = writer.array(np.array([[0.3, 0, 0]], np.float32), "VEC3")
    target = writer.array(np.full((4, 3), [0, 0, 0.2], np.float32), "VEC3")
    views = [writer.document["accessors"][number]["bufferView"] for number in (index, value)]
    writer.document["accessors"][0]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": views[0], "componentType": 5121},
        "values": {"bufferView": views[1]},
    }
    primitive = writer.document["meshes"][0]["primitives"][0]
    primitive["targets"] = [{"POSITION": target}]
    writer.document["meshes"][0]["weights"] = [0.5]
    expected = SQUARE * 1000 + [0, 0, 100]
    expected[1, 0] = 300
    np.testing.assert_allclose(parse_glb(writer.bytes()).vertices, expected, atol=1e-4)
    joints = writer.array(np.zeros((4, 4), np.uint8), "VEC4")
    weights = writer.array(np.full((4, 4), [255, 0, 0, 0], np.uint8), "VEC4", normalized=True)
    primitive["attributes"] |= {"JOINTS_0": joints, "WEIGHTS_0": weights}
    writer.document["nodes"] = [{"mesh": 0, "skin": 0, "scale": [9, 9, 9]}, {"translation": [1, 0, 0]}]
    writer.document["scenes"] = [{"nodes": [0, 1]}]
    writer.document["skins"] = [{"joints": [1]}]
    moved = parse_glb(writer.bytes()).vertices
    np.testing.assert_allclose(
        moved, expected + np.array([1000, 0, 0]), atol=1e-3
    )  # the joint's, not the node's


def test_colours_are_linear_and_missing_ones_white() -> None:
    writer = square(mode=6)
    writer.document["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"] = writer.array(
        np.full((4, 3), 0.5029, np.float32), "VEC3"
    )
    other = writer.array(SQUARE + np.float32(1), "VEC3")
    writer.primitive(attributes={"POSITION": other}, mode=6)
    colors = parse_glb(writer.bytes()).colors
    np.testing.assert_array_equal(colors, [[188] * 3] * 4 + [[255] * 3] * 4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["accessors"][0].update(count=5), "end too early"),
        (lambda d: d["accessors"][0].update(count=10**15), "end too early"),
        (lambda d: d["accessors"][0].pop("bufferView"), "no data"),
        (lambda d: d["nodes"][0].update(children=[0]), "no tree"),
        (lambda d: d.update(buffers=[{"uri": "head.bin", "byteLength": 48}]), "another file"),
        (lambda d: d["meshes"][0]["primitives"][0].pop("attributes"), "damaged"),
        (lambda d: d.update(nodes="none"), "damaged"),
    ],
)
def test_damaged_documents(change: Callable[[dict[str, Any]], object], words: str) -> None:
    writer = square(mode=6)
    change(writer.document)
    with pytest.raises(MeshError, match=words):
        parse_glb(writer.bytes())


def test_many_instances_of_one_mesh_do_not_fill_the_memory() -> None:
    vertices, _ = ball()
    writer = GlbWriter()
    big = np.tile(vertices.astype(np.float32), (500, 1))
    place = writer.array(big, "VEC3")
    writer.primitive(attributes={"POSITION": place})
    writer.document["nodes"] = [{"mesh": 0}] * 5000
    writer.document["scenes"] = [{"nodes": list(range(5000))}]
    with pytest.raises(MeshError, match="more than"):
        parse_glb(writer.bytes())


def test_the_compressed_scan_of_a_phone() -> None:
    file = CASES / "glb_draco" / "mesh.glb"
    if not file.is_file():
        pytest.skip(f"the cases are not in {CASES}")
    with pytest.raises(MeshError, match="KHR_draco_mesh_compression"):
        read_mesh(file)
