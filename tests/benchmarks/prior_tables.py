"""Measured cells -> tables with targets, rules and what noise costs. Text only: nothing is run here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.benchmarks.measuring import METHODS, rises

Cells = Mapping[tuple[str, str, str], Mapping[str, Any]]
"""(scan, views, method) -> what `measuring.measure` found."""

NAMES = {"A": "prior only", "hull-grid": "Hull grid", "h3d-grid": "H3D grid"}
DRAW_TARGETS = {
    ("3", "A"): (0.55, 0.90),
    ("3", "h3d-grid"): (0.42, 0.80),
    ("8", "h3d-grid"): (0.40, 0.50),
    ("32", "h3d-grid"): (0.33, 0.40),
    ("1", "h3d-grid"): (1.80, 2.20),
}
"""(views, method) -> face, head mm, mean over unseen draws."""
SAMPLE_TARGETS = {
    ("5a3c0e11d2b47f01", "3", "A"): (0.42, 0.70),
    ("5a3c0e11d2b47f02", "3", "A"): (0.56, 1.00),
    ("5a3c0e11d2b47f01", "3", "h3d-grid"): (0.35, 0.65),
    ("5a3c0e11d2b47f02", "3", "h3d-grid"): (0.48, 0.93),
    ("5a3c0e11d2b47f01", "8", "h3d-grid"): (0.33, 0.42),
    ("5a3c0e11d2b47f02", "8", "h3d-grid"): (0.43, 0.50),
    ("5a3c0e11d2b47f01", "32", "h3d-grid"): (0.30, 0.35),
    ("5a3c0e11d2b47f02", "32", "h3d-grid"): (0.38, 0.42),
}
SECONDS = {"3": 15.0, "32": 30.0}
WORSE_MM, UNLIKE_FACE_MM, NOISY_CAMERAS_FACE_MM, DIVERGED = 0.05, 1.0, 0.75, 2.0


def table(cells: Cells, scans: Sequence[str], views: Sequence[str]) -> list[str]:
    """Rows scans, columns views x method: face/head mm and seconds; an empty cell was not measured."""
    methods = [(v, m) for v in views for m in METHODS if any((s, v, m) in cells for s in scans)]
    if not methods:
        return ["(nothing measured)"]
    width = max(18, *(len(scan) + 2 for scan in scans))
    head = f"{'scan':{width}}" + "".join(f"{f'{v} views {NAMES[m]}':>22}" for v, m in methods)
    lines = [head, f"{'':{width}}" + f"{'face/head mm    s':>22}" * len(methods)]
    for scan in scans:
        row = (_cell(cells.get((scan, v, m)), SAMPLE_TARGETS.get((scan, v, m))) for v, m in methods)
        lines.append(f"{scan:{width}}" + "".join(f"{text:>22}" for text in row))
    return lines


def _cell(found: Mapping[str, Any] | None, target: tuple[float, float] | None = None) -> str:
    if found is None:
        return "-"
    if "error" in found:
        return "failed"
    missed = target is not None and (found["face"] > target[0] or found["head"] > target[1])
    return f"{found['face']:.3f}/{found['head']:.3f}{'*' if missed else ' '}{found['seconds']:5.1f}"


def summary(cells: Cells, scans: Sequence[str], views: Sequence[str]) -> list[str]:
    """Mean and worst over the unseen draws, the targets beside them."""
    lines = [
        f"{'views method':18}{'n':>3}{'mean face/head':>18}{'worst face/head':>18}{'target':>14}{'s':>7}"
    ]
    for v in views:
        for m in METHODS:
            found = [cells[s, v, m] for s in scans if _measured(cells, s, v, m)]
            if not found:
                continue
            face, head, wall = ([cell[key] for cell in found] for key in ("face", "head", "seconds"))
            cpu = [cell.get("cpu_seconds", cell["seconds"]) for cell in found]
            goal, mean = DRAW_TARGETS.get((v, m)), (_mean(face), _mean(head))
            line = f"{f'{v} {NAMES[m]}':18}{len(found):3}{f'{mean[0]:.3f}/{mean[1]:.3f}':>18}"
            line += f"{f'{max(face):.3f}/{max(head):.3f}':>18}"
            line += f"{'' if goal is None else f'{goal[0]:.2f}/{goal[1]:.2f}':>14}"
            line += f"{_mean(wall):7.1f}{_mean(cpu):7.1f}"
            if goal is not None:
                line += "  " + _verdict(mean[0] <= goal[0] and mean[1] <= goal[1])
            lines.append(line)
    return lines


def rules(cells: Cells, scans: Sequence[str], views: Sequence[str]) -> list[str]:
    """Fine-tuning is never worse than phase A by more than 0.05 mm; no run takes longer than it may."""
    harmed, slow, checked = [], [], 0
    for scan in scans:
        for v in views:
            if not (_measured(cells, scan, v, "A") and _measured(cells, scan, v, "h3d-grid")):
                continue
            checked += 1
            before, after = cells[scan, v, "A"], cells[scan, v, "h3d-grid"]
            for key in ("face", "head"):
                worse = after[key] - before[key]
                if worse > WORSE_MM:
                    share = ", DIVERGED" if after[key] > DIVERGED * before[key] else ""
                    harmed.append(f"  {scan} {v} views: {key} {worse:+.3f} mm by fine-tuning{share}")
            if v in SECONDS and after["seconds"] > SECONDS[v]:
                slow.append(f"{scan} at {v} ({after['seconds']:.0f} s)")
    lines = [f"Fine-tuning worse than phase A by more than {WORSE_MM} mm ({checked} checked):"]
    lines += harmed or ["  none"]
    limits = ", ".join(f"{seconds:.0f} s for {v} views" for v, seconds in SECONDS.items())
    return [*lines, f"Slower than {limits}: {', '.join(slow) or 'none'}"]


def unlike(cells: Cells, scans: Sequence[str], views: Sequence[str]) -> list[str]:
    """Heads that no draw resembles: the H3D grid against the hull grid on the same scan."""
    lines = []
    for scan in scans:
        for v in views:
            if not (_measured(cells, scan, v, "hull-grid") and _measured(cells, scan, v, "h3d-grid")):
                continue
            hull, head = cells[scan, v, "hull-grid"], cells[scan, v, "h3d-grid"]
            worse = [key for key in ("face", "head") if head[key] > hull[key] + WORSE_MM]
            missed = head["face"] > UNLIKE_FACE_MM >= hull["face"]
            verdict = "worse than the hull grid: " + ", ".join(worse) if worse else "never worse"
            lines.append(
                f"  {scan:16} {v:>2} views  face {head['face'] - hull['face']:+.3f}  "
                f"head {head['head'] - hull['head']:+.3f}  {verdict}{', face above 1.0' if missed else ''}"
            )
    return ["Heads unlike any draw, H3D grid less hull grid, mm:", *(lines or ["  (nothing measured)"])]


def noise(cells: Cells, clean_of: Mapping[str, str], views: Sequence[str]) -> list[str]:
    """What each disturbance does to each score, camera errors before and after, and what diverged.

    Args:
        clean_of: noisy scan -> the clean scan of the same head.
    """
    lines = []
    for scan, clean in clean_of.items():
        for v in views:
            for m in METHODS:
                if not _measured(cells, scan, v, m):
                    continue
                found = cells[scan, v, m]
                text = f"  {scan:18} {v:>2} {NAMES[m]:10} {_cell(found)}"
                if _measured(cells, clean, v, m):
                    base = cells[clean, v, m]
                    text += (
                        f"  face {found['face'] - base['face']:+.3f} head {found['head'] - base['head']:+.3f}"
                    )
                prior = cells.get((scan, v, "A"), {}).get("face")
                if m != "A" and prior is not None and found["face"] > DIVERGED * prior:
                    text += "  DIVERGED"
                lines.append(text + _camera_text(found))
    return ["Noise: score, and how it moves from the clean scan:", *(lines or ["  (nothing measured)"])]


def _camera_text(found: Mapping[str, Any]) -> str:
    if "cameras_before" not in found:
        return ""
    text = f"  rigid face {found['face_rigid']:.3f}" if "face_rigid" in found else ""
    text += "  cameras " + _camera_error(found["cameras_before"])
    return text + (" -> " + _camera_error(found["cameras_after"]) if "cameras_after" in found else "")


def _camera_error(error: Mapping[str, float]) -> str:
    absolute = f"{error['degrees']:.2f} deg {error['mm']:.2f} mm"
    return f"{absolute} (relative {error['relative_degrees']:.2f}, {error['relative_mm']:.2f})"


def confidence(cells: Cells, scans: Iterable[str], views: Sequence[str]) -> list[str]:
    """Mean error by deciles of the confidence, least certain first, averaged over scans."""
    lines = []
    for v in views:
        for m in METHODS:
            found = [
                cells[s, v, m]["confidence"]
                for s in scans
                if _measured(cells, s, v, m) and "confidence" in cells[s, v, m]
            ]
            if found:
                mean = [_mean(column) for column in zip(*found, strict=True)]
                text = " ".join(f"{x:.2f}" for x in mean)
                lines.append(
                    f"  {v:>2} {NAMES[m]:10} {text}  {_verdict(rises(mean) == 0)} ({len(found)} heads)"
                )
    title = "Error in mm by deciles of confidence, least certain first (it must fall):"
    return [title, *(lines or ["  (the meshes carry no confidence)"])]


def _measured(cells: Cells, scan: str, views: str, method: str) -> bool:
    return "face" in cells.get((scan, views, method), {})


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"
