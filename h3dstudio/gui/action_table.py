"""Every action of the window in one table: menus, toolbar, shortcuts, tooltips and icons come from it.

A slot is named by its path from the window ("runs.start"), so that the table stays plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """One action.

    Attributes:
        slot: path from the window to what it calls; a checkable action passes its state.
        short: the text on buttons, where the menu's is too long.
        group: of checkable actions with the same group exactly one is on.
    """

    text: str
    slot: str
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    short: str = ""
    checkable: bool = False
    checked: bool = False
    group: str = ""


ACTIONS: Mapping[str, Spec] = {
    "open": Spec(
        "&Open scan folder…", "scans.ask", "Ctrl+O", "open", "Open a scan, or a dataset of scans", "Open scan"
    ),
    "demo": Spec(
        "Open the &demo scan",
        "scans.open_demo",
        "Ctrl+D",
        "demo",
        "Open the scan that comes with the program",
        "Demo scan",
    ),
    "open_project": Spec(
        "Open &project…",
        "workspace.projects.ask",
        "Ctrl+Shift+O",
        "project",
        "Open a saved project: scan, ticks, settings, landmarks and result",
    ),
    "open_mesh": Spec(
        "Open &mesh…",
        "workspace.mesh.ask",
        "Ctrl+M",
        "reconstruction",
        "Show a mesh file where the reconstruction is: to mark, align, measure or export it",
    ),
    "new_project": Spec(
        "&New project",
        "workspace.projects.new",
        "Ctrl+N",
        "new",
        "Close what is open and begin anew",
    ),
    "save": Spec(
        "&Save project", "workspace.projects.save", "Ctrl+S", "save", "Save the project to its file"
    ),
    "save_as": Spec(
        "Save project &as…",
        "workspace.projects.save_as",
        "Ctrl+Shift+S",
        "",
        "Save the project to another file",
    ),
    "export": Spec(
        "&Export mesh…",
        "exports.ask",
        "Ctrl+E",
        "export",
        "Save the reconstruction as PLY, OBJ, STL or GLB",
        "Export mesh…",
    ),
    "report": Spec(
        "&Report…",
        "reports.ask",
        "Ctrl+R",
        "report",
        "Report on this run as a page and a PDF, with every number for other programs",
    ),
    "reveal": Spec(
        "Show run &folder",
        "exports.reveal",
        "Ctrl+Shift+F",
        "folder",
        "Open the folder the last run was written to",
    ),
    "quit": Spec("&Quit", "close", "Ctrl+Q", "", "Close the studio"),
    "undo": Spec("&Undo", "undoing.undo", "Ctrl+Z", "undo", "Take back what was done last"),
    "redo": Spec("&Redo", "undoing.redo", "Ctrl+Shift+Z", "redo", "Do again what was undone"),
    "start": Spec("&Start", "runs.start", "F5", "start", "Reconstruct the head from the ticked views"),
    "pause": Spec(
        "&Pause",
        "runs.pause",
        "F6",
        "pause",
        "Stop after this step, keeping everything; press again to go on",
    ),
    "finish": Spec("&Finish now", "runs.finish", "F7", "finish", "End now and keep what there is"),
    "cancel": Spec("&Cancel", "runs.cancel", "F8", "cancel", "Stop and write no result"),
    "resume_run": Spec(
        "&Resume last run",
        "runs.resume_last",
        "Shift+F5",
        "resume",
        "Go on from the last checkpoint of a run that was stopped",
    ),
    "align_landmarks": Spec(
        "Align by &landmarks",
        "evaluating.align_landmarks",
        "Ctrl+F9",
        "align-points",
        "Move the mesh so that its landmarks meet those of the ground truth",
        "Landmarks",
    ),
    "align_icp": Spec(
        "Align by &ICP",
        "evaluating.align_icp",
        "F10",
        "align",
        "Register the mesh with the ground truth, from where it is",
        "ICP",
    ),
    "stop_icp": Spec(
        "&Stop the registration",
        "evaluating.stop_icp",
        "F12",
        "finish",
        "End the registration and keep what it has",
        "Stop",
    ),
    "align_reset": Spec(
        "&Move the mesh back",
        "evaluating.align_reset",
        "Ctrl+F10",
        "undo",
        "Put the mesh back where its file has it",
        "Move back",
    ),
    "region": Spec(
        "&Paint a region",
        "evaluating.regions.switch",
        "Ctrl+G",
        "region",
        "Mark a region of the ground truth with brush or lasso, and save it as H3DS does",
        "Paint a region",
        checkable=True,
    ),
    "evaluate": Spec(
        "&Evaluate the mesh",
        "evaluating.evaluate",
        "F9",
        "evaluate",
        "Measure the mesh on screen against the ground truth, by both protocols",
        "Evaluate",
    ),
    "prior": Spec(
        "&Head prior",
        "show_prior",
        "Ctrl+P",
        "prior",
        "See the heads that the prior knows, morph between them, or train a prior",
    ),
    "batch": Spec(
        "&Batch",
        "show_batch",
        "Ctrl+T",
        "batch",
        "Reconstruct and score many scans, with several numbers of views and methods",
    ),
    "back_to_scan": Spec(
        "&Back to the scan",
        "show_reconstruct",
        "Ctrl+B",
        "close",
        "From the prior's heads back to the scan and its reconstruction",
    ),
    "reconstruction": Spec(
        "&Reconstruction",
        "display.show_reconstruction",
        "Ctrl+1",
        "reconstruction",
        "Show or hide the reconstruction",
        checkable=True,
        checked=True,
    ),
    "ground_truth": Spec(
        "&Ground truth",
        "display.show_ground_truth",
        "Ctrl+2",
        "ground-truth",
        "Show or hide the scan's ground-truth mesh",
        checkable=True,
    ),
    "side_by_side": Spec(
        "Side &by side",
        "display.show_side_by_side",
        "Ctrl+3",
        "side-by-side",
        "The ground truth in a picture of its own beside the reconstruction; both turn together",
        checkable=True,
    ),
    "coloured": Spec(
        "&Coloured",
        "display.coloured",
        "C",
        "coloured",
        "Surfaces with their own colours",
        checkable=True,
        checked=True,
        group="mode",
    ),
    "shaded": Spec(
        "&Shaded",
        "display.shaded",
        "S",
        "shaded",
        "Surfaces as clay, to judge their shape",
        checkable=True,
        group="mode",
    ),
    "wireframe": Spec(
        "&Wireframe",
        "display.wireframe",
        "W",
        "wireframe",
        "Only the edges of the triangles",
        checkable=True,
        group="mode",
    ),
    "normals": Spec(
        "&Normals",
        "display.normals",
        "Shift+N",
        "normals",
        "Which way the surface faces: x, y and z as red, green and blue",
        checkable=True,
        group="mode",
    ),
    "confidence": Spec(
        "Con&fidence",
        "display.confidence",
        "F",
        "confidence",
        "What the photos decided, or tell of, against what is a guess",
        checkable=True,
        group="mode",
    ),
    "error_map": Spec(
        "&Error map",
        "display.error_map",
        "E",
        "error-map",
        "How far the mesh is from the ground truth, in mm, on a scale that stays put",
        "Error",
        checkable=True,
        group="mode",
    ),
    "landmarks": Spec(
        "&Landmarks",
        "landmarking.show",
        "L",
        "landmarks",
        "Show or hide the landmarks, placed and suggested",
        checkable=True,
        checked=True,
    ),
    "cameras": Spec(
        "Ca&meras",
        "display.show_cameras",
        "K",
        "cameras",
        "Show where the ticked photos were taken",
        checkable=True,
        checked=True,
    ),
    "axes": Spec(
        "&Axes",
        "display.show_axes",
        "A",
        "axes",
        "Show the orientation of the scan's axes",
        checkable=True,
        checked=True,
    ),
    "reset_view": Spec(
        "Reset &view", "display.reset_view", "R", "reset-view", "See all of it, from the front"
    ),
    "section": Spec(
        "Se&ction plane",
        "measuring.section",
        "X",
        "section",
        "Cut through the meshes, and see the contours of both",
        checkable=True,
    ),
    "ruler": Spec(
        "R&uler",
        "measuring.ruler",
        "M",
        "ruler",
        "Measure straight distances in mm with two clicks on a surface",
        checkable=True,
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
    "timeline_play": Spec(
        "&Play",
        "timeline.play",
        "Ctrl+Space",
        "start",
        "Show the meshes of the run one after the other",
        checkable=True,
    ),
    "timeline_back": Spec("Mesh &before", "timeline.back", ",", "back", "The mesh before the one on screen"),
    "timeline_forward": Spec(
        "Mesh &after", "timeline.forward", ".", "forward", "The mesh after the one on screen"
    ),
    "timeline_latest": Spec(
        "&Newest mesh", "timeline.latest", "Ctrl+.", "latest", "The newest mesh, and those that follow it"
    ),
    "pin": Spec(
        "&Compare with this mesh",
        "timeline.pin",
        "Q",
        "",
        "Keep the mesh on screen, to compare others of the timeline with it",
        checkable=True,
    ),
    "compare_beside": Spec(
        "Compare &side by side",
        "timeline.beside",
        "Shift+Q",
        "side-by-side",
        "The mesh that was kept in a picture of its own beside the one on screen",
    ),
    "compare_difference": Spec(
        "&Difference as a map",
        "timeline.differing",
        "Shift+E",
        "error-map",
        "How far the mesh on screen is from the one that was kept, in mm",
    ),
    "film": Spec(
        "Export a &film…",
        "films.ask",
        "Ctrl+Shift+M",
        "film",
        "Save the timeline as GIF, WebP or MP4, seen as the view is now",
    ),
    "leave_photo": Spec(
        "&Leave the photo", "display.leave_photo", "Esc", "close", "Back from a photo's camera to a free one"
    ),
    "place_landmarks": Spec(
        "&Place by clicking",
        "landmarking.place",
        "P",
        "place",
        "A click places the landmark, dragging still turns the view",
        "Place",
        checkable=True,
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
    "export_detailed": Spec(
        "Export in &detail…",
        "evaluating.export.ask",
        "Ctrl+Alt+E",
        "export",
        "Save the mesh in the ground truth's frame, as a heat map, a region of it, with landmarks and motion",
    ),
    "export_landmarks": Spec(
        "&Export landmarks…",
        "landmarking.exchange.ask_export",
        "Ctrl+Shift+E",
        "export",
        "Save the landmarks for H3DS, 3D Slicer, or as a table; suggested ones where none is placed",
        "Export…",
    ),
    "theme_system": Spec(
        "Follow the &system", "preferences.theme_system", checkable=True, checked=True, group="theme"
    ),
    "theme_light": Spec("&Light", "preferences.theme_light", checkable=True, group="theme"),
    "theme_dark": Spec("&Dark", "preferences.theme_dark", checkable=True, group="theme"),
    "preferences": Spec(
        "&Preferences…", "preferences.ask", "Ctrl+,", "preferences", "Look, projects, new reconstructions"
    ),
    "reset_layout": Spec(
        "Reset &layout", "reset_layout", "", "", "Put every panel back where it was at first"
    ),
    "shortcuts": Spec(
        "&Commands and shortcuts…",
        "help.shortcuts",
        "F1",
        "search",
        "Search every command, see its keys, and run it",
    ),
    "about": Spec("&About H3D Studio", "help.about", "", "info", "Version and licences"),
}
MENUS: Mapping[str, tuple[str, ...]] = {
    "&File": (
        "new_project",
        "open",
        "open_project",
        "open_mesh",
        "demo",
        "@recent",
        "-",
        "save",
        "save_as",
        "-",
        "export",
        "export_detailed",
        "report",
        "reveal",
        "-",
        "quit",
    ),
    "&Edit": ("undo", "redo", "-", "preferences"),
    "&Reconstruct": ("start", "pause", "finish", "cancel", "-", "resume_run", "-", "prior", "batch"),
    "&Landmarks": (
        "place_landmarks",
        "next_landmark",
        "previous_landmark",
        "-",
        "skip_landmark",
        "lock_landmark",
        "clear_landmark",
        "jump_landmark",
        "-",
        "mirror_landmark",
        "accept_landmark",
        "accept_landmarks",
        "-",
        "switch_layer",
        "-",
        "import_landmarks",
        "export_landmarks",
    ),
    "E&valuate": ("align_landmarks", "align_icp", "stop_icp", "align_reset", "-", "region", "evaluate"),
    "&View": (
        "reconstruction",
        "ground_truth",
        "side_by_side",
        "-",
        "coloured",
        "shaded",
        "wireframe",
        "normals",
        "confidence",
        "error_map",
        "-",
        "landmarks",
        "cameras",
        "axes",
        "reset_view",
        "-",
        "section",
        "ruler",
        "screenshot",
        "copy_picture",
        "-",
        "leave_photo",
        "back_to_scan",
        "-",
        "@docks",
        "reset_layout",
        "@theme",
    ),
    "&Timeline": (
        "timeline_play",
        "timeline_back",
        "timeline_forward",
        "timeline_latest",
        "-",
        "pin",
        "compare_beside",
        "compare_difference",
        "-",
        "film",
    ),
    "&Help": ("shortcuts", "about"),
}
THEME_MENU = ("theme_system", "theme_light", "theme_dark")
TOOLBAR = ("open", "demo", "-", "start", "pause", "finish", "cancel", ">", "export")
