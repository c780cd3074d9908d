"""The reconstruct dock: what to do, and the buttons that do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice
from h3dstudio.gui.features.reconstruction.result_card import ResultCard
from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.features.reconstruction.settings_form import SettingsForm, told
from h3dstudio.gui.widgets.buttons import ActionButton
from h3dstudio.gui.widgets.fields import choice, field_name
from h3dstudio.gui.widgets.scrolling import scrolling
from h3dstudio.methods.registry import default_settings, methods
from h3dstudio.methods.settings import MethodSettings


class ReconstructPanel(QWidget):
    """Settings above, buttons below. The buttons are the window's actions, which know what is allowed."""

    def __init__(
        self, actions: Mapping[str, QAction], prior: PriorChoice | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._prior = prior or PriorChoice(self)
        self.setObjectName("Panel")
        self.setMinimumWidth(256)
        known = methods()
        tips = "\n\n".join(f"{one.title}: {told(one.tip)}" for one in known.values())
        self.method = choice(tuple(known), {name: one.title for name, one in known.items()}, tips)
        self.method_hint = QLabel()
        self.method_hint.setObjectName("Faint")
        self.method_hint.setWordWrap(True)
        self._forms = {name: SettingsForm(one.settings, self._prior, self) for name, one in known.items()}
        self._stack = QVBoxLayout()
        self._stack.setContentsMargins(0, 0, 0, 0)
        for form in self._forms.values():
            self._stack.addWidget(form)
            form.changed.connect(self._share)
        self._active = False
        self.views = QLabel("–")
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
        self.method.currentIndexChanged.connect(self._explain)
        self.set_settings(default_settings())

    @property
    def form(self) -> SettingsForm:
        """Of the method that is chosen."""
        return self._forms[self.method.currentData()]

    @property
    def settings(self) -> MethodSettings:
        """What the user chose."""
        return self.form.settings

    def set_settings(self, settings: MethodSettings) -> None:
        """Show a method with its settings."""
        self.method.setCurrentIndex(self.method.findData(type(settings).method))
        self.form.set_settings(settings)
        self._share()
        self._explain()

    def show_views(self, count: int, total: int) -> None:
        """How many views will be used."""
        self.views.setText(self.tr("{0} of {1}").format(count, total) if total else "–")

    def show_state(self, state: RunState) -> None:
        """Running: its three buttons and no changes; else the settings and Start."""
        active = state.active
        self._active = active
        for box in (self.method, *self._forms.values()):
            box.setEnabled(not active)
        self._idle.setVisible(not active)
        self._running.setVisible(active)

    def show_mesh(self, mesh: TriangleMesh | None) -> None:
        """Describe the reconstruction on screen."""
        self.result.show_mesh(mesh)

    def show_summary(self, summary: Mapping[str, Any]) -> None:
        """Add what the whole run came to."""
        self.result.show_summary(summary)

    def _explain(self) -> None:
        for name, form in self._forms.items():
            form.setVisible(name == self.method.currentData())
        self.method_hint.setText(told(methods()[self.method.currentData()].hint))

    def _share(self) -> None:
        """What methods ask for alike (quality, device, seed) is the same whichever is chosen."""
        said = self.form.settings
        for form in self._forms.values():
            if form is not self.form:
                form.take_over(said)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        rows = (
            (self.tr("Method"), self.method),
            ("", self.method_hint),
            (self.tr("Views"), self.views),
        )
        for name, field in rows:
            form.addRow(field_name(name, field), field)
        own = [label for one in self._forms.values() for label in one.labels()]
        labels = [*own, *(form.labelForField(field) for name, field in rows if name)]
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)
        layout = QVBoxLayout(scrolling(self))
        layout.setContentsMargins(16, 10, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addLayout(self._stack)
        layout.addWidget(self._idle)
        layout.addWidget(self._running)
        layout.addWidget(self.result)
        layout.addStretch(1)


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
