from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.mesh_files import read_mesh, rounding, write_mesh
from h3dstudio.data.obj_parser import count_obj_vertices, parse_obj
from h3dstudio.errors import MeshError, OutputError
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.tiny_scan import ball

SQUARE = b"v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"


def colored_ball() -> TriangleMesh:
    vertices, faces = ball()
    colors = np.random.default_rng(1).integers(0, 256, vertices.shape).astype(np.uint8)
    return TriangleMesh(vertices, faces.astype(np.int32), colors)


def volume(mesh: TriangleMesh) -> float:
    a, b, c = np.moveaxis(mesh.triangles, 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


@pytest.mark.parametrize("suffix", [".ply", ".obj", ".glb", ".PLY"])
def test_a_mesh_comes_back_in_order_with_colors(tmp_path: Path, suffix: str) -> None:
    mesh = colored_ball()
    write_mesh(tmp_path / f"m{suffix}", mesh)
    back = read_mesh(tmp_path / f"m{suffix}")
    np.testing.assert_allclose(back.vertices, mesh.vertices, atol=2e-5)
    np.testing.assert_array_equal(back.faces, mesh.faces)
    np.testing.assert_array_equal(back.colors, mesh.colors)


def test_stl_keeps_the_triangles(tmp_path: Path) -> None:
    mesh = colored_ball()
    write_mesh(tmp_path / "m.stl", mesh)
    back = read_mesh(tmp_path / "m.stl")
    np.testing.assert_allclose(back.triangles, mesh.triangles, atol=2e-5)
    assert volume(back) == pytest.approx(volume(mesh), rel=1e-5)


@pytest.mark.parametrize("suffix", [".ply", ".stl", ".obj"])
def test_open3d_reads_what_is_written(tmp_path: Path, suffix: str) -> None:
    """An independent reader."""
    o3d = pytest.importorskip("open3d")
    mesh = colored_ball()
    write_mesh(tmp_path / f"m{suffix}", mesh)
    other = o3d.io.read_triangle_mesh(str(tmp_path / f"m{suffix}"))
    triangles = np.asarray(other.vertices)[np.asarray(other.triangles)]
    np.testing.assert_allclose(triangles, mesh.triangles, atol=2e-5)
    if suffix == ".ply":
        np.testing.assert_allclose(np.asarray(other.vertex_colors) * 255, mesh.colors, atol=1e-6)


def test_glb_is_in_metres_and_well_formed(tmp_path: Path) -> None:
    """Checked against the glTF 2.0 specification by hand: sizes, alignment, bounds, linear colours."""
    mesh = TriangleMesh(
        [[0, 0, 0], [100, 0, 0], [0, 50, 0]], [[0, 1, 2]], [[188, 188, 188], [0, 0, 0], [255, 255, 255]]
    )
    write_mesh(tmp_path / "m.glb", mesh)
    data = (tmp_path / "m.glb").read_bytes()
    magic, version, length, text_length, text_kind = struct.unpack_from("<4sIII4s", data)
    assert (magic, version, length, text_kind) == (b"glTF", 2, len(data), b"JSON")
    document = json.loads(data[20 : 20 + text_length])
    binary = data[28 + text_length :]
    assert document["buffers"][0]["byteLength"] <= len(binary)
    assert all(view["byteOffset"] % 4 == 0 for view in document["bufferViews"])
    attributes = document["meshes"][0]["primitives"][0]["attributes"]
    position = document["accessors"][attributes["POSITION"]]
    np.testing.assert_allclose([position["min"], position["max"]], [[0, 0, 0], [0.1, 0.05, 0]], atol=1e-8)
    colors = document["bufferViews"][document["accessors"][attributes["COLOR_0"]]["bufferView"]]
    linear = np.frombuffer(binary, "<u2", 4, colors["byteOffset"]) / 65535
    assert linear[0] == pytest.approx(0.5029, abs=1e-4)  # sRGB 188 is about half of the light


def test_writing_is_checked(tmp_path: Path) -> None:
    mesh = colored_ball()
    with pytest.raises(MeshError, match=r"type \.fbx are not written"):
        write_mesh(tmp_path / "m.fbx", mesh)
    vertices = mesh.vertices.copy()
    vertices[5, 1] = np.nan
    with pytest.raises(MeshError, match="1 of 178 vertices hold NaN or infinity, the first is vertex 5"):
        write_mesh(tmp_path / "m.ply", mesh.with_vertices(vertices))
    with pytest.raises(MeshError, match="no faces"):
        write_mesh(tmp_path / "m.ply", TriangleMesh(mesh.vertices, np.empty((0, 3))))
    with pytest.raises(OutputError, match="the folder does not exist"):
        write_mesh(tmp_path / "no" / "m.ply", mesh)
    assert list(tmp_path.iterdir()) == []


# OBJ --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faces", "expected"),
    [
        (b"f 1 2 3 4", [[0, 1, 2], [0, 2, 3]]),
        (b"f 1/1/1 2/2/2 3/3/3\nf 1//1 3//3 4//4", [[0, 1, 2], [0, 2, 3]]),
        (b"f -4 -3 -2", [[0, 1, 2]]),
        (b"f 1 2 3 # v 9 9 9", [[0, 1, 2]]),
        (b"f\t1  2\t3  ", [[0, 1, 2]]),
        (b"  f 1 2 \\\n 3", [[0, 1, 2]]),
        (b"# a comment that holds v 1 2 3\ng v\no v 1\nf 3 4 1\nvn 0 0 1\nvt 0 0\nl 1 2\ns off", [[2, 3, 0]]),
    ],
)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_what_obj_files_hold(faces: bytes, expected: list[list[int]], ends: bytes) -> None:
    mesh = parse_obj((SQUARE + faces).replace(b"\n", ends))
    assert len(mesh.vertices) == 4
    np.testing.assert_array_equal(mesh.faces, expected)


