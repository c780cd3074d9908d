from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from h3dstudio.gui import features
from h3dstudio.gui.features.log.panel import LogPanel
from h3dstudio.gui.features.priors.prior_chooser import PriorChoice, PriorChooser
from h3dstudio.gui.features.progress.panel import ProgressPanel
from h3dstudio.gui.features.progress.plot_row import PlotRow, split_curves
from h3dstudio.gui.features.progress.view_bars import ViewBars, view_scores
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.reconstruction.result_card import ResultCard
from h3dstudio.gui.features.reconstruction.run_model import RunModel, RunState
from h3dstudio.gui.features.scan.controller import read
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.features.scan.thumbnails import Thumbnails, pixels, thumbnail
from h3dstudio.gui.features.scan.view_delegate import tick_box
from h3dstudio.gui.shell import theme
from h3dstudio.gui.shell.actions import build_actions
from h3dstudio.gui.shell.log import Log
from h3dstudio.gui.shell.tasks import Tasks
from h3dstudio.gui.widgets.plot import Plot, with_gaps
from h3dstudio.gui.widgets.plot_hover import values_at
from h3dstudio.gui.widgets.quiet_bar import QuietBar
from h3dstudio.jobs.events import Metrics, Progress
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.hull_grid import HullGridSettings
from h3dstudio.session.runs.truth_watch import NAME as ERROR
from tests.gui.fakes import bumpy_sphere


