"""Memory of the machine: how many workers fit, and whether it was want of memory that ended one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from h3dstudio.errors import WorkerDied
from h3dstudio.jobs.events import Failed
from h3dstudio.jobs.memory_errors import is_out_of_memory, says_out_of_memory

WORKER_BYTES = 1.6 * 2**30
"""One worker at its peak: 1.4 GB measured at 32 photos and quality standard."""
RESERVE = 1.0 * 2**30
_CGROUP = Path("/sys/fs/cgroup")


def workers_that_fit(threads: int, cores: int, memory: float, *, gpu: bool = False) -> int:
    """How many workers of `threads` cores each; at least one.

    Args:
        memory: bytes that are free.
        gpu: whether they would use a graphics card; one worker takes it whole.
    """
    fits = min(cores // threads, int((memory - RESERVE) // WORKER_BYTES))
    return 1 if gpu else max(1, fits)


def free_memory() -> float:
    """Bytes that can be used without swapping, within the container's limit where there is one."""
    import psutil

    free = float(psutil.virtual_memory().available)
    limit, used = _number("memory.max"), _number("memory.current")
    return free if limit is None or used is None else min(free, max(0.0, limit - used))


def has_gpu() -> bool:
    """Whether there is a graphics card that torch may see; nothing is imported to find out."""
    return any(Path("/dev").glob("nvidia[0-9]*"))


def oom_kills() -> int:
    """How often the kernel has killed a process for want of memory; 0 where it does not say."""
    count = 0
    for path in (Path("/proc/vmstat"), _CGROUP / "memory.events"):
        with suppress(OSError, ValueError, IndexError):
            for line in path.read_text(encoding="ascii").splitlines():
                if line.startswith("oom_kill "):
                    count += int(line.split()[1])
    return count


def ran_out_of_memory(failure: Failed) -> bool:
    """Whether the job itself met the end of memory."""
    if isinstance(failure.error, WorkerDied):
        return False
    if failure.error is not None:
        return is_out_of_memory(failure.error) or says_out_of_memory(str(failure.error))
    return says_out_of_memory(failure.message)


def was_killed(failure: Failed) -> bool:
    """Whether its process was killed: the kernel does that when memory runs out, but so can anybody."""
    return isinstance(failure.error, WorkerDied) and "SIGKILL" in failure.error.problem


def _number(name: str) -> float | None:
    with suppress(OSError, ValueError):
        return float((_CGROUP / name).read_text(encoding="ascii"))
    return None
