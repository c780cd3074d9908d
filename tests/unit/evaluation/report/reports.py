"""Makes a report in this process, and reads it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pypdf import PdfReader

from h3dstudio.jobs.engines import InlineEngine
from h3dstudio.jobs.events import Failed, Finished, Progress
from h3dstudio.session.report.job import ReportJob, ReportResult
from tests.unit.evaluation.report.pages import Page


def report(*runs: Path, out: Path, **options: Any) -> ReportResult:
    handle = InlineEngine().submit(ReportJob(tuple(runs), out, **options))
    events = []
    while handle.alive:
        events += handle.poll(1.0)
    end = events[-1]
    if isinstance(end, Failed):
        raise end.error or AssertionError(end.details)
    assert isinstance(end, Finished)
    steps = [event.done for event in events if isinstance(event, Progress) and event.total]
    assert steps == sorted(steps)
    assert steps[-1] == max(event.total for event in events if isinstance(event, Progress))
    assert isinstance(end.result, ReportResult)
    return end.result


def page_of(result: ReportResult) -> Page:
    return Page(result.html.read_text(encoding="utf-8"))


def pdf_text(result: ReportResult) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(result.pdf).pages)
