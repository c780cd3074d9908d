"""H3D grid: the head of a learned prior that photos and masks show, then refined on the photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from h3dstudio.methods.grid_settings import GridSettings
from h3dstudio.methods.method import Capture, Method, Needs, Session
from h3dstudio.methods.settings import PRIOR_FILE, Choice, setting

LANDMARKS = {
    "auto": Choice("Start from landmarks"),
    "none": Choice("Find the head's pose"),
}
REFINE_CAMERAS = {
    "auto": Choice("Refine if off"),
    "on": Choice("Always refine"),
    "off": Choice("Keep as is"),
}


@dataclass(frozen=True, kw_only=True)
class H3DGridSettings(GridSettings):
    """Settings of the H3D grid."""

    method: ClassVar[str] = "h3d-grid"

    prior: str = setting(
        "", label="Prior", help="Head prior to start from: the bundled one, or a file", kind=PRIOR_FILE
    )
    landmarks: str = setting(
        "auto",
        label="Landmarks",
        help=(
            "Place the prior's head by the scan's landmarks, where it has some; "
            "without them its place is found from masks and photos"
        ),
        choices=LANDMARKS,
    )
    refine_cameras: str = setting(
        "auto",
        label="Cameras",
        help="Whether the cameras' positions may be corrected while the photos are matched",
        choices=REFINE_CAMERAS,
    )


def _start(capture: Capture, settings: Any) -> Session:
    from h3dstudio.methods.h3d_grid.session import H3DGridSession

    return H3DGridSession(capture, settings)


METHOD = Method(
    id="h3d-grid",
    title="H3D grid",
    hint="Head prior, then photos, in seconds.",
    tip=(
        "First the head of a prior that the photos show, then its surface refined on the photos. "
        "Three photos are enough; where they see nothing, the prior holds. "
        "H3D-Net's structure, solved on grids instead of by its networks."
    ),
    settings=H3DGridSettings,
    start=_start,
    needs=Needs(prior=True),
    packages=(
        "h3dstudio.surface",
        "h3dstudio.photometry",
        "h3dstudio.priors.fitting",
        "h3dstudio.priors",
        "h3dstudio.grid_solver",
        "h3dstudio.methods.h3d_grid",
    ),
)
