"""The autodecoder's presets: what fits a CPU's minutes, and what the papers train for days on a GPU."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from h3dstudio.priors.autodecoder.losses import LossWeights
from h3dstudio.priors.training.settings import PriorSettings


@dataclass(frozen=True)
class DecoderPreset:
    """How an autodecoder is built and trained.

    Attributes:
        latent: numbers of a code.
        width, depth: units and number of its hidden layers.
        steps: of Adam.
        heads, surface, around: per step: heads, points on the surface of each, points around it.
        rates: of Adam for (decoder, codes) at the beginning.
        halvings: how often both are halved until the end.
        smooth: whether they fall steadily instead of in steps.
        warmup: steps over which the rates rise; Adam's first steps are all of full size, and in a wide
            network they would undo the geometric initialisation.
        weights: of the losses.
    """

    latent: int
    width: int
    depth: int
    steps: int
    heads: int = 16
    surface: int = 256
    around: int = 128
    rates: tuple[float, float] = (5e-3, 1e-3)
    halvings: float = 4.0
    smooth: bool = False
    warmup: int = 50
    weights: LossWeights = field(default_factory=LossWeights)

    def rate_factor(self, step: int) -> float:
        """What the rates are multiplied by at `step`."""
        halved = self.halvings * step / self.steps
        return min(1.0, (step + 1) / self.warmup) * float(0.5 ** (halved if self.smooth else int(halved)))


PRESET_OF = {
    # Some ten minutes on two cores. Surfaces and distances count more than in IGR, where normals outweigh
    # them: a millimetre is a two hundredth here. Many small steps beat few large ones.
    "small": DecoderPreset(
        latent=64,
        width=128,
        depth=5,
        steps=8000,
        heads=8,
        rates=(4e-3, 3e-3),
        halvings=6.0,
        smooth=True,
        weights=LossWeights(surface=20.0, distance=4.0),
    ),
    # Decoder, rates and loss of IGR, as H3D-Net takes them (Ramon et al., ICCV 2021): 2000 epochs of 1000
    # heads, halved every 500.
    "paper": DecoderPreset(
        latent=256, width=512, depth=8, steps=125_000, surface=1024, around=512, halvings=4.0
    ),
}


def preset_of(settings: PriorSettings) -> DecoderPreset:
    """The preset, with what the settings say otherwise."""
    preset = PRESET_OF[settings.preset]
    return replace(preset, latent=settings.components or preset.latent, steps=settings.steps or preset.steps)
