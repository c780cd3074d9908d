"""What a run may claim of cameras that it changed."""

from __future__ import annotations

import pytest

from h3dstudio.training.head_start import CLEAR
from h3dstudio.training.latent_phase import said_of_cameras


def test_corrected_is_said_only_where_the_photos_agree() -> None:
    assert said_of_cameras(CLEAR + 0.1, ()) == "The cameras were off and have been corrected."


@pytest.mark.parametrize(("correlation", "doubts"), [(CLEAR, ()), (0.05, ()), (0.05, ("x",)), (0.9, ("x",))])
def test_low_confidence_is_never_called_a_correction(correlation: float, doubts: tuple[str, ...]) -> None:
    said = said_of_cameras(correlation, doubts)
    assert "corrected" not in said
    assert "check that photos, masks and cameras belong together" in said
