"""Jobs as JSON: what was described comes back, whatever else is refused."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h3dstudio.data.population.augmentation import Augmentation
from h3dstudio.errors import ProjectError
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.hull_grid import HullGridSettings
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.session.priors.training import PriorTrainingJob
from h3dstudio.session.project.sections import Json
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.job_states import job_from, job_state, settings_from, settings_state

RECONSTRUCTION = ReconstructionJob(
    Path("/scans/a"),
    Path("/runs/a"),
    H3DGridSettings(quality="draft", device="cuda:1", seed=7, prior="/p/x.h3dprior", landmarks="none"),
    "0,8,",
)
TRAINING = PriorTrainingJob(
    Path("/heads.npz"),
    Path("/p/x.h3dprior"),
    PriorSettings(heads=20, components=5, augmentation=Augmentation(hair=0.5)),
    command="studio",
)


@pytest.mark.parametrize("job", [RECONSTRUCTION, TRAINING])
def test_a_job_comes_back(job: ReconstructionJob | PriorTrainingJob) -> None:
    assert job_from(json.loads(json.dumps(job_state(job, None)))) == job


def test_the_folder_that_was_made_stands_for_the_one_asked_for() -> None:
    back = job_from(job_state(RECONSTRUCTION, Path("/runs/a-2")))
    assert back == replace(RECONSTRUCTION, out=Path("/runs/a-2"))


def test_settings_of_an_older_version_take_the_defaults() -> None:
    assert settings_from({"quality": "high"}) == H3DGridSettings(quality="high")
    assert settings_from(settings_state(RECONSTRUCTION.settings)) == RECONSTRUCTION.settings


def test_settings_of_format_1_come_under_todays_names() -> None:
    old = {"method": "idr", "quality": "draft", "prior": "", "landmarks": "auto", "refine_cameras": "auto"}
    assert settings_from(old) == HullGridSettings(quality="draft")
    assert settings_from({**old, "method": "h3d-net"}) == H3DGridSettings(quality="draft")
    with pytest.raises(ProjectError, match="idr"):
        settings_from({"format": 2, "method": "idr"})


@pytest.mark.parametrize(
    "settings",
    [[], {"quality": "best"}, {"seed": "x"}, {"device": "tpu"}, {"prior": "relative"}, {"seed": True}],
)
def test_wrong_settings_are_refused(settings: Json) -> None:
    with pytest.raises(ProjectError):
        settings_from(settings)


json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from([RECONSTRUCTION, TRAINING]),
    st.dictionaries(st.sampled_from(["kind", "scan", "out", "views", "settings", "population"]), json_values),
)
def test_any_change_of_a_job_is_read_or_refused(
    job: ReconstructionJob | PriorTrainingJob, changes: dict[str, Json]
) -> None:
    with contextlib.suppress(ProjectError):
        job_from({**job_state(job, None), **changes})


@given(st.dictionaries(st.sampled_from(["heads", "steps", "components", "augmentation"]), json_values))
def test_any_training_settings_are_read_or_refused(changes: dict[str, Json]) -> None:
    state = job_state(TRAINING, None)
    assert isinstance(state["settings"], dict)
    with contextlib.suppress(ProjectError):
        job_from({**state, "settings": {**state["settings"], **changes}})
