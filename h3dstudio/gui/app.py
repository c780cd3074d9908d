"""Starts the studio: `h3dstudio [PATH] [--start] [--quality Q] [--views V]`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from h3dstudio import __version__
from h3dstudio.errors import H3DError, UsageError
from h3dstudio.gui.display_check import check_display
from h3dstudio.methods.command_options import add_method_options, given_settings, said_settings, settings_of
from h3dstudio.methods.registry import default_method, find_method, methods

_ORGANIZATION, _NAME = "h3dstudio", "studio"


def parser() -> argparse.ArgumentParser:
    """The window's own arguments."""
    out = argparse.ArgumentParser(prog="h3dstudio", description="Open the studio.")
    out.add_argument(
        "path", nargs="?", type=Path, help="a scan folder, a dataset of scans, a project, a mesh, or demo"
    )
    out.add_argument("--start", action="store_true", help="reconstruct as soon as the scan is read")
    out.add_argument("--demo", action="store_true", help="open the bundled demo scan")
    out.add_argument("--method", help=f"{', '.join(methods())} (default: as preferred)")
    out.add_argument("--views", help="a view list's name or view numbers: 3, 8, all, 0,8,58")
    out.add_argument("--out", type=Path, help="the run folder")
    add_method_options(out.add_argument_group("settings of the method (default: as preferred)"))
    return out


def run(argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed. Returns the exit code: 1 if it cannot open, 2 misused."""
    try:
        arguments = parser().parse_args(list(argv))
        given = given_settings(arguments)
        if arguments.method or given:
            settings_of(find_method(arguments.method or default_method().id).settings, given)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except UsageError as error:
        print(f"h3dstudio: {error}", file=sys.stderr)
        return 2
    try:
        check_display()
    except H3DError as error:
        print(f"h3dstudio: error: {error}", file=sys.stderr)
        return 1
    return _show(arguments, given)


def make_application(name: str = "h3dstudio") -> Any:
    """The QApplication with its name, icon and theme: the system's, unless the user chose one."""
    os.environ.setdefault("QT_API", "pyside6")
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from h3dstudio.gui.shell import icons, theme
    from h3dstudio.gui.shell.none_guard import keep_constants_alive
    from h3dstudio.gui.viewport.surface_format import set_default_format

    keep_constants_alive()
    set_default_format()

    if (percent := str(QSettings(_ORGANIZATION, _NAME).value("scale", ""))).isdecimal():
        os.environ.setdefault("QT_SCALE_FACTOR", str(int(percent) / 100))
    application = QApplication.instance() or QApplication([name])
    assert isinstance(application, QApplication)
    application.setApplicationName(_NAME)
    application.setApplicationDisplayName("H3D Studio")
    application.setOrganizationName(_ORGANIZATION)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("h3dstudio")
    application.setWindowIcon(icons.application_icon())
    _translate(application)
    theme.current().choose(str(QSettings().value("theme", "system")))
    return application


def _show(arguments: argparse.Namespace, given: Mapping[str, str]) -> int:
    application = make_application()
    # The worker loads its heavy modules while the window comes up.
    from h3dstudio.gui.features.preferences.store import preferred_settings, stored
    from h3dstudio.gui.shell.supervisor import Supervisor

    supervisor = Supervisor(redraws=float(stored("redraws")))
    supervisor.start()
    from h3dstudio.gui.features.project.workspace import Workspace
    from h3dstudio.gui.features.reconstruction.panel import ReconstructPanel
    from h3dstudio.gui.main_window import MainWindow

    preferred = preferred_settings(arguments.method or "")
    settings = preferred.with_values(said_settings(type(preferred), given))
    window = MainWindow(supervisor, out=arguments.out)
    install_hooks(window)
    watch = watch_for_stalls(window)
    window.get(ReconstructPanel).set_settings(settings)
    window.show()
    if arguments.path == Path("demo") and not arguments.path.exists():
        _open_demo(window, arguments)
    elif arguments.path is not None:
        window.open(arguments.path, views=arguments.views, start=arguments.start)
    elif arguments.demo or arguments.start:
        _open_demo(window, arguments)
    elif stored("reopen"):
        window.get(Workspace).opening.reopen()
    stop_on_signals(window)
    try:
        return int(application.exec())
    finally:
        watch.stop()


def _translate(application: Any) -> None:
    """The language the user chose, or the system's, where there is a translation; Qt's own buttons follow."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QSettings, QTranslator

    from h3dstudio.data.resources import PLACES

    chosen = str(QSettings().value("language", "system"))
    locale = QLocale() if chosen == "system" else QLocale(chosen)
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ours, theirs = QTranslator(application), QTranslator(application)
    if any(ours.load(locale, "h3dstudio", "_", str(place / "translations")) for place in PLACES):
        application.installTranslator(ours)
        if theirs.load(locale, "qtbase", "_", qt):
            application.installTranslator(theirs)


def _tr(text: str) -> str:
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.translate("Application", text)


def _open_demo(window: Any, arguments: argparse.Namespace) -> None:
    from h3dstudio.data.resources import demo_scan
    from h3dstudio.gui.shell import dialogs

    try:
        window.open(demo_scan(), views=arguments.views, start=arguments.start)
    except H3DError as error:
        dialogs.show_error(window, _tr("The demo scan cannot be opened"), error)


def install_hooks(window: Any) -> None:
    """Show every exception nobody caught in a dialog and the log, whatever its thread."""
    from PySide6.QtCore import QObject, Signal

    from h3dstudio.gui.shell import dialogs

    class Reporter(QObject):
        caught = Signal(object)

    reporter = Reporter(window)
    window.destroyed.connect(lambda: setattr(sys, "excepthook", sys.__excepthook__))
    seen: set[str] = set()

    def show(error: BaseException) -> None:
        window.context.log.add(f"{type(error).__name__}: {error}", "error")
        if repr(error) not in seen:  # One that comes with every redraw is told once.
            seen.add(repr(error))
            dialogs.show_error(window, _tr("Something went wrong"), error)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            reporter.caught.emit(error.with_traceback(trace))

    reporter.caught.connect(show)
    sys.excepthook = hook
    threading.excepthook = lambda args: hook(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def watch_for_stalls(window: Any) -> Any:
    """A `StallLog` over `window`'s event loop; its log says where the stacks of a window that hung are."""
    from h3dstudio.gui.shell.stall_log import StallLog, stall_folder, untold

    watch = StallLog(stall_folder(), window)
    watch.stalled.connect(
        lambda seconds, path: window.context.log.add(
            _tr("The window stood still for {0:.0f} s; see {1}").format(seconds, path), "warning"
        )
    )
    for path in untold(stall_folder()):
        text = _tr("A window before this one hung or crashed; see {0}")
        window.context.log.add(text.format(path), "warning")
    watch.start()
    watch.write_crashes()
    return watch


def stop_on_signals(window: Any) -> None:
    """Ctrl-C in the terminal and `kill` end the studio cleanly: a run is cancelled, its checkpoint stays."""
    from PySide6.QtCore import QTimer

    def leave(_number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, window.close_now)

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    # Python runs its signal handlers only when it gets to run.
    awake = QTimer(window, interval=300)
    awake.timeout.connect(lambda: None)
    awake.start()