@pytest.fixture
def panel(qtbot: QtBot, tiny_scan: Path) -> ScanPanel:
    opened = read(tiny_scan, None)
    panel = ScanPanel()
    qtbot.addWidget(panel)
    panel.resize(270, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.set_dataset(opened.folders, opened.folder)
    panel.set_scan(opened.scan, {"3": (0, 1, 2)})
    panel.model.tick((0, 1, 2))
    return panel


def test_ticking_by_mouse_makes_it_the_users_own_choice(panel: ScanPanel, qtbot: QtBot) -> None:
    assert panel.wanted == "3"
    index = panel.model.index(3)
    middle = tick_box(panel.gallery.visualRect(index)).center()
    with qtbot.waitSignal(panel.views_changed):
        QTest.mouseClick(panel.gallery.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert panel.model.ticked == (0, 1, 2, 3)
    assert panel.wanted == "all"
    QTest.mouseClick(panel.gallery.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    first = tick_box(panel.gallery.visualRect(panel.model.index(0))).center()
    QTest.mouseClick(panel.gallery.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert panel.model.ticked == (1, 2)
    assert panel.wanted == "1,2,"
    assert panel.lists.currentText() == "My own choice"
    assert panel.count.text() == "2 of 4 views in use"


def test_ticking_by_keyboard(panel: ScanPanel) -> None:
    panel.gallery.setCurrentIndex(panel.model.index(0))
    QTest.keyClick(panel.gallery, Qt.Key.Key_Space)
    assert panel.model.ticked == (1, 2)


def test_a_click_beside_the_tick_only_selects_and_a_double_click_looks_through(
    panel: ScanPanel, qtbot: QtBot
) -> None:
    corner = panel.gallery.visualRect(panel.model.index(1)).bottomLeft() + QPoint(20, -20)
    QTest.mouseClick(panel.gallery.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert panel.model.ticked == (0, 1, 2)
    with qtbot.waitSignal(panel.view_activated) as activated:
        QTest.mouseDClick(panel.gallery.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert activated.args == [1]


def test_a_list_is_chosen_with_the_keyboard(panel: ScanPanel) -> None:
    panel.lists.setFocus()
    QTest.keyClick(panel.lists, Qt.Key.Key_Down)
    panel.lists.activated.emit(panel.lists.currentIndex())
    assert panel.lists.currentText() == "All 4 views"
    assert panel.model.ticked == (0, 1, 2, 3)


def test_thumbnails_dim_what_the_mask_leaves_out(tiny_scan: Path, qapp: object) -> None:
    view = read(tiny_scan, None).scan.views[0]
    image, problem = thumbnail(view, "#ff0000")
    assert isinstance(image, QImage)
    assert not problem
    rgb = pixels(image).astype(int)
    assert rgb[2, 2, 0] > 150  # The background turns to the given colour,
    assert rgb[2, 2, 0] > rgb[2, 2, 1] + 80
    plain = pixels(QImage(str(view.image_path)).scaled(image.size())).astype(int)
    middle = (image.height() // 2, image.width() // 2)
    assert abs(rgb[middle] - plain[middle]).max() < 40  # the head keeps its own.


def test_a_broken_photo_is_told_and_the_others_are_made(tiny_scan: Path, qtbot: QtBot) -> None:
    views = read(tiny_scan, None).scan.views
    views[1].image_path.write_bytes(b"not a photo")
    tasks = Tasks()
    thumbnails, made = Thumbnails(tasks), {}
    thumbnails.made.connect(lambda number, image, problem: made.update({number: (image, problem)}))
    thumbnails.make(views, "#000000")
    qtbot.waitUntil(lambda: len(made) == 4)
    assert made[0][0] is not None
    assert made[1][0] is None
    assert str(views[1].image_path) in made[1][1]
    tasks.close()


def test_done_cancelled_and_failed_look_different(qtbot: QtBot) -> None:
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 200)
    panel.show()
    seen = {}
    for state in (RunState.DONE, RunState.DONE_EARLY, RunState.CANCELLED, RunState.FAILED, RunState.PAUSED):
        panel.show_model(RunModel(state=state, progress=Progress(5, 10, "refine", 2.0, 2.0)))
        seen[state] = (panel.state.text(), panel.detail.text(), panel.state.styleSheet())
    assert len({text for text, _, _ in seen.values()}) == 5
    assert len({detail for _, detail, _ in seen.values()}) == 5
    colours = {seen[state][2] for state in (RunState.DONE, RunState.CANCELLED, RunState.FAILED)}
    assert len(colours) == 3


def test_progress_shows_numbers_and_curves_without_what_cannot_be_drawn(qtbot: QtBot) -> None:
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    model = RunModel()
    model.start()
    model.take_progress(Progress(20, 80, "refine", seconds=5.0, seconds_left=15.0))
    model.take_metrics([Metrics(step, {"loss": [1.0, 0.0, float("nan")][step % 3]}) for step in range(9)])
    model.memory = 3 * 2**30
    panel.show_model(model)
    assert panel.values["Time left"].text() == "15 s"
    assert panel.values["Memory"].text() == "3.0 GB"
    assert panel.percent.text() == "25 %"
    assert panel.bar.value() == 250


def test_curves_are_sorted_by_what_they_measure(qtbot: QtBot) -> None:
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    model = RunModel()
    model.start()
    values = {"photo loss": 0.6, "silhouette mm": 1.2, "moved mm": 0.1, "pairs": 11_000.0, "psnr": 27.0}
    values[ERROR] = 2.5
    model.take_metrics([Metrics(step, values) for step in (1, 2, 3)])
    kinds = {kind: set(curves) for kind, curves in split_curves(model).items() if curves}
    assert kinds == {
        "losses": {"photo loss"},
        "error": {ERROR},
        "lengths": {"silhouette mm", "moved mm"},
        "psnr": {"psnr"},
    }
    panel.show_model(model)
    row = panel.row
    plots = [plot.findChild(Plot).getPlotItem() for plot in (row.losses, row.lengths, row.quality)]
    titles = [re.sub("<[^>]*>|&nbsp;|●", "", plot.titleLabel.text).split() for plot in plots]
    assert titles == [["Photo", "loss"], ["Lengths,", "mm", "silhouette", "moved"], ["PSNR,", "dB"]]


def test_the_latents_size_is_plotted_while_it_is_fitted() -> None:
    model = RunModel()
    model.start()
    model.take_metrics([Metrics(step, {"latent size": float(step), "silhouette mm": 1.0}) for step in (1, 2)])
    assert set(split_curves(model)["latent"]) == {"latent size"}
    model.take_metrics([Metrics(step, {"moved mm": 0.5}) for step in (3, 4)])
    assert set(split_curves(model)["latent"]) == set()
    assert set(split_curves(model)["lengths"]) == {"silhouette mm", "moved mm"}


def test_the_heads_loss_makes_room_for_the_surfaces() -> None:
    """They compare photos in different ways: side by side the second would look like a step back."""
    model = RunModel()
    model.start()
    fitting = {"latent size": 1.0, "photo loss of the head": 0.5}
    model.take_metrics([Metrics(step, fitting) for step in (1, 2)])
    assert set(split_curves(model)["losses"]) == {"photo loss of the head"}
    model.take_metrics([Metrics(step, {"photo loss": 0.7}) for step in (3, 4)])
    assert set(split_curves(model)["losses"]) == {"photo loss"}


def test_a_curve_has_a_hole_where_steps_were_not_measured() -> None:
    steps, values = with_gaps([1, 2, 3, 7, 8], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert steps == [1, 2, 3, 5, 7, 8]
    assert np.array_equal(values, [1, 2, 3, np.nan, 4, 5], equal_nan=True)


def test_the_result_card_tells_what_the_run_came_to(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    card = ResultCard(build_actions(window, features.all_actions(features.load())))
    qtbot.addWidget(card)
    card.show()
    mesh = bumpy_sphere(0)
    card.show_mesh(mesh)
    texts = lambda: {label.text() for label in card.findChildren(QLabel) if label.isVisible()}  # noqa: E731
    assert "PSNR" not in texts()
    card.show_summary({"seconds": 21.4, "image_metrics": {"psnr_training": 31.26, "psnr_held_out": 24.0}})
    assert {"31.3 dB (used photos)\n24.0 dB (others)", "21 s"} <= texts()
    card.show_mesh(mesh)  # The next run's first mesh: nothing is known of it yet.
    assert "PSNR" not in texts()


def test_the_log_filters_copies_and_saves(qtbot: QtBot, tmp_path: Path) -> None:
    lines = Log()
    lines.add("said before there was a panel")
    log = LogPanel(lines)
    qtbot.addWidget(log)
    assert "before there was a panel" in log.text.toPlainText()
    for level in ("debug", "info", "warning", "error"):
        lines.add(f"a line of <{level}>", level)
    assert "debug" not in log.text.toPlainText()
    log.level.setCurrentIndex(2)
    log.copy()
    copied = QGuiApplication.clipboard().text()
    assert "<error>" in copied
    assert "<warning>" in copied
    assert "<info>" not in copied
    log.words.setFocus()
    QTest.keyClicks(log.words, "ERR")
    assert log.text.toPlainText().count("a line of") == 1
    with qtbot.waitSignal(log.saved):
        log.save(tmp_path / "log.txt")
    # The file holds everything, whatever is filtered on screen.
    assert (tmp_path / "log.txt").read_text(encoding="utf-8").count("a line of") == 4
    lines.clear()
    assert log.text.toPlainText() == ""


def test_a_log_that_cannot_be_saved_is_said_in_the_log(qtbot: QtBot, tmp_path: Path) -> None:
    log = LogPanel(Log())
    qtbot.addWidget(log)
    log.save(tmp_path / "no" / "log.txt")
    assert "folder does not exist" in log.text.toPlainText()


def test_the_plots_to_see_are_chosen_and_remembered(qtbot: QtBot) -> None:
    row = PlotRow()
    qtbot.addWidget(row)
    row.resize(900, 200)
    row.show()
    model = RunModel()
    model.start()
    model.take_metrics([Metrics(step, {"loss": 1.0, ERROR: 9.0 - step}) for step in (1, 2, 3)])
    model.memory = 2**30
    for _ in range(5):
        model.tick(1.0)
    row.show_model(model)
    assert row.losses.isVisible()
    assert row.error.isVisible()
    assert not row.memory.isVisible()
    row.choice.entries["memory"].trigger()
    row.choice.entries["losses"].trigger()
    assert row.memory.isVisible()
    assert not row.losses.isVisible()
    assert model.machine["memory"][1] == [1024.0] * 5
    again = PlotRow()
    qtbot.addWidget(again)
    assert again.choice.wants("memory")
    assert not again.choice.wants("losses")


def test_plots_are_made_ahead_one_at_a_time(qtbot: QtBot) -> None:
    row = PlotRow()
    qtbot.addWidget(row)
    wanted = [row.losses, row.error, row.lengths, row.latent, row.quality]
    seen = []
    row.build_ahead()
    while sum(plot.built for plot in wanted) < len(wanted):
        seen.append(sum(plot.built for plot in wanted))
        QCoreApplication.processEvents()
    assert seen == [1, 2, 3, 4]
    assert not row.memory.built, "nobody wants to see it"


def test_while_a_run_goes_on_plots_are_drawn_by_turns(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    row = PlotRow()
    qtbot.addWidget(row)
    drawn: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "h3dstudio.gui.widgets.curves.Curves.show_series",
        lambda plot, series: drawn.append(
            (plot.title.split(",")[0], len(next(iter(series.values()), ((),))[0]))
        ),
    )
    model = RunModel()
    model.start()

    def tell(step: int) -> list[tuple[str, int]]:
        model.take_metrics([Metrics(step, {"loss": 1.0, "psnr": 20.0, "latent size": 1.0})])
        drawn.clear()
        row.show_model(model)
        return sorted(drawn)

    tell(0)
    assert tell(1) == [("Latent size", 2), ("Losses", 2), ("PSNR", 2)], "what is new is drawn at once"
    turns = [tell(step) for step in range(2, 8)]
    assert all(len(one) == 1 for one in turns)
    assert (
        {one[0][0] for one in turns[:3]}
        == {one[0][0] for one in turns[3:]}
        == {"Latent size", "Losses", "PSNR"}
    )
    model.state = RunState.DONE
    assert tell(8) == [("Latent size", 9), ("Losses", 9), ("PSNR", 9)]


def test_a_bar_does_not_have_its_window_painted_at_once(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = QuietBar()
    window.setCentralWidget(bar)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.wait(50)
    painted: list[int] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                painted.append(bar.value())
            return False

    watch = Watch()
    bar.installEventFilter(watch)
    for value in (10, 40, 90):
        bar.setRange(0, 100)
        bar.setValue(value)
    assert not painted
    qtbot.waitUntil(lambda: painted == [90])
    for _ in range(2):  # it starts again as it did at first
        bar.setRange(0, 0)
        bar.setValue(0)
        painted.clear()
        qtbot.wait(1000)
        assert 2 <= len(painted) <= 8, "it moves, a few times a second"
        bar.setRange(0, 100)
        qtbot.wait(400)
        painted.clear()
        qtbot.wait(600)
        assert not painted, "it moves no more"


def test_the_cursor_reads_values_off_a_plot(qtbot: QtBot) -> None:
    plot = Plot("Losses", log=False)
    qtbot.addWidget(plot)
    plot.resize(400, 220)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.show_series({"loss_color": ([1, 2, 3, 4], [8.0, 4.0, 2.0, 1.0])})
    qtbot.wait(50)
    place = plot.getPlotItem().vb.mapViewToScene(QPointF(2.1, 3.0))
    QTest.mouseMove(plot.viewport(), plot.mapFromScene(place))
    qtbot.waitUntil(plot.hover.label.isVisible)
    assert plot.hover.label.text() == "step 2\ncolor: 4"
    assert values_at({"a": ([1, 5], [1.0, 2.0]), "b": ([5.2], [7.0])}, 5.0) == (5.0, {"a": 2.0, "b": 7.0})
    assert values_at({}, 1.0) == (None, {})


def test_each_judged_view_has_a_bar(qtbot: QtBot) -> None:
    rows = [
        {"view": 7, "psnr": 31.0, "held_out": False},
        {"view": 2, "psnr": 25.5, "held_out": True},
        {"view": 1},
    ]
    scores = view_scores({"image_metrics": {"views": rows}})
    assert [(one.view, one.held_out) for one in scores] == [(2, True), (7, False)]
    assert view_scores({}) == view_scores({"image_metrics": {"views": "none"}}) == []
    bars = ViewBars()
    qtbot.addWidget(bars)
    bars.resize(200, 150)
    bars.show_scores(scores)
    image = pixels(bars.grab().toImage()).astype(int)
    heights = [
        (np.abs(image - QColor(color).getRgb()[:3]).sum(axis=2) < 30)[20:].sum(axis=0).max()
        for color in theme.current().colors.curves[:2]
    ]
    assert heights[0] == pytest.approx(heights[1] * 31.0 / 25.5, abs=4)


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK])
def test_text_is_readable_on_every_ground(colors: theme.Colors) -> None:
    """WCAG contrast: 7 for text, 4.5 for every other colour of text and for what stands on the accent."""
    for ground in (colors.window, colors.panel, colors.raised):
        assert contrast(colors.text, ground) > 7
        assert contrast(colors.muted, ground) > 4.5
    assert contrast(colors.on_accent, colors.accent) > 4.5
    for name in ("good", "warning", "bad", "accent"):
        for ground in (colors.window, colors.panel):
            assert contrast(getattr(colors, name), ground) > 4.5, name


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_reconstruct_panel_says_what_the_user_chose(qtbot: QtBot, tmp_path: Path) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    choice = PriorChoice(window)
    panel = ReconstructPanel(build_actions(window, features.all_actions(features.load())), choice)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.settings == H3DGridSettings()
    assert panel.method.currentText() == "H3D grid"
    file = tmp_path / "mine.h3dprior"
    file.write_bytes(b"")
    wanted = H3DGridSettings(
        quality="draft", device="cpu", seed=7, prior=str(file), landmarks="none", refine_cameras="off"
    )
    panel.set_settings(wanted)
    assert panel.settings == wanted
    prior = panel.form.fields["prior"].widget
    assert prior.currentText() == "mine.h3dprior"
    panel.method.setCurrentIndex(panel.method.findData("hull-grid"))
    assert panel.settings == HullGridSettings(quality="draft", device="cpu", seed=7), "shared ones go along"
    assert not prior.isVisible()
    assert "hull" in panel.method_hint.text()
    panel.method.setCurrentIndex(panel.method.findData("h3d-grid"))
    assert panel.settings == wanted
    assert prior.isVisible()
    panel.show_state(RunState.RUNNING)
    assert not prior.isEnabled()
    assert not panel.method.isEnabled()
    panel.show_state(RunState.DONE)
    assert prior.isEnabled()


def test_priors_used_before_are_offered_and_browsing_asks(qtbot: QtBot, tmp_path: Path) -> None:
    choice = PriorChoice()
    chooser = PriorChooser(choice)
    qtbot.addWidget(chooser)
    for number in range(3):
        (tmp_path / f"{number}.h3dprior").write_bytes(b"")
        choice.choose(str(tmp_path / f"{number}.h3dprior"))
    names = [chooser.itemText(row) for row in range(chooser.count())]
    assert names == ["Bundled heads", "2.h3dprior", "1.h3dprior", "0.h3dprior", "Browse…"]
    chooser.activated.emit(0)
    assert choice.path == ""
    (tmp_path / "1.h3dprior").unlink()
    assert len(choice.known()) == 2
    chooser.activated.emit(chooser.count() - 1)
    dialog = chooser.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "0.h3dprior"))
    dialog.close()
    assert choice.path == str(tmp_path / "0.h3dprior")
    assert chooser.currentText() == "0.h3dprior"
