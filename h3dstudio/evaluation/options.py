"""How a prediction is to be compared with the ground truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import UsageError

Alignment = Literal["landmarks", "free", "none"]
ALIGNMENTS: tuple[str, ...] = get_args(Alignment)


@dataclass(frozen=True)
class EvaluationOptions:
    """The choices of an evaluation; both protocols follow them.

    Attributes:
        align: "landmarks" starts the registrations from the landmarks, "free" from the prediction as given,
            "none" measures without any. None: landmarks where there are some, else free.
        regions: names of the scan's regions, or region files, to score beside face, head and nose.
        moved_by: 16 numbers, the rows of a 4x4 matrix that moves the prediction before anything else (an
            alignment made by hand). None: as it is.
    """

    align: Alignment | None = None
    regions: tuple[str, ...] = ()
    moved_by: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.align is not None and self.align not in ALIGNMENTS:
            raise UsageError(f"the alignment is {self.align!r}, expected {', '.join(ALIGNMENTS)}")
        if self.moved_by is not None:
            _check_motion(self.moved_by)

    def alignment(self, landmarks: Mapping[str, int] | None) -> Alignment:
        """What is done with these landmarks. Raises UsageError when there are none to align by."""
        if self.align == "landmarks" and landmarks is None:
            raise UsageError(
                "an alignment by landmarks needs landmarks of the prediction",
                remedy="Give them, or choose the alignment 'free'",
            )
        return self.align or ("free" if landmarks is None else "landmarks")

    @property
    def motion(self) -> NDArray[np.float64] | None:
        """`moved_by` as (4, 4)."""
        return None if self.moved_by is None else np.array(self.moved_by, dtype=np.float64).reshape(4, 4)

    def as_dict(self) -> dict[str, Any]:
        """Plain types for JSON."""
        motion = self.motion
        return {
            "align": self.align,
            "regions": list(self.regions),
            "moved_by": None if motion is None else motion.tolist(),
        }


def _check_motion(numbers: tuple[float, ...]) -> None:
    motion = np.array(numbers, dtype=np.float64)
    usable = motion.shape == (16,) and np.isfinite(motion).all()
    if not usable or abs(np.linalg.det(motion.reshape(4, 4)[:3, :3])) < 1e-12:
        raise UsageError("the motion of the mesh is no invertible 4x4 matrix")
