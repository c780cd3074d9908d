"""The preferences dialog, made from the table of settings. What is changed holds at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.features.preferences.settings_table import SETTINGS, Setting, Value
from h3dstudio.gui.shell.dialogs import close_button


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)


class PreferencesDialog(QDialog):
    """One row for each setting, under the heading of its page. `fields`: key -> its widget.

    Args:
        stored: the value of a key now.
        put: stores a key's new value.
        restore: makes every setting what it was at first.
    """

    def __init__(
        self,
        parent: QWidget,
        stored: Callable[[str], Value],
        put: Callable[[str, Value], None],
        restore: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._stored, self._put, self._restore_all = stored, put, restore
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Preferences"))
        self.setMinimumWidth(620)
        self.fields: dict[str, QWidget] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        page = ""
        for key, setting in SETTINGS.items():
            if setting.page != page:
                page = setting.page
                form.addRow(self._heading(page, first=not self.fields))
            self._add_row(form, key, setting)
        note = QLabel(self.tr("* from the next start on"))
        note.setObjectName("Faint")
        self.buttons = close_button(self)
        defaults = self.buttons.addButton(self.tr("Restore &defaults"), QDialogButtonBox.ButtonRole.ResetRole)
        defaults.setAutoDefault(False)
        defaults.clicked.connect(self._restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 18, 26, 20)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(self.buttons)
        self._show_values()

    def _heading(self, text: str, *, first: bool) -> QLabel:
        heading = QLabel(_tr(text))
        heading.setObjectName("SectionTitle")
        heading.setContentsMargins(0, 0 if first else 12, 0, 0)
        return heading

    def _add_row(self, form: QFormLayout, key: str, setting: Setting) -> None:
        field = self._field(key, setting)
        field.setToolTip(_tr(setting.tip))
        field.setAccessibleName(_tr(setting.label))
        self.fields[key] = field
        if isinstance(field, QCheckBox):
            form.addRow("", field)
            return
        name = QLabel(_tr(setting.label) + (" *" if setting.restart else ""))
        name.setObjectName("FieldName")
        name.setToolTip(_tr(setting.tip))
        name.setBuddy(field)
        name.setMinimumHeight(field.sizeHint().height())
        form.addRow(name, _with_browse(field, self) if isinstance(field, QLineEdit) else field)

    def _field(self, key: str, setting: Setting) -> QWidget:
        put = partial(self._put, key)
        if setting.choices is not None:
            box = QComboBox()
            for value, text in setting.choices.items():
                box.addItem(_tr(text), value)
            box.activated.connect(lambda row: put(box.itemData(row)))
            return box
        if isinstance(setting.default, bool):
            tick = QCheckBox(_tr(setting.label))
            tick.toggled.connect(put)
            return tick
        if isinstance(setting.default, int):
            number = QSpinBox()
            number.setRange(setting.least, setting.most)
            number.setSuffix(f" {_tr(setting.unit)}" if setting.unit else "")
            number.setKeyboardTracking(False)
            number.lineEdit().setTextMargins(6, 0, 0, 0)
            number.valueChanged.connect(put)
            return number
        line = QLineEdit()
        line.setPlaceholderText(self.tr("Documents / H3D Studio"))
        line.editingFinished.connect(lambda: put(line.text().strip()))
        return line

    def _show_values(self) -> None:
        for key, field in self.fields.items():
            value = self._stored(key)
            if isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(value))
            elif isinstance(field, QCheckBox):
                field.setChecked(bool(value))
            elif isinstance(field, QSpinBox):
                field.setValue(int(value))
            elif isinstance(field, QLineEdit):
                field.setText(str(value))

    def _restore(self) -> None:
        self._restore_all()
        self._show_values()


def _with_browse(line: QLineEdit, dialog: QDialog) -> QWidget:
    """A line for a folder with a button that looks for one."""
    button = QPushButton(QCoreApplication.translate("Settings", "&Browse…"))
    button.setAutoDefault(False)

    def chosen(path: str) -> None:
        line.setText(path)
        line.editingFinished.emit()

    def browse() -> None:
        chooser = QFileDialog(dialog, line.accessibleName(), line.text() or str(Path.home()))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(chosen)
        chooser.open()

    button.clicked.connect(browse)
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(line, 1)
    layout.addWidget(button)
    return row
