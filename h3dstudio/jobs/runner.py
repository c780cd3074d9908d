"""Runner: drives one job's generator a step at a time. Every engine uses it, so all end jobs alike."""

from __future__ import annotations

import pickle
import traceback

from h3dstudio.errors import H3DError
from h3dstudio.jobs.events import TERMINAL, Cancelled, Checkpointed, Event, Failed, Finished, Terminal
from h3dstudio.jobs.inbox import Inbox, reset_inbox, set_inbox
from h3dstudio.jobs.job import Job, JobStream, Request
from h3dstudio.jobs.memory_errors import is_out_of_memory, out_of_memory
from h3dstudio.jobs.stop_reason import StopReason, stopping


class Runner:
    """Steps through a job: `step()` gives its events one by one, the last one terminal.

    `finish` and `cancel` may be called from any thread, or from a signal handler: they only set a flag, which
    the next step sees.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stream: JobStream | None = None
        self._finish = False
        self._finish_sent = False
        self._cancel: StopReason | None = None
        self._checkpointed = False
        self._inbox = Inbox()
        self.ended: Terminal | None = None

    def finish(self) -> None:
        """Ask the job, at every event from now on, to end with what it has."""
        self._finish = True
        self._inbox.wake()

    def cancel(self, reason: StopReason = StopReason.CANCELLED) -> None:
        """Close the job at its next event; its `finally` runs, and may ask for the `reason`."""
        self._cancel = self._cancel or reason
        self._inbox.wake()

    def send_message(self, message: object) -> None:
        """Leave the job a note, in the place of one it has not read yet (see `inbox`)."""
        self._inbox.put(message)

    def step(self) -> Event:
        """Run the job up to its next event. A terminal event is given once; then RuntimeError."""
        if self.ended is not None:
            raise RuntimeError("the job has ended")
        token = set_inbox(self._inbox)
        try:
            event = self._advance()
        except StopIteration as stop:
            event = Finished(stop.value, early=self._finish_sent)
        except Exception as error:
            event = failure(error, resumable=self._checkpointed)
        except BaseException:
            self._close()
            raise
        finally:
            reset_inbox(token)
        self._checkpointed = self._checkpointed or (isinstance(event, Checkpointed) and event.step > 0)
        if isinstance(event, Terminal):
            self.ended = event
        return event

    def _advance(self) -> Event:
        if self._cancel is not None:
            self._close()
            return Cancelled(self._cancel)
        if self._stream is None:
            self._stream = self._job.events()
            event = next(self._stream)
        else:
            event = self._stream.send(self._request())
        if isinstance(event, TERMINAL):
            self._close()
            raise TypeError(f"a job yields no terminal event, this one yielded {type(event).__name__}")
        return event

    def _request(self) -> Request | None:
        if not self._finish:
            return None
        self._finish_sent = True
        return Request.FINISH

    def _close(self) -> None:
        if self._stream is not None:
            with stopping(self._cancel or StopReason.INTERRUPTED):
                self._stream.close()


def failure(error: BaseException, *, resumable: bool = False) -> Failed:
    """The terminal event for `error`: a message for the user, the traceback for the log.

    An error that cannot be pickled is left out, or it would be lost with the whole event on its way.
    """
    details = "".join(traceback.format_exception(error))
    if not isinstance(error, H3DError) and is_out_of_memory(error):
        error, resumable = out_of_memory(error), True
    if isinstance(error, H3DError):
        message = str(error)
    else:
        message = f"Unexpected {type(error).__name__}{_colon(error)}"
    return Failed(message, details, error if _survives_pickling(error) else None, resumable)


def _colon(error: BaseException) -> str:
    return f": {error}" if str(error) else ""


def _survives_pickling(error: BaseException) -> bool:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return False
    return True