def test_relative_indices_count_from_their_own_line() -> None:
    data = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\nv 5 0 0\nv 6 0 0\nv 5 1 0\nf -3 -2 -1\n"
    np.testing.assert_array_equal(parse_obj(data).faces, [[0, 1, 2], [3, 4, 5]])


def test_vertex_colors_and_homogeneous_vertices() -> None:
    colored = parse_obj(b"v 0 0 0 1 0 0.5\nv 1 0 0 0 0 0\nv 0 1 0 1 1 1\nf 1 2 3")
    np.testing.assert_array_equal(colored.colors, [[255, 0, 128], [0, 0, 0], [255, 255, 255]])
    assert parse_obj(b"v 0 0 0 1\nv 1 0 0 1\nv 0 1 0 1\nf 1 2 3").colors is None
    bytes_ = parse_obj(b"v 0 0 0 255 0 128\nv 1 0 0 0 0 0\nv 0 1 0 9 9 9\nf 1 2 3")
    np.testing.assert_array_equal(bytes_.colors[0], [255, 0, 128])


def test_colours_with_alpha_and_vertices_without() -> None:
    alpha = parse_obj(b"v 0 0 0 1 0 0.5 1\nv 1 0 0 0 0 0 .2\nv 0 1 0 1 1 1 0\nf 1 2 3")
    np.testing.assert_array_equal(alpha.colors, [[255, 0, 128], [0, 0, 0], [255, 255, 255]])
    np.testing.assert_array_equal(alpha.vertices, [[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    mixed = parse_obj(b"v 0 0 0 9 0 255\nv 1 0 0\nv 0 1 0 1\nf 1 2 3")
    np.testing.assert_array_equal(mixed.colors, [[9, 0, 255], [255, 255, 255], [255, 255, 255]])
    bright = parse_obj(b"v 0 0 0 1.02 0.5 0\nv 1 0 0 0 0 0\nv 0 1 0 1 1 1\nf 1 2 3")
    np.testing.assert_array_equal(bright.colors, [[255, 128, 0], [0, 0, 0], [255, 255, 255]])


@pytest.mark.parametrize("colour", ["1 1 x", "1 nan 1", "-0.1 0 0", "0 0 256", "1 1", "1 1 1 1 1"])
def test_a_bad_colour_is_named_by_its_line(colour: str) -> None:
    data = f"# head\nv 0 0 0 1 1 1\nv 1 0 0 {colour}\nv 0 1 0 1 1 1\nf 1 2 3\n".encode()
    with pytest.raises(MeshError, match="line 3 has"):
        parse_obj(data)


def test_one_long_word_does_not_fill_the_memory() -> None:
    """NumPy would give each of the words the room of the longest."""
    rows = b"v 0 0 0\n" * 100_000
    for data in (rows + b"v 0 0 " + b"1" * 100_000, rows + b"f 1 2 " + b"3" * 100_000):
        with pytest.raises(MeshError, match="line 100001 is not"):
            parse_obj(data)


def test_rounding_is_what_the_format_costs() -> None:
    vertices, faces = ball()
    mesh = TriangleMesh(vertices + 1e6, faces)
    for suffix in (".ply", ".stl", ".glb"):
        assert 0.01 < rounding(mesh, suffix) < 0.1
        assert rounding(TriangleMesh(vertices, faces), suffix) < 1e-4
    assert rounding(mesh, ".obj") < 0.01


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "no vertex line"),
        (b"\x00\xff\xfe binary", "no vertex line"),
        (b"v 0 0\n", "line 1 has fewer than three coordinates"),
        (b"# x\nv 0 0 zero\n", "line 2 is not a vertex"),
        (SQUARE + b"f 1 2\n", "line 5 is a face with fewer than three corners"),
        (SQUARE + b"f 1 2 x\n", "line 5 is not a face"),
        (SQUARE + b"f 1 2 3\nf 1 2 5\n", "line 6 is a face of a vertex that does not exist; there are 4"),
        (SQUARE + b"f 0 1 2\n", "line 5 is a face of a vertex that does not exist"),
        (SQUARE + b"f -1 -2 -5\n", "line 5 is a face of a vertex that does not exist"),
        (SQUARE + b"f 1 2 99999999999999999999999\n", "line 5 is not a face"),
        (SQUARE, "4 vertices but no faces"),
        (b"v nan 0 0\n" + SQUARE + b"f 1 2 3\n", "1 of 5 vertices hold NaN or infinity"),
        (b"v 1e999 0 0\n" + SQUARE + b"f 1 2 3\n", "hold NaN or infinity"),
    ],
)
def test_bad_obj_files(tmp_path: Path, data: bytes, text: str) -> None:
    file = tmp_path / "bad.obj"
    file.write_bytes(data)
    with pytest.raises(MeshError, match=text) as caught:
        read_mesh(file)
    assert caught.value.where == str(file)


