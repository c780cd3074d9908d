from __future__ import annotations

from pathlib import Path

import pytest

from h3dstudio.evaluation.report import gallery
from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.tiny_run import write_run


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "scans" / "ball")


@pytest.fixture
def run(tmp_path: Path, scan: Path) -> Path:
    return write_run(tmp_path / "runs" / "first", scan)


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of the usual size take longer than everything else here."""
    monkeypatch.setattr(gallery, "SIZE", (30, 36))
    monkeypatch.setattr(gallery, "PHOTO", 30)
