"""A form made from the settings of a method: one field for each, with label, range, choices and help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFormLayout, QLabel, QLineEdit, QWidget

from h3dstudio.gui.features.priors.prior_chooser import PriorChoice, PriorChooser
from h3dstudio.gui.widgets.fields import choice, field_name, number
from h3dstudio.methods.settings import PRIOR_FILE, MethodSettings, SettingInfo

CONTEXT = "Methods"
"""Of the texts that methods bring, for translators."""
LARGEST = 2**31 - 1


def told(text: str) -> str:
    """A method's own text in the user's language."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


class Field(Protocol):
    """A widget that holds one setting."""

    @property
    def widget(self) -> QWidget: ...

    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...


class SettingsForm(QWidget):
    """Fields for one method's settings; `changed` follows every edit.

    A line of hint stands below a field whose choices have some.
    """

    changed = Signal()

    def __init__(self, kind: type[MethodSettings], prior: PriorChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self.fields: dict[str, Field] = {}
        self._hints: dict[str, QLabel] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        for info in kind.infos():
            self._add(form, info, prior)
        self._explain()

    @property
    def settings(self) -> MethodSettings:
        """What the fields say."""
        return self._kind.made({name: field.value() for name, field in self.fields.items()})

    def set_settings(self, settings: MethodSettings) -> None:
        """Show settings of this form's method."""
        for name, field in self.fields.items():
            field.set_value(getattr(settings, name))
        self._explain()

    def take_over(self, settings: MethodSettings) -> None:
        """What settings of another method say of the same names, without a word."""
        infos = {info.name: info for info in self._kind.infos()}
        self.blockSignals(True)
        for info in settings.infos():
            if info.name in infos and infos[info.name].default == info.default and info.kind != PRIOR_FILE:
                self.fields[info.name].set_value(getattr(settings, info.name))
        self._explain()
        self.blockSignals(False)

    def labels(self) -> Iterator[QLabel]:
        """What the fields are called: forms below each other make them equally wide."""
        form = self.layout()
        assert isinstance(form, QFormLayout)
        for row in range(form.rowCount()):
            item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
            if item is not None and isinstance(label := item.widget(), QLabel):
                yield label

    def _add(self, form: QFormLayout, info: SettingInfo, prior: PriorChoice) -> None:
        field = _field(info, prior, self._edited)
        self.fields[info.name] = field
        form.addRow(field_name(told(info.label), field.widget), field.widget)
        if any(one.hint for one in (info.choices or {}).values()):
            hint = QLabel()
            hint.setObjectName("Faint")
            hint.setWordWrap(True)
            self._hints[info.name] = hint
            form.addRow("", hint)

    def _edited(self, *_: object) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        infos = {info.name: info for info in self._kind.infos()}
        for name, label in self._hints.items():
            found = (infos[name].choices or {}).get(self.fields[name].value())
            label.setText(told(found.hint) if found is not None else "")
            label.setVisible(bool(label.text()))


class _Choice:
    def __init__(self, info: SettingInfo, edited: Callable[..., None]) -> None:
        names = {value: told(one.label) for value, one in (info.choices or {}).items()}
        self.widget = choice(tuple(names), names, told(info.help))
        self.set_value(info.default)
        self.widget.currentIndexChanged.connect(edited)

    def value(self) -> Any:
        return self.widget.currentData()

    def set_value(self, value: Any) -> None:
        if self.widget.findData(value) < 0:  # such as cuda:1
            self.widget.addItem(str(value), value)
        self.widget.setCurrentIndex(self.widget.findData(value))


class _Prior:
    def __init__(self, info: SettingInfo, prior: PriorChoice, edited: Callable[..., None]) -> None:
        self._prior = prior
        self.widget = PriorChooser(prior)
        prior.changed.connect(edited)

    def value(self) -> Any:
        return self._prior.path

    def set_value(self, value: Any) -> None:
        self._prior.choose(value)


class _Whole:
    def __init__(self, info: SettingInfo, edited: Callable[..., None]) -> None:
        least = 0 if info.minimum is None else int(info.minimum)
        most = LARGEST if info.maximum is None else int(info.maximum)
        self.widget = number(least, most, int(info.default), told(info.help))
        if info.unit:
            self.widget.setSuffix(f" {info.unit}")
        self.widget.valueChanged.connect(edited)

    def value(self) -> Any:
        return self.widget.value()

    def set_value(self, value: Any) -> None:
        self.widget.setValue(value)


class _Real:
    def __init__(self, info: SettingInfo, edited: Callable[..., None]) -> None:
        box = QDoubleSpinBox()
        box.setDecimals(4)
        box.setRange(
            -1e9 if info.minimum is None else info.minimum, 1e9 if info.maximum is None else info.maximum
        )
        box.setValue(float(info.default))
        box.setToolTip(told(info.help))
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        if info.unit:
            box.setSuffix(f" {info.unit}")
        box.valueChanged.connect(edited)
        self.widget = box

    def value(self) -> Any:
        return self.widget.value()

    def set_value(self, value: Any) -> None:
        self.widget.setValue(value)


class _Flag:
    def __init__(self, info: SettingInfo, edited: Callable[..., None]) -> None:
        self.widget = QCheckBox(told(info.label))
        self.widget.setToolTip(told(info.help))
        self.widget.setChecked(bool(info.default))
        self.widget.toggled.connect(edited)

    def value(self) -> Any:
        return self.widget.isChecked()

    def set_value(self, value: Any) -> None:
        self.widget.setChecked(value)


class _Text:
    def __init__(self, info: SettingInfo, edited: Callable[..., None]) -> None:
        self.widget = QLineEdit(str(info.default))
        self.widget.setToolTip(told(info.help))
        self.widget.textChanged.connect(edited)

    def value(self) -> Any:
        return self.widget.text()

    def set_value(self, value: Any) -> None:
        self.widget.setText(value)


def _field(info: SettingInfo, prior: PriorChoice, edited: Callable[..., None]) -> Field:
    if info.choices is not None:
        return _Choice(info, edited)
    if info.kind == PRIOR_FILE:
        return _Prior(info, prior, edited)
    kind = type(info.default)
    if kind is bool:
        return _Flag(info, edited)
    if kind is int:
        return _Whole(info, edited)
    return _Real(info, edited) if kind is float else _Text(info, edited)
