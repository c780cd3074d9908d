"""Engine and JobHandle: protocols of where jobs run, all that the window and the command line know of it."""

from __future__ import annotations

from typing import Protocol

from h3dstudio.jobs.events import Event
from h3dstudio.jobs.inline import InlineEngine, InlineHandle
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.process_engine import ProcessEngine, ProcessHandle

__all__ = ["Engine", "InlineEngine", "InlineHandle", "JobHandle", "ProcessEngine", "ProcessHandle"]


class JobHandle(Protocol):
    """A running job, as its supervisor sees it.

    Requests return at once and may come from any thread; they take effect at the job's next event. After the
    job has ended they do nothing. The usual supervisor:
    `while handle.alive: for event in handle.poll(0.1): ...`
    """

    @property
    def alive(self) -> bool:
        """False once `poll` has returned the terminal event."""
        ...

    @property
    def paused(self) -> bool:
        """Whether the job was asked to pause and not yet to go on."""
        ...

    def poll(self, timeout: float = 0.0) -> list[Event]:
        """What happened since the last call, oldest first; waits up to `timeout` seconds for something to.

        Of meshes and previews only the newest is given. The terminal event is given exactly once, last.
        """
        ...

    def pause(self) -> None:
        """Stop after the current step, keeping everything in memory."""
        ...

    def resume(self) -> None:
        """Go on after a pause."""
        ...

    def finish(self) -> None:
        """End soon and keep the result: `Finished(early=True)`. Ends a pause, too."""
        ...

    def cancel(self) -> None:
        """Stop at the next event; the job's `finally` runs: `Cancelled`. Ends a pause, too."""
        ...

    def interrupt(self) -> None:
        """As `cancel`, and the job's record says that it was interrupted: who ran it comes to an end."""
        ...

    def send_message(self, message: object) -> None:
        """Leave the job a note (picklable); it replaces one that the job has not read yet. See `inbox`."""
        ...

    def kill(self) -> None:
        """Stop now, whatever the job is doing; nothing of it runs any more: `Cancelled`."""
        ...

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the job has ended and left nothing running; False when `timeout` seconds passed first.

        Events that arrive meanwhile are kept for `poll`.
        """
        ...


class Engine(Protocol):
    """A place to run jobs: this process, a worker process, another machine."""

    def submit(self, job: Job) -> JobHandle:
        """Start `job`."""
        ...

    def close(self) -> None:
        """Stop everything this engine started and leave no process behind."""
        ...
