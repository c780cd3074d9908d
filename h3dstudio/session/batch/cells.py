"""A cell of a batch: a scan, its views and a method; and the name of its run folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from h3dstudio.errors import UsageError
from h3dstudio.methods.settings import METHODS, ReconstructionSettings
from h3dstudio.session.runs.naming import plain_name

LONGEST = 60
DIGEST = 8


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
        if self.method not in METHODS:
            raise UsageError(f"method is {self.method!r}, expected one of {', '.join(METHODS)}")

    def __str__(self) -> str:
        return f"{self.scan}, {self.views} views, {self.method}"


@dataclass(frozen=True)
class Recipe:
    """What all cells of a batch have in common.

    Attributes:
        settings: of the reconstructions; a cell's method takes the place of theirs.
        threads: cores of one worker; another number changes the last digits of a mesh.
    """

    settings: ReconstructionSettings
    threads: int = 1

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise UsageError(f"threads is {self.threads}, expected at least 1")

    def settings_for(self, cell: Cell, quality: str = "") -> ReconstructionSettings:
        """The cell's settings; `quality` where it is not the one that was asked for."""
        return replace(self.settings, method=cell.method, quality=quality or self.settings.quality)

    def name(self, cell: Cell, quality: str = "") -> str:
        """The cell's run folder in RESULTS, for this quality.

        Readable, plain enough for every file system, and ending with a digest of all that makes the result.
        """
        settings = self.settings_for(cell, quality)
        identity = [cell.scan, cell.views, settings.as_dict(), self.threads]
        digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:DIGEST]
        scan = plain_name(cell.scan.rpartition("/")[2])[:LONGEST]
        return f"{scan}-{plain_name(cell.views)[:LONGEST]}-{cell.method}-{settings.quality}-{digest}"
