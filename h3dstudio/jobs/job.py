"""The Job protocol: a plain generator of events that returns a result.

    class Count:
        def events(self) -> JobStream:
            for step in range(3):
                request = yield Progress(step, 3)
                if request is Request.FINISH:   # stop early, but return what there is
                    break
            return "done"

Once asked to finish, every further yield gives `Request.FINISH`: a job may listen where it suits it.
Pausing needs no code in the job (the engine stops asking for the next event). Cancelling closes the
generator, so a `finally` may write a checkpoint. A job never yields a terminal event itself: the
engine turns its return into `Finished` and its exception into `Failed`.
"""

from __future__ import annotations

import enum
from collections.abc import Generator
from typing import Protocol, runtime_checkable

from h3dstudio.jobs.events import Event


class Request(enum.Enum):
    """What the engine hands to the generator at each yield once the user has asked for it."""

    FINISH = "finish"


JobStream = Generator[Event, Request | None, object]


@runtime_checkable
class Job(Protocol):
    """Picklable (a frozen dataclass of plain values and paths), so that it can run in another process."""

    def events(self) -> JobStream:
        """Start the work. Called once."""
        ...
