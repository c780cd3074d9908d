"""Hull grid: from the visual hull of the masks, refined on the photos; no prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from h3dstudio.methods.grid_settings import GridSettings
from h3dstudio.methods.method import Capture, Method, Session


@dataclass(frozen=True, kw_only=True)
class HullGridSettings(GridSettings):
    """Settings of the hull grid."""

    method: ClassVar[str] = "hull-grid"


def _start(capture: Capture, settings: Any) -> Session:
    from h3dstudio.methods.hull_grid.session import HullGridSession

    return HullGridSession(capture, settings)


METHOD = Method(
    id="hull-grid",
    title="Hull grid",
    hint="From the hull of the masks, no prior.",
    tip=(
        "From photos and masks alone: the hull of the masks, carved by what the photos agree on. "
        "Knows nothing of heads; needs views from all sides."
    ),
    settings=HullGridSettings,
    start=_start,
    packages=(
        "h3dstudio.surface",
        "h3dstudio.photometry",
        "h3dstudio.grid_solver",
    ),
)
