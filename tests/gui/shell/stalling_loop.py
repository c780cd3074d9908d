"""An event loop of its own that stalls: `python -m tests.gui.shell.stalling_loop FOLDER HOW`.

HOW: "sleep" blocks it, "lock" blocks it with the interpreter's lock held, "calm" does not, "crash" ends it by
a fault, "signalled" lives calmly for long.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from h3dstudio.gui.shell.stall_log import StallLog

SILENCE = 0.5


def block_the_loop() -> None:
    time.sleep(3 * SILENCE)


def block_with_the_lock() -> None:
    ctypes.PyDLL(None).usleep(int(3e6 * SILENCE))


def crash() -> None:
    ctypes.string_at(0)


def wait_elsewhere(gate: threading.Event) -> None:
    gate.wait()


def main(folder: Path, how: str) -> None:
    application = QCoreApplication([])
    watch = StallLog(folder, silence=SILENCE)
    watch.stalled.connect(lambda seconds, path: print(f"stalled {seconds:.2f} {path}", flush=True))
    gate = threading.Event()
    threading.Thread(target=wait_elsewhere, args=(gate,), daemon=True).start()
    watch.start()
    watch.write_crashes()
    work = {"sleep": block_the_loop, "lock": block_with_the_lock, "crash": crash}.get(how, lambda: None)
    QTimer.singleShot(300, work)
    lives = 8 * SILENCE if how == "signalled" else 2 * SILENCE
    QTimer.singleShot(round(1000 * lives), lambda: QTimer.singleShot(300, application.quit))
    awake = QTimer(interval=50)
    awake.timeout.connect(lambda: None)
    awake.start()
    print("ready", flush=True)
    application.exec()
    watch.stop()
    gate.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
