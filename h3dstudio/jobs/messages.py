"""Messages between a supervisor and its worker process: orders one way, reports the other, all pickled.

Meshes are pickled with everything else. Measured on two cores with 200,000 vertices and 400,000 faces
(10 MB): the worker spends 18 ms, the supervisor 14 ms, most of it in reads that leave the interpreter free.
Shared memory would save most of that and leave segments behind when both ends are killed; at four meshes a
second (see `outbox`) the pipe is the better bargain.
"""

from __future__ import annotations

import enum
import pickle
from dataclasses import dataclass
from multiprocessing.connection import Connection

from h3dstudio.jobs.events import Event
from h3dstudio.jobs.outbox import SNAPSHOT_INTERVAL


class Control(enum.Enum):
    """An order without content."""

    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"
    INTERRUPT = "interrupt"


@dataclass(frozen=True)
class Setup:
    """The first order: how to be.

    Attributes:
        preload: modules to import, or "module:function" to call.
        snapshot_interval: least seconds between two meshes.
    """

    nice: int
    preload: tuple[str, ...] = ()
    snapshot_interval: float = SNAPSHOT_INTERVAL


@dataclass(frozen=True)
class Run:
    """The job to run, pickled apart: what cannot be unpickled there is a failure of the job."""

    job: bytes


@dataclass(frozen=True)
class Message:
    """A message to the running job, pickled apart: a newer one replaces it while it is unread."""

    content: bytes


@dataclass(frozen=True)
class Report:
    """Sent at least every second: what happened, and the worker's resident memory in bytes."""

    memory: int
    events: tuple[Event, ...] = ()


Order = Setup | Run | Message | Control


def send(connection: Connection, message: Order | Report) -> None:
    """Raises OSError when the other end is gone."""
    connection.send_bytes(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))


def receive(connection: Connection) -> Order | Report:
    """Blocks. Raises EOFError or OSError when the other end is gone."""
    message: Order | Report = pickle.loads(connection.recv_bytes())
    return message
