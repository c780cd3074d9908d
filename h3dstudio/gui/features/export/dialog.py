"""What an export is to hold: its format, its frame, colours, part, and what is written beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.widgets.fields import choice, field_name, millimetres, number
from h3dstudio.session.export.job import EXPORTS, FEWEST_FACES, ExportOptions

_WHOLE = ""


class ExportDialog(QDialog):
    """Signals: `chosen(ExportOptions, suffix)` when it is accepted.

    Args:
        truth: whether there is a ground truth to compare with.
        landmarks: how many are placed on the mesh.
        regions: of the scan, that the mesh can be cut to.
        clamp: mm, where the heat map ends at first.
    """

    chosen = Signal(object, str)

    def __init__(
        self, parent: QWidget, *, truth: bool, landmarks: int, regions: Sequence[str], clamp: float
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export in detail"))
        self.setMinimumWidth(440)
        tr = self.tr
        self._truth = truth
        self.format = choice(
            tuple(EXPORTS), EXPORTS, tr("GLB is in metres with y up, as its standard asks; the others in mm")
        )
        frames = {"shown": tr("As it is on screen"), "aligned": tr("Ground truth's, by rigid ICP")}
        self.frame = choice(tuple(frames), frames, tr("Where the mesh is moved to before it is written"))
        self.heat_map = QCheckBox(tr("Distance to the ground truth, up to"))
        self.heat_map.setToolTip(
            tr("Colour each vertex; in a PLY the distance in mm is also the vertex's quality")
        )
        self.clamp = millimetres(0.1, 100.0, clamp, tr("What is farther has a colour of its own"))
        names = {_WHOLE: tr("All of it"), "face": tr("Face: 95 mm around the nose tip")}
        names |= {name: name for name in regions if name not in ("face", "face_sphere")}
        self.region = choice(tuple(names), names, tr("Cut the mesh to a region of the ground truth"))
        self.landmarks = QCheckBox(tr("Landmarks, as H3DS text and CSV ({0} placed)").format(landmarks))
        self.landmarks.setEnabled(landmarks > 0)
        self.transform = QCheckBox(tr("The motion, as a 4×4 matrix"))
        self.transform.setToolTip(tr("From where the mesh's file has it to what is written"))
        self.clean = QCheckBox(tr("Clean"))
        self.clean.setToolTip(
            tr("Mend slivers, self-intersections and small handles; what is right stays where it is")
        )
        self.clean.setChecked(True)
        self.watertight = QCheckBox(tr("Watertight, for printing"))
        self.watertight.setToolTip(tr("Close all holes"))
        self.smooth = number(0, 200, 0, tr("Steps of smoothing that keeps the volume; 0 for none"))
        self.smooth.setSpecialValueText(tr("None"))
        self.smooth.setSuffix(tr(" steps"))
        self.faces = number(0, 10_000_000, 0, tr("Reduce to about so many faces; 0 keeps all"))
        self.faces.setSpecialValueText(tr("All"))
        self.faces.setSingleStep(10_000)
        self.faces.setGroupSeparatorShown(True)
        self.buttons = QDialogButtonBox()
        self.go = self.buttons.addButton(tr("Choose a file…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        self.buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.options, str(self.format.currentData())))
        self.format.currentIndexChanged.connect(self._follow)
        self.frame.currentIndexChanged.connect(self._follow)
        self._lay_out()
        self._follow()

    @property
    def options(self) -> ExportOptions:
        """What is chosen; the motion on screen is added by whoever knows it."""
        return ExportOptions(
            aligned=self.frame.currentData() == "aligned",
            heat_map=self.heat_map.isEnabled() and self.heat_map.isChecked(),
            clamp=self.clamp.value(),
            landmarks=self.landmarks.isChecked(),
            region=self.region.currentData() or None,
            transform=self.transform.isChecked(),
            clean=self.clean.isChecked(),
            watertight=self.watertight.isChecked(),
            smooth=self.smooth.value(),
            # Below the fewest that are worked with, whoever types a small number gets that.
            faces=max(self.faces.value(), FEWEST_FACES) if self.faces.value() else None,
        )

    def _follow(self) -> None:
        """Only what the format and the scan allow."""
        colours = self.format.currentData() != ".stl"
        self.heat_map.setEnabled(self._truth and colours)
        self.clamp.setEnabled(self._truth and colours)
        self.frame.setEnabled(self._truth)
        self.region.setEnabled(self._truth)
        aligned = self.frame.currentData() == "aligned"
        self.transform.setEnabled(not aligned)
        if aligned:
            self.transform.setChecked(True)  # Nobody could undo it otherwise.

    def _lay_out(self) -> None:
        heat = QHBoxLayout()
        heat.setSpacing(12)
        heat.addWidget(self.heat_map)
        heat.addWidget(self.clamp)
        heat.addStretch(1)
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            (self.tr("Format"), self.format),
            (self.tr("Frame"), self.frame),
            (self.tr("Part"), self.region),
        ):
            form.addRow(field_name(name, field), field)
        form.addRow(field_name(self.tr("Colours"), self.clamp), heat)
        mending = QHBoxLayout()
        mending.setSpacing(12)
        mending.addWidget(self.clean)
        mending.addWidget(self.watertight)
        mending.addStretch(1)
        form.addRow(field_name(self.tr("Surface"), self.clean), mending)
        form.addRow(field_name(self.tr("Smoothing"), self.smooth), self.smooth)
        form.addRow(field_name(self.tr("Faces"), self.faces), self.faces)
        form.addRow(field_name(self.tr("Beside it"), self.landmarks), self.landmarks)
        form.addRow("", self.transform)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 20, 26, 20)
        layout.setSpacing(16)
        layout.addLayout(form)
        if not self._truth:
            note = QLabel(self.tr("Frame, part and colours need a scan with a ground truth."))
            note.setObjectName("Faint")
            layout.addWidget(note)
        layout.addWidget(self.buttons)
