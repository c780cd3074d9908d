"""How much heads are varied beyond what their population holds."""

from __future__ import annotations

from dataclasses import dataclass

from h3dstudio.errors import UsageError


@dataclass(frozen=True)
class Augmentation:
    """Shares of the heads that get a variation, 0 to 1, and how large it is.

    Attributes:
        expression: share with an expression, where the population has blend shapes.
        scale: each head's size is multiplied by 1 +- this, uniformly. Fits have a scale of their own, so that
            it costs components and gains little.
        hair: share with hair: what the population has of it, else a scalp offset, a smooth random field
            above and behind the hairline. The linear family learns it apart from the bald heads.
        hair_mm: the thickest it gets.
        cut: share whose neck is cut higher and tilted.
        mirror: whether the mirror image of every head counts as a head as well, in the linear family.
    """

    expression: float = 0.5
    scale: float = 0.0
    hair: float = 0.2
    hair_mm: float = 35.0
    cut: float = 0.08
    mirror: bool = True

    def __post_init__(self) -> None:
        for name in ("expression", "hair", "cut"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"the share of {name} is {getattr(self, name)}, expected 0 to 1")
        if not 0 <= self.scale <= 0.3:
            raise UsageError(f"scale varies by {self.scale}, expected 0 to 0.3")
        if not 0 <= self.hair_mm <= 60:
            raise UsageError(f"hair is up to {self.hair_mm} mm, expected 0 to 60")

    @property
    def varies_meshes(self) -> bool:
        """Whether the same mesh gives another head each time."""
        return bool(self.scale or self.hair or self.cut)


NONE = Augmentation(expression=0.0, scale=0.0, hair=0.0, cut=0.0, mirror=False)
