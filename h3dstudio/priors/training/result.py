"""What every family's training ends with."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from h3dstudio.jobs.events import Event
from h3dstudio.jobs.job import Request
from h3dstudio.priors.file_header import Arrays


@dataclass(frozen=True, eq=False)
class TrainedPrior:
    """A prior, ready to be written.

    Attributes:
        family, arrays: as in `data.prior_files.PriorFile`.
        heads: how many it was trained on.
        rejected: how many heads were unusable.
        figures: what was measured: "held-out mm" and the like.
        early: whether it was asked to finish before its time.
        hair: how many of the latent's last numbers are hair.
    """

    family: str
    arrays: Arrays
    heads: int
    rejected: int = 0
    figures: Mapping[str, object] = field(default_factory=dict)
    early: bool = False
    hair: int = 0


PriorStream = Generator[Event, Request | None, TrainedPrior]
"""What `training.prior.linear.train_linear` and its kin return. Their shape:

    def train_family(population, settings, *, work: Path, resume: bool) -> PriorStream

`work` is a folder for checkpoints that exists; with `resume` the training goes on from what lies in it.
"""
