from __future__ import annotations

import sys
from pathlib import Path

import pytest

from h3dstudio.session.batch import worker_pool as pool
from h3dstudio.session.runs import job as reconstruction
from tests.unit.session.batch import fakes
from tests.unit.session.runs.fake_training import MODULE


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two scans of balls, with ground truth."""
    return fakes.write_dataset(tmp_path / "balls")


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake trainer in this process, and no waiting between looks at the cells."""
    monkeypatch.setitem(sys.modules, MODULE, None)
    monkeypatch.setattr(reconstruction, "PREVIEW_HEIGHT", reconstruction.PREVIEW_HEIGHT)
    monkeypatch.setattr(pool, "SLICE", 0.0)
    fakes.install()


@pytest.fixture
def troubles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files "kill.1", "error.1", "memory@high.1": each befalls one cell, or one quality's."""
    folder = tmp_path / "troubles"
    folder.mkdir()
    monkeypatch.setenv(fakes.TROUBLE, str(folder))
    return folder
