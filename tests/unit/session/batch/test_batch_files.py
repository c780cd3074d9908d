"""The manifest and the records: what is written comes back, and nothing else is believed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import H3DError, OutputError, UsageError
from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.methods.registry import methods
from h3dstudio.session.batch.cells import Cell, Recipe
from h3dstudio.session.batch.manifest import NAME, Manifest, merged, read_manifest, write_manifest
from h3dstudio.session.batch.record import (
    CellRecord,
    CellState,
    read_record,
    record_path,
    write_record,
)

QUICK = settings(max_examples=60, deadline=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda name: not name.startswith("/") and ".." not in name
)
CELLS = st.builds(
    Cell, NAMES, st.sampled_from(("3", "8", "all", "mine")) | NAMES, st.sampled_from(sorted(methods()))
)
RECIPES = st.builds(
    lambda threads, **given: Recipe.of(given, tuple(methods()), threads),
    st.integers(1, 64),
    quality=st.sampled_from(tuple(QUALITIES)),
    seed=st.integers(0, 2**31 - 1),
    prior=st.text(max_size=5).filter(str.isprintable),
)
CELL = Cell("S1", "3", "hull-grid")
RECIPE = Recipe.of({"quality": "high"}, tuple(methods()))
PLAN = Manifest(Path("/data/h3ds"), RECIPE, (CELL, Cell("S2", "8", "h3d-grid")), "0.2")


@QUICK
@given(
    RECIPES,
    st.lists(CELLS, unique=True, max_size=5),
    st.text(max_size=6).filter(str.isprintable),
    st.booleans(),
)
def test_a_manifest_comes_back(
    tmp_path: Path, recipe: Recipe, cells: list[Cell], version: str, trusting: bool
) -> None:
    manifest = Manifest(Path("/data/h3ds"), recipe, tuple(cells), version, trusting)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_files_from_before_cameras_could_be_trusted_are_read(tmp_path: Path) -> None:
    content = PLAN.as_dict()
    del content["trust_cameras"]
    (tmp_path / NAME).write_text(json.dumps(content))
    assert read_manifest(tmp_path) == PLAN


def test_cameras_once_trusted_stay_so(tmp_path: Path) -> None:
    write_manifest(tmp_path, replace(PLAN, trust_cameras=True))
    assert merged(tmp_path, PLAN).trust_cameras
    write_manifest(tmp_path, PLAN)
    assert merged(tmp_path, replace(PLAN, trust_cameras=True)).trust_cameras
    assert not merged(tmp_path, PLAN).trust_cameras


@QUICK
@given(JSON)
def test_no_file_is_taken_for_a_manifest(tmp_path: Path, content: object) -> None:
    (tmp_path / NAME).write_text(json.dumps(content))
    with pytest.raises(OutputError):
        read_manifest(tmp_path)


@QUICK
@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_manifest(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(OutputError):
        read_manifest(tmp_path)


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    return [*([path] if path else []), *(found for key, one in inner for found in places(one, (*path, key)))]


def replaced(content: Any, path: tuple[Any, ...], value: object) -> Any:
    if not path:
        return value
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[path[0]] = replaced(content[path[0]], path[1:], value)
    return copy


@QUICK
@given(st.sampled_from(places(PLAN.as_dict())), JSON)
def test_a_manifest_with_one_other_value_is_read_or_refused(
    tmp_path: Path, place: tuple[Any, ...], value: object
) -> None:
    (tmp_path / NAME).write_text(json.dumps(replaced(PLAN.as_dict(), place, value)))
    try:
        read = read_manifest(tmp_path)
    except OutputError:
        return
    assert all(cell.method in methods() for cell in read.cells)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("format",), 3, "newer version"),
        (("kind",), "project", "kind"),
        (("settings", "quality"), "best", "quality is 'best'"),
        (("settings", "seed"), -1, "seed is -1"),
        (("settings", "seed"), [1], "settings.seed"),
        (("threads",), 0, "threads is 0"),
        (("trust_cameras",), 1, "trust_cameras"),
        (("dataset",), "h3ds", "absolute"),
        (("cells", 0, "scan"), "../secret", "scan"),
        (("cells", 0, "scan"), "/etc", "scan"),
        (("cells", 0, "views"), "", "no views"),
        (("cells", 0, "method"), "nerf", "method is 'nerf'"),
        (("cells", 1), {"scan": "S1", "views": "3", "method": "hull-grid"}, "twice"),
        (("cells",), "all", "cells"),
    ],
)
def test_a_refused_manifest_says_what_is_wrong(
    tmp_path: Path, place: tuple[Any, ...], value: object, says: str
) -> None:
    (tmp_path / NAME).write_text(json.dumps(replaced(PLAN.as_dict(), place, value)))
    with pytest.raises(OutputError, match=says):
        read_manifest(tmp_path)


@pytest.mark.parametrize("record", [CellRecord(CELL, "high"), CellRecord(CELL, "high").started()])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_record_comes_back(tmp_path: Path, record: CellRecord, steps: int) -> None:
    (tmp_path / "cells").mkdir()
    for _ in range(steps):
        smaller = record.with_smaller_quality("memory ran out")
        assert smaller is not None
        record = smaller
    write_record(tmp_path, RECIPE, record)
    assert read_record(tmp_path, RECIPE, CELL) == record


@QUICK
@given(st.data())
def test_a_record_with_one_other_value_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    (tmp_path / "cells").mkdir(exist_ok=True)
    smaller = CellRecord(CELL, "high", CellState.DONE, 2).with_smaller_quality("memory ran out")
    assert smaller is not None
    content = smaller.as_dict()
    place, value = data.draw(st.sampled_from(places(content))), data.draw(JSON)
    record_path(tmp_path, RECIPE, CELL).write_text(json.dumps(replaced(content, place, value)))
    try:
        read = read_record(tmp_path, RECIPE, CELL)
    except OutputError:
        return
    assert read.cell == CELL
    assert read.quality in QUALITIES


def test_there_is_no_quality_below_draft() -> None:
    assert CellRecord(CELL, "draft").with_smaller_quality("memory ran out") is None


@QUICK
@given(st.lists(st.tuples(CELLS, RECIPES, st.sampled_from(tuple(QUALITIES))), min_size=2, max_size=6))
def test_only_the_same_cell_has_the_same_folder(
    tmp_path: Path, named: list[tuple[Cell, Recipe, str]]
) -> None:
    identities = {}
    for cell, recipe, quality in named:
        name = recipe.name(cell, quality)
        assert not set(name) & set('/\\:*?"<>|\0')
        assert not name.startswith(".")
        assert len(name) < 160
        identity = (cell, recipe.settings_for(cell, quality), recipe.threads)
        assert identities.setdefault(name.lower(), identity) == identity


@pytest.mark.parametrize("fields", [("", "3", "hull-grid"), ("S1", "", "hull-grid"), ("S1", "3", "nerf")])
def test_a_cell_without_a_meaning_is_refused(fields: tuple[str, str, str]) -> None:
    with pytest.raises(H3DError):
        Cell(*fields)
    with pytest.raises(UsageError):
        Recipe((), 0)


OLD = {
    "kind": "h3dstudio batch", "format": 1, "h3dstudio": "0.1.0", "dataset": "/data/h3ds",
    "dataset_version": "",
    "settings": {
        "quality": "draft", "device": "cpu", "seed": 0, "prior": "", "landmarks": "auto",
        "refine_cameras": "auto",
    },
    "threads": 1,
    "cells": [{"scan": "S1", "views": "3", "method": one} for one in ("idr", "h3d-net")],
}  # fmt: skip


def test_a_batch_of_format_1_is_shown_under_todays_names_and_finds_its_folders(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(json.dumps(OLD))
    read = read_manifest(tmp_path)
    assert [cell.method for cell in read.cells] == ["hull-grid", "h3d-grid"]
    names = [read.recipe.name(cell) for cell in read.cells]
    settings = {"method": "idr", **OLD["settings"]}  # type: ignore[dict-item]
    digest = hashlib.sha256(json.dumps(["S1", "3", settings, 1], sort_keys=True).encode()).hexdigest()[:8]
    assert names[0] == f"S1-3-idr-draft-{digest}"
    assert names[1].startswith("S1-3-h3d-net-draft-")
    write_manifest(tmp_path, read)
    assert read_manifest(tmp_path) == read
    assert json.loads((tmp_path / NAME).read_text())["cells"] == OLD["cells"]
