from __future__ import annotations

import pytest

from h3dstudio.data.images import load_views
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.resources import demo_scan
from h3dstudio.data.view_lists import choose_views
from h3dstudio.jobs.events import Event
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.run import reconstruct
from tests.unit.methods.streams import ended


@pytest.fixture(scope="session")
def demo_draft() -> tuple[list[Event], ReconstructionResult]:
    """The bundled scan with its landmarks, three views at quality draft, all else as it is by itself."""
    scan = read_scan(demo_scan())
    assert scan.ground_truth is not None
    vertices = read_mesh(scan.ground_truth).vertices
    marks = {name: vertices[index] for name, index in scan.landmarks.items()}
    settings = H3DGridSettings(quality="draft", device="cpu")
    return ended(
        reconstruct(load_views(choose_views(scan, "3")), scan.unit_sphere, settings, landmarks=marks)
    )
