"""Numbers and names as people read them."""

from __future__ import annotations

from h3dstudio.methods.registry import method_title

REGIONS = {"face": "Face", "head": "Whole head", "nose": "Nose"}


def region_name(region: str) -> str:
    return REGIONS.get(region, region)


def method_name(method: str) -> str:
    return method_title(method)


def number(value: object, digits: int = 2) -> str:
    """With that many digits behind the point; "" for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.{digits}f}"


def count(value: object) -> str:
    """A whole number with thin groups: "132 869"."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}") if isinstance(value, int) else ""


def duration(seconds: float | None) -> str:
    """ "27 s", "4 min 5 s", "2 h 3 min"; "" for None."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 5400:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def memory(size: float | None) -> str:
    """Bytes as GB or MB; "" for None."""
    if size is None:
        return ""
    return f"{size / 2**30:.2f} GB" if size >= 2**30 else f"{size / 2**20:.0f} MB"


def listed(names: list[str]) -> str:
    """ "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count} photos"
