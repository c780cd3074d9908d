"""Retry policy: what to do about a failed cell. A pure function, so that every case is tested."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from h3dstudio.errors import H3DError, WorkerDied
from h3dstudio.jobs.events import Failed
from h3dstudio.session.batch.memory import ran_out_of_memory, was_killed

MOST_KILLS = 3
"""Kills of one cell, at one quality, that nobody explains: the last of them is taken for want of memory."""


class RetryDecision(enum.Enum):
    RETRY = "again, from its checkpoint"
    REDUCE = "again, with a smaller quality"
    GIVE_UP = "reported as failed"


@dataclass
class Attempts:
    """What a cell went through at its present quality, since the batch was started."""

    failures: int = 0
    kills: int = 0


def decide_retry(failure: Failed, attempts: Attempts, retries: int, *, oom_killed: bool) -> RetryDecision:
    """Judge the newest failure, which `attempts` counts already.

    Args:
        retries: how often a failed cell is tried again.
        oom_killed: whether the kernel killed something for want of memory while the cell ran.
    """
    killed = was_killed(failure)
    if ran_out_of_memory(failure) or (killed and (oom_killed or attempts.kills >= MOST_KILLS)):
        return RetryDecision.REDUCE
    if killed:
        return RetryDecision.RETRY
    # What a user must mend does not mend itself.
    hopeless = isinstance(failure.error, H3DError) and not isinstance(failure.error, WorkerDied)
    return RetryDecision.GIVE_UP if hopeless or attempts.failures > retries else RetryDecision.RETRY
