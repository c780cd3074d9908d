"""The timeline: the meshes of a run, compared, and as a film."""

from __future__ import annotations

from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.reconstruction.controller import RunController
from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.features.timeline.actions import ACTIONS
from h3dstudio.gui.features.timeline.availability import allowed
from h3dstudio.gui.features.timeline.controller import TimelineController
from h3dstudio.gui.features.timeline.films import FilmController
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature
from h3dstudio.gui.shell.texts import translator

__all__ = ["ACTIONS", "build"]
_tr = translator("MainWindow")


def build(context: Context) -> Feature:
    """It shows what runs stream, in the view; its bar belongs to the view's page."""
    page, scans = context.page, context.get(ScanController)
    timeline = TimelineController(
        page.timeline_bar, page.titles, context.tasks, page.view, context.get(RunController), context.actions
    )
    films = FilmController(
        context.window, page.timeline_bar, context.tasks, page.view, timeline, lambda: scans.name
    )
    _connect(context, timeline, films)

    def close() -> None:
        films.close()
        timeline.close()

    return Feature(
        slots={
            "timeline_play": timeline.play,
            "timeline_back": timeline.back,
            "timeline_forward": timeline.forward,
            "timeline_latest": timeline.latest,
            "pin": timeline.pin,
            "compare_beside": timeline.beside,
            "compare_difference": timeline.differing,
            "film": films.ask,
        },
        provides=(timeline, films),
        close=close,
    )


def _connect(context: Context, timeline: TimelineController, films: FilmController) -> None:
    display, panel = context.get(DisplayController), context.get(ReconstructPanel)

    def refresh() -> None:
        context.enable(
            allowed(
                frames=timeline.count,
                pinned=timeline.pinned is not None,
                filming=films.running,
                on_stage=display.on_stage,
            )
        )

    context.changed.connect(refresh)
    timeline.shown.connect(panel.show_mesh)
    timeline.shown.connect(lambda _: display.mesh_arrived())
    timeline.shown.connect(lambda _: context.changed.emit())
    timeline.changed.connect(context.changed)
    films.busy.connect(lambda _: context.changed.emit())
    films.saved.connect(lambda path: context.tell(_tr("Exported {0}").format(path)))
    for source in (timeline, films):
        source.logged.connect(context.log.add)
