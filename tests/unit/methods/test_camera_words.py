"""What a run may claim of cameras that it changed."""

from __future__ import annotations

import pytest

from h3dstudio.methods.h3d_grid.camera_words import about_changed_cameras
from h3dstudio.priors.fitting.head_finder import CLEAR


def test_corrected_is_said_only_where_the_photos_agree() -> None:
    assert about_changed_cameras(CLEAR + 0.1, ()) == "The cameras were off and have been corrected."


@pytest.mark.parametrize(("correlation", "caveats"), [(CLEAR, ()), (0.05, ()), (0.05, ("x",)), (0.9, ("x",))])
def test_low_confidence_is_never_called_a_correction(correlation: float, caveats: tuple[str, ...]) -> None:
    said = about_changed_cameras(correlation, caveats)
    assert "corrected" not in said
    assert "check that photos, masks and cameras belong together" in said
