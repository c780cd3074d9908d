"""Running a generator to its end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

News = TypeVar("News")
Result = TypeVar("Result")


def ended(stream: Generator[News, Any, Result]) -> tuple[list[News], Result]:
    """All it yields, and what it returns."""
    news: list[News] = []
    while True:
        try:
            news.append(next(stream))
        except StopIteration as end:
            return news, end.value
