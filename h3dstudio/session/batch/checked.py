"""Checked reading of a batch's JSON files, which anybody may have edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from h3dstudio.data.json_text import decoded, parse_json
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.evaluation.json_fields import Fields

LARGEST = 64 * 2**20

Made = TypeVar("Made")


class BatchFields(Fields):
    """One object of a manifest or record. Every method raises OutputError."""

    ERROR = OutputError
    REMEDY = "Choose another results folder, or repair the file"

    def refused(self, problem: str) -> H3DError:
        """What to raise about values that do not fit together."""
        return self.ERROR(problem, where=self._where, remedy=self.REMEDY)

    def check_kind(self, kind: str, *versions: int) -> int:
        """The version that the file says it is of. Raises unless it is one of these, and of this kind."""
        if self.text("kind") != kind:
            raise self.wrong("kind", repr(kind))
        found = self.count("format")
        if found > max(versions):
            raise self.refused(f"it was written by a newer version (format {found})")
        if found not in versions:
            raise self.wrong("format", " or ".join(map(str, versions)))
        return found

    def made(self, what: str, make: Callable[[], Made]) -> Made:
        """What `make` makes; what is wrong with the values is wrong with the file."""
        try:
            return make()
        except H3DError as error:
            raise self.refused(f"{what}: {error.problem}") from error


class RecordFields(BatchFields):
    """One object of a cell's record."""

    REMEDY = "Remove it: the cell's run folder tells what was done"


def read_json(path: Path) -> object:
    """What is in a JSON file. Raises OutputError."""
    try:
        if path.stat().st_size > LARGEST:
            raise OutputError("the file is too large to be one of a batch", where=path)
        return parse_json(decoded(path.read_bytes()))
    except FileNotFoundError:
        raise OutputError("there is no such file", where=path) from None
    except (OSError, ValueError, RecursionError) as error:
        raise OutputError(
            f"the file is unreadable ({error})", where=path, remedy=BatchFields.REMEDY
        ) from error
