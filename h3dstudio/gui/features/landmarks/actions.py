"""The actions of the feature: placing, going through and exchanging them."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_spec import Spec, switch

ACTIONS: Mapping[str, Spec] = {
    "place_landmarks": switch(
        "&Place by clicking",
        "P",
        "place",
        "A click places the landmark, dragging still turns the view",
        "Place",
        remembered=False,
        menu="&Landmarks",
        place=110,
    ),
    "next_landmark": Spec(
        "&Next missing", "N", "next", "On to the next landmark that is missing", menu="&Landmarks", place=120
    ),
    "previous_landmark": Spec(
        "Pre&vious", "B", "", "Back to the landmark before this one", menu="&Landmarks", place=130
    ),
    "skip_landmark": Spec(
        "&Skip",
        "Shift+X",
        "skip",
        "Mark the landmark as one that cannot be placed, or undo that",
        menu="&Landmarks",
        place=210,
    ),
    "lock_landmark": Spec(
        "&Lock", "O", "lock", "Keep the landmark from being moved, or let it go", menu="&Landmarks", place=220
    ),
    "clear_landmark": Spec("&Clear", "Del", "clear", "Take the landmark off", menu="&Landmarks", place=230),
    "jump_landmark": Spec("&Look at it", "J", "jump", "Fly to the landmark", menu="&Landmarks", place=240),
    "mirror_landmark": Spec(
        "Suggest the other s&ide",
        "Shift+M",
        "mirror",
        "Suggest what is missing on one side of the face from the other side",
        menu="&Landmarks",
        place=310,
    ),
    "accept_landmark": Spec(
        "&Accept suggestion",
        "Y",
        "accept",
        "Place the landmark where it is suggested, and go on",
        "Accept",
        menu="&Landmarks",
        place=320,
    ),
    "accept_landmarks": Spec(
        "Accept a&ll",
        "Shift+Y",
        "accept-all",
        "Place all landmarks where they are suggested",
        menu="&Landmarks",
        place=330,
    ),
    "switch_layer": Spec(
        "Mark the o&ther mesh",
        "T",
        "",
        "Change between the reconstruction's landmarks and the ground truth's",
        menu="&Landmarks",
        place=410,
    ),
    "import_landmarks": Spec(
        "&Import landmarks…",
        "Ctrl+I",
        "import",
        "Read landmarks of H3DS, 3D Slicer, or a table of coordinates",
        "Import…",
        menu="&Landmarks",
        place=510,
    ),
    "export_landmarks": Spec(
        "&Export landmarks…",
        "Ctrl+Shift+E",
        "export",
        "Save the landmarks for H3DS, 3D Slicer, or as a table; suggested ones where none is placed",
        "Export…",
        menu="&Landmarks",
        place=520,
    ),
    "landmarks": switch(
        "&Landmarks",
        "L",
        "landmarks",
        "Show or hide the landmarks, placed and suggested",
        checked=True,
        menu="&View",
        place=310,
    ),
}
