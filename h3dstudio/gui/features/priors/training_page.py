"""What a prior is to be learned from, and how; the buttons that start and stop it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.features.reconstruction.run_model import RunState
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.widgets.buttons import ActionButton
from h3dstudio.gui.widgets.fields import choice, dots, number, with_button
from h3dstudio.priors.file_header import SUFFIX
from h3dstudio.priors.training.settings import FAMILIES, LARGEST, PRESETS, PriorSettings

_tr = translator("TrainingPage")
_FAMILY_NAMES = {"linear": marked("Linear"), "autodecoder": marked("Autodecoder")}
_FAMILY_TIP = marked(
    "Linear: principal components of signed distances; minutes on a processor.\n"
    "Autodecoder: a network with a latent code per head; takes surfaces that are not closed."
)
_PRESET_NAMES = {"small": marked("Small (CPU)"), "paper": marked("Paper (GPU)")}
_POPULATION_TIP = marked(
    "Where the heads come from: a folder of meshes, an H3DS dataset, an ICT FaceKit checkout,\n"
    "or packed heads (.npz). Several, to learn from all of them together, are separated as in PATH."
)


class TrainingPage(QWidget):
    """Signals: `wanted()` when Start training is pressed."""

    wanted = Signal()

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.population = _line(self.tr("Path"), _tr(_POPULATION_TIP))
        self.out = _line(f"heads{SUFFIX}", self.tr("The file to write"))
        self.family = choice(FAMILIES, _said(_FAMILY_NAMES), _tr(_FAMILY_TIP))
        self.preset = choice(
            PRESETS,
            _said(_PRESET_NAMES),
            self.tr("How large the network is"),
        )
        self.heads = number(
            2, LARGEST["heads"], PriorSettings().heads, self.tr("How many heads to learn from")
        )
        self.held_out = number(
            0,
            LARGEST["held_out"],
            PriorSettings().held_out,
            self.tr("Heads kept out, to measure the error on"),
        )
        self.components = number(0, LARGEST["components"], 0, self.tr("Size of the latent code"))
        self.components.setSpecialValueText(self.tr("Automatic"))
        self.start = QPushButton(self.tr("Start training"))
        self.start.setObjectName("Primary")
        self.start.setMinimumHeight(38)
        self.start.clicked.connect(self.wanted)
        self.state = QLabel()
        self.state.setObjectName("Muted")
        self.state.setWordWrap(True)
        self._stops = [ActionButton(actions[name]) for name in ("pause", "finish")]
        self._cancel = ActionButton(actions["cancel"], "Danger")
        self._resume = ActionButton(actions["resume_run"], text=self.tr("Resume training"))
        self._active = self._busy = False
        self._lay_out()
        for line in (self.population, self.out):
            line.textChanged.connect(self._follow)
        self.family.currentIndexChanged.connect(self._follow)
        self.show_state(RunState.IDLE, ours=False, resumable=False)

    @property
    def settings(self) -> PriorSettings:
        """What the user chose. Raises UsageError."""
        return PriorSettings(
            family=self.family.currentData(),
            preset=self.preset.currentData(),
            heads=self.heads.value(),
            held_out=self.held_out.value(),
            components=self.components.value() or None,
        )

    @property
    def files(self) -> tuple[Path, Path] | None:
        """Population and output; None while one of them is missing."""
        population, out = self.population.text().strip(), self.out.text().strip()
        if not population or not out:
            return None
        path = Path(os.path.expanduser(out))  # Path.expanduser raises while a name is being typed.
        if not path.name or path.is_dir():
            return None
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        return _paths(population)[0], path.absolute()

    @property
    def more(self) -> tuple[Path, ...]:
        """Further populations to be learned from together with the first."""
        return _paths(self.population.text().strip())[1:]

    def show_state(self, state: RunState, *, ours: bool, resumable: bool) -> None:
        """Follow the run; `ours` when it is a training, `resumable` when that can be gone on with."""
        self._busy = state.active
        self._active = state.active and ours
        for button in (*self._stops, self._cancel):
            button.setVisible(self._active)
        self.start.setVisible(not self._active)
        self._resume.setVisible(ours and resumable and not state.active)
        if not ours:
            self.state.setText("")
        self._follow()

    def show_figures(self, text: str) -> None:
        """A line on how well it does so far."""
        self.state.setText(text)

    def _follow(self) -> None:
        self._preset_row.setVisible(self.family.currentData() == "autodecoder")
        self.preset.setVisible(self.family.currentData() == "autodecoder")
        for field in (self.population, self.out, self.family, self.preset):
            field.setEnabled(not self._active)
        for box in (self.heads, self.held_out, self.components):
            box.setEnabled(not self._active)
        for button in self.findChildren(QToolButton):
            button.setEnabled(not self._active)
        self.start.setEnabled(self.files is not None and not self._busy)
        waiting, missing = self.tr("a run is active"), self.tr("choose a population and a file to write")
        reason = self.tr("Not now: {0}").format(waiting if self._busy else missing)
        self.start.setToolTip("" if self.start.isEnabled() else reason)

    def _browse_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a population: a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._ask(dialog, self.population)

    def _browse_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a population: packed heads"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Packed heads (*.npz)"))
        self._ask(dialog, self.population)

    def _browse_out(self) -> None:
        dialog = QFileDialog(self, self.tr("The prior to write"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # It is asked when the training starts.
        dialog.setNameFilter(self.tr("Head priors (*{0})").format(SUFFIX))
        dialog.setDefaultSuffix(SUFFIX)
        self._ask(dialog, self.out)

    def _ask(self, dialog: QFileDialog, line: QLineEdit) -> None:
        dialog.setDirectory(str(QSettings().value("prior folder", str(Path.home()))))

        def chosen(path: str) -> None:
            QSettings().setValue("prior folder", str(Path(path).parent))
            line.setText(path)

        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._preset_row = QLabel(self.tr("Preset"))
        for label, field in (
            (QLabel(self.tr("Heads from")), with_button(self.population, self._population_button())),
            (QLabel(self.tr("Family")), self.family),
            (self._preset_row, self.preset),
            (QLabel(self.tr("Heads")), self.heads),
            (QLabel(self.tr("Held out")), self.held_out),
            (QLabel(self.tr("Components")), self.components),
            (
                QLabel(self.tr("Write to")),
                with_button(self.out, dots(self.tr("Choose the file to write"), self._browse_out)),
            ),
        ):
            label.setObjectName("FieldName")
            label.setMinimumHeight(field.sizeHint().height())
            form.addRow(label, field)
        stops = QHBoxLayout()
        stops.setSpacing(8)
        for button in self._stops:
            button.setMinimumHeight(38)
            stops.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(self.start)
        layout.addWidget(self._resume)
        layout.addLayout(stops)
        layout.addWidget(self._cancel)
        layout.addWidget(self.state)
        layout.addStretch(1)

    def _population_button(self) -> QToolButton:
        button = dots(self.tr("Choose where the heads come from"), None)
        menu = QMenu(button)
        menu.addAction(self.tr("A folder…"), self._browse_folder)
        menu.addAction(self.tr("A file of packed heads…"), self._browse_file)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button


def _paths(text: str) -> tuple[Path, ...]:
    """One path, or several as in PATH; a name that exists is one, whatever it holds."""
    whole = Path(os.path.expanduser(text))
    parts = [part.strip() for part in text.split(os.pathsep)]
    if len(parts) == 1 or whole.exists() or not all(parts):
        return (whole.absolute(),)
    return tuple(Path(os.path.expanduser(part)).absolute() for part in parts)


def _said(table: Mapping[str, str]) -> dict[str, str]:
    return {key: _tr(text) for key, text in table.items()}


def _line(hint: str, tip: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(hint)
    line.setToolTip(tip)
    line.setMinimumWidth(60)
    return line