def test_a_point_cloud_only_when_allowed(tmp_path: Path) -> None:
    (tmp_path / "p.obj").write_bytes(SQUARE)
    assert len(read_mesh(tmp_path / "p.obj", allow_no_faces=True).vertices) == 4
    assert count_obj_vertices(tmp_path / "p.obj") == 4


@pytest.mark.parametrize("suffix", [".ply", ".stl", ".glb", ".off"])
@pytest.mark.parametrize("data", [b"", b"solid", b"ply\nformat ascii 1.0\nelement vertex 3\n", b"\x00" * 200])
def test_damaged_files_of_other_types(tmp_path: Path, suffix: str, data: bytes) -> None:
    (tmp_path / f"m{suffix}").write_bytes(data)
    with pytest.raises(MeshError) as caught:
        read_mesh(tmp_path / f"m{suffix}")
    assert caught.value.where == str(tmp_path / f"m{suffix}")


def test_truncated_ply(tmp_path: Path) -> None:
    write_mesh(tmp_path / "m.ply", colored_ball())
    data = (tmp_path / "m.ply").read_bytes()
    for share in (0.2, 0.6, 0.95):
        (tmp_path / "m.ply").write_bytes(data[: int(len(data) * share)])
        with pytest.raises(MeshError):
            read_mesh(tmp_path / "m.ply")


