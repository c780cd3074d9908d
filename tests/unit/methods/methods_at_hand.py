"""Every registered method, and the toy one, ready to run in a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from h3dstudio.methods import registry
from h3dstudio.methods.method import Method

ENTRY = "[h3dstudio.methods]\ntoy-ball = tests.toy_method:METHOD\n"
REPOSITORY = Path(__file__).resolve().parents[3]


def forget() -> None:
    """Entry points are looked for once a process."""
    for one in (registry.methods, registry.refusals, registry._entry_points):
        one.cache_clear()


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Method]:
    """The toy method, offered as an installed package offers one: also in processes that start."""
    about = tmp_path / "packages" / "toy_ball-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-ball\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY)
    monkeypatch.syspath_prepend(str(about.parent))
    monkeypatch.syspath_prepend(str(REPOSITORY))
    monkeypatch.setenv("PYTHONPATH", f"{about.parent}:{REPOSITORY}")
    forget()
    yield registry.find_method("toy-ball")
    monkeypatch.undo()
    forget()
