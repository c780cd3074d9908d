"""The exception tree. Every message says what is wrong, where, and what to do.

Anything a user can cause is an `H3DError`: the command line prints it on one line and exits with 1
(2 for `UsageError`), the window shows it in a dialog. Any other exception is a defect of the program.
"""

from __future__ import annotations

import os


class H3DError(Exception):
    """A problem its user can understand and act on.

    Args:
        problem: what was found and what was expected, as one sentence without a final period.
        where: the file, folder, view or option it concerns.
        remedy: what to do about it, as one sentence without a final period.
    """

    def __init__(
        self, problem: str, *, where: str | os.PathLike[str] | None = None, remedy: str = ""
    ) -> None:
        self.problem = problem
        self.where = None if where is None else os.fspath(where)
        self.remedy = remedy
        super().__init__(problem)

    def __str__(self) -> str:
        location = f"{self.where}: " if self.where else ""
        remedy = f" {self.remedy}." if self.remedy else ""
        return f"{location}{self.problem}.{remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross the process boundary; the default would drop the keyword arguments.
        return _rebuild, (type(self), self.problem, self.where, self.remedy)


def _rebuild(kind: type[H3DError], problem: str, where: str | None, remedy: str) -> H3DError:
    return kind(problem, where=where, remedy=remedy)


class UsageError(H3DError):
    """The command's arguments do not fit together (exit code 2)."""


class ScanError(H3DError):
    """A scan folder, or a file in it, is not what its layout asks for.

    Attributes:
        problems: all that was found (`data.scan.Problem`), for those who list everything.
    """

    problems: tuple[object, ...] = ()


class CameraError(ScanError):
    """A camera matrix is missing, not finite, singular, or points away from the head."""


class InconsistentScan(ScanError):
    """Photos, masks and cameras do not belong together; their user may trust them all the same."""


class MeshError(H3DError):
    """A mesh file is unreadable, or the mesh is unusable (no faces, NaN, indices out of range)."""


class LandmarkError(H3DError):
    """Landmarks are missing, unknown, or index vertices that do not exist."""


class OutputError(H3DError):
    """A result cannot be written, or would overwrite something the user made."""


class ReconstructionError(H3DError):
    """The reconstruction cannot start or go on with this input."""


class OutOfMemory(ReconstructionError):
    """This machine, or its graphics card, has too little memory for this."""


class PriorError(H3DError):
    """A head prior's file is unreadable, or a population cannot be learnt from."""


class EvaluationError(H3DError):
    """A mesh cannot be compared with this ground truth."""


class DesktopError(H3DError):
    """This machine lacks what the window needs: a display, or system libraries."""


class ProjectError(H3DError):
    """A project file is unreadable, of a newer version, or in use by another window."""


class WorkerDied(H3DError):
    """The worker process ended without a result (killed, out of memory)."""
