"""The setting that all grid methods share."""

from __future__ import annotations

from dataclasses import dataclass

from h3dstudio.methods.settings import Choice, MethodSettings, setting

QUALITIES = {
    "draft": Choice("Draft", "A quick look at the shape."),
    "standard": Choice("Standard", "The default: full accuracy, in less than a minute on two cores."),
    "high": Choice("High", "A finer surface; takes a few times longer."),
}


@dataclass(frozen=True, kw_only=True)
class GridSettings(MethodSettings):
    """Settings of a grid method."""

    quality: str = setting(
        "standard", label="Quality", help="How fine, and how long it takes", choices=QUALITIES
    )
