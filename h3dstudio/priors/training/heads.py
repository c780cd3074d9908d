"""Which head is for what: the plan of a training, fixed by its seed alone.

Random streams are keyed so that they meet no one else's: heads drawn for training from
`default_rng([20261120, seed, index])`, held-out heads from `default_rng([20261121, seed, index])`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from h3dstudio.data.population.augment import augmented, scaled
from h3dstudio.data.population.head import Head, HeadPopulation
from h3dstudio.data.population.mixture import Mixture
from h3dstudio.errors import PriorError
from h3dstudio.priors.training.settings import PriorSettings

TRAINING_STREAM, HELD_OUT_STREAM = 20261120, 20261121
MOST_COPIES = 8


@dataclass(frozen=True)
class PlannedHead:
    """One head to come: its index in the population and the key of its random stream.

    Attributes:
        member: which population of a mixture it is of.
    """

    index: int
    stream: tuple[int, int, int]
    member: int = 0

    @property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.stream)

    @property
    def sampling_rng(self) -> np.random.Generator:
        """For what is taken from the head once it is there."""
        return np.random.default_rng([*self.stream, 1])


@dataclass(frozen=True)
class HeadPlan:
    """What is trained on and what is kept out; no head of a finite population is in both."""

    training: tuple[PlannedHead, ...]
    held_out: tuple[PlannedHead, ...]


def plan_heads(population: HeadPopulation, settings: PriorSettings) -> HeadPlan:
    """The plan for `population`. Raises PriorError when it has too few heads.

    A finite population is shuffled by the seed; at most a fifth of it is held out. Where it has fewer heads
    than asked for, heads are used again under other augmentations, at most eight times each. Each population
    of a mixture is planned as if it were alone, with its share of the heads; they take turns.
    """
    if isinstance(population, Mixture):
        return _mixed(population, settings)
    if population.count is None:
        train, held = list(range(settings.heads)), list(range(settings.held_out))
    else:
        train, held = _split(population, settings)
    return HeadPlan(
        tuple(PlannedHead(i, (TRAINING_STREAM, settings.seed, k)) for k, i in enumerate(train)),
        tuple(PlannedHead(i, (HELD_OUT_STREAM, settings.seed, k)) for k, i in enumerate(held)),
    )


def _mixed(mixture: Mixture, settings: PriorSettings) -> HeadPlan:
    wanted = zip(
        mixture.members, mixture.shares(settings.heads), mixture.shares(settings.held_out), strict=True
    )
    plans = [
        plan_heads(member, replace(settings, heads=max(heads, 2), held_out=held_out))
        for member, heads, held_out in wanted
    ]

    def in_turn(rows: Sequence[tuple[PlannedHead, ...]]) -> tuple[PlannedHead, ...]:
        return tuple(
            replace(row[turn], index=mixture.place(member, row[turn].index), member=member)
            for turn in range(max(len(row) for row in rows))
            for member, row in enumerate(rows)
            if turn < len(row)
        )

    return HeadPlan(in_turn([plan.training for plan in plans]), in_turn([plan.held_out for plan in plans]))


def _split(population: HeadPopulation, settings: PriorSettings) -> tuple[list[int], list[int]]:
    count = population.count or 0
    if count < 3:
        raise PriorError(
            f"the population has {count} heads, expected at least 3",
            where=population.name,
            remedy="Add head meshes to it",
        )
    order = [int(i) for i in np.random.default_rng([HELD_OUT_STREAM, settings.seed]).permutation(count)]
    kept_out = min(settings.held_out, count // 5)
    pool = order[kept_out:]
    copies = MOST_COPIES if settings.augmentation.varies_meshes else 1
    wanted = min(settings.heads, copies * len(pool))
    return [pool[k % len(pool)] for k in range(wanted)], order[:kept_out]


def training_head(population: HeadPopulation, planned: PlannedHead, settings: PriorSettings) -> Head:
    """A head as it is trained on: drawn, with an expression, of the common size, augmented.

    Fits have a scale of their own: children's sizes would cost components and gain nothing. Raises H3DError
    when it is unusable.
    """
    rng = planned.rng
    options = settings.augmentation
    head = population.head(planned.index, rng, expression=options.expression)
    return augmented(scaled(head, 1 / head.growth) if head.growth != 1 else head, options, rng)


def bare(settings: PriorSettings) -> PriorSettings:
    """The settings without hair, for who samples that on its own."""
    return replace(settings, augmentation=replace(settings.augmentation, hair=0.0))


def hairy_rows(plan: HeadPlan, share: float) -> tuple[int, ...]:
    """Which of the training heads get hair, `share` of each population's, evenly spread."""
    turns: dict[int, int] = {}
    rows = []
    for row, planned in enumerate(plan.training):
        turn = turns.get(planned.member, 0)
        turns[planned.member] = turn + 1
        if int((turn + 1) * share) > int(turn * share):
            rows.append(row)
    return tuple(rows)


def held_out_head(population: HeadPopulation, planned: PlannedHead) -> Head:
    """A head as the population has it, every second draw with an expression; nothing else is added."""
    return population.head(planned.index, planned.rng, expression=0.5)


def training_heads(
    population: HeadPopulation, plan: HeadPlan, settings: PriorSettings
) -> Iterator[tuple[PlannedHead, Head]]:
    """The plan's training heads, one by one."""
    for planned in plan.training:
        yield planned, training_head(population, planned, settings)