def test_no_such_mesh(tmp_path: Path) -> None:
    with pytest.raises(MeshError, match="there is no such file"):
        read_mesh(tmp_path / "m.ply")
    with pytest.raises(MeshError, match=r"type \.txt are not read"):
        read_mesh(tmp_path / "m.txt")


coordinate = st.floats(-1e6, 1e6, allow_nan=False)


@given(
    st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=3, max_size=20),
    st.data(),
)
def test_obj_round_trip(points: list[tuple[float, float, float]], data: st.DataObject) -> None:
    index = st.integers(0, len(points) - 1)
    polygons = data.draw(st.lists(st.lists(index, min_size=3, max_size=6), min_size=1, max_size=8))
    text = "".join(f"v {x!r} {y!r} {z!r}\n" for x, y, z in points)
    text += "".join("f " + " ".join(str(corner + 1) for corner in polygon) + "\n" for polygon in polygons)
    mesh = parse_obj(text.encode())
    np.testing.assert_array_equal(mesh.vertices, points)
    fans = [[p[0], p[k], p[k + 1]] for p in polygons for k in range(1, len(p) - 1)]
    np.testing.assert_array_equal(mesh.faces, fans)


WORDS = b"v f vn # \\ 1 -1 2 0 1/2 1//3 nan x /"
words = st.sampled_from(WORDS.split())
text = st.lists(st.lists(words, max_size=8).map(b" ".join), max_size=12).map(b"\n".join)


@given(st.one_of(st.binary(max_size=200), text.map(lambda rest: SQUARE + rest)))
def test_any_bytes_give_a_mesh_or_a_mesh_error(data: bytes) -> None:
    try:
        mesh = parse_obj(data, "some.obj")
    except MeshError:
        return
    assert mesh.faces.size == 0 or mesh.faces.max() < len(mesh.vertices)


def test_quality_is_a_vertex_property_of_ply(tmp_path: Path) -> None:
    mesh = colored_ball()
    quality = np.linspace(0, 1, len(mesh.vertices)).astype(np.float32)
    write_mesh(tmp_path / "m.ply", mesh.with_quality(quality))
    assert b"\nproperty float quality\n" in (tmp_path / "m.ply").read_bytes()
    back = read_mesh(tmp_path / "m.ply")
    np.testing.assert_array_equal(back.quality, quality)
    np.testing.assert_array_equal(back.colors, mesh.colors)
    write_mesh(tmp_path / "plain.ply", mesh.with_colors(None).with_quality(quality))
    np.testing.assert_array_equal(read_mesh(tmp_path / "plain.ply").quality, quality)
    write_mesh(tmp_path / "m.glb", mesh.with_quality(quality))
    assert read_mesh(tmp_path / "m.glb").quality is None


@pytest.mark.parametrize("values", [("0", "0.5", "17"), ("0", "nan", "1"), ("-1", "0", "0")])
def test_a_foreign_quality_of_another_range_is_not_ours(tmp_path: Path, values: tuple[str, ...]) -> None:
    head = (
        "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
        "property float quality\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
    )
    corners = ("0 0 0", "1 0 0", "0 1 0")
    rows = "".join(f"{corner} {value}\n" for corner, value in zip(corners, values, strict=True))
    (tmp_path / "foreign.ply").write_text(head + rows + "3 0 1 2\n")
    mesh = read_mesh(tmp_path / "foreign.ply")
    assert len(mesh.faces) == 1
    assert mesh.quality is None
