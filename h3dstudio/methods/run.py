"""From photos to a head: the one loop that drives the session of any method.

The window, the command line and the tests all run this generator. It answers requests, paces meshes, previews
and checkpoints by time (a grid takes twenty long steps, a network thousands of short ones), keeps the times,
and judges what came out.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import MeshError, OutOfMemory, ReconstructionError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.jobs.events import Checkpointed, Event, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.methods.checkpoint import Checkpoints, Identity, damaged
from h3dstudio.methods.judging import judged
from h3dstudio.methods.method import Capture, News, Session
from h3dstudio.methods.preview import Previews
from h3dstudio.methods.registry import find_method
from h3dstudio.methods.result import ReconstructionResult
from h3dstudio.methods.settings import MethodSettings

Stream = Generator[Event, Request | None, ReconstructionResult]

SNAPSHOT_SECONDS = 0.25
"""Least time between two meshes that nobody called worth showing."""
SNAPSHOT_SHARE = 0.1
"""Of the run's time that making such meshes may take."""


def reconstruct(
    views: Sequence[LoadedView],
    unit_sphere: Similarity,
    settings: MethodSettings,
    *,
    held_out: Sequence[LoadedView] = (),
    landmarks: Mapping[str, NDArray[np.float64]] | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Stream:
    """Reconstruct the head on `views` by the method that the settings are of.

    Args:
        views: photos, masks and cameras (world of the scan -> pixel).
        unit_sphere: maps the unit sphere that holds the head to the scan's frame.
        held_out: views that only judge the result.
        landmarks: H3DS landmark name -> point (3,) of the scan, where they are known.
        checkpoint: file that the run can be continued from; None keeps none.
        resume: continue from `checkpoint`; the mesh is the same as without the interruption.

    Raises:
        ReconstructionError: too few views, masks and cameras that do not fit together, a checkpoint of
            another run; OutOfMemory of the GPU.
        PriorError: the head prior cannot be read.
    """
    method = find_method(settings.method)
    if len(views) < method.needs.least_views:
        found = f"there are {len(views)} views" if views else "there are no views to reconstruct from"
        least = method.needs.least_views
        remedy = f"Choose at least {'one view' if least == 1 else f'{least} views'}"
        raise ReconstructionError(found, remedy=remedy)
    capture = Capture(views, unit_sphere, landmarks or {})
    return _Run(capture, settings, held_out, checkpoint).events(resume)


class _Run:
    """One reconstruction: its session, and what the loop knows of it."""

    def __init__(
        self,
        capture: Capture,
        settings: MethodSettings,
        held_out: Sequence[LoadedView],
        checkpoint: Path | None,
    ) -> None:
        self.capture, self.settings, self.held_out = capture, settings, held_out
        self.method = find_method(settings.method)
        self.session: Session = self.method.start(capture, settings)
        self.checkpoint = checkpoint
        self.begun = time.monotonic()
        self.timings: dict[str, float] = {}
        self.finishing = False
        self.done = 0
        self.next_mesh = 0.0
        self.previews = Previews(capture)

    def events(self, resume: bool) -> Stream:
        try:
            return (yield from self._events(resume))
        except torch.OutOfMemoryError as error:
            raise OutOfMemory(
                "the GPU's memory ran out",
                remedy="Choose a lower quality, close other programs that use the GPU, or use --device cpu",
            ) from error

    def _events(self, resume: bool) -> Stream:
        checkpoints = Checkpoints(self.checkpoint, Identity.of(self.method, self.capture, self.settings))
        if resume:
            self._restore(checkpoints)
        try:
            yield from self._steps(checkpoints)
        except GeneratorExit:
            checkpoints.save(self.session.state())
            raise
        checkpoints.save(self.session.state())
        return (yield from self._result())

    def _restore(self, checkpoints: Checkpoints) -> None:
        kept = checkpoints.load()
        if kept is None:
            return
        try:
            self.session.restore(kept)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise damaged(checkpoints.path, error) from error

    def _steps(self, checkpoints: Checkpoints) -> Generator[Event, Request | None, None]:
        session = self.session
        while True:
            begun = time.monotonic()
            news = session.step()
            if news is None:
                return
            self._clock(news.timing, begun)
            yield from self._tell(news)
            if checkpoints.due() and checkpoints.save(session.state()):
                assert checkpoints.path is not None
                yield from self._heard(Checkpointed(news.done, checkpoints.path))

    def _tell(self, news: News) -> Generator[Event, Request | None, None]:
        self.done = news.done
        for line in news.logs:
            yield from self._heard(line)
        yield from self._heard(self._progress(news.phase))
        if news.metrics:
            yield from self._heard(Metrics(news.done, news.metrics))
        mesh = self._mesh_to_show(news)
        if mesh is not None:
            yield from self._heard(MeshSnapshot(news.done, mesh))
            if (preview := self.previews.made(news.done, self.session)) is not None:
                yield from self._heard(preview)

    def _mesh_to_show(self, news: News) -> TriangleMesh | None:
        now = time.monotonic()
        if news.mesh is None or (now < self.next_mesh and not news.worth_showing):
            return None
        try:
            mesh = news.mesh()
        except MeshError:  # it may yet come back; if not, the session ends in an error of its own
            return None
        shown = time.monotonic()
        self.next_mesh = shown + max(SNAPSHOT_SECONDS, (shown - now) / SNAPSHOT_SHARE)
        return mesh

    def _heard(self, event: Event) -> Generator[Event, Request | None, None]:
        """Tell an event and hear the answer."""
        request = yield event
        if request is Request.FINISH and not self.finishing:
            self.finishing = True
            self.session.finish()

    def _result(self) -> Stream:
        session = self.session
        yield self._progress("final surface")
        with self._clocked("surface"):
            mesh = session.surface()
        yield MeshSnapshot(self.done, mesh)
        yield self._progress("confidence")
        with self._clocked("confidence"):
            quality = session.confidence()
            findings = session.findings()
        yield self._progress("colours")
        with self._clocked("colours"):
            colors = session.colors()
        mesh = mesh.with_colors(colors)
        mesh = mesh if quality is None else mesh.with_quality(quality)
        yield MeshSnapshot(self.done, mesh)
        yield self._progress("comparing pictures with photos")
        with self._clocked("image scores"):
            scores, log = judged(session, self.capture.views, self.held_out, findings.cameras)
        if log is not None:
            yield log
        if scores:
            means = {name.replace("_", " "): x for name, x in scores.items() if name != "views"}
            yield Metrics(self.done + 1, means)
        if (preview := self.previews.made(self.done, session, last=True)) is not None:
            yield preview
        if self.done + 1 >= session.total:
            self.done = session.total
        yield self._progress("done")
        return ReconstructionResult(
            mesh,
            findings.iterations,
            scores,
            self.timings,
            findings.latent,
            findings.pose,
            findings.landmarks68,
            findings.cameras,
            findings.caveats,
            session,
        )

    def _progress(self, phase: str) -> Progress:
        left = 0.0 if self.done >= self.session.total else self.session.seconds_left
        return Progress(self.done, self.session.total, phase, time.monotonic() - self.begun, left)

    @contextmanager
    def _clocked(self, part: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self._clock(part, begun)

    def _clock(self, part: str, begun: float) -> None:
        """Count the time since `begun` as `part`."""
        if part:
            self.timings[part] = self.timings.get(part, 0.0) + time.monotonic() - begun
