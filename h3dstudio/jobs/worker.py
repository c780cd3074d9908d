"""The worker process: runs one job, obeys its supervisor, and never outlives it.

Started by `process_engine`. The main thread runs the job; one thread listens for orders, one tells what
happens. When the supervisor is gone, even by `kill -9`, its end of the pipe closes: the job's generator is
closed (a `finally` may still write a checkpoint) and the process ends. Linux' parent-death signal would be
simpler and wrong: it fires when the *thread* that started the worker ends.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import sys
import threading
import time
from multiprocessing.connection import Connection

from h3dstudio.jobs.events import Event, Failed, Log
from h3dstudio.jobs.job import Job
from h3dstudio.jobs.messages import Control, Message, Report, Run, Setup, receive, send
from h3dstudio.jobs.outbox import Outbox
from h3dstudio.jobs.runner import Runner, failure
from h3dstudio.jobs.stop_reason import StopReason

HEARTBEAT = 1.0
GRACE = 5.0
"""Seconds a job has to close after its supervisor has died."""
_STOPS = {
    Control.CANCEL: StopReason.CANCELLED,
    Control.INTERRUPT: StopReason.INTERRUPTED,
}


def main(descriptor: int) -> None:
    """Serve the supervisor at the other end of the socket `descriptor`, then end the process."""
    os.set_inheritable(descriptor, False)
    connection = Connection(descriptor)
    setup = receive(connection)
    assert isinstance(setup, Setup)
    _stand_back(setup.nice)
    orders = _OrderReceiver(connection)
    sender = _ReportSender(connection, setup.snapshot_interval)
    for name in setup.preload:
        _preload(name)
    if (order := orders.job()) is not None:
        _run(order, orders, sender)
    sender.close()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything has been told. Tearing down torch's and open3d's threads can only take time or crash.
    os._exit(0)


def _stand_back(nice: int) -> None:
    """Leave the processor to the window first, and be the one the system kills when memory runs out."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(nice)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def _preload(name: str) -> None:
    # What is wrong with a module shows when the job needs it; here it would only hide the job's own message.
    with contextlib.suppress(Exception):
        module, _, function = name.partition(":")
        loaded = importlib.import_module(module)
        if function:
            getattr(loaded, function)()


def _run(order: Run, orders: _OrderReceiver, sender: _ReportSender) -> None:
    try:
        job: Job = pickle.loads(order.job)
        runner = Runner(job)
        orders.attach(runner)
        while runner.ended is None:
            orders.wait_while_paused()
            sender.put(runner.step())
    except BaseException as error:
        sender.put(failure(error))


class _OrderReceiver:
    """Listens for orders on a thread of its own, so that they arrive while the job computes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._run: Run | None = None
        self._runner: Runner | None = None
        self._paused = self._finish = False
        self._cancel: StopReason | None = None
        self._pending_message: Message | None = None
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def job(self) -> Run | None:
        """Waits for the job; None when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._run is not None or self._cancel is not None)
            return self._run

    def attach(self, runner: Runner) -> None:
        """Hand orders to `runner`, those that came before it too."""
        with self._changed:
            self._runner = runner
            self._pass_on()

    def wait_while_paused(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._paused)

    def _listen(self) -> None:
        try:
            while True:
                order = receive(self._connection)
                with self._changed:
                    self._note(order)
                    self._pass_on()
                    self._changed.notify_all()
        except (EOFError, OSError):
            self._orphaned()

    def _note(self, order: object) -> None:
        if isinstance(order, Run):
            self._run = order
        if isinstance(order, Message):
            self._pending_message = order
        self._paused = order is Control.PAUSE or (self._paused and isinstance(order, Run | Message))
        self._finish = self._finish or order is Control.FINISH
        self._cancel = self._cancel or (_STOPS.get(order) if isinstance(order, Control) else None)

    def _pass_on(self) -> None:
        if self._runner is not None and self._pending_message is not None:
            with contextlib.suppress(Exception):  # what cannot be unpickled here is nothing to a job
                self._runner.send_message(pickle.loads(self._pending_message.content))
            self._pending_message = None
        if self._runner is not None and self._finish:
            self._runner.finish()
        if self._runner is not None and self._cancel is not None:
            self._runner.cancel(self._cancel)

    def _orphaned(self) -> None:
        with self._changed:
            self._note(Control.INTERRUPT)
            self._pass_on()
            self._changed.notify_all()
        time.sleep(GRACE)
        os._exit(1)


class _ReportSender:
    """Sends reports on a thread of its own, so that a slow supervisor does not hold up the job."""

    def __init__(self, connection: Connection, snapshot_interval: float) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._outbox = Outbox(snapshot_interval=snapshot_interval)
        self._closing = False
        self._thread = threading.Thread(target=self._send_all, name="reports", daemon=True)
        self._thread.start()

    def put(self, event: Event) -> None:
        with self._changed:
            self._outbox.put(event)
            self._changed.notify()

    def close(self) -> None:
        """Wait until everything has been sent, or there is nobody to send it to."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _send_all(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                with self._changed:
                    wait = min(HEARTBEAT, self._outbox.next_due() - time.monotonic())
                    if wait > 0 and not self._closing:
                        self._changed.wait(wait)
                    done = self._closing
                    events = self._outbox.take(float("inf") if done else time.monotonic())
                self._send(events)
                if done:
                    return

    def _send(self, events: list[Event]) -> None:
        memory = _resident_memory()
        try:
            send(self._connection, Report(memory, tuple(events)))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            if len(events) > 1:
                for event in events:
                    self._send([event])
            else:
                send(self._connection, Report(memory, (_unsendable(events[0], error),)))


def _unsendable(event: Event, error: Exception) -> Event:
    name = type(event).__name__
    if name == "Finished":
        return failure(TypeError(f"the job's result cannot leave its process: {error}"))
    if isinstance(event, Failed):
        return Failed(event.message, event.details, None, event.resumable)
    return Log(f"A {name} event could not leave the worker process: {error}", "error")


def _resident_memory() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
