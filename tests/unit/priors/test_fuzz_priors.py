"""A hundred damaged head priors, other ones each day: loaded with finite numbers, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from h3dstudio.errors import PriorError
from h3dstudio.priors.linear.file import write_linear_prior
from h3dstudio.priors.load import load_prior
from tests.unit.data.damage import SEED, damaged
from tests.unit.priors.test_file_header import small_prior

pytestmark = pytest.mark.timeout(300)


def test_damaged_priors(tmp_path: Path) -> None:
    good, path = tmp_path / "good.h3dprior", tmp_path / "damaged.h3dprior"
    write_linear_prior(good, small_prior())
    for number, copy in enumerate(damaged(good.read_bytes(), "prior")):
        path.write_bytes(copy)
        try:
            prior = load_prior(path)
        except PriorError as error:
            assert str(path) in str(error), (SEED, number)  # noqa: PT017
        except Exception as error:
            raise AssertionError(f"seed {SEED}, file {number}: {error!r}") from error
        else:
            assert torch.isfinite(prior.bake(torch.zeros(prior.size))).all(), (SEED, number)
