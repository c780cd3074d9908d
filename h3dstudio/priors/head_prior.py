"""What a reconstruction needs of a head prior, whatever family it is of.

Canonical frame: mm, y up, face towards +z, +x the subject's left. The signed distance F(y; z) is negative
inside; the latent's prior is a standard normal, so that |z|^2 is its negative log probability (times two).
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from h3dstudio.surface.grid import Grid


class HeadPrior(Protocol):
    """Heads over a latent code of `size` numbers.

    Attributes:
        reach: the longest step of the latent for which dF/dz is to be trusted; infinite where F is linear.
        stiffness: what |z|^2 is multiplied by in fits, at least 1: a prior that itself misses heads by more
            than a fit's noise would else explain its own faults by unlikely latents.
        hair: how many of the latent's last numbers are hair: with zeros there every head is bald, the mean
            head too, and landmarks do not depend on them. 0 where the family, or the file, knows none.
        torso: mm, canonical y: below it heads end in shoulders and clothes, which it does not know.
    """

    family: str
    size: int
    grid: Grid
    reach: float
    stiffness: float
    hair: int
    torso: float

    def bake(self, latent: Tensor) -> Tensor:
        """Latent (size,) -> signed distance at the grid's nodes (grid.size,), mm."""
        ...

    def jacobian(self, points: Tensor, latent: Tensor) -> Tensor:
        """dF/dz at canonical points (M, 3) -> (M, size), mm per unit of latent."""
        ...

    def landmarks(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """The 68 Multi-PIE landmarks (68, 3) mm of a head, and their derivative (68, 3, size)."""
        ...
