"""Form fields that look alike in every panel."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QSpinBox


def choice(values: tuple[str, ...], names: Mapping[str, str], tip: str) -> QComboBox:
    """A box to choose one of `values` from, shown by their `names`."""
    box = QComboBox()
    for value in values:
        box.addItem(names.get(value, value), value)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def number(least: int, most: int, value: int, tip: str) -> QSpinBox:
    """A whole number from `least` to `most`."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    box.setToolTip(tip)
    return box
