from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Cancelled, Event, Log, MeshSnapshot, Metrics, Preview, Progress
from h3dstudio.jobs.outbox import Outbox, newest


def mesh(step: int) -> MeshSnapshot:
    return MeshSnapshot(step, TriangleMesh(np.zeros((3, 3)), np.array([[0, 1, 2]], dtype=np.int32)))


def picture(step: int, caption: str = "") -> Preview:
    return Preview(step, np.zeros((2, 2, 3), np.uint8), caption)


def test_only_the_newest_mesh_waits() -> None:
    box = Outbox()
    for step in range(5):
        box.put(mesh(step))
    assert [event.step for event in box.take(0.0)] == [4]  # type: ignore[union-attr]


def test_the_second_of_a_kind_waits_its_interval() -> None:
    box = Outbox(scalar_interval=0.1)
    box.put(Progress(1, 9))
    assert box.take(10.0) == [Progress(1, 9)]
    box.put(Progress(2, 9))
    box.put(Progress(3, 9, "another phase"))
    assert box.take(10.05) == []
    assert math.isclose(box.next_due(), 10.1)
    assert box.take(10.11) == [Progress(3, 9, "another phase")]
    assert box.next_due() == math.inf


def test_rare_metrics_are_not_pushed_out_by_frequent_ones() -> None:
    box = Outbox()
    box.put(Metrics(1, {"psnr": 30.0}))
    for step in range(100):
        box.put(Metrics(step, {"loss": 1.0}))
    assert box.take(0.0) == [Metrics(1, {"psnr": 30.0}), Metrics(99, {"loss": 1.0})]


def test_the_end_releases_everything_before_it() -> None:
    box = Outbox()
    box.put(Progress(1, 2))
    box.take(0.0)
    box.put(Progress(2, 2))
    box.put(Cancelled())
    assert box.take(0.001) == [Progress(2, 2), Cancelled()]


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Log, st.text(max_size=3)),
    st.builds(Progress, st.integers(0, 9), st.just(9)),
    st.builds(Metrics, st.integers(0, 9), st.sampled_from([{"a": 1.0}, {"b": 2.0}])),
    st.builds(mesh, st.integers(0, 9)),
)


@given(st.lists(EVENTS))
def test_logs_are_told_in_full_and_in_order(events: list[Event]) -> None:
    box = Outbox()
    told: list[Event] = []
    for number, event in enumerate(events):
        box.put(event)
        told += box.take(number * 0.03)
    told += box.take(math.inf)
    assert [e for e in told if isinstance(e, Log)] == [e for e in events if isinstance(e, Log)]
    assert not len(box)
    for kind in (Progress, MeshSnapshot):
        assert [e for e in told if isinstance(e, kind)][-1:] == [e for e in events if isinstance(e, kind)][
            -1:
        ]


def test_newest_keeps_one_mesh_and_one_preview_of_a_caption() -> None:
    events = [mesh(1), picture(1, "a"), Log("x"), mesh(2), picture(2, "b"), picture(3, "a")]
    assert newest(events) == [events[2], events[3], events[4], events[5]]
