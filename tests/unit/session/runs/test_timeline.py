"""Every streamed mesh within a budget: what is in memory, on disk, and gone."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.errors import MeshError, OutputError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.session.runs import timeline as module
from h3dstudio.session.runs.timeline import Timeline
from tests.unit.geometry.shapes import sphere


def ball(radius: float) -> TriangleMesh:
    mesh = sphere(radius, 2)
    return mesh.with_colors(np.full(mesh.vertices.shape, round(radius) % 256, dtype=np.uint8))


SIZE = module._size(ball(1.0))


def test_the_newest_stay_in_memory_and_the_others_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    line = Timeline(memory=3 * SIZE, folder=tmp_path)
    meshes = [ball(10.0 + step) for step in range(8)]
    for step, mesh in enumerate(meshes):
        line.add(mesh, step)
        if line.must_spill:
            line.spill()
        assert line.in_memory <= 3 * SIZE
    assert [frame.step for frame in line.frames] == list(range(8))
    for frame, mesh in zip(line.frames, meshes, strict=True):
        back = line.mesh(frame)
        np.testing.assert_array_equal(back.vertices, mesh.vertices)
        np.testing.assert_array_equal(back.faces, mesh.faces)
        np.testing.assert_array_equal(back.colors, mesh.colors)
    assert line.mesh(line.frames[-1]) is meshes[-1]
    assert line.on_disk == 5 * SIZE
    line.close()
    assert not any(tmp_path.iterdir())


def test_a_long_run_is_thinned_evenly_and_keeps_its_ends(tmp_path: Path) -> None:
    line = Timeline(memory=2 * SIZE, disk=6 * SIZE, most=20, folder=tmp_path)
    for step in range(500):
        line.add(ball(5.0), step)
        line.spill()
        assert len(line.frames) <= 20
        assert line.on_disk <= 7 * SIZE
    steps = [frame.step for frame in line.frames]
    assert steps[0] == 0
    assert steps[-1] == 499
    files = {path.name for folder in tmp_path.iterdir() for path in folder.iterdir()}
    assert files == {frame.path.name for frame in line.frames if frame.path is not None}


def test_without_a_disk_memory_is_bounded_all_the_same(tmp_path: Path) -> None:
    line = Timeline(memory=4 * SIZE, folder=tmp_path / "missing")
    for step in range(40):
        line.add(ball(5.0), step)
        if line.must_spill:
            with pytest.raises(OutputError):
                line.spill()
    assert line.in_memory <= 4 * SIZE
    assert line.frames[0].step == 0


def test_a_lost_frame_is_an_error_that_says_so(tmp_path: Path) -> None:
    line = Timeline(memory=SIZE, folder=tmp_path)
    for step in range(3):
        line.add(ball(5.0), step)
    line.spill()
    path = line.frames[0].path
    assert path is not None
    path.write_bytes(b"PK nothing")
    with pytest.raises(MeshError, match="cannot be read again"):
        line.mesh(line.frames[0])
    first = line.frames[0]
    line.clear()
    with pytest.raises(MeshError):
        line.mesh(first)
    assert line.frames == ()


def test_what_a_killed_studio_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    dead, alive = tmp_path / f"{module.PREFIX}4194399-a", tmp_path / f"{module.PREFIX}{os.getpid()}-b"
    strange = tmp_path / f"{module.PREFIX}mine"
    for folder in (dead, alive, strange):
        folder.mkdir()
        (folder / "frame.npz").write_bytes(b"")
    module.sweep(tmp_path)
    assert not dead.exists()
    assert alive.exists()
    assert strange.exists()


def test_meshes_of_an_earlier_part_take_their_places() -> None:
    line = Timeline()
    line.add(ball(5.0), 40)
    line.add(ball(5.0), None)
    for step in (30, 10, 20, 40):
        line.add_past(ball(5.0), step, float(step))
    assert [frame.step for frame in line.frames] == [10, 20, 30, 40, None]
    assert [frame.seconds for frame in line.frames] == [10.0, 20.0, 30.0, None, None]
    line.drop_from(25)
    assert [frame.step for frame in line.frames] == [10, 20]
