"""The name of a run's inputs: a checkpoint goes on only with what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from h3dstudio.data.scan import LoadedView
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.schedule import Schedule
from h3dstudio.methods.settings import ReconstructionSettings


def fingerprint_of(
    views: Sequence[LoadedView],
    settings: ReconstructionSettings,
    schedule: Schedule,
    frame: Similarity,
    radius: float,
) -> str:
    """SHA-256 of settings, schedule, frame, and of every camera, photo and mask."""
    digest = hashlib.sha256(json.dumps(settings.as_dict(), sort_keys=True).encode())
    digest.update(repr(schedule).encode())
    digest.update(frame.matrix.tobytes() + np.float64(radius).tobytes())
    for view in views:
        digest.update(np.ascontiguousarray(view.view.camera.projection).tobytes())
        digest.update(np.ascontiguousarray(view.image).tobytes())
        digest.update(np.packbits(view.mask).tobytes())
    return digest.hexdigest()
