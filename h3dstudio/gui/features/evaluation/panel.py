"""The evaluate dock: bring the mesh onto the ground truth, measure it, see where it is off."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from h3dstudio.evaluation.evaluate import Evaluation
from h3dstudio.gui.features.evaluation.region_card import RegionCard
from h3dstudio.gui.features.evaluation.score_table import RunTable, ScoreTable
from h3dstudio.gui.viewport.sink import GROUND_TRUTH, RECONSTRUCTION
from h3dstudio.gui.widgets.buttons import ActionButton
from h3dstudio.gui.widgets.curves import Curves
from h3dstudio.gui.widgets.fields import choice, field_name
from h3dstudio.gui.widgets.scrolling import scrolling
from h3dstudio.session.evaluation.evaluated_runs import RunRow

if TYPE_CHECKING:
    from h3dstudio.gui.features.evaluation.histogram import Histogram

_KEY = "evaluate/"
AS_GIVEN, RIGID = "as given", "rigid"
H3DS, STRICT = "h3ds", "strict"


class EvaluatePanel(QWidget):
    """Shows; `gui.evaluating` acts. Its choices are remembered.

    `heat_changed()` when the error map is to show something else.
    """

    heat_changed = Signal()

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setMinimumWidth(256)
        tr = self.tr
        self.fit = choice(
            ("head", "face"), {"head": tr("Whole head"), "face": tr("Face")}, tr("What the ICP fits")
        )
        self.with_scale = QCheckBox(tr("Resize too"))
        self.with_scale.setToolTip(
            tr("Let landmarks and ICP resize the mesh; a reconstruction is in mm already")
        )
        self.start = choice(
            ("free", "landmarks", "none"),
            {"free": tr("As the mesh is"), "landmarks": tr("By landmarks"), "none": tr("No registration")},
            tr("What the registrations of both protocols start from"),
        )
        self.heat_on = choice(
            (RECONSTRUCTION, GROUND_TRUTH),
            {RECONSTRUCTION: tr("Reconstruction"), GROUND_TRUTH: tr("Ground truth")},
            tr("Which surface the error map and the histogram are of"),
        )
        self.heat_after = choice(
            (AS_GIVEN, RIGID),
            {AS_GIVEN: tr("As given"), RIGID: tr("After rigid ICP")},
            tr("Under which alignment the error map and the histogram are"),
        )
        self.figures = choice(
            (H3DS, STRICT),
            {H3DS: tr("H3DS protocol"), STRICT: tr("Strict, as given")},
            tr("Which figures of the runs are compared; published are those of the H3DS protocol"),
        )
        self.region = RegionCard()
        self._rows: tuple[RunRow, ...] = ()
        self.motion, self.progress, self.empty = _faint(), _faint(), _faint()
        self.curve = Curves(tr("Registration, mm"), log=False)
        self.curve.setFixedHeight(110)
        self.scores, self.runs = ScoreTable(), RunTable()
        self.warnings = _faint()
        self.warnings.setObjectName("Muted")
        self._histogram: Histogram | None = None
        self._place = QVBoxLayout()
        self._results = QWidget()
        self._comparison = QWidget()
        self._lay_out(actions)
        self._remember()
        self.show_progress("")
        self.clear()

    def show_motion(self, text: str) -> None:
        """Where the mesh was moved to, and how the last registration ended."""
        self.motion.setText(text)

    def show_curve(self, steps: Sequence[int], rms: Sequence[float]) -> None:
        """The distances of a registration, step by step; none hides the curve."""
        self.curve.setVisible(bool(steps))
        self.curve.show_series({"distance_mm": (steps, rms)} if steps else {})

    def show_progress(self, text: str) -> None:
        """What is being done; "" when it is over."""
        self.progress.setText(text)
        self.progress.setVisible(bool(text))

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """The scores, and what to know about them."""
        self.empty.hide()
        self._results.show()
        self.scores.show_evaluation(evaluation)
        texts = [f"⚠ {caution.text[:1].upper()}{caution.text[1:]}." for caution in evaluation.cautions]
        self.warnings.setText(
            "".join(f'<p style="margin: 0 0 5px 0">{html.escape(text, quote=False)}</p>' for text in texts)
        )
        self.warnings.setVisible(bool(texts))

    def show_histogram(self, distances: NDArray[np.floating] | None, clamp: float) -> None:
        """Of the vertices that the error map colours; None hides it."""
        if distances is not None and self._histogram is None:
            from h3dstudio.gui.features.evaluation.histogram import Histogram

            self._histogram = Histogram()
            self._place.addWidget(self._histogram)
        if self._histogram is not None:
            self._histogram.setVisible(distances is not None)
            if distances is not None:
                self._histogram.show_distances(distances, clamp)

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """The runs of the scan and published figures."""
        self._rows = tuple(rows)
        self._comparison.setVisible(bool(rows))
        self._show_figures()

    def clear(self, why: str = "") -> None:
        """No scores: say why, or what to do."""
        self._results.hide()
        self.empty.setText(
            why
            or self.tr("Open a scan that has a ground truth (Ctrl+O), then reconstruct it or open a mesh.")
        )
        self.empty.show()
        self.show_histogram(None, 1.0)

    def _lay_out(self, actions: Mapping[str, QAction]) -> None:
        layout = QVBoxLayout(scrolling(self))
        layout.setContentsMargins(16, 10, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(_title(self.tr("Align")))
        row = QHBoxLayout()
        for name in ("align_landmarks", "align_icp"):
            row.addWidget(ActionButton(actions[name]), 1)
        layout.addLayout(row)
        layout.addLayout(_form({self.tr("Fit"): self.fit, "": self.with_scale}))
        row = QHBoxLayout()
        for name in ("stop_comparing", "align_reset"):
            row.addWidget(ActionButton(actions[name]), 1)
        layout.addLayout(row)
        layout.addWidget(self.motion)
        layout.addWidget(self.curve)
        layout.addSpacing(6)
        layout.addWidget(_title(self.tr("Evaluate")))
        layout.addLayout(_form({self.tr("Start"): self.start}))
        layout.addWidget(ActionButton(actions["region"]))
        layout.addWidget(self.region)
        layout.addWidget(ActionButton(actions["evaluate"], "Primary"))
        layout.addWidget(self.progress)
        layout.addWidget(self.empty)
        inside = _inside(self._results)
        inside.addWidget(self.scores)
        inside.addWidget(self.warnings)
        inside.addSpacing(6)
        inside.addWidget(_title(self.tr("Error map")))
        inside.addLayout(_form({self.tr("On"): self.heat_on, self.tr("Aligned"): self.heat_after}))
        inside.addLayout(self._place)
        inside.addWidget(ActionButton(actions["error_map"], text=self.tr("Show the error map")))
        layout.addWidget(self._results)
        inside = _inside(self._comparison)
        inside.addSpacing(6)
        inside.addWidget(_title(self.tr("Runs of this scan")))
        inside.addLayout(_form({self.tr("In mm"): self.figures}))
        inside.addWidget(self.runs)
        layout.addWidget(self._comparison)
        layout.addStretch(1)
        self._comparison.hide()
        self.curve.hide()

    def _remember(self) -> None:
        """Take the choices of the last time, and keep those of this one."""
        settings = QSettings()
        for name, box in self._boxes().items():
            index = box.findData(settings.value(_KEY + name, box.currentData()))
            box.setCurrentIndex(max(0, index))
            box.currentIndexChanged.connect(
                lambda _, name=name, box=box: QSettings().setValue(_KEY + name, box.currentData())
            )
        self.with_scale.setChecked(settings.value(_KEY + "scale", "no") == "yes")
        self.with_scale.toggled.connect(
            lambda on: QSettings().setValue(_KEY + "scale", "yes" if on else "no")
        )
        self.figures.currentIndexChanged.connect(lambda _: self._show_figures())
        for box in (self.heat_on, self.heat_after):
            box.currentIndexChanged.connect(lambda _: self.heat_changed.emit())

    def _show_figures(self) -> None:
        """Others have published no strict figures: then only the runs are shown."""
        strict = self.figures.currentData() == STRICT
        rows = [row for row in self._rows if row.folder is not None or not strict]
        self.runs.show_rows(rows, strict=strict)

    def _keep_scale(self, on: bool) -> None:
        QSettings().setValue(_KEY + "scale", "yes" if on else "no")

    def _boxes(self) -> dict[str, QComboBox]:
        return {
            "fit": self.fit,
            "start": self.start,
            "heat on": self.heat_on,
            "heat after": self.heat_after,
            "figures": self.figures,
        }


def _inside(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    return layout


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("SectionTitle")
    return label


def _faint() -> QLabel:
    label = QLabel()
    label.setObjectName("Faint")
    label.setWordWrap(True)
    return label


def _form(fields: Mapping[str, QWidget]) -> QFormLayout:
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(14)
    form.setVerticalSpacing(8)
    for name, field in fields.items():
        form.addRow(field_name(name, field), field)
    return form
