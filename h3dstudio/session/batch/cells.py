"""A cell of a batch: a scan, its views and a method; and the name of its run folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from h3dstudio.errors import UsageError
from h3dstudio.methods.grid_settings import QUALITIES
from h3dstudio.methods.registry import RENAMED, find_method
from h3dstudio.methods.settings import MethodSettings, Value
from h3dstudio.session.runs.naming import plain_name

LONGEST = 60
DIGEST = 8
FORMAT = 2


@dataclass(frozen=True, order=True)
class Cell:
    """One reconstruction of the table.

    Attributes:
        scan: the scan's folder below the dataset, with "/" between its parts; its name where the dataset is
            one scan.
        views: a view list's name or a count; see `data.view_lists.choose_views`.
    """

    scan: str
    views: str
    method: str

    def __post_init__(self) -> None:
        if not self.scan or not self.views:
            raise UsageError("a cell of the batch names no scan or no views")
        find_method(self.method)

    def __str__(self) -> str:
        return f"{self.scan}, {self.views} views, {self.method}"


@dataclass(frozen=True)
class Recipe:
    """What all cells of a batch have in common.

    Attributes:
        options: names and values of settings; each cell's method takes those that it has.
        threads: cores of one worker; another number changes the last digits of a mesh.
        format: of the batch's file. In format 1 methods had other ids, which are in the names of its runs.
    """

    options: tuple[tuple[str, Value], ...] = ()
    threads: int = 1
    format: int = FORMAT

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise UsageError(f"threads is {self.threads}, expected at least 1")

    @staticmethod
    def of(given: Mapping[str, Value], methods: Sequence[str], threads: int = 1) -> Recipe:
        """With every setting of these methods: those that are not given are as by default.

        Raises UsageError for a setting that none of the methods has, or a value that it does not take.
        """
        defaults: dict[str, Value] = {}
        for name in methods:
            kind = find_method(name).settings
            known = {info.name: info for info in kind.infos()}
            kind.made({key: value for key, value in given.items() if key in known})
            defaults |= {key: info.default for key, info in known.items() if key not in defaults}
        if unknown := [name for name in given if name not in defaults]:
            raise UsageError(f"{', '.join(methods)} have no setting {', '.join(unknown)}")
        return Recipe(tuple(sorted({**defaults, **given}.items())), threads)

    @property
    def quality(self) -> str:
        """That cells are asked for; "" where their methods know none."""
        return str(dict(self.options).get("quality", ""))

    @property
    def device(self) -> str:
        return str(dict(self.options).get("device", "auto"))

    def settings_for(self, cell: Cell, quality: str = "") -> MethodSettings:
        """The cell's settings; `quality` where it is not the one that was asked for."""
        kind = find_method(cell.method).settings
        given = dict(self.options) | ({"quality": quality} if quality else {})
        known = {info.name for info in kind.infos()}
        return kind.made({name: value for name, value in given.items() if name in known})

    def name(self, cell: Cell, quality: str = "") -> str:
        """The cell's run folder in RESULTS, for this quality.

        Readable, plain enough for every file system, and ending with a digest of all that makes the result.
        """
        settings, method = self.settings_for(cell, quality).as_dict(), cell.method
        if self.format == 1:
            method = {new: old for old, new in RENAMED.items()}.get(method, method)
            settings = {**dict(self.options), "method": method, "quality": quality or self.quality}
        identity = [cell.scan, cell.views, settings, self.threads]
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:DIGEST]
        scan = plain_name(cell.scan.rpartition("/")[2])[:LONGEST]
        parts = (scan, plain_name(cell.views)[:LONGEST], method, quality or self.quality, digest)
        return "-".join(part for part in parts if part)


def smaller_quality(quality: str) -> str:
    """The next smaller one, "" where there is none."""
    known = tuple(QUALITIES)
    place = known.index(quality) if quality in known else 0
    return known[place - 1] if place else ""
