"""The Python interface: the README's own example, run as it stands, and what is refused."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import h3dstudio
from h3dstudio.api import Head
from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.errors import ScanError, UsageError
from h3dstudio.jobs.events import Event

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the README's example leaves: its names, what it printed, and the folder it ran in.

    The only reconstruction here.
    """
    (code,) = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    folder, printed = tmp_path_factory.mktemp("notebook"), io.StringIO()
    names: dict[str, Any] = {"__name__": "notebook"}
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(code, str(README), "exec"), names)
    return {**names, "printed": printed.getvalue(), "folder": folder}


def test_the_example_of_the_readme_makes_the_head_of_the_demo_scan(example: dict[str, Any]) -> None:
    head, scores = example["head"], example["scores"]
    assert isinstance(head, Head)
    assert np.isfinite(head.mesh.vertices).all()
    assert head.mesh.colors.shape == head.mesh.vertices.shape
    assert head.mesh.quality.shape == (len(head.mesh.vertices),)
    assert 0 <= head.mesh.quality.min() < head.mesh.quality.max() <= 1
    assert set(head.landmarks) == set(H3DS_LANDMARKS)
    assert isinstance(head.caveats, tuple)
    assert scores.strict.face.mean < 1.0, "mm; a mesh in another frame or unit is far from it"
    assert scores.strict.head.mean < 2.0
    assert scores.h3ds.head.mean < 3.0
    assert len(scores.errors.truth) == scores.counts["truth_vertices"]


def test_its_progress_is_called_from_start_to_end(example: dict[str, Any]) -> None:
    lines = re.findall(r"^(.+): (\d+) of (\d+)$", example["printed"], re.M)
    assert len(lines) == len(example["printed"].splitlines()) > 5
    assert [int(done) for _, done, _ in lines] == sorted(int(done) for _, done, _ in lines)
    assert lines[-1][1] == lines[-1][2]


def test_it_saves_the_head_and_nothing_else(example: dict[str, Any]) -> None:
    head, folder = example["head"], example["folder"]
    assert [path.name for path in folder.iterdir()] == ["head.glb"]
    back = read_mesh(folder / "head.glb")
    assert len(back.faces) == len(head.mesh.faces)
    assert head.save(folder / "head.ply") == folder / "head.ply"
    np.testing.assert_allclose(read_mesh(folder / "head.ply").vertices, head.mesh.vertices, atol=1e-3)


def test_it_is_measured_on_a_scan_of_ones_choice(example: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ScanError):
        example["head"].evaluate(tmp_path)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"colour": "blue"}, "h3d-grid has no setting colour"),
        ({"method": "hull-grid", "prior": "mine.h3dprior"}, "hull-grid has no setting prior"),
        ({"quality": "perfect"}, "quality is 'perfect', expected one of draft"),
        ({"seed": "1"}, "seed is '1', expected a whole number"),
        ({"method": "magic"}, "method is 'magic', expected one of h3d-grid, hull-grid"),
    ],
)
def test_unknown_methods_and_settings_are_refused_before_any_work(
    settings: dict[str, Any], says: str, tmp_path: Path
) -> None:
    events: list[Event] = []
    with pytest.raises(UsageError, match=says) as caught:
        h3dstudio.reconstruct(tmp_path / "no such scan", progress=events.append, **settings)
    assert events == []
    if "colour" in settings:
        assert "quality" in caught.value.remedy


def test_unknown_views_and_scans_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no view 99"):
        h3dstudio.reconstruct("demo", views="0,99")
    with pytest.raises(ScanError):
        h3dstudio.reconstruct(tmp_path / "nowhere")


def test_the_package_offers_it_by_name() -> None:
    assert h3dstudio.Head is Head
    with pytest.raises(AttributeError, match="no attribute 'reconstrukt'"):
        h3dstudio.reconstrukt  # noqa: B018
