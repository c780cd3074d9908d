"""The landmarks dock: the list, its landmarks, the current one, and the tools."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSettings, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from h3dstudio.gui.features.landmarks.details import LandmarkDetails
from h3dstudio.gui.features.landmarks.rows import PanelState
from h3dstudio.gui.features.landmarks.table_model import LandmarkModel
from h3dstudio.gui.viewport.bar import tool_button
from h3dstudio.gui.widgets.buttons import ActionButton
from h3dstudio.session.landmarks.table import GROUND_TRUTH, LAYERS, RECONSTRUCTION

TOOLS = (
    "next_landmark",
    "skip_landmark",
    "lock_landmark",
    "jump_landmark",
    "mirror_landmark",
    "clear_landmark",
)
EDITS = ("new_list", "copy_list", "add_landmark", "rename_landmark", "remove_landmark", "remove_list")
"""Of lists, as `edit` names them."""
_ADVANCE = "landmarks advance"


class LandmarkPanel(QWidget):
    """Signals: `chosen(name)`, `list_chosen(title)`, `layer_chosen(layer)`, `edit(what)` one of `EDITS`,

    `advance_changed(bool)`, `scale_changed(bool)`: residuals after a fit with scale or without.
    """

    chosen = Signal(str)
    list_chosen = Signal(str)
    layer_chosen = Signal(str)
    edit = Signal(str)
    advance_changed = Signal(bool)
    scale_changed = Signal(bool)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setMinimumWidth(256)
        self.model = LandmarkModel(self)
        self.lists = QComboBox()
        self.lists.setAccessibleName(self.tr("List of landmarks"))
        self.lists.setToolTip(self.tr("Which landmarks there are to place"))
        self.lists.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.lists.activated.connect(lambda row: self.list_chosen.emit(self.lists.itemText(row)))
        self.edits = self._edit_actions()
        self.more = self._menu_button()
        self.layers = {layer: self._layer_button(layer) for layer in LAYERS}
        self.table = LandmarkTable(self.model)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.hint = QLabel()
        self.hint.setObjectName("Muted")
        self.hint.setWordWrap(True)
        self.hint.setMinimumHeight(2 * self.hint.fontMetrics().lineSpacing() + 2)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.summary = QLabel()
        self.fit = QPushButton()
        self.fit.setCheckable(True)
        self.fit.setText(self.tr("Scale"))
        self.fit.setToolTip(self.tr("Fit the landmarks of the two meshes with a common scale, or rigidly"))
        self.fit.toggled.connect(self.scale_changed)
        self.details = LandmarkDetails()
        self.advance = QCheckBox(self.tr("Then the next"))
        self.advance.setToolTip(self.tr("Go on to the next missing landmark after each click"))
        self.advance.setChecked(str(QSettings().value(_ADVANCE, "false")) == "true")
        self.advance.toggled.connect(self._take_advance)
        self.place = ActionButton(actions["place_landmarks"], self.tr("Place"))
        self.place.setCheckable(True)
        actions["place_landmarks"].toggled.connect(self.place.setChecked)
        self.accept = ActionButton(actions["accept_landmark"])
        self.accept_all = ActionButton(actions["accept_landmarks"])
        self.files = [ActionButton(actions[name]) for name in ("import_landmarks", "export_landmarks")]
        self._tools = [tool_button(actions[name], text=False) for name in TOOLS]
        self._lay_out()

    def show_state(self, state: PanelState) -> None:
        """Show all of it, without a signal."""
        with QSignalBlocker(self.lists):
            if [self.lists.itemText(row) for row in range(self.lists.count())] != list(state.lists):
                self.lists.clear()
                self.lists.addItems(list(state.lists))
            self.lists.setCurrentText(state.list_name)
        for name in ("add_landmark", "rename_landmark", "remove_landmark", "remove_list"):
            needs_row = name in ("rename_landmark", "remove_landmark")
            self.edits[name].setEnabled(state.own_list and (state.current is not None or not needs_row))
        self.layers[state.layer].setChecked(True)
        self.layers[GROUND_TRUTH].setEnabled(state.has_truth or state.layer == GROUND_TRUTH)
        self._show_rows(state)
        self.hint.setText(state.hint)
        self.summary.setText(self._sum_up(state))
        self.fit.setVisible(state.rms is not None)
        suggested = any(row.suggested for row in state.rows)
        self.accept.setVisible(suggested)
        self.accept_all.setVisible(suggested)
        self.details.show_state(state)

    def _show_rows(self, state: PanelState) -> None:
        selection = self.table.selectionModel()
        with QSignalBlocker(selection):
            self.model.show(state.rows)
            row = self.model.row_of(state.current)
            if row != selection.currentIndex().row():
                flags = QItemSelectionModel.SelectionFlag
                selection.setCurrentIndex(self.model.index(row, 0), flags.ClearAndSelect | flags.Rows)
        self.table.scrollTo(self.model.index(max(0, row), 0))
        self.table.setColumnHidden(2, state.rms is None)
        self.table.viewport().update()

    def _sum_up(self, state: PanelState) -> str:
        text = self.tr("{0} of {1}").format(state.placed, len(state.rows))
        if state.rms is None:
            return self.tr("{0} placed").format(text)
        return text + self.tr(" · RMS {0:.2f} mm").format(state.rms)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.model.rows[index.row()].name)

    def _take_advance(self, on: bool) -> None:
        QSettings().setValue(_ADVANCE, "true" if on else "false")
        self.advance_changed.emit(on)

    def _edit_actions(self) -> dict[str, QAction]:
        texts = {
            "new_list": self.tr("New list…"),
            "copy_list": self.tr("Copy this list…"),
            "add_landmark": self.tr("Add a landmark…"),
            "rename_landmark": self.tr("Rename this landmark…"),
            "remove_landmark": self.tr("Remove this landmark from the list"),
            "remove_list": self.tr("Remove this list"),
        }
        out = {}
        for name in EDITS:
            out[name] = QAction(texts[name], self)
            out[name].triggered.connect(lambda *_, what=name: self.edit.emit(what))
        return out

    def _menu_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("Dots")
        button.setText("⋯")
        button.setToolTip(self.tr("Lists of your own"))
        button.setAccessibleName(button.toolTip())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name in EDITS:
            if name in ("add_landmark", "remove_list"):
                menu.addSeparator()
            menu.addAction(self.edits[name])
        button.setMenu(menu)
        return button

    def _layer_button(self, layer: str) -> QToolButton:
        button = QToolButton()
        names = {RECONSTRUCTION: self.tr("Reconstruction"), GROUND_TRUTH: self.tr("Ground truth")}
        button.setText(names[layer])
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setCheckable(True)
        button.setToolTip(self.tr("Mark this mesh (T changes over)"))
        button.clicked.connect(lambda: self.layer_chosen.emit(layer))
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.lists, 1)
        top.addWidget(self.more)
        layers = QWidget()
        layers.setObjectName("Segment")
        layers.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(layers)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        group = QButtonGroup(self)
        for button in self.layers.values():
            group.addButton(button)
            row.addWidget(button, 1)
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for tool in self._tools:
            tools.addWidget(tool)
        tools.addStretch(1)
        placing = QHBoxLayout()
        placing.setSpacing(8)
        placing.addWidget(self.place, 1)
        placing.addWidget(self.advance)
        summary = QHBoxLayout()
        summary.addWidget(self.summary, 1)
        summary.addWidget(self.fit)
        suggestions, files = QHBoxLayout(), QHBoxLayout()
        suggestions.addWidget(self.accept, 1)
        suggestions.addWidget(self.accept_all, 1)
        for file in self.files:
            files.addWidget(file, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(layers)
        layout.addWidget(self.hint)
        layout.addWidget(self.table, 1)
        for part in (summary, suggestions):
            layout.addLayout(part)
        layout.addWidget(self.details)
        layout.addLayout(tools)
        layout.addLayout(placing)
        layout.addLayout(files)


class LandmarkTable(QTableView):
    """Rows that are chosen whole."""

    def __init__(self, model: LandmarkModel) -> None:
        super().__init__()
        self.setObjectName("Landmarks")
        self.setModel(model)
        self.setAccessibleName(self.tr("Landmarks"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setMinimumHeight(6 * self.verticalHeader().defaultSectionSize())
