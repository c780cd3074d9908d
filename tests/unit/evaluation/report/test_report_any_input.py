"""Records and evaluations with anything in any place: told, or refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import EvaluationError, H3DError
from h3dstudio.session.evaluation.job import EvaluationJob
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.tiny_run import record, write_run

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def refusal(read: Callable[[], object]) -> str | None:
    """What file an error is about; None when there is none."""
    try:
        read()
    except H3DError as error:
        return error.where
    return None


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a JSON tree."""
    if isinstance(value, dict):
        return [path, *(one for name, entry in value.items() for one in places(entry, (*path, name)))]
    if isinstance(value, list):
        return [path, *(one for at, entry in enumerate(value) for one in places(entry, (*path, at)))]
    return [path]


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that has been evaluated."""
    folder = tmp_path_factory.mktemp("evaluated")
    scan = make_tiny_scan(folder / "scans" / "ball")
    run = write_run(folder / "run", scan)
    for _ in EvaluationJob(scan, run, run).events():
        pass
    return run


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_record_with_anything_in_any_place_is_read_or_refused(
    data: st.DataObject, scan: Path, tmp_path: Path
) -> None:
    from h3dstudio.evaluation.report.record import read_facts

    content = record(scan)
    path = data.draw(st.sampled_from(places(content)))
    value = data.draw(JSON)
    if not path:
        content = value
    else:
        holder: Any = content
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
    file = tmp_path / "run.json"
    file.write_text(json.dumps(content))
    assert refusal(lambda: read_facts(file)) in (None, str(file))


@pytest.mark.parametrize(
    ("field", "value"),
    [("seconds", 10**400), ("iterations", True), ("timings", {"reading": "x"}), ("status", None)],
)
def test_a_wrong_field_is_named(scan: Path, tmp_path: Path, field: str, value: object) -> None:
    from h3dstudio.evaluation.report.record import read_facts

    (tmp_path / "run.json").write_text(json.dumps(record(scan, **{field: value})))
    with pytest.raises(EvaluationError, match=field):
        read_facts(tmp_path / "run.json")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_an_evaluation_with_anything_in_any_place_is_told_or_refused(
    data: st.DataObject, evaluated: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever passes the reader passes the tables and the words, too."""
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.evaluation.report.figures import as_csv, as_tree
    from h3dstudio.evaluation.report.provenance import settings_blocks, timing_blocks, version_blocks
    from h3dstudio.evaluation.report.record import read_facts
    from h3dstudio.evaluation.report.run import ReportedRun
    from h3dstudio.evaluation.report.score_tables import protocol_table, score_tables
    from h3dstudio.evaluation.report.summary import comparison, headlines, sentences
    from h3dstudio.session.evaluation.job import read_evaluation

    content = json.loads((evaluated / "evaluation.json").read_text())
    path = data.draw(st.sampled_from(places(content)).filter(bool))
    holder: Any = content
    for step in path[:-1]:
        holder = holder[step]
    if data.draw(st.booleans()) and isinstance(holder, dict):
        del holder[path[-1]]
    else:
        holder[path[-1]] = data.draw(JSON)
    folder = tmp_path_factory.mktemp("any")
    (folder / "evaluation.json").write_text(json.dumps(content))
    try:
        stored = read_evaluation(folder)
    except H3DError:
        return
    facts = read_facts(evaluated / "run.json")
    mesh = read_mesh(evaluated / "mesh.ply")
    run = ReportedRun("one", "1", evaluated, facts, mesh, evaluation=dict(stored.content))
    other = ReportedRun("two", "2", evaluated, facts, mesh)
    assert run.placed_mesh.vertices.shape == mesh.vertices.shape
    assert sentences(run, None)
    for runs in ([run], [run, other]):
        assert headlines(runs)
        assert comparison(runs)
        assert score_tables(runs)
        assert settings_blocks(runs, "report")
        assert timing_blocks(runs)
        assert version_blocks(runs)
        assert as_csv(as_tree(runs, command="", made="", version="")).count("\n") > 50
    protocol_table(run)


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=60))
def test_a_record_of_any_bytes_is_refused(noise: bytes, tmp_path: Path) -> None:
    from h3dstudio.evaluation.report.record import read_facts

    (tmp_path / "run.json").write_bytes(noise)
    with pytest.raises(EvaluationError, match=r"run\.json"):
        read_facts(tmp_path / "run.json")
