"""Reports whose text is looked at, not their pictures."""

from __future__ import annotations

import pytest

from h3dstudio.evaluation.report import gallery


@pytest.fixture
def _small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of the usual size take longer than everything else."""
    monkeypatch.setattr(gallery, "SIZE", (30, 36))
    monkeypatch.setattr(gallery, "PHOTO", 30)
