from __future__ import annotations

import time

import numpy as np

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Log, MeshSnapshot, Progress
from tests.benchmarks.bench_time import START, WRITING, Clock, table


def test_phases_share_all_the_time_between_them() -> None:
    begun = time.monotonic() - 1.0
    clock = Clock(begun)
    mesh = TriangleMesh(np.zeros((3, 3)), np.array([[0, 1, 2]]))
    for event in (
        Progress(0, 1, "silhouettes"),
        MeshSnapshot(0, mesh),
        Progress(0, 1, "depth search 1/2"),
        Progress(0, 1, "depth search 2/2"),
        Log("Writing the mesh, the preview and the report"),
    ):
        clock.see(event)
    clock.tick()
    assert list(clock.phases) == [START, "silhouettes", "depth search", WRITING]
    assert clock.loaded is not None
    assert clock.first is not None
    assert clock.loaded <= clock.first
    assert sum(wall for wall, _ in clock.phases.values()) <= time.monotonic() - begun
    assert clock.phases[START][0] >= 1.0
    lines = list(table(clock))
    assert len(lines) == 6
    assert lines[-2].split()[:3] == ["the", "whole", "command"]
