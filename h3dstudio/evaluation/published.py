"""What others have published on H3DS, with how it was measured: face / head in mm, by number of views.

Sources: Ramon et al., "H3D-Net" (ICCV 2021), Table 2, and its public reproduction; the papers of SIRA++ and
InstantAvatar. Rows compare only within one protocol and one version of the dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EVALUATOR = "h3ds evaluator"
PAPER = "the papers' own evaluation"
REPRODUCTION = "the reproduction's own evaluation"


@dataclass(frozen=True)
class PublishedRow:
    """One published row.

    Attributes:
        protocol: how it was measured; EVALUATOR is what this program's compatible protocol equals.
        dataset: the version of H3DS, "" where it is not told.
        figures: number of views -> (face, head), mm.
    """

    method: str
    protocol: str
    dataset: str
    figures: Mapping[str, tuple[float, float]]

    @property
    def label(self) -> str:
        """As "IDR, h3ds evaluator, H3DS v1"."""
        return ", ".join(part for part in (self.method, self.protocol, self.dataset) if part)


def _row(method: str, protocol: str, dataset: str, figures: str) -> PublishedRow:
    """`figures`: "views:face/head", separated by spaces."""
    table = {}
    for entry in figures.split():
        views, _, pair = entry.partition(":")
        face, _, head = pair.partition("/")
        table[views] = (float(face), float(head))
    return PublishedRow(method, protocol, dataset, table)


ROWS = (
    _row("IDR", EVALUATOR, "H3DS v1", "3:2.79/14.58 4:1.88/8.99 8:1.83/8.34 16:1.31/6.37 32:1.25/5.71"),
    _row("H3D-Net", EVALUATOR, "H3DS v1", "3:1.33/10.52 4:1.35/7.71 8:1.18/6.45 16:1.05/5.36 32:1.03/5.25"),
    _row("SIRA++", EVALUATOR, "H3DS v1", "3:1.13/10.84 4:1.18/8.07 8:1.15/7.08 16:1.00/6.34 32:0.99/5.79"),
    _row(
        "SIRA++",
        EVALUATOR,
        "H3DS v2",
        "1:1.56/13.66 3:1.18/9.70 4:1.21/6.09 6:1.05/5.59 8:1.18/5.28 16:1.08/4.96 32:1.03/4.71",
    ),
    _row("IDR", PAPER, "", "3:3.52/17.04 4:2.14/8.04 8:1.95/8.71 16:1.43/5.94 32:1.39/5.86"),
    _row("IDR", REPRODUCTION, "", "3:2.84/14.22 4:1.96/9.59 8:1.77/8.12 16:1.37/6.63 32:1.22/5.76"),
    _row("H3D-Net", PAPER, "", "3:1.49/12.76 4:1.65/7.95 8:1.38/5.47 16:1.24/4.80 32:1.21/4.90"),
    _row("InstantAvatar", PAPER, "", "1:1.50/12.43 3:1.39/9.71 6:1.22/8.03"),
)
