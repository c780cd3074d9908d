"""`cells/<cell>.json`: how far a cell came. Written by the batch alone, each time whole."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from pathlib import Path

from h3dstudio.data.atomic import write_json
from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.session.batch.cells import Cell, Recipe, smaller_quality
from h3dstudio.session.batch.checked import RecordFields, read_json
from h3dstudio.session.batch.manifest import read_cell

FOLDER = "cells"
KIND, FORMAT = "h3dstudio batch cell", 1


class CellState(enum.Enum):
    """The value is what a user reads."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Reduction:
    """A smaller quality that had to be taken, and why."""

    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class CellRecord:
    """How far a cell came.

    Attributes:
        quality: in use now: the one asked for, or the last reduction's.
        attempts: how often it was started, all in all.
        seconds: of the finished run, its evaluation included.
        problem: why it failed, "" where it did not.
    """

    cell: Cell
    quality: str
    state: CellState = CellState.WAITING
    attempts: int = 0
    reductions: tuple[Reduction, ...] = ()
    seconds: float = 0.0
    problem: str = ""

    @property
    def reduced(self) -> bool:
        return bool(self.reductions)

    def started(self) -> CellRecord:
        return replace(self, state=CellState.RUNNING, attempts=self.attempts + 1, problem="")

    def with_smaller_quality(self, reason: str) -> CellRecord | None:
        """The same cell with the next smaller quality; None where there is none."""
        smaller = smaller_quality(self.quality)
        if not smaller:
            return None
        step = Reduction(self.quality, smaller, reason)
        return replace(self, quality=step.after, reductions=(*self.reductions, step))

    def as_dict(self) -> dict[str, object]:
        cell = self.cell
        return {
            "kind": KIND,
            "format": FORMAT,
            "scan": cell.scan,
            "views": cell.views,
            "method": cell.method,
            "quality": self.quality,
            "state": self.state.value,
            "attempts": self.attempts,
            "reductions": [
                {"from": one.before, "to": one.after, "reason": one.reason} for one in self.reductions
            ],
            "seconds": round(self.seconds, 3),
            "problem": self.problem,
        }


def record_path(results: Path, recipe: Recipe, cell: Cell) -> Path:
    """Where the cell's record is; it keeps its name when the quality is reduced."""
    return results / FOLDER / f"{recipe.name(cell)}.json"


def write_record(results: Path, recipe: Recipe, record: CellRecord) -> None:
    """Raises OutputError."""
    write_json(record_path(results, recipe, record.cell), record.as_dict())


def read_record(results: Path, recipe: Recipe, cell: Cell) -> CellRecord:
    """The cell's record, a fresh one where there is none. Raises OutputError for a damaged one."""
    path = record_path(results, recipe, cell)
    if not path.exists():
        return CellRecord(cell, recipe.quality)
    content = RecordFields(read_json(path), path)
    content.check_kind(KIND, FORMAT)
    if read_cell(content, recipe.format) != cell:
        raise content.refused("it is the record of another cell")
    reductions = tuple(_reduction(one) for one in content.sections("reductions"))
    steps = [recipe.quality, *(one.after for one in reductions)]
    if content.text("quality") != steps[-1] or [one.before for one in reductions] != steps[:-1]:
        raise content.refused("its quality does not fit its reductions")
    return CellRecord(
        cell,
        steps[-1],
        _state(content),
        content.count("attempts"),
        reductions,
        max(0.0, content.number("seconds")),
        content.text("problem"),
    )


def _reduction(content: RecordFields) -> Reduction:
    step = Reduction(content.text("from"), content.text("to"), content.text("reason"))
    for name in ("from", "to"):
        if content.text(name) not in QUALITIES:
            raise content.wrong(name, f"one of {', '.join(QUALITIES)}")
    order = list(QUALITIES)
    if order.index(step.after) >= order.index(step.before):
        raise content.wrong("to", f"a smaller quality than {step.before}")
    return step


def _state(content: RecordFields) -> CellState:
    for state in CellState:
        if state.value == content.text("state"):
            return state
    raise content.wrong("state", f"one of {', '.join(state.value for state in CellState)}")
