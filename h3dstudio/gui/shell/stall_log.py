"""A watchdog: where every thread stands is written to a file when the event loop is silent for long.

The C thread of `faulthandler` writes it, which needs no interpreter: a thread of Python would wait for the
very lock that a hanging window holds. A timer of the event loop puts it off again and again. A process that
was stopped or is debugged is no hang; what was written of it is taken back when it goes on.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

SILENCE = 10.0
"""Seconds without an event."""
_BEATS = 5
"""Times within `SILENCE` that the event loop says that it lives."""
_KEPT = 5
"""Files of windows that hung or crashed."""
_NEW, _TOLD = "stacks-", "told-"


def stall_folder() -> Path:
    """The user's own folder for these files; it need not exist yet."""
    import platformdirs

    return Path(platformdirs.user_state_dir("h3dstudio", appauthor=False)) / "stacks"


class StallLog(QObject):
    """Watches the event loop it lives in. Signals: `stalled(seconds, Path)` once that goes on after all.

    Args:
        folder: for the file of this process, which is gone again after an orderly end without a stall.
        silence: seconds.
    """

    stalled = Signal(float, object)

    def __init__(self, folder: Path, parent: QObject | None = None, silence: float = SILENCE) -> None:
        super().__init__(parent)
        self.path = folder / f"{_NEW}{os.getpid()}.log"
        self._silence = silence
        self._file: Any = None
        self._empty = self._size = 0
        self._beaten_at = 0.0
        self._stopped = self._crashes = False
        self._timer = QTimer(self, interval=round(1000 * silence / _BEATS))
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to watch; nothing happens where the file cannot be written."""
        if self._file is not None:
            return
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self.path.open("a", encoding="utf-8")
            self._file.write(f"Process {os.getpid()}, {time.strftime('%Y-%m-%d %H:%M:%S')}: {sys.version}\n")
            self._file.flush()
            self._empty = self._size = self.path.stat().st_size
            if hasattr(signal, "SIGCONT"):
                signal.signal(signal.SIGCONT, self._note_stop)
            self._beaten_at = time.monotonic()
            self._arm()
            self._timer.start()

    def write_crashes(self) -> None:
        """Write it there too when the process is ended by a fault: a segmentation fault, say."""
        if self._file is not None:
            faulthandler.enable(self._file)
            self._crashes = True

    def stop(self) -> None:
        """End the watch, and remove the file where nothing has happened."""
        if self._file is None:
            return
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()
        if hasattr(signal, "SIGCONT"):
            signal.signal(signal.SIGCONT, signal.SIG_DFL)
        if self._crashes:
            faulthandler.disable()
        happened = os.fstat(self._file.fileno()).st_size > self._empty
        self._file.close()
        self._file = None
        if not happened:
            with suppress(OSError):
                self.path.unlink()

    def _note_stop(self, *_: object) -> None:
        self._stopped = True

    def _beat(self) -> None:
        faulthandler.cancel_dump_traceback_later()  # Waits for one that is being written.
        now = time.monotonic()
        seconds, self._beaten_at = now - self._beaten_at, now
        written = os.fstat(self._file.fileno()).st_size > self._size
        if written and (self._stopped or _is_debugged()):
            self._file.truncate(self._size)
        elif written:
            self._file.write(f"The window went on after {seconds:.0f} s.\n\n")
            self._file.flush()
            self.stalled.emit(seconds, self.path)
        self._size = os.fstat(self._file.fileno()).st_size
        self._stopped = False
        self._arm()

    def _arm(self) -> None:
        if not _is_debugged():
            faulthandler.dump_traceback_later(self._silence, file=self._file)


def untold(folder: Path) -> list[Path]:
    """The files of windows that are gone and hung or crashed before, each once; older ones are removed."""
    import psutil

    told = []
    for path in sorted(folder.glob(f"{_NEW}*.log")):
        number = path.stem.removeprefix(_NEW)
        if number.isdecimal() and psutil.pid_exists(int(number)):
            continue
        with suppress(OSError):
            if path.read_bytes().count(b"\n") <= 1:  # The line that each begins with.
                path.unlink()
            else:
                told.append(path.replace(path.with_name(f"{_TOLD}{time.time_ns()}-{number}.log")))
    for old in sorted(folder.glob(f"{_TOLD}*.log"))[:-_KEPT]:
        with suppress(OSError):
            old.unlink()
    return told


def _is_debugged() -> bool:
    """Whether a debugger of Python or of the process may hold it up at will."""
    if sys.gettrace() is not None:
        return True
    with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in status)
    return False
