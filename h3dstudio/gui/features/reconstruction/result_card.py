"""What the mesh on screen is: its size while it grows, what the run made of it when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QVBoxLayout, QWidget

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.widgets.buttons import ActionButton
from h3dstudio.gui.widgets.figures import clock

_tr = translator("ResultCard")
_ROWS = (marked("Vertices"), marked("Faces"), marked("Extent"), "PSNR", marked("Time"))
_SCORES = (
    ("psnr_training", marked("{0:.1f} dB (used photos)")),
    ("psnr_held_out", marked("{0:.1f} dB (others)")),
)


class ResultCard(QWidget):
    """Hidden until there is a mesh."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QFrame()
        line.setObjectName("Line")
        title = QLabel(self.tr("Mesh"))
        title.setObjectName("SectionTitle")
        self._values = {name: QLabel("–") for name in _ROWS}
        self._names = {name: QLabel(_tr(name)) for name in _ROWS}
        self._values["PSNR"].setToolTip(
            self.tr(
                "How alike photos and pictures of the head are inside the mask, in decibel: more is better"
            )
        )
        self.export = ActionButton(actions["export"])
        self.reveal = ActionButton(actions["reveal"])
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(6)
        for name, value in self._values.items():
            self._names[name].setObjectName("FieldName")
            form.addRow(self._names[name], value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(line)
        layout.addSpacing(4)
        layout.addWidget(title)
        layout.addLayout(form)
        layout.addSpacing(4)
        layout.addWidget(self.export)
        layout.addWidget(self.reveal)
        self.show_mesh(None)

    def show_mesh(self, mesh: TriangleMesh | None) -> None:
        """Describe `mesh`; None hides the card."""
        self.setVisible(mesh is not None)
        self.show_summary({})
        if mesh is None or not len(mesh.vertices):
            return
        self._values["Vertices"].setText(_thousands(len(mesh.vertices)))
        self._values["Faces"].setText(_thousands(len(mesh.faces)))
        extent = np.ptp(mesh.vertices, axis=0)
        self._values["Extent"].setText(" × ".join(f"{length:.0f}" for length in extent) + " mm")

    def show_summary(self, summary: Mapping[str, Any]) -> None:
        """What `RunResult.summary` says of the whole run; rows it says nothing about are hidden."""
        metrics = summary.get("image_metrics") or {}
        scores = [_tr(text).format(metrics[key]) for key, text in _SCORES if key in metrics]
        seconds = summary.get("seconds")
        self._row("PSNR", "\n".join(scores))
        self._row("Time", clock(float(seconds)) if seconds is not None else "")

    def _row(self, name: str, text: str) -> None:
        self._values[name].setText(text)
        for label in (self._names[name], self._values[name]):
            label.setVisible(bool(text))


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")
