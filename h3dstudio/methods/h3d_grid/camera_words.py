"""What a run may claim of cameras that it changed: that they are right only where photos agree now."""

from __future__ import annotations

from collections.abc import Sequence

from h3dstudio.priors.fitting.head_finder import CLEAR


def about_changed_cameras(agreement: float, caveats: Sequence[str]) -> str:
    """The line for the log.

    Args:
        agreement: of the photos on the head, with the changed cameras.
        caveats: why the head may be wrong.
    """
    check = "check that photos, masks and cameras belong together"
    if agreement <= CLEAR:
        return f"The cameras were changed, but the photos still disagree ({agreement:.2f} of 1): {check}."
    if caveats:
        return f"The cameras were changed and the photos agree better, but confidence stays low: {check}."
    return "The cameras were off and have been corrected."
