"""What a run tells while it goes on, and whether it was asked to come to an end."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TypeVar

from h3dstudio.errors import MeshError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.grid_solver.plan import Plan
from h3dstudio.grid_solver.steps import SweepNews
from h3dstudio.jobs.events import Event, Log, MeshSnapshot, Progress
from h3dstudio.jobs.job import Request
from h3dstudio.photometry.working_frame import mesh_back

T = TypeVar("T")

Told = Generator[Event, Request | None, T]
"""A part of a run: it tells events, hears requests, and ends with T."""

LOOK_SECONDS = 0.5
"""Age of the latest mesh from which a sweep shows one of its own: with that, about one comes every second."""


class Story:
    """The thread through all parts of a run.

    Attributes:
        plan: what progress is measured by; replaced when the prior turns out to be of no use.
        shown: when the latest mesh was shown.
        timings: seconds by phase.
        doubts: why the head may be wrong, in words.
        finishing: the user asked for the result as it is.
    """

    def __init__(self, plan: Plan, frame: Similarity) -> None:
        self.plan, self.frame = plan, frame
        self.begun = self.shown = time.monotonic()
        self.timings: dict[str, float] = {}
        self.doubts: list[str] = []
        self.finishing = False

    def tell(self, event: Event) -> Told[None]:
        request = yield event
        self.finishing = self.finishing or request is Request.FINISH

    def show(self, done: int, mesh: TriangleMesh) -> Told[None]:
        """Tell of a mesh of the working frame."""
        yield from self.tell(MeshSnapshot(done, mesh_back(mesh, self.frame)))
        self.shown = time.monotonic()

    def follow(self, done: int, news: SweepNews) -> Told[None]:
        """Tell how far a sweep is, and show what it has where the last mesh is old enough."""
        yield from self.tell(self.progress(done, news.phase))
        if time.monotonic() - self.shown < LOOK_SECONDS:
            return
        try:
            mesh = news.look()
        except MeshError:  # it may yet come back; if not, the sweep ends in an error of its own
            return
        yield from self.show(done, mesh)

    def doubt(self, why: str) -> Told[None]:
        if why not in self.doubts:  # a resumed run comes to the same one again
            self.doubts.append(why)
        yield from self.tell(Log(f"Low confidence: {why}.", "warning"))

    def progress(self, done: int, phase: str) -> Progress:
        seconds = time.monotonic() - self.begun
        return Progress(done, self.plan.total, phase, seconds, self.plan.pace.left(done))

    def clock(self, phase: str, begun: float) -> None:
        """Count the time since `begun` as `phase`."""
        self.timings[phase] = self.timings.get(phase, 0.0) + time.monotonic() - begun
