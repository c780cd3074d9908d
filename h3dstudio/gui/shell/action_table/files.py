"""The menus File, Edit and Help: what is open, undo, the look of the program."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_table.spec import Spec

FILES: Mapping[str, Spec] = {
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
        "&New project", "workspace.projects.new", "Ctrl+N", "new", "Close what is open and begin anew"
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
    "export_detailed": Spec(
        "Export in &detail…",
        "evaluating.export.ask",
        "Ctrl+Alt+E",
        "export",
        "Save the mesh in the ground truth's frame, as a heat map, a region of it, with landmarks and motion",
    ),
    "undo": Spec("&Undo", "undoing.undo", "Ctrl+Z", "undo", "Take back what was done last"),
    "redo": Spec("&Redo", "undoing.redo", "Ctrl+Shift+Z", "redo", "Do again what was undone"),
    "preferences": Spec(
        "&Preferences…", "preferences.ask", "Ctrl+,", "preferences", "Look, projects, new reconstructions"
    ),
    "shortcuts": Spec(
        "&Commands and shortcuts…",
        "help.shortcuts",
        "F1",
        "search",
        "Search every command, see its keys, and run it",
    ),
    "about": Spec("&About H3D Studio", "help.about", "", "info", "Version and licences"),
    "theme_system": Spec(
        "Follow the &system", "preferences.theme_system", checkable=True, checked=True, group="theme"
    ),
    "theme_light": Spec("&Light", "preferences.theme_light", checkable=True, group="theme"),
    "theme_dark": Spec("&Dark", "preferences.theme_dark", checkable=True, group="theme"),
}
