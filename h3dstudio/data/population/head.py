"""A head of a population, and what every population offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

LANDMARKS = 68

# The six H3DS landmarks among the 68 of Multi-PIE, and where they are on the canonical (ICT mean) head, mm.
CANONICAL_SIX = {
    "right_eye": (39, (-18.44, 32.52, 91.96)),
    "left_eye": (42, (18.44, 32.52, 91.96)),
    "nose_tip": (30, (0.0, 4.06, 130.69)),
    "nose_base": (33, (0.0, -12.03, 115.66)),
    "right_lips": (48, (-25.35, -35.20, 101.88)),
    "left_lips": (54, (25.35, -35.20, 101.88)),
}


def unknown_landmarks() -> NDArray[np.float64]:
    """(68, 3) NaN: what is not known."""
    return np.full((LANDMARKS, 3), np.nan)


@dataclass(frozen=True, eq=False)
class Head:
    """One head in the canonical frame.

    Attributes:
        name: says where it is from, for messages.
        mesh: the skin and the visible front of the eyes, mm; not watertight.
        landmarks: (68, 3) mm, Multi-PIE; NaN where unknown.
        cap: closes the surface for the sign of the distance (neck or chest); counted as surface.
        barrier: further surface that is no part of the head but closes it (sockets behind eyes and mouth).
        wear: makes the hair or hat that it may put on, strips or shells without thickness where they belong;
            None where there is none.
        growth: true size by the size that heads of the population are trained at; children's is below 1.
    """

    name: str
    mesh: TriangleMesh
    landmarks: NDArray[np.float64] = field(default_factory=unknown_landmarks)
    cap: TriangleMesh | None = None
    barrier: TriangleMesh | None = None
    wear: Callable[[], TriangleMesh] | None = None
    growth: float = 1.0


class HeadPopulation(Protocol):
    """Where heads come from.

    Attributes:
        name: of its file or folder.
        count: how many heads there are; None when each index gives another draw, without end.
        licence: the notice that anything trained on it must carry; "" when none is known.
        notices: what the user should know, one sentence each.
    """

    name: str
    count: int | None
    licence: str
    notices: Sequence[str]

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        """Head `index`; endless populations draw it from `rng` alone. Raises H3DError when it is unusable.

        Args:
            expression: how often to add an expression, 0 to 1, where the population has blend shapes.
        """
        ...
