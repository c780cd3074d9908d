"""Reading JSON that anybody may have written: every value is checked, and an error names its place."""

from __future__ import annotations

import math
import os
from typing import Self

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError, H3DError


class Fields:
    """One JSON object, read field by field. Every method raises ERROR for another type.

    Args:
        content: what `json.loads` gave.
        where: the file, for messages.
        path: where in the file the object stands: "strict.as_given.face".
    """

    ERROR: type[H3DError] = EvaluationError
    REMEDY = "Evaluate the mesh again"

    def __init__(self, content: object, where: str | os.PathLike[str], path: str = "") -> None:
        self._where, self._path = where, path
        if not isinstance(content, dict):
            raise self._wrong("", content, "an object")
        self._content: dict[str, object] = content

    @property
    def names(self) -> list[str]:
        """The fields that are there."""
        return list(self._content)

    def raw(self, name: str) -> object:
        """Any value; None where the field is absent."""
        return self._content.get(name)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._content.get(name) is not None

    def number(self, name: str) -> float:
        value = self._content.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise self._wrong(name, value, "a number")
        return float(value)

    def optional_number(self, name: str) -> float | None:
        return self.number(name) if self.has(name) else None

    def count(self, name: str) -> int:
        """A whole number, 0 or more."""
        value = self._content.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._wrong(name, value, "a whole number")
        return value

    def text(self, name: str) -> str:
        value = self._content.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, value, "a text")
        return value

    def flag(self, name: str) -> bool:
        value = self._content.get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true or false")
        return value

    def section(self, name: str) -> Self:
        return type(self)(self._content.get(name), self._where, self._at(name))

    def sections(self, name: str) -> list[Self]:
        """A list of objects."""
        found = self._list(name)
        return [
            type(self)(entry, self._where, f"{self._at(name)}[{number}]")
            for number, entry in enumerate(found)
        ]

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._list(name)
        if not all(isinstance(entry, str) for entry in found):
            raise self._wrong(name, found, "a list of texts")
        return tuple(str(entry) for entry in found)

    def matrix(self, name: str) -> NDArray[np.float64]:
        """(4, 4) finite and invertible."""
        value = self._content.get(name)
        try:
            matrix = np.array(value, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise self._wrong(name, value, "a 4x4 matrix") from None
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all() or np.linalg.det(matrix[:3, :3]) == 0:
            raise self._wrong(name, value, "an invertible 4x4 matrix")
        return matrix

    def wrong(self, name: str, expected: str) -> H3DError:
        """The error for a field whose value is of the right type and yet not `expected`."""
        return self._wrong(name, self._content.get(name), expected)

    def _list(self, name: str) -> list[object]:
        value = self._content.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, value, "a list")
        return value

    def _at(self, name: str) -> str:
        return ".".join(part for part in (self._path, name) if part)

    def _wrong(self, name: str, found: object, expected: str) -> H3DError:
        at = self._at(name) or "the content"
        return self.ERROR(
            f"{at} is {_short(found)}, expected {expected}", where=self._where, remedy=self.REMEDY
        )


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _short(value: object) -> str:
    if value is None:
        return "missing"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
