from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.readers import read_scan
from h3dstudio.data.run_folder import RunFolder
from h3dstudio.jobs.events import MeshSnapshot
from h3dstudio.session.runs.held_out import choose_held_out
from h3dstudio.session.runs.history import SnapshotHistory
from h3dstudio.session.runs.naming import default_run_folder
from h3dstudio.session.runs.run_record import peak_memory, versions
from tests.unit.session.runs.fake_training import head
from tests.unit.session.runs.tiny_scan import write_tiny_scan


def test_held_out_views_are_new_near_and_spread(scan: Path) -> None:
    found = read_scan(scan)
    used = [found.view(0), found.view(1)]  # cameras every 45 degrees: 2 and 7 are the nearest
    assert [view.index for view in choose_held_out(found, used)] == [2, 7]
    assert choose_held_out(found, found.views) == ()


def test_held_out_views_are_within_reach_where_some_are(tmp_path: Path) -> None:
    found = read_scan(write_tiny_scan(tmp_path / "scan", views=24))  # every 15 degrees
    chosen = {view.index for view in choose_held_out(found, [found.view(0)])}
    assert len(chosen) == 3
    assert {2, 22} <= chosen <= {1, 2, 22, 23}


def test_snapshots_stay_few_however_long_the_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    history = SnapshotHistory(folder, most=6, interval=1.0)
    for second in range(200):
        history.add(MeshSnapshot(second * 10, head(second)), float(second))
    kept = sorted(int(path.stem.split("_")[1]) for path in folder.snapshots.iterdir())
    assert 3 <= len(kept) <= 6
    assert kept[0] <= 320
    assert kept[-1] >= 1500


@pytest.mark.parametrize(
    ("views", "wanted", "name"),
    [
        ((0, 8, 58), "0,8,58", "ball-0_8_58-hull_grid"),
        ((0, 8, 58), "3", "ball-3-hull_grid"),
        ((0, 8), None, "ball-2-hull_grid"),
        (tuple(range(40)), ",".join(map(str, range(40))), "ball-40-hull_grid"),
    ],
)
def test_a_run_is_named_after_its_views(views: tuple[int, ...], wanted: str | None, name: str) -> None:
    assert default_run_folder("ball", views, wanted, "hull-grid") == Path("runs") / name


def test_a_strange_scan_name_makes_no_strange_folder() -> None:
    assert default_run_folder("../a b", (1,), None, "hull-grid") == Path("runs/_a_b-1-hull_grid")


def test_versions_and_memory_are_of_this_process() -> None:
    assert versions()["numpy"] == np.__version__
    assert 1e7 < peak_memory() < 1e11
