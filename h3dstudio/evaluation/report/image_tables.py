"""Tables of what photos say: how well the result draws them again, and how far the cameras were off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from h3dstudio.evaluation.report.document import Block, Paragraph, Row, Table
from h3dstudio.evaluation.report.record import ViewScore
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.words import number

NO_LPIPS = (
    "LPIPS was not measured: its weights were not at hand when the runs were made. They are never "
    "downloaded; the README says where to put them."
)
HOW = (
    "PSNR (dB) and SSIM inside the mask: more is better; LPIPS: less is better. A used photo is drawn from "
    "the surface's colours under its own light; a held-out photo took no part in the reconstruction."
)


def image_blocks(runs: Sequence[ReportedRun]) -> list[Block]:
    """The image metrics of all runs that have some, per view and on average."""
    judged = [run for run in runs if run.facts.scores]
    if not judged:
        return [Paragraph("The runs hold no comparison with photos.")]
    measured = any(score.lpips is not None for run in judged for score in run.facts.scores)
    blocks: list[Block] = [*_means_table(judged, lpips=measured).split()]
    blocks += [_views_table(run, named=len(runs) > 1, lpips=measured) for run in judged]
    return blocks if measured else [*blocks, Paragraph(NO_LPIPS, small=True)]


Metric = tuple[str, Callable[[ViewScore], str], Callable[[ViewScore], float | None], int]


def _metrics(lpips: bool) -> tuple[Metric, ...]:
    """Name, a view's cell, its value, digits."""
    found: tuple[Metric, ...] = (
        ("PSNR, dB", lambda one: number(one.psnr) or "identical", lambda one: one.psnr, 2),
        ("SSIM", lambda one: number(one.ssim, 4), lambda one: one.ssim, 4),
    )
    more: Metric = ("LPIPS", lambda one: number(one.lpips, 4), lambda one: one.lpips, 4)
    return (*found, more) if lpips else found


def _means_table(runs: Sequence[ReportedRun], *, lpips: bool) -> Table:
    rows = []
    for held_out, where in ((True, "held-out photos"), (False, "used photos")):
        for name, _, value, digits in _metrics(lpips):
            cells = [_mean(run, held_out, value, digits) for run in runs]
            if any(cells):
                rows.append(Row(f"{name}, mean of {where}", tuple(cells)))
    return Table("Photos: averages", tuple(run.label for run in runs), tuple(rows), "Figure", HOW)


def _mean(run: ReportedRun, held_out: bool, value: Callable[[ViewScore], float | None], digits: int) -> str:
    found = [value(one) for one in run.facts.scores if one.held_out is held_out]
    known = [one for one in found if one is not None]
    return number(sum(known) / len(known), digits) if known else ""


def _views_table(run: ReportedRun, *, named: bool, lpips: bool) -> Table:
    metrics = _metrics(lpips)
    rows = tuple(
        Row(
            f"View {one.view}",
            (
                "held out" if one.held_out else "used",
                *(cell(one) for _, cell, _, _ in metrics),
                f"{one.pixels}",
            ),
        )
        for one in run.facts.scores
    )
    columns = ("Photo", *(name for name, _, _, _ in metrics), "Pixels in the mask")
    return Table(f"Photos: each view{f' of {run.label}' if named else ''}", columns, rows, "View")


def camera_blocks(runs: Sequence[ReportedRun]) -> list[Block]:
    """How far cameras were off: by the run's own correction, and against true ones where there are such."""
    blocks: list[Block] = []
    for run in runs:
        name = f" of {run.label}" if len(runs) > 1 else ""
        if run.facts.cameras is not None:
            caption = f"Cameras{name}: corrected against given"
            blocks.append(_camera_table(caption, run.facts.cameras))
        if run.camera_errors is not None:
            blocks.append(
                _camera_table(
                    f"Cameras{name}: as the run left them, against the true ones", run.camera_errors
                )
            )
    if not blocks:
        return [Paragraph("The cameras were taken as they were given.")]
    note = (
        "Rotation is the angle between two cameras of one photo, translation the distance of their centres. "
        "Photos alone do not show a motion that all cameras share; what is a camera's own is without it."
    )
    return [*blocks, Paragraph(note, small=True)]


def _camera_table(caption: str, offsets: Mapping[str, Any]) -> Table:
    own = offsets.get("without_common_motion")
    left = {} if own is None else {one["view"]: one for one in own["views"]}
    rows = [
        Row(f"View {one['view']}", _offset_cells(one) + _offset_cells(left.get(one["view"])))
        for one in offsets["views"]
    ]
    rows.append(Row("Mean", _mean_cells(offsets) + _mean_cells(own)))
    columns = ("Rotation, °", "Translation, mm", "Own rotation, °", "Own translation, mm")
    return Table(caption, columns, tuple(rows), "View")


def _offset_cells(one: Mapping[str, Any] | None) -> tuple[str, str]:
    return ("", "") if one is None else (number(one["rotation_deg"], 3), number(one["translation_mm"]))


def _mean_cells(one: Mapping[str, Any] | None) -> tuple[str, str]:
    return (
        ("", "") if one is None else (number(one["mean_rotation_deg"], 3), number(one["mean_translation_mm"]))
    )
