"""A real Dask scheduler and its workers, as processes of this machine on 127.0.0.1."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
SECONDS = 60


class Cluster:
    """Attributes: address: of the scheduler; workers: their processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self._log = folder / "scheduler.log"
        self.scheduler = self._start(self._log, "scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = self._address()

    def add_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """One that runs one job at a time, and that nobody replaces when it dies."""
        options = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        log = self._folder / f"worker{len(self.workers)}.log"
        place = ("--local-directory", str(self._folder))
        worker = self._start(log, "worker", self.address, *options, *place, **environment)
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.terminate()
        for process in (*self.workers, self.scheduler):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, log: Path, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        with open(log, "wb") as stream:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1", **environment},
                stdout=stream,
                stderr=stream,
            )

    def _address(self) -> str:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if found := re.search(r"Scheduler at:\s+(tcp://\S+)", self._log.read_text(errors="replace")):
                return found[1]
            time.sleep(0.1)
        raise AssertionError(self._log.read_text(errors="replace"))


@contextmanager
def cluster(folder: Path, workers: int, **environment: str) -> Iterator[Cluster]:
    """A scheduler with so many workers, gone when the block ends."""
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add_worker(**environment)
        yield made
    finally:
        made.close()
