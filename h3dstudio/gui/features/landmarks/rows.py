"""What the landmark panel says, worked out from the session: rows, figures, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from h3dstudio.gui.viewport.markers import spoken
from h3dstudio.session.landmarks.editor import LandmarkEditor
from h3dstudio.session.landmarks.table import RECONSTRUCTION, About, State


@dataclass(frozen=True)
class LandmarkRow:
    """A landmark in the table.

    Attributes:
        suggested: it is missing, and a place for it is suggested.
        photos: in how many photos it was clicked.
        residual: mm after the fit of the two meshes' landmarks; None where it has no partner.
    """

    name: str
    state: State
    suggested: bool
    photos: int
    residual: float | None
    color: str
    note: str


@dataclass(frozen=True)
class Facts:
    """What the session alone does not know.

    Attributes:
        suggested: names for which there is a suggestion in the layer.
        has_mesh: whether the layer's mesh is shown.
        placing: whether clicks place.
        photo: the view one looks through.
        scan_open, has_truth: of the window.
        truth: where the scan itself has landmarks on its ground truth: name -> (3,) mm.
        on_stage: whether a head of the prior is shown instead.
        with_scale: whether residuals are after a fit with scale.
    """

    suggested: Collection[str] = ()
    has_mesh: bool = False
    placing: bool = False
    photo: int | None = None
    scan_open: bool = False
    has_truth: bool = False
    truth: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    on_stage: bool = False
    with_scale: bool = False


@dataclass(frozen=True)
class PanelState:
    """Everything the panel shows. `photos`: view -> pixels off, None where no point is known yet."""

    lists: tuple[str, ...]
    list_name: str
    own_list: bool
    layer: str
    has_truth: bool
    rows: tuple[LandmarkRow, ...]
    current: str | None
    position: tuple[float, float, float] | None
    vertex: int | None
    about: About
    photos: Mapping[int, float | None]
    placed: int
    rms: float | None
    hint: str


def panel_state(landmarks: LandmarkEditor, facts: Facts, photos: Mapping[int, float | None]) -> PanelState:
    """The panel for how things are now."""
    layer, current = landmarks.layer, landmarks.current
    fit = landmarks.fit(with_scale=facts.with_scale, truth=facts.truth)
    rows = tuple(
        LandmarkRow(
            name,
            landmarks.state_of(layer, name),
            name in facts.suggested,
            len(landmarks.mark(layer, name).sightings),
            None if fit is None else fit.residuals.get(name),
            landmarks.about(name).color,
            landmarks.about(name).note,
        )
        for name in landmarks.names
    )
    point = None if current is None else landmarks.surface_point(layer, current)
    return PanelState(
        lists=tuple(landmarks.table.all_lists),
        list_name=landmarks.list_name,
        own_list=landmarks.own_list,
        layer=layer,
        has_truth=facts.has_truth,
        rows=rows,
        current=current,
        position=None if point is None else point.position,
        vertex=None if current is None else landmarks.vertex(layer, current),
        about=About() if current is None else landmarks.about(current),
        photos=photos,
        placed=sum(row.state in (State.SET, State.LOCKED) for row in rows),
        rms=None if fit is None else fit.rms,
        hint=_hint(landmarks, facts),
    )


def landmark_actions(landmarks: LandmarkEditor, facts: Facts) -> dict[str, bool]:
    """Action name -> whether it may be used."""
    layer, name = landmarks.layer, landmarks.current
    ready = facts.scan_open and not facts.on_stage
    mark = None if name is None else landmarks.mark(layer, name)
    placed = mark is not None and mark.point is not None
    some = bool(landmarks.points(layer))
    return {
        "landmarks": ready,
        "place_landmarks": ready,
        "next_landmark": ready,
        "previous_landmark": ready,
        "skip_landmark": ready and mark is not None and not mark.locked,
        "lock_landmark": ready and placed,
        "clear_landmark": ready and mark is not None and not mark.locked and (placed or bool(mark.sightings)),
        "jump_landmark": ready and (placed or name in facts.suggested),
        "mirror_landmark": ready and some,
        "accept_landmark": ready and name in facts.suggested,
        "accept_landmarks": ready and bool(facts.suggested),
        "switch_layer": ready and facts.has_truth,
        "import_landmarks": ready,
        "export_landmarks": ready and (some or bool(facts.suggested)),
    }


def _hint(landmarks: LandmarkEditor, facts: Facts) -> str:
    """What to do next."""
    name, layer = landmarks.current, landmarks.layer
    if not facts.scan_open:
        return _tr("Open a scan (Ctrl+O) to place landmarks on its head.")
    if name is None:
        return _tr("This list is empty: add a landmark from its menu ⋯.")
    if facts.photo is not None:
        return _in_photo(landmarks, name, facts)
    if not facts.has_mesh:
        return _without_mesh(layer, facts)
    if facts.suggested:
        return _tr("{0} suggested: Y takes one over, Shift+Y all.").format(len(facts.suggested))
    if not facts.placing:
        return _tr("Press P to place landmarks with clicks on the mesh.")
    if landmarks.surface_point(layer, name) is None:
        return _tr("Click on {0}. Dragging still turns the view.").format(_low(name))
    return _tr("Drag it, or nudge it with the arrow keys. N goes on to the next.")


def _in_photo(landmarks: LandmarkEditor, name: str, facts: Facts) -> str:
    mark = landmarks.mark(landmarks.layer, name)
    others = [one for one in mark.sightings if one.view != facts.photo]
    if not others:
        return _tr("Click on {0} here and in another photo: that gives its place.").format(_low(name))
    return _tr("Click on {0} in this photo too, or correct its cross.").format(_low(name))


def _without_mesh(layer: str, facts: Facts) -> str:
    if layer == RECONSTRUCTION:
        return _tr(
            "There is no reconstruction yet: press Start (F5). Or double-click a photo and click there: two "
            "photos give a point."
        )
    if facts.has_truth:
        return _tr("Show the ground truth (Ctrl+2) to mark it.")
    return _tr("This scan has no ground truth.")


def _low(name: str) -> str:
    """In the middle of a sentence."""
    words = spoken(name)
    return _tr("the {0}").format(words[:1].lower() + words[1:])


def _tr(text: str) -> str:
    return QCoreApplication.translate("Landmarks", text)
