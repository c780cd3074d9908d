"""Whom to make of the MakeHuman targets: age, gender, origin, build, details of the face, an expression.

Each is a table of target weights. Macro targets are weighted by products of shares between neighbours, pairs
of opposite targets are one signed number, and left and right go nearly together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

ORIGINS = ("african", "asian", "caucasian")
AGES = {"baby": 1.0, "child": 10.0, "young": 25.0, "old": 90.0}
"""The year at which each macro target stands alone."""
OPPOSITES = {
    "decr": "incr",
    "down": "up",
    "in": "out",
    "backward": "forward",
    "concave": "convex",
    "compress": "uncompress",
}
HEAD_SHAPE_SHARE = 0.6
"""Of the heads that have one of the named head shapes (round, oval, ...)."""
ASYMMETRY = 0.1
"""Of a detail's range, by which left and right differ."""
CHILD_YEARS, CHILD_DETAIL = 12.0, 0.6
"""Details are made for adults: on smaller children they are weakened."""
UNITS_AT_ONCE = 5
OPENED = ("open", "pursing")
"""Expression units that gape at full weight."""

Weights = dict[str, float]


@dataclass(frozen=True)
class Person:
    """What the macro targets ask for.

    Attributes:
        gender: 0 female to 1 male.
        age: years, 1 to 90.
        origin: shares of `ORIGINS`, which sum to 1.
        muscle, weight: 0 to 1, 1/2 is average.
        size: about 1; by how much the head is larger than others of its age.
    """

    gender: float = 0.5
    age: float = 25.0
    origin: tuple[float, float, float] = (1 / 3, 1 / 3, 1 / 3)
    muscle: float = 0.5
    weight: float = 0.5
    size: float = 1.0


def draw_person(rng: np.random.Generator) -> Person:
    """Two of three are 16 to 60 years old, the others younger and older in equal parts."""
    first, last = ((4, 16), (16, 60), (60, 88))[int(rng.choice(3, p=[1 / 6, 2 / 3, 1 / 6]))]
    african, asian, caucasian = rng.dirichlet([0.5] * 3)
    return Person(
        gender=float(np.clip(rng.integers(2) + rng.normal(0, 0.12), 0, 1)),
        age=float(rng.uniform(first, last)),
        origin=(float(african), float(asian), float(caucasian)),
        muscle=float(rng.uniform(0.25, 0.75)),
        weight=float(rng.uniform(0.2, 0.85)),
        size=float(rng.uniform(0.96, 1.04)),
    )


def macro_weights(person: Person) -> Weights:
    """Of the targets `ORIGIN-GENDER-AGE` and `universal-GENDER-AGE-MUSCLE-WEIGHT`."""
    genders = _shares(person.gender, {"female": 0.0, "male": 1.0})
    ages = _shares(person.age, AGES)
    builds = {"min": 0.0, "average": 0.5, "max": 1.0}
    muscles, fats = _shares(person.muscle, builds), _shares(person.weight, builds)
    out: Weights = {}
    for gender, of_gender in genders.items():
        for age, of_age in ages.items():
            share = of_gender * of_age
            for origin, of_origin in zip(ORIGINS, person.origin, strict=True):
                out[f"{origin}-{gender}-{age}"] = share * of_origin
            for muscle, of_muscle in muscles.items():
                for fat, of_fat in fats.items():
                    out[f"universal-{gender}-{age}-{muscle}muscle-{fat}weight"] = share * of_muscle * of_fat
    return out


def _shares(value: float, stations: Mapping[str, float]) -> Weights:
    """How much of each station a value between two neighbours has; they sum to 1."""
    names, places = list(stations), np.array(list(stations.values()))
    at = float(np.interp(value, places, np.arange(len(places))))
    shares = np.maximum(0.0, 1 - np.abs(np.arange(len(places)) - at))
    return {name: float(share) for name, share in zip(names, shares, strict=True) if share > 0}


