"""The colours of text can be read on every ground they stand on (WCAG 2.1: 4.5 to 1)."""

from __future__ import annotations

import pytest

from h3dstudio.gui.theme import DARK, LIGHT, Colors


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG 2.1 defines it."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out(colors: Colors) -> None:
    for name in ("text", "muted", "good", "warning", "bad", "accent"):
        for ground in ("panel", "window"):
            ratio = contrast(getattr(colors, name), getattr(colors, ground))
            assert ratio >= 4.5, (name, ground, ratio)
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    assert contrast(colors.on_accent, colors.accent_hover) >= 4.5
