"""Trainings of a prior do not mix."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from h3dstudio.data.file_lock import held
from h3dstudio.errors import OutputError
from h3dstudio.session.priors.training import LOCK, PriorTrainingJob
from tests.unit.data.synthesis.heads import ball


def test_a_second_training_of_one_file_is_told_who_is_at_work(tmp_path: Path) -> None:
    from h3dstudio.data.mesh_files import write_mesh

    (tmp_path / "heads").mkdir()
    write_mesh(tmp_path / "heads" / "one.ply", ball(100.0, 2, (0, 0, 0)))
    job = PriorTrainingJob(tmp_path / "heads", tmp_path / "my.h3dprior")
    job.work.mkdir()
    with (
        held(job.work / LOCK, "this training"),
        pytest.raises(OutputError, match=f"process {os.getpid()} .* is at work on this training"),
    ):
        list(job.events())
    assert not job.out.exists()
