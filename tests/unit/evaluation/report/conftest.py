from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.data.tiny_scan import make_tiny_scan
from tests.unit.evaluation.report.small_pictures import _small_pictures
from tests.unit.evaluation.report.tiny_run import write_run

__all__ = ["_small_pictures"]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "scans" / "ball")


@pytest.fixture
def run(tmp_path: Path, scan: Path) -> Path:
    return write_run(tmp_path / "runs" / "first", scan)


@pytest.fixture(autouse=True)
def _always_small_pictures(_small_pictures: None) -> None:
    """In all tests here."""
