"""What a user chooses about a reconstruction. Plain values: picklable, JSON-able, no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from h3dstudio.errors import UsageError

METHODS = ("h3d-net", "idr")
QUALITIES = ("draft", "standard", "high")
DEVICES = ("auto", "cpu", "cuda")
LANDMARKS = ("auto", "none")
REFINE_CAMERAS = ("auto", "on", "off")


@dataclass(frozen=True)
class ReconstructionSettings:
    """Settings of one reconstruction.

    Attributes:
        method: "h3d-net" = the head of the prior that the photos show, then refined on them; "idr" = from the
            photos and masks alone, without a prior.
        quality: "draft" for a look, "standard" (the default), "high" for a finer grid and more iterations.
        device: "auto" takes the GPU where torch sees one.
        seed: everything random derives from it: same seed and settings, same mesh.
        prior: file of the head prior; "" takes the bundled one.
        landmarks: "auto" starts from the scan's landmarks where it has some, "none" finds the head's pose
            from masks and cameras alone.
        refine_cameras: "auto" decides from the photos whether the cameras are off, "on", "off".
    """

    method: str = "h3d-net"
    quality: str = "standard"
    device: str = "auto"
    seed: int = 0
    prior: str = ""
    landmarks: str = "auto"
    refine_cameras: str = "auto"

    def __post_init__(self) -> None:
        for name, allowed in (
            ("method", METHODS),
            ("quality", QUALITIES),
            ("landmarks", LANDMARKS),
            ("refine_cameras", REFINE_CAMERAS),
        ):
            value = getattr(self, name)
            if value not in allowed:
                raise UsageError(f"{name} is {value!r}, expected one of {', '.join(allowed)}")
        numbered = self.device.startswith("cuda:") and self.device[5:].isdecimal()
        if self.device not in DEVICES and not numbered:
            raise UsageError(f"device is {self.device!r}, expected one of {', '.join(DEVICES)}")

    def as_dict(self) -> dict[str, object]:
        """For `run.json`."""
        return asdict(self)
