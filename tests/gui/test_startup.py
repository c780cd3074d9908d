from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from h3dstudio.__main__ import WINDOW_OPTIONS
from h3dstudio.gui import app
from h3dstudio.methods.command_options import flags

ROOT = Path(__file__).resolve().parents[2]


def test_the_window_imports_neither_torch_nor_open3d_nor_opencv() -> None:
    code = (
        "import sys, h3dstudio.gui.main_window, h3dstudio.gui.app\n"
        "h3dstudio.gui.features.load()\n"
        "print([name for name in ('torch', 'open3d', 'cv2', 'trimesh', 'skimage') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_entry_point_imports_no_qt_before_it_must() -> None:
    code = "import sys, h3dstudio.gui.app\nprint('PySide6' in sys.modules, 'vtkmodules' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_entry_point_knows_every_option_of_the_window() -> None:
    known = {text for action in app.parser()._actions for text in action.option_strings}
    assert known - {"-h", "--help"} == {*WINDOW_OPTIONS, *flags()}


def test_the_window_brings_in_vtk_and_plots_only_when_it_is_up() -> None:
    code = (
        "import sys, h3dstudio.gui.main_window\n"
        "h3dstudio.gui.features.load()\n"
        "print([name for name in ('vtkmodules', 'pyvista', 'pyvistaqt', 'pyqtgraph') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("argv", [["--quality", "best"], ["--seed", "x"], ["--device", "tpu"], ["a", "b"]])
def test_wrong_arguments_end_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(argv) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_without_a_display_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert app.run([]) == 1
    assert "h3dstudio reconstruct" in capsys.readouterr().err
