"""Everything an autodecoder's training has learned so far, and how it survives a killed process.

A step draws from a random stream of its own, keyed by seed and step: there is no state of a generator to
keep, and a resumed training repeats an uninterrupted one to the bit (with as many threads, on one device).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from h3dstudio.data.atomic import atomic_path
from h3dstudio.errors import PriorError
from h3dstudio.priors.autodecoder.decoder import Decoder

FORMAT = 1


@dataclass(eq=False)
class DecoderState:
    """Decoder, one code per head (N, K), their optimiser, and the next step to do."""

    decoder: Decoder
    codes: nn.Parameter
    optimizer: torch.optim.Adam
    step: int = 0

    @staticmethod
    def start(decoder: Decoder, codes: Tensor, rates: tuple[float, float]) -> DecoderState:
        """A training about to begin, with Adam at `rates` for (decoder, codes)."""
        parameter = nn.Parameter(codes)
        groups = [
            {"params": list(decoder.parameters()), "lr": rates[0]},
            {"params": [parameter], "lr": rates[1]},
        ]
        return DecoderState(decoder, parameter, torch.optim.Adam(groups))

    def save(self, path: Path, fingerprint: str) -> None:
        """Write it as one file, whole or not at all. Raises OutputError."""
        content = {
            "format": FORMAT,
            "fingerprint": fingerprint,
            "step": self.step,
            "decoder": self.decoder.state_dict(),
            "codes": self.codes.detach(),
            "optimizer": self.optimizer.state_dict(),
        }
        with atomic_path(path) as temporary:
            torch.save(content, temporary)

    def load(self, path: Path, fingerprint: str) -> None:
        """Go on from what `save` wrote. Raises PriorError when it is damaged or of another training."""
        try:
            kept = torch.load(path, map_location=self.codes.device, weights_only=True)
            if kept["format"] != FORMAT or kept["fingerprint"] != fingerprint:
                raise _foreign(path, "it is of another training or version")
            if not all(
                bool(torch.isfinite(part).all()) for part in (kept["codes"], *kept["decoder"].values())
            ):
                raise ValueError("it holds NaN or infinite values")
            self.decoder.load_state_dict(kept["decoder"])
            self.optimizer.load_state_dict(kept["optimizer"])
            with torch.no_grad():
                self.codes.copy_(kept["codes"])
            self.step = int(kept["step"])
        except PriorError:
            raise
        except Exception as error:  # a damaged file raises almost anything
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
            raise _foreign(path, f"the checkpoint cannot be read ({reason})") from error


def _foreign(path: Path, reason: str) -> PriorError:
    return PriorError(
        f"the training cannot be continued: {reason}",
        where=path,
        remedy="Resume with the settings it was started with, or start again without --resume",
    )
