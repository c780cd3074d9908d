"""The menu Landmarks: placing, going through and exchanging them."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_table.spec import Spec, switch

LANDMARKS: Mapping[str, Spec] = {
    "place_landmarks": switch(
        "&Place by clicking",
        "landmarking.place",
        "P",
        "place",
        "A click places the landmark, dragging still turns the view",
        "Place",
    ),
    "next_landmark": Spec(
        "&Next missing", "landmarking.next", "N", "next", "On to the next landmark that is missing"
    ),
    "previous_landmark": Spec(
        "Pre&vious", "landmarking.previous", "B", "", "Back to the landmark before this one"
    ),
    "skip_landmark": Spec(
        "&Skip",
        "landmarking.skip",
        "Shift+X",
        "skip",
        "Mark the landmark as one that cannot be placed, or undo that",
    ),
    "lock_landmark": Spec(
        "&Lock", "landmarking.lock", "O", "lock", "Keep the landmark from being moved, or let it go"
    ),
    "clear_landmark": Spec("&Clear", "landmarking.clear", "Del", "clear", "Take the landmark off"),
    "jump_landmark": Spec("&Look at it", "landmarking.jump", "J", "jump", "Fly to the landmark"),
    "mirror_landmark": Spec(
        "Suggest the other s&ide",
        "landmarking.mirror",
        "Shift+M",
        "mirror",
        "Suggest what is missing on one side of the face from the other side",
    ),
    "accept_landmark": Spec(
        "&Accept suggestion",
        "landmarking.accept",
        "Y",
        "accept",
        "Place the landmark where it is suggested, and go on",
        "Accept",
    ),
    "accept_landmarks": Spec(
        "Accept a&ll",
        "landmarking.accept_all",
        "Shift+Y",
        "accept-all",
        "Place all landmarks where they are suggested",
    ),
    "switch_layer": Spec(
        "Mark the o&ther mesh",
        "landmarking.switch_layer",
        "T",
        "",
        "Change between the reconstruction's landmarks and the ground truth's",
    ),
    "import_landmarks": Spec(
        "&Import landmarks…",
        "landmarking.exchange.ask_import",
        "Ctrl+I",
        "import",
        "Read landmarks of H3DS, 3D Slicer, or a table of coordinates",
        "Import…",
    ),
    "export_landmarks": Spec(
        "&Export landmarks…",
        "landmarking.exchange.ask_export",
        "Ctrl+Shift+E",
        "export",
        "Save the landmarks for H3DS, 3D Slicer, or as a table; suggested ones where none is placed",
        "Export…",
    ),
}
