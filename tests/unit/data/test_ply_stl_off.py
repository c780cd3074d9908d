"""PLY, STL and OFF as other programs write them: vertices as the file has them, colours and faces, too."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.off_parser import parse_off
from h3dstudio.data.ply_parser import parse_ply
from h3dstudio.data.stl_parser import parse_stl
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.tiny_scan import ball

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
CORNERS = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]


def ply(
    vertex: str, rows: list[str], face: str, faces: list[str], between: str = "", extra: str = ""
) -> bytes:
    header = f"ply\nformat ascii 1.0\n{between}element vertex {len(rows)}\n"
    header += "".join(f"property {each}\n" for each in ("float x;float y;float z" + vertex).split(";"))
    if face:
        header += f"element face {len(faces)}\n" + "".join(f"property {each}\n" for each in face.split(";"))
    return (header + extra + "end_header\n" + "\n".join([*rows, *faces]) + "\n").encode()


PLAIN = [" ".join(map(str, corner)) for corner in CORNERS]
INDICES = "list uchar int vertex_indices"


def test_texture_coordinates_at_the_corners_of_faces_split_no_vertex() -> None:
    """As MeshLab and Meshroom write them."""
    faces = ["3 0 1 2 6 0 0 1 0 1 1 0", "3 0 2 3 6 0 0 1 1 0 1 0"]
    wedge = f"{INDICES};list uchar float texcoord;int texnumber"
    mesh = parse_ply(ply("", PLAIN, wedge, faces, "comment TextureFile head.png\n"))
    np.testing.assert_array_equal(mesh.vertices, CORNERS)
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [0, 2, 3]])


@pytest.mark.parametrize("order", ["<", ">"])
def test_binary_files_with_lists_of_different_lengths(order: str) -> None:
    word = "little" if order == "<" else "big"
    lines = [
        "ply",
        f"format binary_{word}_endian 1.0",
        "element vertex 5",
        *(f"property double {axis}" for axis in "xyz"),
        *(f"property uchar {name}" for name in ("red", "green", "blue")),
        "element face 2",
        "property uchar flags",
        "property list uint8 uint32 vertex_index",
        "element edge 1",
        "property int vertex1",
        "property int vertex2",
        "end_header",
    ]
    header = "\r\n".join(lines) + "\r\n"
    places = [*CORNERS, (0.5, 2, 0)]
    body = b"".join(struct.pack(order + "3d3B", *place, 9, 8, at) for at, place in enumerate(places))
    body += struct.pack(order + "BB5I", 7, 5, 0, 1, 2, 4, 3) + struct.pack(order + "BB3I", 7, 3, 0, 1, 2)
    mesh = parse_ply(header.encode() + body + struct.pack(order + "2i", 0, 1))
    np.testing.assert_array_equal(mesh.vertices, places)
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [0, 2, 4], [0, 4, 3], [0, 1, 2]])
    np.testing.assert_array_equal(mesh.colors, [[9, 8, at] for at in range(5)])


def test_triangle_strips_of_the_first_scanners() -> None:
    strips = "element tristrips 1\nproperty list int int vertex_indices\n"
    mesh = parse_ply(ply("", PLAIN, "", ["8 0 1 3 2 -1 0 1 2"], extra=strips))
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 3], [1, 2, 3], [0, 1, 2]])


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("uchar", "1", 1),  # nearly black, not white
        ("float", "1", 255),
        ("float", "0.5", 128),
        ("float", "128", 128),
        ("ushort", "65535", 255),
    ],
)
def test_colours_of_any_type(kind: str, value: str, expected: int) -> None:
    names = "".join(f";{kind} {name}" for name in ("red", "green", "blue"))
    rows = [f"{row} {value} 0 0" for row in PLAIN]
    mesh = parse_ply(ply(names, rows, INDICES, ["4 0 1 2 3"]))
    np.testing.assert_array_equal(mesh.colors, [[expected, 0, 0]] * 4)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ply("", PLAIN, INDICES, ["3 0 1 4"]), r"face 0 is of vertices \[0, 1, 4\], but there are 4"),
        (ply("", PLAIN, INDICES, ["3 0 1 1.5"]), "face 0"),
        (ply("", PLAIN, INDICES, ["3 0 1"]), "a row has"),
        (ply("", [f"{row} 9" for row in PLAIN], INDICES, ["3 0 1 2"]), "a row has 4 values"),
        (ply("", PLAIN[:3], INDICES, []) + b"3 0 1", "no faces"),
        (
            ply(
                ";uchar red;uchar green;uchar blue", [f"{row} 1 2 300" for row in PLAIN], INDICES, ["3 0 1 2"]
            ),
            "0..255",
        ),
        (ply("", ["0 0 zero", *PLAIN[1:]], INDICES, ["3 0 1 2"]), "are no numbers"),
        (ply("", ["0 0 0" + "0" * 200, *PLAIN[1:]], INDICES, ["3 0 1 2"]), "more than 64 characters"),
        (
            b"ply\nformat ascii 1.0\nelement vertex 99999999999999999\nproperty float x\nend_header\n0\n",
            "ends within",
        ),
        (b"ply\nformat ascii 2.0 x\nelemnt vertex 3\nend_header\n", "line 3 is no line"),
        (b"ply\nelement vertex 3\nproperty float x\nend_header\n", "does not say its format"),
        (b"ply\nformat ascii 1.0\nelement face 0\nend_header\n", "no element 'vertex'"),
    ],
)
def test_what_is_wrong_with_a_ply_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "bad.ply").write_bytes(data)
    with pytest.raises(MeshError, match=words) as caught:
        read_mesh(tmp_path / "bad.ply")
    assert caught.value.where == str(tmp_path / "bad.ply")


@pytest.mark.parametrize("name", ["quality", "scalar_confidence"])
def test_confidence_under_the_names_of_meshlab_and_cloudcompare(name: str) -> None:
    rows = [f"{row} {at / 4}" for at, row in enumerate(PLAIN)]
    mesh = parse_ply(ply(f";float {name}", rows, INDICES, ["4 0 1 2 3"]))
    np.testing.assert_array_equal(mesh.quality, [0, 0.25, 0.5, 0.75])


def test_what_leaves_the_program_has_normals_and_both_names(tmp_path: Path) -> None:
    vertices, faces = ball()
    mesh = TriangleMesh(vertices, faces).with_quality(np.linspace(0, 1, len(vertices)))
    write_mesh(tmp_path / "full.ply", mesh, full=True)
    header = (tmp_path / "full.ply").read_bytes().partition(b"end_header")[0].decode()
    names = [line.split()[-1] for line in header.splitlines() if line.startswith("property float")]
    assert names == ["x", "y", "z", "nx", "ny", "nz", "quality", "scalar_confidence"]
    np.testing.assert_array_equal(read_mesh(tmp_path / "full.ply").quality, mesh.quality)
    o3d = pytest.importorskip("open3d")
    for suffix in (".ply", ".obj"):
        write_mesh(tmp_path / f"full{suffix}", mesh, full=True)
        other = o3d.io.read_triangle_mesh(str(tmp_path / f"full{suffix}"))
        assert len(other.vertices) == len(vertices)
        # The other reader puts the vertices of an OBJ into the order of the faces.
        at = [np.linalg.norm(vertices - place, axis=1).argmin() for place in np.asarray(other.vertices)]
        np.testing.assert_allclose(np.asarray(other.vertex_normals), mesh.vertex_normals()[at], atol=1e-5)
    write_mesh(tmp_path / "plain.ply", mesh)
    assert b"nx" not in (tmp_path / "plain.ply").read_bytes().partition(b"end_header")[0]


def test_errors_in_mm_are_no_confidence_under_either_name(tmp_path: Path) -> None:
    vertices, faces = ball()
    write_mesh(tmp_path / "m.ply", TriangleMesh(vertices, faces), np.full(len(vertices), 0.5), full=True)
    data = (tmp_path / "m.ply").read_bytes()
    assert b"scalar_error_mm" in data
    assert b"scalar_confidence" not in data
    assert read_mesh(tmp_path / "m.ply").quality is None


def test_the_textured_scan_keeps_its_vertices() -> None:
    file = CASES / "ply_wedge_texture" / "mesh.ply"
    if not file.is_file():
        pytest.skip(f"the cases are not in {CASES}")
    mesh = read_mesh(file)
    assert len(mesh.vertices) == 162
    import trimesh

    other = trimesh.load(file, process=False, fix_texture=False)
    np.testing.assert_array_equal(mesh.vertices, other.vertices)
    np.testing.assert_array_equal(mesh.faces, other.faces)


# STL --------------------------------------------------------------------------------------------------

FACET = (
    "facet normal 0 0 1\n outer loop\n  vertex 0 0 0\n  vertex {} 0 0\n  vertex 0 1 0\n endloop\nendfacet\n"
)


def binary(count: int, rows: int, header: bytes = b"") -> bytes:
    row = struct.pack("<12fH", 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0)
    return header.ljust(80) + struct.pack("<I", count) + row * rows


@pytest.mark.parametrize(
    "change", [str, str.upper, lambda text: text.replace("\n", "\r\n"), lambda t: "\ufeff" + t]
)
def test_text_stl_with_several_solids(change) -> None:
    solids = "".join(f"solid part\n{FACET.format(size)}endsolid part\n" for size in (1, "2.5e0"))
    mesh = parse_stl(change(solids).encode())
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(mesh.vertices[[1, 4], 0], [1, 2.5])


def test_binary_stl_that_begins_like_text_or_goes_on() -> None:
    for data in (binary(2, 2), binary(2, 2, b"solid by some CAD"), binary(2, 2) + b"appendix"):
        assert len(parse_stl(data).faces) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        binary(3, 2),
        binary(2**31, 1),
        b"solid x\n" + FACET.format("x").encode() + b"endsolid",
        b"solid x\n" + FACET.format(1).replace("  vertex 0 1 0\n", "").encode() + b"endsolid",
        b"solid x\n" + FACET.format(1).encode(),  # cut off
    ],
)
def test_damaged_stl(data: bytes) -> None:
    with pytest.raises(MeshError, match=r"readable STL|no number"):
        parse_stl(data)


# OFF --------------------------------------------------------------------------------------------------


def test_off_files_with_polygons_and_colours() -> None:
    plain = parse_off(
        b"OFF\n# a house\n5 2 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n.5 2 0\n5 0 1 2 4 3\n3 0 1 2 255 0 0\n"
    )
    np.testing.assert_array_equal(plain.faces, [[0, 1, 2], [0, 2, 4], [0, 4, 3], [0, 1, 2]])
    assert plain.colors is None
    colored = parse_off(b"COFF 3 1 0\n0 0 0 255 0 0 255\n1 0 0 0 255 0 255\n1 1 0 0 0 9 255\n3 0 1 2\n")
    np.testing.assert_array_equal(colored.colors, [[255, 0, 0], [0, 255, 0], [0, 0, 9]])
    normals = parse_off(b"NOFF\n3 1 0\n0 0 0 0 0 1\n1 0 0 0 0 1\n1 1 0 0 0 1\n3 0 1 2\n")
    assert normals.colors is None


@pytest.mark.parametrize(
    "data",
    [
        b"OFF BINARY\n", b"OFF\n3 1 0\n0 0 0\n", b"4 1 0\n", b"OFF\n3 1 0\n0 0 0\n1 0 0\n1 1 0\n3 0 1 3\n",
        b"OFF\n3 1 0\n0 0 0\n1 0 0\n1 1 0\n4 0 1 2\n", b"OFF\n-3 1 0\n",
        b"OFF\n3 1 0\n0 0 x\n1 0 0\n1 1 0\n3 0 1 2\n",
    ],
)  # fmt: skip
def test_damaged_off(data: bytes) -> None:
    with pytest.raises(MeshError):
        parse_off(data, "bad.off")


# All --------------------------------------------------------------------------------------------------


@given(st.binary(max_size=300), st.sampled_from([b"ply\nformat ascii 1.0\n", b"solid\nfacet", b"OFF\n", b""]))
def test_any_bytes_give_a_mesh_or_a_mesh_error(data: bytes, head: bytes) -> None:
    for parse in (parse_ply, parse_stl, parse_off):
        try:
            mesh = parse(head + data, "some.file")
        except MeshError:
            continue
        assert mesh.faces.size == 0 or mesh.faces.max() < len(mesh.vertices)


@pytest.mark.parametrize("suffix", [".obj", ".ply", ".stl", ".off", ".glb"])
def test_what_no_head_can_be_is_refused(tmp_path: Path, suffix: str) -> None:
    from h3dstudio.data.mesh_encoders import ENCODERS

    def encode(mesh: TriangleMesh) -> bytes:
        if suffix in ENCODERS:
            return ENCODERS[suffix](mesh)
        rows = [" ".join(f"{value:.9g}" for value in row) for row in mesh.vertices]
        rows += [f"3 {a} {b} {c}" for a, b, c in mesh.faces]
        return "\n".join([f"OFF\n{len(mesh.vertices)} {len(mesh.faces)} 0", *rows]).encode()

    vertices, faces = ball()
    file = tmp_path / f"m{suffix}"
    for places, words in (
        (vertices * 0, "no extent"),
        (vertices * 0 + 7, "no extent"),
        (vertices * [1, 0, 0], "none of the .* faces has an area"),
        (vertices + np.array([2e7, 0, 0]), "no head reaches"),
    ):
        file.write_bytes(encode(TriangleMesh(places, faces)))
        with pytest.raises(MeshError, match=words):
            read_mesh(file)
    file.write_bytes(encode(TriangleMesh(vertices + np.array([9e6, 0, 0]), faces)))
    assert len(read_mesh(file).faces) == len(faces)