@dataclass(frozen=True)
class Modifier:
    """A signed number of a face: the targets that +1 and -1 stand for, per side; "" where there is none."""

    group: str
    sides: tuple[tuple[str, str], ...]

    @property
    def head_shape(self) -> bool:
        """Whether it is one of the shapes that exclude each other."""
        return self.group == "head" and not self.sides[0][1]


@cache
def modifiers(names: Sequence[str], groups: Sequence[str]) -> tuple[Modifier, ...]:
    """What the targets but macro and expression ones make, in the order of the file."""
    group_of = dict(zip(names, groups, strict=True))
    found: dict[tuple[str, str], tuple[str, list[tuple[str, str]]]] = {}
    for name, group in group_of.items():
        if group in ("macro", "expression"):
            continue
        stem, _, end = name.rpartition("-")
        pair = next(((low, high) for low, high in OPPOSITES.items() if end in (low, high)), None)
        both = (f"{stem}-{pair[1]}", f"{stem}-{pair[0]}") if pair else (name, "")
        if pair and not (both[0] in group_of and both[1] in group_of):
            both = (name, "")
        if both[1] and name == both[0]:
            continue  # listed with its opposite
        own = both[0][2:] if both[0][:2] in ("l-", "r-") else both[0]
        found.setdefault((group, own), (group, []))[1].append(both)
    return tuple(Modifier(group, tuple(sides)) for group, sides in found.values())


def draw_details(
    names: Sequence[str],
    groups: Sequence[str],
    limits: Mapping[str, float],
    rng: np.random.Generator,
    strength: float = 1.0,
) -> Weights:
    """Independent uniform details within the plausible range `limits`, times `strength`."""
    all_modifiers = modifiers(tuple(names), tuple(groups))
    out: Weights = {}
    shapes = [modifier for modifier in all_modifiers if modifier.head_shape]
    shape, amount, shaped = int(rng.integers(max(len(shapes), 1))), float(rng.random()), rng.random()
    if shapes and shaped < HEAD_SHAPE_SHARE:
        name = shapes[shape].sides[0][0]
        out[name] = amount * strength * limits[name]
    for modifier in all_modifiers:
        value = float(rng.uniform(-1, 1))
        for plus, minus in modifier.sides:
            own = value + (float(rng.uniform(-ASYMMETRY, ASYMMETRY)) if len(modifier.sides) > 1 else 0.0)
            name = plus if own > 0 else minus
            if not modifier.head_shape and name:
                out[name] = abs(own) * strength * limits[name]
    return out


def draw_expression(
    names: Sequence[str],
    groups: Sequence[str],
    origin: Sequence[float],
    rng: np.random.Generator,
    strength: float = 1.0,
) -> Weights:
    """A few expression units at once, both sides nearly alike; closed eyes are left to blinks."""
    units = sorted(
        {
            name.split("/", 1)[1]
            for name, group in zip(names, groups, strict=True)
            if group == "expression" and "/" in name and "closure" not in name
        }
    )
    # One entry for both sides of a unit.
    pairs = sorted({unit.replace("-left", "-*").replace("-right", "-*") for unit in units})
    out: Weights = {}
    if not pairs:
        return out
    for k in rng.choice(len(pairs), size=min(UNITS_AT_ONCE, len(pairs)), replace=False):
        pattern = pairs[int(k)]
        amount = strength * float(rng.uniform(0.2, 0.8))
        if any(word in pattern for word in OPENED):
            amount *= 0.6
        for unit in (
            (pattern.replace("*", "left"), pattern.replace("*", "right")) if "*" in pattern else (pattern,)
        ):
            own = amount * float(rng.uniform(0.85, 1.0))
            for name, share in zip(ORIGINS, origin, strict=True):
                out[f"{name}/{unit}"] = own * share
    return out


def detail_strength(age: float) -> float:
    """How strong details may be at an age in years."""
    return CHILD_DETAIL if age < CHILD_YEARS else 1.0
