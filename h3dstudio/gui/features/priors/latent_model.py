"""Which head of a prior is looked at: a plain model of latent codes, tested without a window."""

from __future__ import annotations

from dataclasses import dataclass, field

SLIDERS = 10
REACH = 3.0
"""Standard deviations to either side: one head in 400 lies beyond, along any one component."""

Latent = tuple[float, ...]
MEAN: Latent = ()
"""A code that is shorter than the prior's goes on with zeros."""


@dataclass
class LatentModel:
    """The head that is shown, and two others that one can morph between.

    Attributes:
        head: standard deviations; what lies beyond its end is 0.
        ends: the heads A and B.
        between: 0 is A, 1 is B.
    """

    head: Latent = MEAN
    ends: list[Latent] = field(default_factory=lambda: [MEAN, MEAN])
    between: float = 0.0

    @property
    def sliders(self) -> list[float]:
        """The first components, as the sliders show them."""
        padded = [*self.head[:SLIDERS], *[0.0] * SLIDERS][:SLIDERS]
        return [max(-REACH, min(REACH, value)) for value in padded]

    def move(self, component: int, value: float) -> None:
        """Set one component; the others stay."""
        longer = [*self.head, *[0.0] * (component + 1 - len(self.head))]
        longer[component] = value
        self.head = tuple(longer)

    def put(self, head: Latent) -> None:
        """Take another head."""
        self.head = head

    def set_end(self, end: int, head: Latent) -> None:
        """Take `head` as A (0) or B (1), and see it."""
        self.ends[end] = head
        self.morph(float(end))

    def morph(self, between: float) -> None:
        """The head on the straight line from A (0) to B (1)."""
        self.between = between
        self.head = mixed(self.ends[0], self.ends[1], between)


def mixed(one: Latent, other: Latent, part: float) -> Latent:
    """(1 - part) one + part other."""
    size = max(len(one), len(other))
    longer = [(*code, *[0.0] * (size - len(code))) for code in (one, other)]
    return tuple((1 - part) * a + part * b for a, b in zip(*longer, strict=True))
