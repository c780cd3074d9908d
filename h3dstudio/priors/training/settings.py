"""What a user chooses about the training of a head prior. Plain values: picklable, JSON-able, no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from h3dstudio.data.population.augmentation import Augmentation
from h3dstudio.errors import UsageError

FAMILIES = ("linear", "autodecoder")
PRESETS = ("small", "paper")
DEVICES = ("auto", "cpu", "cuda")
LARGEST = {"heads": 20_000, "held_out": 1_000, "components": 512, "hair_components": 64}


@dataclass(frozen=True)
class PriorSettings:
    """Settings of one training.

    Attributes:
        family: "linear" (principal components of signed distances) or "autodecoder" (a latent per head).
        preset: of the autodecoder: "small" for a CPU, "paper" for 8 x 512 units and 256 latents on a GPU.
        heads: how many to train on. A population of files gives at most as many as it has, times its
            augmented copies.
        held_out: heads kept out of the training, whose reconstruction is measured during it.
        components: size of the latent code; None takes the family's own.
        hair_components: how many numbers are added to it for hair, in the linear family.
        weights: how much each of several populations counts, in the linear family; () for the same.
        steps: optimisation steps of the autodecoder; None takes the preset's.
        seed: everything random derives from it.
        device: where the autodecoder is trained; "auto" takes the GPU where torch sees one.
        threads: worker threads of the sampling.
        augmentation: how heads are varied beyond what the population holds.
    """

    family: str = "linear"
    preset: str = "small"
    heads: int = 1000
    held_out: int = 8
    components: int | None = None
    hair_components: int = 16
    weights: tuple[float, ...] = ()
    steps: int | None = None
    seed: int = 0
    device: str = "auto"
    threads: int = 2
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        for name, allowed in (("family", FAMILIES), ("preset", PRESETS)):
            value = getattr(self, name)
            if value not in allowed:
                raise UsageError(f"{name} is {value!r}, expected one of {', '.join(allowed)}")
        _within("heads", self.heads, 2)
        _within("held_out", self.held_out, 0)
        _within("hair_components", self.hair_components, 0)
        if any(not 0 < weight < 1e6 for weight in self.weights):
            raise UsageError(f"weights are {self.weights}, expected numbers above 0")
        if self.components is not None:
            _within("components", self.components, 1)
        if self.steps is not None and self.steps < 1:
            raise UsageError(f"steps is {self.steps}, expected at least 1")
        if self.threads < 1:
            raise UsageError(f"threads is {self.threads}, expected at least 1")
        if self.seed < 0:
            raise UsageError(f"seed is {self.seed}, expected 0 or more")
        numbered = self.device.startswith("cuda:") and self.device[5:].isdecimal()
        if self.device not in DEVICES and not numbered:
            raise UsageError(f"device is {self.device!r}, expected one of {', '.join(DEVICES)}")

    def as_dict(self) -> dict[str, object]:
        """For the provenance in the file."""
        return asdict(self)


def _within(name: str, value: int, least: int) -> None:
    if not least <= value <= LARGEST[name]:
        raise UsageError(f"{name} is {value}, expected {least} to {LARGEST[name]}")
