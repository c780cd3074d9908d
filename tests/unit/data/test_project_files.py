"""Project files: whatever was saved comes back, and nothing that a disk may hold breaks the reader."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.data.project_files import FORMAT, VERSION, ProjectFile, read_project, write_project
from h3dstudio.data.project_paths import path_entry, path_of
from h3dstudio.errors import OutputError, ProjectError
from tests.unit.data.landmark_samples import case

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
any_folder = settings(max_examples=60)


@any_folder
@given(sections=st.dictionaries(st.text(), json_values), rest=st.dictionaries(st.text(), json_values))
def test_what_is_written_is_read(tmp_path: Path, sections: dict[str, Any], rest: dict[str, Any]) -> None:
    rest = {key: value for key, value in rest.items() if key not in ("format", "version", "sections")}
    write_project(tmp_path / "head.h3dproj", ProjectFile(sections, rest))
    assert read_project(tmp_path / "head.h3dproj") == ProjectFile(sections, rest)


@any_folder
@given(content=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_refused_with_a_project_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.h3dproj"
    path.write_bytes(content)
    with pytest.raises(ProjectError) as caught:
        read_project(path)
    assert caught.value.where == str(path)


@any_folder
@given(sections=json_values, version=json_values)
def test_a_header_of_any_kind_is_read_or_refused(tmp_path: Path, sections: Any, version: Any) -> None:
    path = tmp_path / "head.h3dproj"
    path.write_text(json.dumps({"format": FORMAT, "version": version, "sections": sections}))
    if version == VERSION and not isinstance(version, bool | float) and isinstance(sections, dict):
        read_project(path)
    else:
        with pytest.raises(ProjectError):
            read_project(path)


def test_a_newer_version_says_so_and_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "head.h3dproj"
    text = json.dumps({"format": FORMAT, "version": VERSION + 1, "sections": {}})
    path.write_text(text)
    with pytest.raises(ProjectError, match="newer H3D Studio") as caught:
        read_project(path)
    assert "Update" in caught.value.remedy
    assert path.read_text() == text


def test_what_json_does_not_know_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nan.h3dproj"
    path.write_text(f'{{"format": "{FORMAT}", "version": 1, "sections": {{"x": NaN}}}}')
    with pytest.raises(ProjectError, match="NaN"):
        read_project(path)


def test_deep_nesting_is_refused_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "deep.h3dproj"
    path.write_text("[" * 200_000)
    with pytest.raises(ProjectError):
        read_project(path)


def test_project_and_scan_move_together(tmp_path: Path) -> None:
    (tmp_path / "a" / "scan").mkdir(parents=True)
    project = ProjectFile({"scan": {"folder": path_entry(tmp_path / "a" / "scan")}})
    write_project(tmp_path / "a" / "head.h3dproj", project)
    assert '"$path": "scan"' in (tmp_path / "a" / "head.h3dproj").read_text()
    os.rename(tmp_path / "a", tmp_path / "b")
    sections = read_project(tmp_path / "b" / "head.h3dproj").sections
    assert path_of(sections["scan"]["folder"]) == tmp_path / "b" / "scan"


def test_a_project_that_moved_alone_finds_its_scan(tmp_path: Path) -> None:
    (tmp_path / "scan").mkdir()
    (tmp_path / "far" / "away").mkdir(parents=True)
    write_project(tmp_path / "head.h3dproj", ProjectFile({"list": [path_entry(tmp_path / "scan")]}))
    moved = tmp_path / "far" / "away" / "head.h3dproj"
    os.rename(tmp_path / "head.h3dproj", moved)
    assert path_of(read_project(moved).sections["list"][0]) == tmp_path / "scan"


def test_a_path_that_leads_nowhere_is_where_it_would_be(tmp_path: Path) -> None:
    write_project(tmp_path / "head.h3dproj", ProjectFile({"scan": path_entry(tmp_path / "gone")}))
    assert path_of(read_project(tmp_path / "head.h3dproj").sections["scan"]) == tmp_path / "gone"


@pytest.mark.parametrize("entry", [None, 3, "scan", {}, {"$path": 3}, {"$path": "a\0b"}, {"$path": ""}])
def test_what_is_no_path_entry_is_refused(entry: object) -> None:
    with pytest.raises(ProjectError):
        path_of(entry)


def test_the_last_good_file_survives_a_write_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "head.h3dproj"
    write_project(path, ProjectFile({"scan": 1}))
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", None)

    monkeypatch.setattr("h3dstudio.data.atomic._flush", full)
    with pytest.raises(OutputError, match="disk is full"):
        write_project(path, ProjectFile({"scan": 2}))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["head.h3dproj"]


def project_text(entry: dict[str, str]) -> str:
    return json.dumps({"format": FORMAT, "version": 1, "sections": {"scan": {"folder": entry}}})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_paths_of_windows_and_marks_of_its_editors(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "projects").mkdir()
    (tmp_path / "scans" / "S1").mkdir(parents=True)
    path = tmp_path / "projects" / "a.h3dproj"
    text = project_text({"$path": "..\\scans\\S1", "$was": "C:\\data\\scans\\S1"})
    path.write_text(text, encoding=encoding)
    read = read_project(path)
    assert path_of(cast(Any, read.sections)["scan"]["folder"]) == tmp_path / "scans" / "S1"
    write_project(path, read)
    assert '"$path": "../scans/S1"' in path.read_text()


@pytest.mark.skipif(os.sep == "\\", reason="there a backslash separates")
def test_a_name_with_a_backslash_is_itself_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "a\\b").mkdir()
    write_project(tmp_path / "p.h3dproj", ProjectFile({"x": path_entry(tmp_path / "a\\b")}))
    assert path_of(read_project(tmp_path / "p.h3dproj").sections["x"]) == tmp_path / "a\\b"


@pytest.mark.parametrize("name", ["a.h3dproj", "bom.h3dproj"])
def test_the_projects_that_people_brought(name: str) -> None:
    path = case("project_windows_paths") / name
    folder = read_project(path).sections.get("scan", {}).get("folder")
    assert folder is None or path_of(folder) == path.parent.parent / "scans" / "S1"


@pytest.mark.parametrize("levels", [101, 500, 5000])
@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_deep_projects_are_refused_in_words(tmp_path: Path, levels: int, opened: str) -> None:
    path = tmp_path / "deep.h3dproj"
    inner = opened * levels + "0" + ("]" if opened == "[" else "}") * levels
    path.write_text(f'{{"format": "{FORMAT}", "version": 1, "sections": {{"x": {inner}}}}}')
    with pytest.raises(ProjectError, match="nested more than 100 levels deep"):
        read_project(path)


def test_the_deep_project_that_somebody_brought() -> None:
    with pytest.raises(ProjectError, match="nested more than 100 levels deep"):
        read_project(case("hostile/deep500.h3dproj"))


def test_a_project_as_deep_as_it_may_be_is_read_and_written(tmp_path: Path) -> None:
    value: Any = 0
    for _ in range(97):
        value = [value]
    write_project(tmp_path / "a.h3dproj", ProjectFile({"x": value}))
    read = read_project(tmp_path / "a.h3dproj")
    write_project(tmp_path / "b.h3dproj", read)
    assert read_project(tmp_path / "b.h3dproj") == read == ProjectFile({"x": value})
