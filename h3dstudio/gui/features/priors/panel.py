"""The prior dock: which head prior is in use, what heads it knows, and learning another."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFormLayout, QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from h3dstudio.gui.features.priors.heads_page import HeadsPage
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice, PriorChooser
from h3dstudio.gui.features.priors.training_page import TrainingPage
from h3dstudio.gui.shell.texts import marked, translator
from h3dstudio.gui.widgets.scrolling import scrolling
from h3dstudio.session.priors.viewing import PriorFacts

_tr = translator("PriorPanel")
ROWS = (
    marked("Learned from"),
    marked("Family"),
    marked("Components"),
    marked("Unseen heads"),
    marked("Licence"),
)
_FAMILIES = {"linear": marked("Linear"), "autodecoder": marked("Autodecoder")}


class PriorPanel(QWidget):
    """Signals: `came(bool)` whenever it comes into sight (True) or goes."""

    came = Signal(bool)

    def __init__(
        self, actions: Mapping[str, QAction], choice: PriorChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("Panel")
        self.setMinimumWidth(256)
        self.in_sight = False
        self.chooser = PriorChooser(choice)
        self.values = {name: QLabel("–") for name in ROWS}
        self.problem = QLabel()
        self.problem.setObjectName("Problem")
        self.problem.setWordWrap(True)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name, tip in (
            (self.tr("Heads"), self.tr("See the heads it knows")),
            (self.tr("Train"), self.tr("Learn a prior from heads of your own")),
        ):
            self.tabs.setTabToolTip(self.tabs.addTab(name), tip)
        self.heads = HeadsPage()
        self.training = TrainingPage(actions)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.heads)
        self._pages.addWidget(self.training)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._lay_out()
        self._components: tuple[object, int] | None = None
        self._shown: object = None
        self.show_facts(None)

    def show_facts(self, facts: PriorFacts | None, problem: str = "") -> None:
        """Describe the prior in use; `problem` says why it cannot be used."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        for row in self.values.values():
            row.setText("–")
            row.setToolTip("")
        self._shown = None if facts is None else facts.path
        if facts is None:
            return
        if self._components is not None and self._components[0] == facts.path:
            self._say("Components", str(self._components[1]))
        self._say("Learned from", _source(facts), _provenance(facts))
        self._say("Family", f"{_tr(_FAMILIES.get(facts.family, facts.family))}, {facts.megabytes:.1f} MB")
        self._say(
            "Unseen heads",
            _errors(facts),
            self.tr("Mean distance of heads it was not trained on to their fit"),
        )
        self._say("Licence", facts.licence_name, facts.licence)

    def show_components(self, count: int) -> None:
        """How long its latent code is, once it is read."""
        self._components = (self._shown, count)
        self._say("Components", str(count))
        self.heads.show_components(count)

    def set_in_sight(self, seen: bool) -> None:
        """Tell whether it can be seen, which its dock knows."""
        if seen is not self.in_sight:
            self.in_sight = seen
            self.came.emit(seen)

    def _say(self, row: str, text: str, tip: str = "") -> None:
        self.values[row].setText(text)
        self.values[row].setToolTip(tip)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, value in self.values.items():
            label = QLabel(_tr(name))
            label.setObjectName("FieldName")
            value.setWordWrap(True)
            form.addRow(label, value)
        layout = QVBoxLayout(scrolling(self))
        layout.setContentsMargins(16, 10, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.chooser)
        layout.addWidget(self.problem)
        layout.addLayout(form)
        layout.addWidget(self.tabs)
        layout.addWidget(self._pages)
        layout.addStretch(1)


def _errors(facts: PriorFacts) -> str:
    if facts.error is None:
        return _tr("not measured")
    if facts.face_error is None:
        return f"{facts.error:.2f} mm"
    return _tr("{0:.2f}, face {1:.2f} mm").format(facts.error, facts.face_error)


def _source(facts: PriorFacts) -> str:
    if facts.heads is None:
        return _tr("heads of {0}").format(facts.population)
    return _tr("%n heads of {0}", facts.heads).format(facts.population)


def _provenance(facts: PriorFacts) -> str:
    told = [str(facts.path)]
    told += [
        str(facts.provenance[key]) for key in ("split", "command", "program") if facts.provenance.get(key)
    ]
    return "\n".join(told)
