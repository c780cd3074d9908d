"""What to do about a cell that failed: a pure function, so that every case is tested without a failure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from h3dstudio.errors import H3DError, WorkerDied
from h3dstudio.jobs.events import Failed
from h3dstudio.session.batch.memory import says_out_of_memory, was_killed

MOST_KILLS = 3
"""Kills of one cell, at one quality, that nobody explains: the last of them is taken for want of memory."""


class Verdict(enum.Enum):
    RETRY = "again, from its checkpoint"
    REDUCE = "again, with a smaller quality"
    GIVE_UP = "reported as failed"


@dataclass
class Tries:
    """What a cell went through at its present quality, since the batch was started."""

    failures: int = 0
    kills: int = 0


def judge(failure: Failed, tries: Tries, retries: int, *, oom_killed: bool) -> Verdict:
    """Judge the newest failure, which `tries` counts already.

    Args:
        retries: how often a failed cell is tried again.
        oom_killed: whether the kernel killed something for want of memory while the cell ran.
    """
    killed = was_killed(failure)
    if says_out_of_memory(failure) or (killed and (oom_killed or tries.kills >= MOST_KILLS)):
        return Verdict.REDUCE
    if killed:
        return Verdict.RETRY
    # What a user must mend does not mend itself.
    hopeless = isinstance(failure.error, H3DError) and not isinstance(failure.error, WorkerDied)
    return Verdict.GIVE_UP if hopeless or tries.failures > retries else Verdict.RETRY
