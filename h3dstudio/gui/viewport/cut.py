"""The section plane: where it stands, and what it cuts away. Plain numbers, no VTK."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_ROOM = 1.02
_Vector = NDArray[np.float64]


class Facing(enum.Enum):
    """Which way the plane's normal points."""

    SIDEWAYS = "sideways"
    UPWARDS = "upwards"
    FORWARDS = "forwards"
    TO_ME = "to me"


@dataclass(frozen=True, eq=False)
class SectionPlane:
    """A section plane as a project keeps it, whatever it will cut.

    Attributes:
        origin: (3,) mm, a point of it.
        normal, up: (3,) unit, at right angles; see `Cut`.
        away: whether what lies behind it is hidden.
    """

    origin: _Vector
    normal: _Vector
    up: _Vector
    facing: Facing
    away: bool


@dataclass(frozen=True, eq=False)
class Cut:
    """A plane through a box around what is shown.

    Attributes:
        center: (3,) mm, of the box.
        normal: (3,) unit; what lies on its side of the plane is kept.
        up: (3,) unit, in the plane.
        reach: mm, from the centre to the ends of the box along the normal.
        size: mm, from the centre of the plane's outline to its sides and to its top.
        share: where the plane is between the box's ends, -1 to 1.
    """

    center: _Vector
    normal: _Vector
    up: _Vector
    reach: float
    size: tuple[float, float]
    share: float = 0.0

    @property
    def origin(self) -> _Vector:
        """(3,) the middle of the plane, mm."""
        return np.asarray(self.center + self.share * self.reach * self.normal)

    @property
    def handle(self) -> _Vector:
        """(3,) where the plane is taken hold of."""
        return np.asarray(self.origin + self.size[1] * self.up)

    @property
    def outline(self) -> _Vector:
        """(4, 3) the corners."""
        side, up = self.size[0] * np.cross(self.up, self.normal), self.size[1] * self.up
        corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return np.array([self.origin + a * side + b * up for a, b in corners])

    def moved(self, millimetres: float) -> Cut:
        """Pushed along the normal, but not out of the box."""
        share = self.share + millimetres / self.reach if self.reach else 0.0
        return replace(self, share=float(np.clip(share, -1, 1)))

    def at(self, share: float) -> Cut:
        """At another place, -1 to 1."""
        return replace(self, share=float(np.clip(share, -1, 1)))

    def flipped(self) -> Cut:
        """The same plane, keeping the other side."""
        return replace(self, normal=-self.normal, share=-self.share)

    def around(self, points: _Vector) -> Cut:
        """The same plane, as far as it can be, through a box around `points` (N, 3)."""
        return cut_at(points, self.normal, self.up, self.origin)


def cut(points: _Vector, normal: _Vector, up: _Vector) -> Cut:
    """A plane through the middle of `points` (N, 3)."""
    low, high = points.min(axis=0), points.max(axis=0)
    center = (low + high) / 2
    along = (points - center) @ normal
    reach = float(np.abs(along).max())
    wide = float(np.abs((points - center) @ np.cross(up, normal)).max())
    tall = float(np.abs((points - center) @ up).max())
    return Cut(center, normal, up, reach, (_ROOM * wide, _ROOM * tall))


def cut_at(points: _Vector, normal: _Vector, up: _Vector, origin: _Vector) -> Cut:
    """The plane through `origin` (3,), as far as it can be, in a box around `points` (N, 3)."""
    new = cut(points, normal, up)
    height = float((origin - new.center) @ normal)
    return new.at(height / new.reach if new.reach else 0.0)


def directions(
    facing: Facing, home: tuple[_Vector, _Vector], look: tuple[_Vector, _Vector]
) -> tuple[_Vector, _Vector]:
    """(normal, up) of a plane that faces so.

    Args:
        home, look: forward and up of the view from the front, and of the camera as it stands.
    """
    forward, up = home
    if facing is Facing.SIDEWAYS:
        return np.cross(forward, up), up
    if facing is Facing.UPWARDS:
        return up, -forward
    if facing is Facing.FORWARDS:
        return -forward, up
    return -look[0], look[1]
