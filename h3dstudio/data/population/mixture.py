"""Several populations as one: each gives its share of the heads, and of those that are held out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from h3dstudio.data.population.head import Head, HeadPopulation


class Mixture:
    """Populations that a prior learns from together.

    Attributes:
        members: in the order that they were named in.
        count: how many heads there are; None where a member is drawn from without end.
        licence: the notices of all, each under its population's name where there are several.
    """

    def __init__(self, members: Sequence[HeadPopulation]) -> None:
        self.members = tuple(members)
        counts = [member.count for member in self.members]
        self.count: int | None = sum(count for count in counts if count is not None)
        if None in counts:
            self.count = None
        self.name = " + ".join(member.name for member in self.members)
        known = [(member.name, member.licence) for member in self.members if member.licence]
        self.licence = "\n\n".join(f"{name}:\n{text}" for name, text in known)
        if len(self.members) == 1:
            self.licence = self.members[0].licence
        self.notices: Sequence[str] = tuple(notice for member in self.members for notice in member.notices)

    def head(self, index: int, rng: np.random.Generator, *, expression: float = 0.0) -> Head:
        """Head `index // M` of member `index % M`, of M members: see `place`."""
        own, member = divmod(index, len(self.members))
        return self.members[member].head(own, rng, expression=expression)

    def place(self, member: int, index: int) -> int:
        """The index here of a member's own head `index`."""
        return index * len(self.members) + member

    def shares(self, heads: int) -> tuple[int, ...]:
        """How many of `heads` each member gives; the first ones give what is left over."""
        each, more = divmod(heads, len(self.members))
        return tuple(each + (place < more) for place in range(len(self.members)))
