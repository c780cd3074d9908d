"""Runs in, a report out: the job behind `h3dstudio report` and the window's Report.

A report's folder holds `report.html` (everything in one file), `report.pdf`, `report.csv` and `report.json`
(every number), and `pictures/`. Nothing else in that folder is touched.
"""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.errors import H3DError, OutputError, UsageError
from h3dstudio.jobs.events import Event, Log, Progress
from h3dstudio.jobs.job import JobStream
from h3dstudio.session.report.runs import Found, find_runs, labelled, read_run

if TYPE_CHECKING:
    from h3dstudio.evaluation.report.document import Document
    from h3dstudio.evaluation.report.run import ReportedRun
    from h3dstudio.geometry.camera import Camera

HTML, PDF, CSV, JSON, PICTURES = "report.html", "report.pdf", "report.csv", "report.json", "pictures"
FILES = (HTML, PDF, CSV, JSON)
_PICTURE = re.compile(r"(error|shape|photo|colour)-[0-9a-z-]+\.jpg")
READING, DRAWING, WRITING = 5, 3, 6
"""Steps of the progress bar: for each run, for each run again, and for the whole."""


@dataclass(frozen=True)
class ReportResult:
    """Where the report is, and how many runs it is on; `left_out` says why others are not in it."""

    folder: Path
    html: Path
    pdf: Path
    runs: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportJob:
    """Report on one run, or compare several.

    Attributes:
        runs: run folders, or folders of such, as a batch leaves them.
        out: the report's folder.
        scan: where the scan is (or the dataset with all scans), if not where the runs found it.
        cameras: a `cameras.npz` with true cameras, to judge those of the runs by.
        force: replace a report that is there; else the folder must not hold one.
    """

    runs: tuple[Path, ...]
    out: Path
    scan: Path | None = None
    cameras: Path | None = None
    force: bool = False

    def events(self) -> JobStream:
        """Read, evaluate where needed, draw, write. Returns a `ReportResult`.

        Raises EvaluationError, MeshError, ScanError, CameraError for the input, UsageError for true cameras
        with runs of several scans, OutputError for the output.
        """
        from h3dstudio.evaluation.report.content import build_document

        begun = time.monotonic()
        yield Progress(0, 0, "looking for runs")
        found = find_runs(self.runs)
        _claim(self.out, force=self.force)
        clock = _Clock(len(found) * (READING + DRAWING) + WRITING, begun)
        runs, left_out = [], []
        truth = self._true_cameras()
        for number, one in enumerate(found):
            yield clock.at(number * READING, f"reading {one.folder.name}")
            stream = read_run(one, self.scan, truth)
            try:
                while True:
                    yield clock.within(next(stream))
            except StopIteration as stop:
                runs.append(stop.value)
            except H3DError as error:
                if one.alone:
                    raise
                left_out.append(str(error))
                yield Log(f"Left out: {error}", "warning")
        if not runs:
            raise OutputError("none of the runs can be reported on", where=self.runs[0], remedy=left_out[0])
        if self.cameras is not None and len({run.facts.scan for run in runs}) > 1:
            raise UsageError(
                "true cameras are those of one scan, and the runs are of several",
                where=self.cameras,
                remedy="Report on the runs of that scan alone",
            )
        named = labelled(runs)
        made = build_document(named, command=self.command, made=_made(), left_out=left_out)
        try:
            while True:
                yield clock.next(next(made))
        except StopIteration as stop:
            document = stop.value
        yield from self._write(document, named, clock)
        return ReportResult(self.out, self.out / HTML, self.out / PDF, len(named), tuple(left_out))

    @property
    def command(self) -> str:
        """The command line that makes this report."""
        words = ["h3dstudio", "report", *map(str, self.runs), "--out", str(self.out)]
        for option, value in (("--scan", self.scan), ("--cameras", self.cameras)):
            words += [] if value is None else [option, str(value)]
        return shlex.join(words)

    def _true_cameras(self) -> Mapping[int, Camera] | None:
        if self.cameras is None:
            return None
        from h3dstudio.data.readers.cameras import read_cameras

        return read_cameras(self.cameras).cameras

    def _write(self, document: Document, runs: list[ReportedRun], clock: _Clock) -> Iterator[Event]:
        """All of it at once: a report that is replaced is whole until then, and the old pictures go last."""
        from h3dstudio import __version__
        from h3dstudio.data.atomic import json_text, write_together
        from h3dstudio.evaluation.report.figures import as_csv, as_tree
        from h3dstudio.evaluation.report.html import to_html
        from h3dstudio.evaluation.report.pdf import to_pdf

        yield clock.next("drawing the PDF")
        pictures = self.out / PICTURES
        files = {pictures / f"{one.name}{one.suffix}": one.data for one in document.pictures}
        files[self.out / PDF] = to_pdf(document)
        yield clock.next("laying out the page and the figures")
        tree = as_tree(runs, command=self.command, made=document.made, version=__version__)
        files[self.out / JSON] = json_text(tree).encode()
        files[self.out / CSV] = as_csv(tree).encode()
        files[self.out / HTML] = to_html(document).encode()
        yield clock.next("writing")
        _make(pictures)
        write_together(files)
        for picture in _pictures(self.out):
            if picture not in files:
                picture.unlink(missing_ok=True)
        yield clock.end()


class _Clock:
    """Progress over runs of different length: it never goes back."""

    def __init__(self, total: int, begun: float) -> None:
        self._total, self._begun, self._done, self._base = total, begun, 0, 0

    def at(self, done: int, phase: str) -> Progress:
        self._base = self._done = max(self._done, done)
        return self._progress(phase)

    def within(self, event: Progress) -> Progress:
        """A step of the evaluation of a run."""
        share = event.done / max(event.total, 1)
        self._done = max(self._done, self._base + round(share * (READING - 1)))
        return self._progress(event.phase)

    def next(self, phase: str) -> Progress:
        self._done = min(self._done + 1, self._total - 1)
        return self._progress(phase)

    def end(self) -> Progress:
        self._done = self._total
        return self._progress("done")

    def _progress(self, phase: str) -> Progress:
        return Progress(self._done, self._total, phase, time.monotonic() - self._begun)


def _claim(out: Path, *, force: bool) -> None:
    """Make the report's folder, before any work. Raises OutputError.

    Refuses one that holds a report (unless `force`), and one that cannot be written.
    """
    from h3dstudio.data.atomic import output_error

    if out.exists() and not out.is_dir():
        raise OutputError("this is a file, expected a folder", where=out, remedy="Choose another --out")
    there = [name for name in FILES if (out / name).exists()]
    there += [PICTURES] if _pictures(out) else []
    if there and not force:
        raise OutputError(
            f"the folder holds {', '.join(there)} already",
            where=out,
            remedy="Choose another --out, or replace that report with --force",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".{HTML}.probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise output_error(error, out) from error


def _pictures(out: Path) -> list[Path]:
    """Those of a report in `out`."""
    return [one for one in (out / PICTURES).glob("*.jpg") if _PICTURE.fullmatch(one.name)]


def _make(folder: Path) -> None:
    from h3dstudio.data.atomic import output_error

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error


def _made() -> str:
    from h3dstudio import __version__

    return f"Made on {time.strftime('%Y-%m-%d at %H:%M %Z')} by H3D Studio {__version__}"


__all__ = ["FILES", "Found", "ReportJob", "ReportResult", "find_runs"]
