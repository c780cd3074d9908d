"""The reconstruct dock: what to do, and the buttons that do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice, PriorChooser, tip
from h3dstudio.gui.features.reconstruction.result_card import ResultCard
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.widgets.buttons import ActionButton
from h3dstudio.gui.widgets.fields import choice, field_name, number
from h3dstudio.gui.widgets.scrolling import scrolling
from h3dstudio.methods.settings import (
    DEVICES,
    METHODS,
    QUALITIES,
    REFINE_CAMERAS,
    ReconstructionSettings,
)

_tr = translator("ReconstructPanel")
_METHOD_NAMES = {"h3d-net": "H3D-Net", "idr": "IDR"}
_METHOD_TIPS = {
    "h3d-net": marked(
        "H3D-Net: first the head of a prior that the photos show, then refined on the photos.\n"
        "Three photos are enough; where they see nothing, the prior holds."
    ),
    "idr": marked("IDR: from photos and masks alone, without a prior. Needs views from all sides."),
}
_METHOD_HINTS = {
    "h3d-net": marked("The prior's head first, then the photos."),
    "idr": marked("Photos and masks alone, no prior."),
}
_CAMERA_NAMES = {
    "auto": marked("Refine if off"),
    "on": marked("Always refine"),
    "off": marked("Keep as is"),
}
_CAMERA_TIP = marked("Whether the cameras' positions may be corrected while the photos are matched")
_LANDMARKS_TIP = marked(
    "Place the prior's head by the scan's landmarks, where it has some.\n"
    "Without them its place is found from masks and photos."
)
_NO_PRIOR = marked("IDR uses no prior: choose H3D-Net")
_QUALITY_NAMES = {"draft": marked("Draft"), "standard": marked("Standard"), "high": marked("High")}
_QUALITY_HINTS = {
    "draft": marked("A quick look at the shape."),
    "standard": marked("The default: full accuracy, in less than a minute on two cores."),
    "high": marked("A finer surface; takes a few times longer."),
}
_DEVICE_NAMES = {
    "auto": marked("Automatic"),
    "cpu": marked("Processor (CPU)"),
    "cuda": marked("Graphics card (CUDA)"),
}


class ReconstructPanel(QWidget):
    """Settings above, buttons below. The buttons are the window's actions, which know what is allowed."""

    def __init__(
        self, actions: Mapping[str, QAction], prior: PriorChoice | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._prior = prior or PriorChoice(self)
        self.setObjectName("Panel")
        self.setMinimumWidth(256)
        self.method = choice(METHODS, _METHOD_NAMES, "\n\n".join(map(_tr, _METHOD_TIPS.values())))
        self.prior = PriorChooser(self._prior)
        self.landmarks = QCheckBox(self.tr("Start from landmarks"))
        self.landmarks.setToolTip(_tr(_LANDMARKS_TIP))
        self.cameras = choice(REFINE_CAMERAS, _said(_CAMERA_NAMES), _tr(_CAMERA_TIP))
        self.method_hint = QLabel()
        self.method_hint.setObjectName("Faint")
        self.method_hint.setWordWrap(True)
        self._active = False
        self.quality = choice(QUALITIES, _said(_QUALITY_NAMES), self.tr("How fine, and how long it takes"))
        self.device = choice(DEVICES, _said(_DEVICE_NAMES), self.tr("Where it is computed"))
        self.seed = number(0, 2**31 - 1, 0, self.tr("Same seed and settings, same mesh"))
        self.views = QLabel("–")
        self.hint = QLabel()
        self.hint.setObjectName("Faint")
        self.hint.setWordWrap(True)
        self.start = ActionButton(actions["start"], "Primary", text=self.tr("Start reconstruction"))
        self.pause = ActionButton(actions["pause"])
        self.finish = ActionButton(actions["finish"])
        self.cancel = ActionButton(actions["cancel"], "Danger")
        self.resume = ActionButton(actions["resume_run"])
        self.result = ResultCard(actions)
        self.resume.setVisible(actions["resume_run"].isEnabled())
        actions["resume_run"].enabledChanged.connect(self.resume.setVisible)
        self._idle = _column(self.start, self.resume)
        self._running = _running(self.pause, self.finish, self.cancel)
        self._running.hide()
        self._lay_out()
        self.quality.currentIndexChanged.connect(self._explain)
        self.method.currentIndexChanged.connect(self._explain)
        self.set_settings(ReconstructionSettings())

    @property
    def settings(self) -> ReconstructionSettings:
        """What the user chose."""
        return ReconstructionSettings(
            method=self.method.currentData(),
            quality=self.quality.currentData(),
            device=self.device.currentData(),
            seed=self.seed.value(),
            prior=self._prior.path,
            landmarks="auto" if self.landmarks.isChecked() else "none",
            refine_cameras=self.cameras.currentData(),
        )

    def set_settings(self, settings: ReconstructionSettings) -> None:
        for box, value in (
            (self.method, settings.method),
            (self.quality, settings.quality),
            (self.device, settings.device),
            (self.cameras, settings.refine_cameras),
        ):
            if box.findData(value) < 0:
                box.addItem(value, value)
            box.setCurrentIndex(box.findData(value))
        self.seed.setValue(settings.seed)
        self.landmarks.setChecked(settings.landmarks == "auto")
        self._prior.choose(settings.prior)
        self._explain()

    def show_views(self, count: int, total: int) -> None:
        """How many views will be used."""
        self.views.setText(self.tr("{0} of {1}").format(count, total) if total else "–")

    def show_state(self, state: RunState) -> None:
        """Running: its three buttons and no changes; else the settings and Start."""
        active = state.active
        self._active = active
        for box in (self.method, self.cameras, self.quality, self.device, self.seed):
            box.setEnabled(not active)
        self._explain()
        self._idle.setVisible(not active)
        self._running.setVisible(active)

    def show_mesh(self, mesh: TriangleMesh | None) -> None:
        """Describe the reconstruction on screen."""
        self.result.show_mesh(mesh)

    def show_summary(self, summary: Mapping[str, Any]) -> None:
        """Add what the whole run came to."""
        self.result.show_summary(summary)

    def _explain(self) -> None:
        method = self.method.currentData()
        self.hint.setText(_said(_QUALITY_HINTS).get(self.quality.currentData(), ""))
        self.method_hint.setText(_said(_METHOD_HINTS).get(method, ""))
        for field, usual in ((self.prior, tip()), (self.landmarks, _tr(_LANDMARKS_TIP))):
            field.setEnabled(method != "idr" and not self._active)
            field.setToolTip(_tr(_NO_PRIOR) if method == "idr" else usual)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        for name, field in (
            (self.tr("Method"), self.method),
            ("", self.method_hint),
            (self.tr("Prior"), self.prior),
            ("", self.landmarks),
            (self.tr("Cameras"), self.cameras),
            (self.tr("Quality"), self.quality),
            ("", self.hint),
            (self.tr("Views"), self.views),
            (self.tr("Device"), self.device),
            (self.tr("Seed"), self.seed),
        ):
            form.addRow(field_name(name, field), field)
        layout = QVBoxLayout(scrolling(self))
        layout.setContentsMargins(16, 10, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(self._idle)
        layout.addWidget(self._running)
        layout.addWidget(self.result)
        layout.addStretch(1)


def _said(table: Mapping[str, str]) -> dict[str, str]:
    """A table of marked texts in the user's language."""
    return {key: _tr(text) for key, text in table.items()}


def _column(*buttons: QPushButton) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for button in buttons:
        layout.addWidget(button)
    buttons[0].setMinimumHeight(38)
    layout.addStretch(1)
    return page


def _running(pause: QPushButton, finish: QPushButton, cancel: QPushButton) -> QWidget:
    page = QWidget()
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(pause, 1)
    row.addWidget(finish, 1)
    for button in (pause, finish):
        button.setMinimumHeight(38)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addLayout(row)
    layout.addWidget(cancel)
    layout.addStretch(1)
    return page
