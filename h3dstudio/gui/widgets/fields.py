"""Form fields that look alike in every panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)


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


def dots(tip: str, slot: Callable[[], object] | None) -> QToolButton:
    """The button beside a line that lets the user look for what the line names."""
    button = QToolButton()
    button.setText("…")
    button.setObjectName("Dots")
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    if slot is not None:
        button.clicked.connect(lambda: slot())
    return button


def field_name(text: str, field: QWidget) -> QLabel:
    """What a form calls `field`, as high as it; its mnemonic leads there."""
    label = QLabel(text)
    label.setObjectName("FieldName")
    label.setBuddy(field)
    label.setMinimumHeight(field.sizeHint().height())
    return label


def with_button(line: QLineEdit, button: QToolButton) -> QWidget:
    """A line and its button in one row."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(line, 1)
    layout.addWidget(button)
    return row


def millimetres(least: float, most: float, value: float, tip: str) -> QDoubleSpinBox:
    """A length from `least` to `most` mm, in tenths."""
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setRange(least, most)
    box.setValue(value)
    box.setSuffix(" mm")
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    box.setToolTip(tip)
    return box
