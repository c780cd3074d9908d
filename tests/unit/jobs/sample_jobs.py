"""Jobs to run in tests. In a module of their own, so that a worker process can import them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from h3dstudio.errors import ScanError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.events import Checkpointed, Finished, Log, MeshSnapshot, Metrics, Progress
from h3dstudio.jobs.job import JobStream, Request


@dataclass(frozen=True)
class Count:
    """Counts to `total`, `pause` seconds a step; returns how far it came; its `finally` writes `trace`."""

    total: int = 5
    pause: float = 0.0
    trace: Path | None = None

    def events(self) -> JobStream:
        step = 0
        try:
            for step in range(self.total):
                request = yield Progress(step, self.total, "count")
                if request is Request.FINISH:
                    break
                time.sleep(self.pause)
            return step
        finally:
            if self.trace:
                self.trace.write_text(f"closed at {step}")


@dataclass(frozen=True)
class Announce:
    """Says its process id and niceness, then works on for a minute."""

    def events(self) -> JobStream:
        yield Log(f"{os.getpid()} {os.nice(0)} {os.environ.get('OMP_NUM_THREADS')}")
        for step in range(6000):
            yield Progress(step, 6000)
            time.sleep(0.01)
        return None


@dataclass(frozen=True)
class Fail:
    """Ends with the error named."""

    kind: str
    checkpoint: bool = False

    def events(self) -> JobStream:
        if self.checkpoint:
            yield Checkpointed(3, Path("checkpoint.npz"))
        yield Log("about to fail")
        if self.kind == "user":
            raise ScanError("there is no mask", where="mask/", remedy="Add it")
        if self.kind == "memory":
            raise MemoryError
        if self.kind == "exit":
            sys.exit(7)
        if self.kind == "unpicklable":
            raise Unpicklable("left", "right")
        raise ZeroDivisionError("by zero")


class Trap:
    """Pickles, but cannot be unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return int, ("no number",)


class Unpicklable(Exception):
    """The same, whatever a library has taught exceptions of how they are pickled."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right}")
        self.trap = Trap()


@dataclass(frozen=True)
class Die:
    """Sends itself a signal, after saying something on the console."""

    number: int = signal.SIGKILL

    def events(self) -> JobStream:
        yield Progress(0, 1)
        print("last words", flush=True)
        time.sleep(0.05)
        os.kill(os.getpid(), self.number)
        time.sleep(60)
        yield Log("never said")


@dataclass(frozen=True)
class Meshes:
    """Yields `count` meshes of `vertices` vertices, as fast as it can; the last one holds its number."""

    count: int
    vertices: int = 1000

    def events(self) -> JobStream:
        for step in range(self.count):
            points = np.full((self.vertices, 3), float(step))
            yield MeshSnapshot(step, TriangleMesh(points, np.array([[0, 1, 2]], dtype=np.int32)))
            yield Metrics(step, {"loss": 1.0 / (step + 1)})
        return self.count


@dataclass(frozen=True)
class Return:
    """Returns `value`, or something that cannot be pickled."""

    value: object = None
    picklable: bool = True

    def events(self) -> JobStream:
        yield Log("working")
        return self.value if self.picklable else (lambda: None)


@dataclass(frozen=True)
class Loaded:
    """Returns which of `modules` were imported before the job began."""

    modules: tuple[str, ...]

    def events(self) -> JobStream:
        yield Log("looking")
        return [name for name in self.modules if name in sys.modules]


@dataclass(frozen=True)
class Stubborn:
    """Sits in one step for a minute, with a process of its own, whose id it tells."""

    def events(self) -> JobStream:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        yield Log(str(child.pid))
        time.sleep(60)
        yield Log("never said")


@dataclass(frozen=True)
class Terminal:
    """Yields what only an engine may."""

    def events(self) -> JobStream:
        yield Finished("mine")


@dataclass(frozen=True)
class Hungry:
    """Starts a helper, whose process id it says, then asks for more memory than `ulimit -v` leaves it."""

    library: str

    def events(self) -> JobStream:
        import resource

        import psutil

        helper = subprocess.Popen(["sleep", "600"])
        yield Log(str(helper.pid))
        if self.library == "torch":
            import torch
        limit = psutil.Process().memory_info().vms + (256 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
        kept = []
        while True:
            kept.append(torch.ones(8 << 20) if self.library == "torch" else np.ones(4 << 20))
            yield Progress(len(kept), 0)
