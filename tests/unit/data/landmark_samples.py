"""One set of landmarks in every format, and where the faulty files that people brought lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.data.landmark_files import FORMATS, Entry, LandmarkFormat
from h3dstudio.data.landmark_files.names import BY_COUNT
from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.geometry.surface_points import vector

REPOSITORY = Path(__file__).resolve().parents[3]
CASES = REPOSITORY.parent / "shared" / "cases"
DEMO = REPOSITORY / "resources" / "demo_scan"
SIX = {
    "right_eye": (-17.934, 31.926, 91.648),
    "left_eye": (18.043, 31.837, 91.800),
    "nose_tip": (1.775, 7.065, 129.344),
    "nose_base": (2.667, -10.728, 116.332),
    "right_lips": (-18.356, -32.164, 104.043),
    "left_lips": (25.323, -30.949, 99.324),
}
"""Of the demo scan, whose vertices they are."""
assert tuple(SIX) == H3DS_LANDMARKS
WRITERS = [one for one in FORMATS if one.write is not None]
WHOLE_LISTS = ("ibug", "points-json")
"""Formats without names, which hold whole lists alone."""


def case(name: str) -> Path:
    """The file or folder `name` of the cases; skips where they are not beside the checkout."""
    if not (CASES / name).exists():
        pytest.skip(f"there is no {name} in {CASES}")
    return CASES / name


def entries_for(one: LandmarkFormat) -> list[Entry]:
    """The six, or the 68 for a format that holds whole lists."""
    if one.key in WHOLE_LISTS:
        places = np.random.default_rng(0).uniform(-90, 90, (68, 3)).round(4)
        return [Entry(name, vector(place)) for name, place in zip(BY_COUNT[68], places, strict=True)]
    return [Entry(name, at) for name, at in SIX.items()]
