"""The plots of a run beside each other: what there is to see, of what the user wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from h3dstudio.gui.features.progress.plot_choice import PlotChoice
from h3dstudio.gui.features.progress.view_bars import ViewBars, view_scores
from h3dstudio.gui.features.reconstruction.run_model import MEMORY, SPEED, RunModel
from h3dstudio.gui.widgets.curves import Curves
from h3dstudio.session.runs.truth_watch import NAME as ERROR

LATENT, HEAD_LOSS = "latent size", "photo loss of the head"
_WIDTH, _EMPTY = 150, 90
_Curve = tuple[list[float], list[float]]


class PlotRow(QWidget):
    """Losses, distance to the ground truth, lengths, latent, PSNR, PSNR of each view, speed and memory."""

    def __init__(self) -> None:
        super().__init__()
        self.losses = Curves(self.tr("Losses"), log=True)
        self.error = Curves(self.tr("Visible ground truth to the mesh, mean, mm"), log=False)
        self.lengths = Curves(self.tr("Lengths, mm"), log=False)
        self.latent = Curves(self.tr("Latent size"), log=False)
        self.quality = Curves(self.tr("PSNR, dB"), log=False)
        self.views = ViewBars()
        self.speed = Curves(self.tr("Speed, steps/s"), log=False, unit="s")
        self.memory = Curves(self.tr("Memory, MB"), log=False, unit="s")
        self._plots: Mapping[str, Curves] = {
            "losses": self.losses,
            "error": self.error,
            "lengths": self.lengths,
            "latent": self.latent,
            "psnr": self.quality,
            "speed": self.speed,
            "memory": self.memory,
        }
        titles = {name: plot.title for name, plot in self._plots.items()}
        self.choice = PlotChoice(
            {**titles, "views": self.tr("PSNR per view, dB")}, hidden=("speed", "memory")
        )
        self.choice.changed.connect(self._arrange)
        self._curves: dict[str, dict[str, _Curve]] = {name: {} for name in self._plots}
        self._drawn: list[str] = []
        self._lay_out()
        self._arrange()

    def _lay_out(self) -> None:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for plot in (*self._plots.values(), self.views):
            row.addWidget(plot, 1)
        room = QScrollArea()  # More of them than there is room for are scrolled, not squeezed.
        room.setWidget(inside)
        room.setWidgetResizable(True)
        room.setMinimumWidth(40)
        room.setFrameShape(QScrollArea.Shape.NoFrame)
        inside.setObjectName("Panel")
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(room, 1)
        whole.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)

    def build_ahead(self) -> None:
        """Make the plots one by one, so that the window does not wait for all at once when a run begins."""
        for name, plot in self._plots.items():
            if self.choice.wants(name) and not plot.built:
                plot.build()
                QTimer.singleShot(0, self, self.build_ahead)
                return

    def show_model(self, model: RunModel) -> None:
        """Draw the run's curves as they are now; while it goes on one plot each time, by turns.

        All at once would keep the window from everything else for too long, several times a second.
        """
        self._curves = split_curves(model)
        if model.state.active:
            self.views.show_scores(())
        self._arrange(by_turns=model.state.active)

    def show_summary(self, summary: Mapping[str, Any]) -> None:
        """What a run has come to at its end."""
        self.views.show_scores(view_scores(summary))
        self._arrange()

    def _arrange(self, *, by_turns: bool = False) -> None:
        shown = [name for name in self._plots if self._curves[name] and self.choice.wants(name)]
        for name, plot in self._plots.items():
            plot.setVisible(name in shown)
            plot.setMinimumWidth(max(_WIDTH, plot.wanted_width) if name in shown else _EMPTY)
        new = [name for name in shown if name not in self._drawn]
        # Longest ago is first.
        self._drawn = [name for name in self._drawn if name in shown] + new
        for name in (new or self._drawn[:1]) if by_turns else shown:
            self._plots[name].show_series(self._curves[name])
            self._drawn.remove(name)
            self._drawn.append(name)
        bars = bool(self.views.scores) and self.choice.wants("views")
        self.views.setVisible(bars)
        if not shown and not bars:
            self.losses.show_series({})
            self.losses.show()


def split_curves(model: RunModel) -> dict[str, dict[str, _Curve]]:
    """The curves worth showing, by the plot they belong to.

    The latent's and the head's loss are of the first phase alone: they make room when the others go on
    without them.
    """
    # One value is no curve: scores of the end stand beside the mesh. Heads kept out are judged but rarely.
    curves = [
        (name, curve)
        for name, curve in model.curves.items()
        if len(curve[0]) > 1 or name.startswith("held-out")
    ]
    newest = max((curve[0][-1] for _, curve in curves), default=0.0)
    fitting = any(name == LATENT and curve[0][-1] >= newest for name, curve in curves)
    kinds = {
        "losses": lambda name: "loss" in name and (fitting or name != HEAD_LOSS),
        "error": lambda name: name == ERROR,
        "lengths": lambda name: name.endswith(" mm") and name != ERROR,
        "latent": lambda name: name == LATENT and fitting,
        "psnr": lambda name: "psnr" in name,
    }
    found = {
        kind: {name: curve for name, curve in curves if is_it(name.lower())} for kind, is_it in kinds.items()
    }
    machine = {"speed": SPEED, "memory": MEMORY}
    for kind, name in machine.items():
        curve = model.machine.get(name, ([], []))
        found[kind] = {name: curve} if len(curve[0]) > 1 else {}
    return found
