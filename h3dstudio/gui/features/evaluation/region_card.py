"""What paints a region: brush or lasso, how large, and what becomes of it."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.widgets.fields import choice, millimetres

BRUSH, LASSO = "brush", "lasso"


class RegionCard(QWidget):
    """Seen while a region is being painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        self.tool = choice(
            (BRUSH, LASSO), {BRUSH: tr("Brush"), LASSO: tr("Lasso")}, tr("How Shift-drags mark")
        )
        self.radius = millimetres(1.0, 100.0, 10.0, tr("Of the brush, on the surface"))
        self.face, self.clear, self.save = (
            QPushButton(text) for text in (tr("Face"), tr("Clear"), tr("Save…"))
        )
        self.face.setToolTip(tr("Mark what lies within 95 mm of the nose tip"))
        self.save.setToolTip(tr("As H3DS does, one vertex index per line; the next evaluation scores it too"))
        hint = QLabel(tr("Shift-drag on the ground truth marks, Ctrl+Shift-drag unmarks."))
        self.count = QLabel()
        for label in (hint, self.count):
            label.setObjectName("Faint")
            label.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        form.addRow(tr("Tool"), self.tool)
        form.addRow(tr("Radius"), self.radius)
        row = QHBoxLayout()
        for button in (self.face, self.clear, self.save):
            row.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(hint)
        layout.addLayout(form)
        layout.addLayout(row)
        layout.addWidget(self.count)
        self.tool.currentIndexChanged.connect(
            lambda _: self.radius.setEnabled(self.tool.currentData() == BRUSH)
        )
        self.show_count(0)
        self.hide()

    def show_count(self, count: int) -> None:
        """How many vertices are marked."""
        self.count.setText(self.tr("{0} vertices").format(count))
        self.save.setEnabled(count > 0)
        self.clear.setEnabled(count > 0)
