"""Names of points: what is none though it stands there, and the lists that points without names follow."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace

from h3dstudio.data.landmark_files.entry import Entry, Vector
from h3dstudio.data.landmark_lists import H3DS, MULTI_PIE, STANDARD_LISTS
from h3dstudio.errors import LandmarkError

MEDIAPIPE_OF_H3DS = {
    "right_eye": 133,
    "left_eye": 362,
    "nose_tip": 4,
    "nose_base": 2,
    "right_lips": 61,
    "left_lips": 291,
}
"""The six among the 468 of MediaPipe's canonical_face_model.obj; ten more, of 478, are the irises."""
_NUMBER = re.compile(r"[+-]?\d{1,9}")


def _mediapipe(count: int) -> tuple[str, ...]:
    names = [f"mediapipe_{number:03d}" for number in range(count)]
    for name, place in MEDIAPIPE_OF_H3DS.items():
        names[place] = name
    return tuple(names)


BY_COUNT = {68: STANDARD_LISTS[MULTI_PIE], 468: _mediapipe(468), 478: _mediapipe(478)}
"""Names of the points that programs find in photos, in their order, by how many there are."""
LISTS = {"h3ds": STANDARD_LISTS[H3DS], "68": BY_COUNT[68], "468": BY_COUNT[468], "478": BY_COUNT[478]}
"""What a user may call a list."""


def without_numbers(entries: Sequence[Entry], where: str | os.PathLike[str]) -> list[Entry]:
    """`entries`; where all names are numbers that count up from 0 or 1, they are no names.

    Raises LandmarkError where numbers stand for names in another way.
    """
    numbers = [int(entry.name) for entry in entries if _NUMBER.fullmatch(entry.name)]
    if not numbers:
        return list(entries)
    if len(numbers) == len(entries) and counts_up(numbers):
        return [replace(entry, name="") for entry in entries]
    raise LandmarkError(
        f"the number {numbers[0]} stands where a landmark's name is expected",
        where=where,
        remedy="Write names, such as nose_tip; numbers are taken as an order only where they are 1, 2, 3, …",
    )


def counts_up(numbers: Sequence[int]) -> bool:
    """Whether they are 0, 1, 2, … or 1, 2, 3, …"""
    start = numbers[0] if numbers else -1
    return start in (0, 1) and list(numbers) == list(range(start, start + len(numbers)))


def by_count(entries: Sequence[Entry]) -> list[Entry]:
    """Points without names as those of `BY_COUNT`, where their number is one of it."""
    names = BY_COUNT.get(len(entries), ("",) * len(entries))
    return [replace(entry, name=name) for entry, name in zip(entries, names, strict=True)]


def in_listed_order(entries: Sequence[Entry], where: str | os.PathLike[str]) -> list[Vector]:
    """The positions of `entries`, which are a whole list of `BY_COUNT`, in its order.

    Raises LandmarkError for any other set: a format without names could not say what it is.
    """
    at = {entry.name: entry.position for entry in entries if entry.position is not None}
    for names in BY_COUNT.values():
        if set(at) == set(names):
            return [at[name] for name in names]
    counts = ", ".join(map(str, BY_COUNT))
    raise LandmarkError(
        f"this format has no names, so it holds a whole list of {counts} points alone; {len(at)} are placed",
        where=where,
        remedy="Choose a format with names, such as .csv, .pp or .mrk.json",
    )


def named(entries: Sequence[Entry], names: str, where: str | os.PathLike[str]) -> list[Entry]:
    """`entries` with the names that a user gives them; "" gives none, and they must have their own.

    Args:
        names: one of `LISTS`, or the names themselves with commas between, in the file's order.

    Raises LandmarkError where there are no names, or another number of them.
    """
    if names:
        wanted = LISTS.get(names) or tuple(each.strip() for each in names.split(","))
        return renamed(entries, wanted, where)
    if all(entry.name for entry in entries):
        return list(entries)
    count = len(entries)
    lists = [key for key, listed in LISTS.items() if len(listed) == count] or ["a,b,c"]
    raise LandmarkError(
        f"{'the point has no name' if count == 1 else f'the {count} points have no names'}, and the order "
        "alone does not say what they are",
        where=where,
        remedy=f"Name them in the file, or say their names in order: --names {' or --names '.join(lists)}",
    )


def renamed(entries: Sequence[Entry], names: Sequence[str], where: str | os.PathLike[str]) -> list[Entry]:
    """`entries` named as `names`, in order. Raises LandmarkError for another number of them, or doubles."""
    if len(entries) != len(names):
        raise LandmarkError(
            f"there are {len(entries)} points in the file, but {len(names)} names for them",
            where=where,
            remedy="Give a name for each point, in the file's order",
        )
    if not all(names) or len(set(names)) < len(names):
        raise LandmarkError("a name for the points is empty or comes twice", where=where, remedy="Mend it")
    return [replace(entry, name=name) for entry, name in zip(entries, names, strict=True)]
