"""What a user chooses about a reconstruction. Plain values: picklable, JSON-able, no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from h3dstudio.errors import UsageError

METHODS = ("idr",)
QUALITIES = ("draft", "standard", "high")
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True)
class ReconstructionSettings:
    """Settings of one reconstruction.

    Attributes:
        method: "idr" = from the photos and masks alone, without a prior.
        quality: "draft" for a look, "standard" (the default), "high" for a finer grid and more iterations.
        device: "auto" takes the GPU where torch sees one.
        seed: everything random derives from it: same seed and settings, same mesh.
    """

    method: str = "idr"
    quality: str = "standard"
    device: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, allowed in (("method", METHODS), ("quality", QUALITIES)):
            value = getattr(self, name)
            if value not in allowed:
                raise UsageError(f"{name} is {value!r}, expected one of {', '.join(allowed)}")
        numbered = self.device.startswith("cuda:") and self.device[5:].isdecimal()
        if self.device not in DEVICES and not numbered:
            raise UsageError(f"device is {self.device!r}, expected one of {', '.join(DEVICES)}")

    def as_dict(self) -> dict[str, object]:
        """For `run.json`."""
        return asdict(self)
