"""The 3D view: which meshes, how, from where; photos and cameras in it."""

from __future__ import annotations

from h3dstudio.gui.features.display.actions import ACTIONS
from h3dstudio.gui.features.display.availability import SCALED, ViewFacts, allowed
from h3dstudio.gui.features.display.camera_links import CameraLinks
from h3dstudio.gui.features.display.controller import DisplayController
from h3dstudio.gui.features.display.view_pictures import ViewPictures
from h3dstudio.gui.features.scan.controller import OpenScan, ScanController
from h3dstudio.gui.features.scan.panel import ScanPanel
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import Feature
from h3dstudio.gui.viewport.sink import RECONSTRUCTION

__all__ = ["ACTIONS", "build"]


def build(context: Context) -> Feature:
    """It has no panel: its bars belong to the view."""
    scans, panel = context.get(ScanController), context.get(ScanPanel)
    display = DisplayController(context.window, context.view, context.tasks)
    pictures = ViewPictures(context.tasks, scans, panel, display)
    links = CameraLinks(display, panel, context.view)
    _connect_scan(context, scans, panel, display, pictures)
    _connect_view(context, scans, display)
    return Feature(
        slots={
            "reconstruction": display.show_reconstruction,
            "ground_truth": display.show_ground_truth,
            "side_by_side": display.show_side_by_side,
            "coloured": display.coloured,
            "shaded": display.shaded,
            "wireframe": display.wireframe,
            "normals": display.normals,
            "confidence": display.confidence,
            "error_map": display.error_map,
            "cameras": display.show_cameras,
            "axes": display.show_axes,
            "reset_view": display.reset_view,
            "leave_photo": display.leave_photo,
        },
        provides=(display, links),
    )


def _connect_scan(
    context: Context,
    scans: ScanController,
    panel: ScanPanel,
    display: DisplayController,
    pictures: ViewPictures,
) -> None:
    def take(opened: OpenScan) -> None:
        display.set_scan(opened.scan, opened.chosen)

    scans.opened.connect(take)
    scans.settled.connect(lambda _: pictures.make())
    scans.closed.connect(display.close_scan)
    panel.views_changed.connect(lambda: display.set_ticked(panel.model.ticked))
    panel.view_activated.connect(display.look_through)
    pictures.logged.connect(context.log.add)


def _connect_view(context: Context, scans: ScanController, display: DisplayController) -> None:
    page, view, actions = context.page, context.view, context.actions

    def take_stage(on_stage: bool) -> None:
        page.show_stage(on_stage)
        context.changed.emit()

    def take_photo(number: int | None) -> None:
        page.show_photo(number)
        context.changed.emit()

    def refresh() -> None:
        mesh = view.mesh(RECONSTRUCTION)
        states = allowed(
            ViewFacts(
                scan_open=scans.current is not None,
                has_mesh=mesh is not None,
                has_truth=scans.has_truth,
                through_photo=display.photo is not None,
                has_quality=mesh is not None and mesh.quality is not None,
                has_errors=view.has_errors,
                on_stage=display.on_stage,
            )
        )
        context.enable(states)
        bare = any(actions[mode].isChecked() and not states[mode] for mode in SCALED)
        if bare and not display.on_stage:
            actions["coloured"].trigger()

    context.changed.connect(refresh)
    display.stage_changed.connect(take_stage)
    display.photo_changed.connect(take_photo)
    display.cameras_wanted.connect(actions["cameras"].setChecked)
    display.truth_failed.connect(lambda: actions["ground_truth"].setChecked(False))
    display.meshes_changed.connect(context.changed)
    display.busy.connect(context.status.say)
    page.opacity_changed.connect(display.set_photo_opacity)
    view.errors_changed.connect(context.changed)
