from __future__ import annotations

import sys
from pathlib import Path

import pytest

from h3dstudio.session.runs import job as reconstruction
from tests.unit.session.runs.fake_training import MODULE, SMALL, FakeTraining
from tests.unit.session.runs.tiny_scan import write_tiny_scan


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scan of 8 photos of a sphere, in the H3DS layout."""
    return write_tiny_scan(tmp_path / "scans" / "ball")


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> FakeTraining:
    """In place of the real trainer."""
    fake = FakeTraining()
    monkeypatch.setattr(reconstruction, "PREVIEW_HEIGHT", SMALL)
    monkeypatch.setitem(sys.modules, MODULE, fake.module())
    return fake
