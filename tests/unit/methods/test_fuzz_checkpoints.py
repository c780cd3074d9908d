"""A hundred damaged checkpoints, other ones each day: gone on from, or refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from h3dstudio.errors import ReconstructionError
from h3dstudio.methods.checkpoint import Checkpoints
from tests.unit.data.damage import SEED, damaged
from tests.unit.methods.test_checkpoint import IDENTITY, STATE, saved

pytestmark = pytest.mark.timeout(300)


def test_damaged_checkpoints(tmp_path: Path) -> None:
    path = saved(tmp_path / "checkpoint.npz")
    for number, copy in enumerate(damaged(path.read_bytes(), "checkpoint")):
        path.write_bytes(copy)
        try:
            state = Checkpoints(path, IDENTITY).load()
        except ReconstructionError as error:
            assert str(path) in str(error), (SEED, number)  # noqa: PT017
        except Exception as error:
            raise AssertionError(f"seed {SEED}, file {number}: {error!r}") from error
        else:
            assert state is not None
            assert set(state.arrays) <= set(STATE.arrays)
            assert all(isinstance(array, np.ndarray) for array in state.arrays.values())
