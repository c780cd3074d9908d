"""The menu View: what the 3D view shows, how, and from where."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_table.spec import Spec, mode, switch

VIEWS: Mapping[str, Spec] = {
    "back_to_scan": Spec(
        "&Back to the scan",
        "show_reconstruct",
        "Ctrl+B",
        "close",
        "From the prior's heads back to the scan and its reconstruction",
    ),
    "reconstruction": switch(
        "&Reconstruction",
        "display.show_reconstruction",
        "Ctrl+1",
        "reconstruction",
        "Show or hide the reconstruction",
        checked=True,
    ),
    "ground_truth": switch(
        "&Ground truth",
        "display.show_ground_truth",
        "Ctrl+2",
        "ground-truth",
        "Show or hide the scan's ground-truth mesh",
    ),
    "side_by_side": switch(
        "Side &by side",
        "display.show_side_by_side",
        "Ctrl+3",
        "side-by-side",
        "The ground truth in a picture of its own beside the reconstruction; both turn together",
    ),
    "coloured": mode(
        "&Coloured", "display.coloured", "C", "coloured", "Surfaces with their own colours", checked=True
    ),
    "shaded": mode("&Shaded", "display.shaded", "S", "shaded", "Surfaces as clay, to judge their shape"),
    "wireframe": mode("&Wireframe", "display.wireframe", "W", "wireframe", "Only the edges of the triangles"),
    "normals": mode(
        "&Normals",
        "display.normals",
        "Shift+N",
        "normals",
        "Which way the surface faces: x, y and z as red, green and blue",
    ),
    "confidence": mode(
        "Con&fidence",
        "display.confidence",
        "F",
        "confidence",
        "What the photos decided, or tell of, against what is a guess",
    ),
    "error_map": mode(
        "&Error map",
        "display.error_map",
        "E",
        "error-map",
        "How far the mesh is from the ground truth, in mm, on a scale that stays put",
        "Error",
    ),
    "landmarks": switch(
        "&Landmarks",
        "landmarking.show",
        "L",
        "landmarks",
        "Show or hide the landmarks, placed and suggested",
        checked=True,
    ),
    "cameras": switch(
        "Ca&meras",
        "display.show_cameras",
        "K",
        "cameras",
        "Show where the ticked photos were taken",
        checked=True,
    ),
    "axes": switch(
        "&Axes", "display.show_axes", "A", "axes", "Show the orientation of the scan's axes", checked=True
    ),
    "reset_view": Spec(
        "Reset &view", "display.reset_view", "R", "reset-view", "See all of it, from the front"
    ),
    "section": switch(
        "Se&ction plane",
        "measuring.section",
        "X",
        "section",
        "Cut through the meshes, and see the contours of both",
    ),
    "ruler": switch(
        "R&uler",
        "measuring.ruler",
        "M",
        "ruler",
        "Measure straight distances in mm with two clicks on a surface",
    ),
    "screenshot": Spec(
        "Save a &picture…",
        "pictures.ask",
        "Ctrl+Shift+P",
        "screenshot",
        "Save the 3D view as a PNG of twice the screen's resolution",
    ),
    "copy_picture": Spec(
        "Cop&y the picture",
        "pictures.copy",
        "Ctrl+Shift+C",
        "copy",
        "Copy the 3D view to the clipboard, at twice the screen's resolution",
    ),
    "leave_photo": Spec(
        "&Leave the photo",
        "display.leave_photo",
        "Esc",
        "close",
        "Back from a photo's camera to a free one",
        "Leave",
    ),
    "reset_layout": Spec(
        "Reset &layout", "reset_layout", "", "", "Put every panel back where it was at first"
    ),
}
