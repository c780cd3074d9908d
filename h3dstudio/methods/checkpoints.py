"""The file that a run goes on from after it was stopped or killed."""

from __future__ import annotations

import time
from pathlib import Path

import torch

from h3dstudio.grid_solver.state import SceneState, load_state, save_state

CHECKPOINT_SECONDS = 3.0
"""A killed run loses at most about this much work."""


class Checkpoints:
    """Keeps the latest state in one file.

    Args:
        path: None keeps nothing.
        fingerprint: names the inputs, settings and schedule that the file belongs to.
    """

    def __init__(self, path: Path | None, fingerprint: str) -> None:
        self.path, self._fingerprint = path, fingerprint
        self._saved = time.monotonic()

    def load(self, device: torch.device) -> SceneState | None:
        """What was kept; None where nothing was. Raises ReconstructionError for a file of another run."""
        if self.path is None or not self.path.exists():
            return None
        return load_state(self.path, self._fingerprint, device)

    def due(self) -> bool:
        """Whether enough time has passed since the last one."""
        return time.monotonic() - self._saved >= CHECKPOINT_SECONDS

    def save(self, state: SceneState) -> None:
        if self.path is not None:
            save_state(self.path, state, self._fingerprint)
        self._saved = time.monotonic()
