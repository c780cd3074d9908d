"""The pictures of a report: errors in colour, shapes, photos beside renders, sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.evaluation.report.document import Figure, Gallery, Picture
from h3dstudio.evaluation.report.head_frame import VIEWS, HeadFrame, head_frame
from h3dstudio.evaluation.report.pictures import Crop, clay, coloured, encoded, heat_map
from h3dstudio.evaluation.report.plots import contours
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.scale import legend
from h3dstudio.evaluation.report.section_lines import Polyline, plane_section
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster

SIZE = (360, 430)
PHOTO = 360
MOST_PHOTOS = 2
"""Photos of each run of a comparison."""


def frame_of(run: ReportedRun) -> HeadFrame | None:
    """The head that is pictured: the reference where there is one, so that runs of one scan look alike."""
    cameras = [run.cameras[view] for view in run.facts.views if view in run.cameras]
    if run.truth is None:
        return head_frame(run.mesh.vertices, cameras, run.landmarks)
    vertices = run.truth.mesh.vertices
    return head_frame(vertices, cameras, {name: vertices[at] for name, at in run.truth.landmarks.items()})


def error_row(run: ReportedRun, frame: HeadFrame) -> tuple[Picture, ...]:
    """The reference in the colours of its error, from all sides."""
    errors, truth = run.shown_errors, run.truth
    assert errors is not None
    assert run.errors is not None
    assert truth is not None
    seen = run.errors.visible
    return tuple(
        _picture(
            f"error-{run.name}-{view}",
            heat_map(truth.mesh, errors, seen, frame.camera(degrees, SIZE), SIZE, caster=truth.caster),
            f"{run.label}: error from the {view}, on the reference surface, in the colours of the scale",
            view.capitalize(),
        )
        for view, degrees in VIEWS
    )


def shape_row(name: str, label: str, mesh: TriangleMesh, frame: HeadFrame) -> tuple[Picture, ...]:
    """A surface as clay, from all sides."""
    caster = RayCaster(mesh)
    return tuple(
        _picture(
            f"shape-{name}-{view}",
            clay(mesh, frame.camera(degrees, SIZE), SIZE, caster=caster),
            f"{label}: shape from the {view}, without colours",
            view.capitalize(),
        )
        for view, degrees in VIEWS
    )


def error_gallery(rows: Sequence[tuple[str, tuple[Picture, ...]]]) -> Gallery:
    """Rows of `error_row` over the one scale."""
    caption = (
        "Distance from each place of the reference surface to the result. Pale is near, dark is far; the "
        "scale is the same in every picture and every report."
    )
    return Gallery(tuple(rows), caption, legend())


def photo_rows(run: ReportedRun, *, compared: bool) -> list[tuple[str, tuple[Picture, ...]]]:
    """Photos beside the result from the same camera: a row for each, or one row of pairs in a comparison."""
    if not run.photos:
        return []
    caster = RayCaster(run.mesh)
    if compared:
        chosen = [run.photos[0], *run.photos[-1:]] if len(run.photos) > 1 else list(run.photos)
        pairs = [_beside(run, photo, caster)[:2] for photo in chosen[:MOST_PHOTOS]]
        return [(run.label, tuple(picture for pair in pairs for picture in pair))]
    return [("", _beside(run, photo, caster)) for photo in run.photos]


def _beside(run: ReportedRun, photo: LoadedView, caster: RayCaster) -> tuple[Picture, ...]:
    view = photo.view.index
    crop = Crop.around(photo.mask, PHOTO)
    camera = crop.camera(run.cameras.get(view, photo.view.camera))
    role = "used" if view in run.facts.views else "held out"
    size = (PHOTO, PHOTO)
    images = [
        ("photo", crop.photo(photo.image), f"photo of view {view}", f"Photo, view {view} ({role})"),
        (
            "shape",
            clay(run.mesh, camera, size, caster=caster),
            f"shape from the camera of view {view}",
            "Result, shape",
        ),
    ]
    if run.mesh.colors is not None:
        image = coloured(run.mesh, camera, size, caster=caster)
        images.insert(
            1, ("colour", image, f"in its colours from the camera of view {view}", "Result, colours")
        )
    return tuple(
        _picture(f"{kind}-{run.name}-view{view}", image, f"{run.label}: {alt}", caption)
        for kind, image, alt, caption in images
    )


def section_figure(runs: Sequence[ReportedRun], frame: HeadFrame) -> Figure:
    """Reference and results cut by the same planes; all runs are of one scan."""
    first = runs[0]
    truth = None if first.truth is None else first.truth.mesh
    marks = _marks(first)
    nose = marks.get("nose_tip", frame.center + 0.5 * frame.width * frame.front)
    eyes = (marks["right_eye"] + marks["left_eye"]) / 2 if {"right_eye", "left_eye"} <= set(marks) else nose
    middle = eyes + ((nose - eyes) @ frame.left) * frame.left
    planes = (
        ("Profile, through the tip of the nose", middle, frame.left, (frame.front, frame.up), None),
        ("The same, enlarged", middle, frame.left, (frame.front, frame.up), (nose, 55.0)),
        ("From above, at the tip of the nose", nose, frame.up, (frame.left, -frame.front), None),
    )
    drawings = []
    for title, point, normal, axes, window in planes:
        lines = [(run.label, _flat(run.placed_mesh, point, normal, axes, window)) for run in runs]
        outline = [] if truth is None else _flat(truth, point, normal, axes, window)
        drawings.append(contours(title, outline, lines))
    what = "Sections through the result" if truth is None else "Sections through reference and result"
    return Figure(tuple(drawings), f"{what}{'s' if len(runs) > 1 else ''}, to scale.")


def _marks(run: ReportedRun) -> dict[str, NDArray[np.float64]]:
    if run.truth is None:
        return dict(run.landmarks)
    return {name: run.truth.mesh.vertices[at] for name, at in run.truth.landmarks.items()}


Axes = tuple[NDArray[np.float64], NDArray[np.float64]]


def _flat(
    mesh: TriangleMesh,
    point: NDArray[np.float64],
    normal: NDArray[np.float64],
    axes: Axes,
    window: tuple[NDArray[np.float64], float] | None,
) -> list[Polyline]:
    """The section's lines (N, 2) along two axes; only what is in the window (middle, half its side in mm)."""
    lines = [line @ np.stack(axes, axis=1) for line in plane_section(mesh, point, normal)]
    if window is None:
        return lines
    middle = np.array([window[0] @ axes[0], window[0] @ axes[1]])
    return [part for line in lines for part in _inside(line, middle, window[1])]


def _inside(line: Polyline, middle: NDArray[np.float64], reach: float) -> list[Polyline]:
    inside = np.asarray((np.abs(line - middle) <= reach).all(axis=1))
    borders = np.flatnonzero(np.diff(inside.astype(np.int8))) + 1
    parts = np.split(np.arange(len(line)), borders)
    return [line[part] for part in parts if len(part) > 1 and inside[part[0]]]


def _picture(name: str, image: NDArray[np.uint8], alt: str, caption: str) -> Picture:
    return Picture(name, encoded(image), (image.shape[1], image.shape[0]), alt, caption)
