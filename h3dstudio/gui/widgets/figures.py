"""Figures as a user reads them."""

from __future__ import annotations


def clock(seconds: float | None) -> str:
    """Seconds as a user reads them: "8 s", "1:05 min", "2:03 h"; "–" when unknown."""
    if seconds is None or seconds != seconds or seconds == float("inf"):
        return "–"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


def size(count: float) -> str:
    """Bytes as "512 MB" or "1.4 GB"; "–" for none."""
    if count <= 0:
        return "–"
    return f"{count / 2**20:.0f} MB" if count < 2**30 else f"{count / 2**30:.1f} GB"
