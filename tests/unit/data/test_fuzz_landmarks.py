"""A hundred damaged files of every kind, other ones each day: read or refused in words, in little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.landmark_clicks import read_clicks, write_clicks
from h3dstudio.data.landmark_files import FORMATS, LandmarkFormat, read_landmark_file, write_landmark_file
from h3dstudio.data.project_files import ProjectFile, read_project, write_project
from h3dstudio.data.project_paths import path_entry
from h3dstudio.data.regions import read_region, write_region
from h3dstudio.errors import H3DError, LandmarkError, MeshError, ProjectError
from h3dstudio.geometry.surface_points import vector
from tests.gui.fakes import bumpy_sphere
from tests.unit.data.damage import SEED, damaged
from tests.unit.data.landmark_samples import WRITERS, entries_for

MESH = bumpy_sphere(0)
MOST_MEMORY = 64 << 20
"""Bytes, for any of these files, which have some thousands."""
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_MEMORY, f"{peak / 1e6:.0f} MB, with the seed {SEED}"


def each_is_read_or_refused(
    good: Path, kind: str, refusal: type[H3DError], read: Callable[[Path], None]
) -> None:
    """`read` raises `refusal`, which names the file, or nothing; on every damaged copy of `good`."""
    data, path = good.read_bytes(), good.with_name(f"damaged-{good.name}")
    for number, copy in enumerate(damaged(data, kind)):
        path.write_bytes(copy)
        try:
            read(path)
        except refusal as error:
            assert error.where == str(path), (SEED, kind, number)  # noqa: PT017
        except Exception as error:
            raise AssertionError(f"seed {SEED}, {kind} {number}: {error!r}") from error


@pytest.mark.parametrize("one", WRITERS, ids=[one.key for one in WRITERS])
def test_landmarks(one: LandmarkFormat, tmp_path: Path) -> None:
    path = tmp_path / f"good{one.endings[0]}"
    write_landmark_file(path, entries_for(one), MESH, one.key)

    def read(damaged_path: Path) -> None:
        entries = read_landmark_file(damaged_path, MESH)
        names = [entry.name for entry in entries]
        assert names
        assert not any(names) or (all(names) and len(set(names)) == len(names))
        assert all(entry.position is None or np.isfinite(entry.position).all() for entry in entries)
        assert all(entry.vertex is None or 0 <= entry.vertex < len(MESH.vertices) for entry in entries)

    each_is_read_or_refused(path, one.key, LandmarkError, read)


def test_every_written_format_is_damaged_here() -> None:
    assert {one.key for one in WRITERS} == {one.key for one in FORMATS if one.write is not None}
    assert {one.key for one in FORMATS} - {one.key for one in WRITERS} == {"run-68"}


def test_clicks(tmp_path: Path) -> None:
    write_clicks(
        tmp_path / "good.clicks.csv", {"nose_tip": {0: (1.5, 2.5), 8: (7.0, 9.0)}, "chin": {3: (5, 6)}}
    )

    def read(path: Path) -> None:
        clicks = read_clicks(path)
        assert clicks
        assert all(np.isfinite(list(seen.values())).all() and min(seen) >= 0 for seen in clicks.values())

    each_is_read_or_refused(tmp_path / "good.clicks.csv", "clicks", LandmarkError, read)


@pytest.mark.parametrize("flags", [False, True])
def test_regions(tmp_path: Path, flags: bool) -> None:
    count = len(MESH.vertices)
    if flags:
        (tmp_path / "good.txt").write_text("".join(f"{n % 3 % 2}\n" for n in range(count)))
    else:
        write_region(tmp_path / "good.txt", range(5, 400))

    def read(path: Path) -> None:
        region = read_region(path, count)
        assert len(region)
        assert 0 <= region.min() <= region.max() < count
        assert len(set(region.tolist())) == len(region)

    each_is_read_or_refused(tmp_path / "good.txt", f"region {flags}", MeshError, read)


def test_projects(tmp_path: Path) -> None:
    marks = {name: vector(np.array([1.0, 2.0, 3.0])) for name in ("a", "b")}
    sections = {"scan": {"folder": path_entry(tmp_path / "scan"), "marks": marks}, "panel": [1, "two", None]}
    write_project(tmp_path / "good.h3dproj", ProjectFile(sections))

    def read(path: Path) -> None:
        project = read_project(path)
        write_project(path.with_name("again.h3dproj"), project)
        assert read_project(path.with_name("again.h3dproj")) == project

    each_is_read_or_refused(tmp_path / "good.h3dproj", "project", ProjectError, read)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "laughs.pp",
            "<!DOCTYPE a [" + "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(60)) + "]>",
        ),
        ("deep.pp", "<a>" * 100_000),
        ("wide.csv", "1," * 500_000),
        ("deep.json", "[" * 1_000_000),
        ("deep.mrk.json", '{"markups":[' * 100_000),
        ("count.pts", "Version 1.0\n999999\nS000 1 2 3\n"),
        ("count.tps", "LM3=999999\n1 2 3\n"),
        ("long.txt", "a" * 1_000_000 + " 5"),
        ("quote.csv", '"' + "a,1,2,3\n" * 10_000),
    ],
)
def test_files_made_to_cost_much(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    try:
        read_landmark_file(tmp_path / name, MESH)
    except LandmarkError as error:
        assert len(str(error)) < 1000  # noqa: PT017
