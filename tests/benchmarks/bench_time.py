"""Where the time of `h3dstudio reconstruct` goes, from the command's start to its last file.

    OMP_NUM_THREADS=2 python -m tests.benchmarks.bench_time ../shared/h3ds_sample --views 3,32 [--method M]

For every scan and view list: wall and CPU seconds of the whole command (a process of its own) and of each of
its phases, and seconds from loaded photos to the first mesh. The bounds are 15 s of wall clock for 3 views,
30 s for 32 and 2 s for the first mesh, on two free cores: where others work on the machine (see the load that
is printed), CPU seconds tell more.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

START, LOADED, WRITING = "start of the program", "silhouettes", "writing"


@dataclass
class Clock:
    """Seconds by phase, each [wall, CPU], since a moment of the system's monotonic clock.

    Attributes:
        loaded: wall seconds until the photos were there.
        first: until the first mesh.
    """

    begun: float
    phases: dict[str, list[float]] = field(default_factory=dict)
    loaded: float | None = None
    first: float | None = None
    _phase: str = START
    _cpu: float = 0.0
    _counted: float = 0.0

    def tick(self) -> None:
        """Count what passed since the last tick to the phase that is on."""
        wall, cpu = time.monotonic() - self.begun, time.process_time()
        entry = self.phases.setdefault(self._phase, [0.0, 0.0])
        entry[0] += wall - self._counted
        entry[1] += cpu - self._cpu
        self._counted, self._cpu = wall, cpu

    def see(self, event: object) -> None:
        """An event of the run: it may begin another phase."""
        from h3dstudio.jobs.events import Log, MeshSnapshot, Progress

        self.tick()
        if isinstance(event, Progress):
            self._phase = event.phase.rstrip("0123456789/ ")
            if self._phase == LOADED and self.loaded is None:
                self.loaded = self._counted
        elif isinstance(event, MeshSnapshot) and self.first is None:
            self.first = self._counted
        elif isinstance(event, Log) and event.message.startswith("Writing the mesh"):
            self._phase = WRITING


def run_inside(words: list[str], begun: float) -> None:
    """The command `h3dstudio reconstruct WORDS` in this process; its clock as JSON on standard output."""
    from h3dstudio.cli.reconstruct import add_arguments, make_job

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    clock = Clock(begun)
    for event in make_job(parser.parse_args(words)).events():
        clock.see(event)
    clock.tick()
    print(json.dumps(asdict(clock)))


def measured(words: list[str]) -> Clock:
    """The clock of the command in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_time", "--inside", str(time.monotonic()), *words]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Clock(**json.loads(said.strip().splitlines()[-1]))


def table(clock: Clock) -> Iterator[str]:
    """Lines of a report: phases in their order, then their sums."""
    for name, (wall, cpu) in clock.phases.items():
        yield f"  {name:32}{wall:8.1f}{cpu:8.1f}"
    wall, cpu = (sum(entry[at] for entry in clock.phases.values()) for at in (0, 1))
    yield f"  {'the whole command':32}{wall:8.1f}{cpu:8.1f}"
    if clock.loaded is not None and clock.first is not None:
        yield f"  {'loaded photos to first mesh':32}{clock.first - clock.loaded:8.1f}"


def main() -> None:
    if sys.argv[1:2] == ["--inside"]:
        run_inside(sys.argv[3:], float(sys.argv[2]))
        return
    from h3dstudio.data.readers import find_scans

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scans", type=Path)
    parser.add_argument("--views", default="3,32", help="view lists, with commas between them")
    parser.add_argument("--method", default="h3d-grid")
    arguments = parser.parse_args()
    for folder in find_scans(arguments.scans):
        for views in arguments.views.split(","):
            with tempfile.TemporaryDirectory() as place:
                words = [str(folder), "--views", views, "--method", arguments.method, "--out", f"{place}/run"]
                clock = measured(words)
            print(f"{folder.name}, {views} views; load {os.getloadavg()[0]:.1f}       wall s   CPU s")
            print("\n".join(table(clock)), flush=True)


if __name__ == "__main__":
    main()
