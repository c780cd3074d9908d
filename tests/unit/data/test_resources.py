from __future__ import annotations

from pathlib import Path

import pytest

from h3dstudio.data import resources
from h3dstudio.errors import H3DError


def test_the_wheel_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, checkout = tmp_path / "h3dstudio" / "_resources", tmp_path / "resources"
    monkeypatch.setattr(resources, "PLACES", (wheel, checkout))
    with pytest.raises(H3DError, match="demo_scan is missing from this installation"):
        resources.demo_scan()
    (checkout / "demo_scan").mkdir(parents=True)
    assert resources.demo_scan() == checkout / "demo_scan"
    (wheel / "demo_scan").mkdir(parents=True)
    assert resources.demo_scan() == wheel / "demo_scan"


def test_the_places_are_the_packages() -> None:
    package = Path(resources.__file__).resolve().parents[1]
    assert (package / "_resources", package.parent / "resources") == resources.PLACES
