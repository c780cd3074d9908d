"""What the mesh on screen is: its size while it grows, what the run made of it when it is done."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QVBoxLayout, QWidget

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.panels.buttons import ActionButton

_ROWS = ("Vertices", "Faces", "Extent")


class ResultCard(QWidget):
    """Hidden until there is a mesh."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QFrame()
        line.setObjectName("Line")
        title = QLabel("Mesh")
        title.setObjectName("SectionTitle")
        self._values = {name: QLabel("–") for name in _ROWS}
        self.export = ActionButton(actions["export"])
        self.reveal = ActionButton(actions["reveal"])
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(6)
        for name, value in self._values.items():
            label = QLabel(name)
            label.setObjectName("FieldName")
            form.addRow(label, value)
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
        if mesh is None or not len(mesh.vertices):
            return
        self._values["Vertices"].setText(_thousands(len(mesh.vertices)))
        self._values["Faces"].setText(_thousands(len(mesh.faces)))
        extent = np.ptp(mesh.vertices, axis=0)
        self._values["Extent"].setText(" × ".join(f"{length:.0f}" for length in extent) + " mm")


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")
