"""A hundred damaged files of each kind, others every day: a mesh or a MeshError, in bounded time and room."""

from __future__ import annotations

import datetime
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.mesh_encoders import ENCODERS
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.tiny_scan import ball

REPOSITORY = Path(__file__).resolve().parents[3]
FILES = 100
SECONDS = 60.0
MEMORY = 2 * 2**30
"""Bytes that reading may take beyond what the imports have: of 10 kB files, far less is used."""
SEED = datetime.date.today().toordinal()
KINDS = ("ply", "ply text", "obj", "stl", "stl text", "glb", "off")


def sound(kind: str) -> bytes:
    """An undamaged file."""
    vertices, faces = ball()
    mesh = TriangleMesh(vertices, faces, np.full(vertices.shape, 99, np.uint8))
    if f".{kind}" in ENCODERS:
        return ENCODERS[f".{kind}"](mesh)
    rows = "".join(f"{x:.6g} {y:.6g} {z:.6g}\n" for x, y, z in vertices)
    corners = "".join(f"3 {a} {b} {c}\n" for a, b, c in faces)
    if kind == "off":
        return f"OFF\n{len(vertices)} {len(faces)} 0\n{rows}{corners}".encode()
    if kind == "ply text":
        places = "".join(f"property float {axis}\n" for axis in "xyz")
        lists = f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
        return (
            f"ply\nformat ascii 1.0\nelement vertex {len(vertices)}\n{places}{lists}{rows}{corners}".encode()
        )
    loop = "facet normal 0 0 1\nouter loop\n{}endloop\nendfacet\n"
    facets = [loop.format("".join(f"vertex {x} {y} {z}\n" for x, y, z in vertices[face])) for face in faces]
    return f"solid\n{''.join(facets)}endsolid\n".encode()


def damaged(data: bytes, random: np.random.Generator) -> bytes:
    """Cut, flipped, doubled, filled, or with other numbers, mostly near the start, where headers are."""
    at = int(len(data) * random.random() ** 3)
    size = int(random.integers(1, 40))
    match int(random.integers(6)):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + random.integers(0, 256, size, np.uint8).tobytes() + data[at + size :]
        case 2:
            return data[:at] + data[at + size :]
        case 3:
            return data[:at] + data[at : at + size] * int(random.integers(2, 50)) + data[at + size :]
        case 4:
            return data[:at] + bytes([int(random.choice([0, 255, 48, 57]))]) * size + data[at + size :]
        case _:
            flipped = bytearray(data)
            for place in random.integers(0, len(data), size):
                flipped[place] ^= 1 << int(random.integers(8))
            return bytes(flipped)


def read_all(kind: str, folder: str) -> None:
    """Run in a process of its own, whose memory is limited."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    random = np.random.default_rng([SEED, KINDS.index(kind)])
    data = sound(kind)
    file = Path(folder) / f"damaged.{kind.split()[0]}"
    for number in range(FILES):
        file.write_bytes(damaged(data, random))
        begun = time.process_time()
        try:
            mesh = read_mesh(file, allow_no_faces=True)
        except MeshError as error:
            if error.where != str(file):
                raise
        else:
            assert np.isfinite(mesh.vertices).all(), number
        assert time.process_time() - begun < 5.0, number


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="memory is limited by Linux's means")
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_of(kind: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        f"from {__name__} import read_all; read_all({kind!r}, {str(tmp_path)!r})",
    ]
    done = subprocess.run(command, timeout=SECONDS, check=False, capture_output=True, cwd=REPOSITORY)
    assert done.returncode == 0, f"seed {SEED}: {done.stderr.decode()[-2000:]}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_undamaged_file_is_read(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"m.{kind.split()[0]}").write_bytes(sound(kind))
    assert len(read_mesh(tmp_path / f"m.{kind.split()[0]}").faces) == len(ball()[1])
