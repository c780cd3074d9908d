from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_LIFE = """
from h3dstudio.gui.app import make_application
application = make_application()
from PySide6.QtWidgets import QLabel
label = QLabel()
for _ in range(150_000):
    label.setText("")
    label.isVisible()
print("alive")
"""


def test_a_long_life_of_calls_does_not_use_none_up() -> None:
    """PySide6 6.12 on Python 3.11 aborts here after some 15,000 calls without `keep_constants_alive`."""
    done = subprocess.run(
        [sys.executable, "-c", _LIFE],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr
