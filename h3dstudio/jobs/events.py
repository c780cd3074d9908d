"""Events of a job. Frozen, picklable, and free of torch.

A job's stream ends with exactly one terminal event: `Finished`, `Cancelled` or `Failed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.jobs.stop_reason import StopReason


@dataclass(frozen=True)
class Progress:
    """Where the job stands: `done` of `total` steps of the phase named `phase`."""

    done: int
    total: int
    phase: str = ""
    seconds: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True)
class Metrics:
    """Scalars of one step, by name: losses, PSNR, memory in bytes, ..."""

    step: int
    values: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class MeshSnapshot:
    """The surface as it is now, in the scan's frame. Latest wins: an unread one may be dropped."""

    step: int
    mesh: TriangleMesh


@dataclass(frozen=True, eq=False)
class Preview:
    """A picture (H, W, 3) uint8 worth showing, with a caption."""

    step: int
    image: NDArray[np.uint8]
    caption: str = ""


@dataclass(frozen=True)
class Checkpointed:
    """The job can be resumed from `path`. Step 0 says only where that will be."""

    step: int
    path: Path


@dataclass(frozen=True)
class Log:
    """A line for the user; level is "debug", "info", "warning" or "error"."""

    message: str
    level: str = "info"


@dataclass(frozen=True)
class Finished:
    """The job did what it was asked. `early` when the user asked it to finish now."""

    result: object = None
    early: bool = False


@dataclass(frozen=True)
class Cancelled:
    """The job was closed before its end; what it had written (a checkpoint) remains."""

    reason: StopReason = StopReason.CANCELLED


@dataclass(frozen=True)
class Failed:
    """The job could not go on. `error` is picklable; `details` holds the traceback for the log."""

    message: str
    details: str = ""
    error: BaseException | None = field(default=None, compare=False)
    resumable: bool = False


Event = Progress | Metrics | MeshSnapshot | Preview | Checkpointed | Log | Finished | Cancelled | Failed
Terminal = Finished | Cancelled | Failed
TERMINAL: tuple[type, ...] = (Finished, Cancelled, Failed)
