"""What stands in a report, in which order."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from h3dstudio.evaluation.report.document import (
    Block,
    Bullets,
    Document,
    Figure,
    Gallery,
    Notice,
    Paragraph,
    Picture,
    Row,
    Section,
    Table,
)
from h3dstudio.evaluation.report.gallery import (
    error_gallery,
    error_row,
    frame_of,
    photo_rows,
    section_figure,
    shape_row,
)
from h3dstudio.evaluation.report.head_frame import PARTS, HeadFrame
from h3dstudio.evaluation.report.image_tables import camera_blocks, image_blocks
from h3dstudio.evaluation.report.plots import cumulative, error_shares, histogram
from h3dstudio.evaluation.report.provenance import (
    hash_blocks,
    settings_blocks,
    timing_blocks,
    version_blocks,
)
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.score_tables import protocol_table, score_tables
from h3dstudio.evaluation.report.summary import comparison, headlines, part_means, sentences
from h3dstudio.evaluation.report.words import method_name, number, photos, region_name

NO_REFERENCE = (
    "No error can be given: there is no reference surface (ground truth) to measure against. "
    "What the photos say is below."
)
PROTOCOLS = (
    "Two protocols, always both. The strict one measures to the surface and neither moves nor resizes the "
    "result (“as given”), or moves it as a rigid body: judge by it. H3DS is what publications report. Its "
    "registration may resize and even mirror the result, and it measures to the nearest vertex: compare it "
    "with published figures only."
)
Rows = list[tuple[str, tuple[Picture, ...]]]


def build_document(
    runs: Sequence[ReportedRun], *, command: str, made: str, left_out: Sequence[str] = ()
) -> Generator[str, None, Document]:
    """The report on `runs` (one at least); yields what it does next, for a progress bar.

    Args:
        command: the command line that makes this report.
        made: when, and by which version.
        left_out: why runs that were to be found here are not in it, a sentence each.
    """
    if len(runs) == 1:
        runs = [replace(runs[0], label="Result")]
    frames = {run.name: frame_of(run) for run in runs}
    errors = yield from _errors(runs, frames)
    pictures = yield from _pictures(runs, frames)
    yield "writing tables"
    sections = [
        Section("summary", "In short", tuple(_summary(runs, frames, left_out))),
        Section("errors", "Error", tuple(errors)),
        Section("scores", "Scores", tuple(_scores(runs))),
        Section("pictures", "Pictures", tuple(pictures)),
        Section("photos", "Agreement with photos", tuple(image_blocks(runs))),
        Section("cameras", "Cameras", tuple(camera_blocks(runs))),
        Section("settings", "Settings, and how to repeat it", tuple(settings_blocks(runs, command))),
        Section("time", "Time and versions", (*timing_blocks(runs), *version_blocks(runs))),
        Section("files", "Files", tuple(hash_blocks(runs))),
    ]
    return Document(_title(runs), _subtitle(runs), made, headlines(runs), tuple(sections))


def _title(runs: Sequence[ReportedRun]) -> str:
    scans = list(dict.fromkeys(run.facts.scan for run in runs))
    if len(runs) == 1:
        return f"Head of {scans[0]}"
    return f"{len(runs)} reconstructions of {scans[0] if len(scans) == 1 else f'{len(scans)} heads'}"


def _subtitle(runs: Sequence[ReportedRun]) -> str:
    if len(runs) > 1:
        return "Comparison"
    facts = runs[0].facts
    return f"Reconstructed from {photos(len(facts.views))} by {method_name(facts.setting('method'))}"


def _summary(
    runs: Sequence[ReportedRun], frames: dict[str, HeadFrame | None], left_out: Sequence[str]
) -> list[Block]:
    blocks: list[Block] = []
    if left_out:
        blocks.append(Notice("Left out of this report", tuple(left_out)))
    if len(runs) == 1:
        if runs[0].warnings:
            blocks.append(Notice("Warnings", runs[0].warnings))
        return [*blocks, Bullets(tuple(sentences(runs[0], frames[runs[0].name])))]
    doubtful = [f"{run.label}: {' '.join(run.warnings)}" for run in runs if run.warnings]
    if doubtful:
        blocks.append(Notice("Warnings", tuple(doubtful)))
    return [*blocks, Bullets(tuple(comparison(runs)))]


def _scores(runs: Sequence[ReportedRun]) -> list[Block]:
    tables = score_tables(runs)
    if not tables:
        return [Paragraph(NO_REFERENCE)]
    fixed = next((table for run in runs if (table := protocol_table(run))), None)
    return [Paragraph(PROTOCOLS), *tables, *([fixed] if fixed else [])]


def _errors(
    runs: Sequence[ReportedRun], frames: dict[str, HeadFrame | None]
) -> Generator[str, None, list[Block]]:
    measured = [run for run in runs if run.shown_errors is not None]
    if not measured:
        return [Notice("No reference surface", (NO_REFERENCE,), warning=False)]
    blocks: list[Block] = []
    rows: Rows = []
    for run in measured:
        frame = frames[run.name]
        if frame is not None and run.truth is not None:
            yield f"error maps of {run.label}"
            rows.append((run.label if len(runs) > 1 else "", error_row(run, frame)))
    if rows:
        blocks.append(error_gallery(rows))
    blocks += _distributions(measured, alone=len(runs) == 1)
    parts = _parts(measured, frames)
    return blocks if parts is None else [*blocks, parts]


def _distributions(runs: Sequence[ReportedRun], *, alone: bool) -> list[Block]:
    blocks: list[Block] = []
    for region in ("face", "head"):
        found = [
            (run, errors) for run in runs if (errors := run.errors_on(region)) is not None and len(errors)
        ]
        top = max((float(error_shares(errors).max()) for _, errors in found), default=0.0)
        name = region_name(region)
        drawings = [
            histogram(errors, name if alone else f"{name}, {run.label}", largest_share=top)
            for run, errors in found
        ]
        if len(found) > 1:
            drawings.insert(
                0, cumulative([(run.label, errors) for run, errors in found], f"{name}: all runs")
            )
        if drawings:
            caption = "How far the visible places of the reference are from the result."
            blocks.append(Figure(tuple(drawings), caption))
    if alone and len(blocks) == 2:
        both = [block for block in blocks if isinstance(block, Figure)]
        return [Figure(tuple(drawing for figure in both for drawing in figure.drawings), both[0].caption)]
    return blocks


def _parts(runs: Sequence[ReportedRun], frames: dict[str, HeadFrame | None]) -> Table | None:
    """The mean error by part of the head, a row for each run."""
    found = [(run, {part: mean for part, mean, _ in part_means(run, frames[run.name])}) for run in runs]
    found = [(run, means) for run, means in found if means]
    if not found:
        return None
    rows = tuple(Row(run.label, tuple(number(means.get(part)) for part in PARTS)) for run, means in found)
    columns = tuple(part.capitalize() for part in PARTS)
    note = "Over the visible vertices of the reference. Right and left are the subject's own."
    return Table("By part of the head: mean error, mm", columns, rows, "Run" if len(runs) > 1 else "", note)


def _pictures(
    runs: Sequence[ReportedRun], frames: dict[str, HeadFrame | None]
) -> Generator[str, None, list[Block]]:
    blocks: list[Block] = []
    yield "sections"
    for group in _by_scan(runs):
        frame = frames[group[0].name]
        if frame is not None:
            blocks.append(section_figure(group, frame))
    shapes: Rows = []
    for group in _by_scan(runs):
        yield f"shapes of {group[0].facts.scan}"
        frame = frames[group[0].name]
        if frame is not None and group[0].truth is not None:
            label = "Reference" if len(_by_scan(runs)) == 1 else f"Reference, {group[0].facts.scan}"
            shapes.append((label, shape_row(f"reference-{group[0].name}", label, group[0].truth.mesh, frame)))
        for run in group:
            if frame is not None:
                shapes.append((run.label, shape_row(run.name, run.label, run.placed_mesh, frame)))
    if shapes:
        blocks.append(Gallery(tuple(shapes), "Shapes, without colours, under the same light."))
    rows: Rows = []
    for run in runs:
        yield f"photos of {run.label}"
        rows += photo_rows(run, compared=len(runs) > 1)
    if rows:
        caption = "Photos beside the result, drawn by the photo's camera. Held-out photos took no part in it."
        blocks.append(Gallery(tuple(rows), caption))
    return blocks or [Paragraph("There are neither cameras nor landmarks to take pictures by.")]


def _by_scan(runs: Sequence[ReportedRun]) -> list[list[ReportedRun]]:
    """The runs of each head; with references apart, because they are not drawn in one frame."""
    groups: dict[tuple[object, ...], list[ReportedRun]] = {}
    for run in runs:
        groups.setdefault((run.facts.scan, None if run.truth is None else id(run.truth)), []).append(run)
    return list(groups.values())
