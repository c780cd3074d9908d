"""The actions of the feature: what the 3D view shows, how, and from where."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec, mode, switch

ACTIONS: Mapping[str, Spec] = {
    "reconstruction": switch(
        "&Reconstruction",
        "Ctrl+1",
        "reconstruction",
        "Show or hide the reconstruction",
        checked=True,
        menu="&View",
        place=110,
    ),
    "ground_truth": switch(
        "&Ground truth",
        "Ctrl+2",
        "ground-truth",
        "Show or hide the scan's ground-truth mesh",
        menu="&View",
        place=120,
    ),
    "side_by_side": switch(
        "Side &by side",
        "Ctrl+3",
        "side-by-side",
        "The ground truth in a picture of its own beside the reconstruction; both turn together",
        menu="&View",
        place=130,
    ),
    "coloured": mode(
        "&Coloured", "C", "coloured", "Surfaces with their own colours", checked=True, menu="&View", place=210
    ),
    "shaded": mode(
        "&Shaded", "S", "shaded", "Surfaces as clay, to judge their shape", menu="&View", place=220
    ),
    "wireframe": mode(
        "&Wireframe", "W", "wireframe", "Only the edges of the triangles", menu="&View", place=230
    ),
    "normals": mode(
        "&Normals",
        "Shift+N",
        "normals",
        "Which way the surface faces: x, y and z as red, green and blue",
        menu="&View",
        place=240,
    ),
    "confidence": mode(
        "Con&fidence",
        "F",
        "confidence",
        "What the photos decided, or tell of, against what is a guess",
        menu="&View",
        place=250,
        unavailable="this mesh has none; it comes with the result of a reconstruction",
    ),
    "error_map": mode(
        "&Error map",
        "E",
        "error-map",
        "How far the mesh is from the ground truth, in mm, on a scale that stays put",
        "Error",
        menu="&View",
        place=260,
        unavailable="nothing on screen has been compared with the ground truth yet",
    ),
    "cameras": switch(
        "Ca&meras",
        "K",
        "cameras",
        "Show where the ticked photos were taken",
        checked=True,
        menu="&View",
        place=320,
    ),
    "axes": switch(
        "&Axes", "A", "axes", "Show the orientation of the scan's axes", checked=True, menu="&View", place=330
    ),
    "reset_view": Spec(
        "Reset &view", "R", "reset-view", "See all of it, from the front", menu="&View", place=340
    ),
    "leave_photo": Spec(
        "&Leave the photo",
        "Esc",
        "close",
        "Back from a photo's camera to a free one",
        "Leave",
        menu="&View",
        place=510,
    ),
}
