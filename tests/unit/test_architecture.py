"""The layers hold, and the contracts that say so can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
WINDOW = ("PySide6", "shiboken6", "pyvista", "pyvistaqt", "vtk", "vtkmodules", "pyqtgraph", "qtpy")
LINT = "from importlinter.cli import lint_imports_command as command; command()"

IMPORT_ALL = """
import importlib, pkgutil, sys
import h3dstudio
parts, forbidden = sys.argv[1].split(","), sys.argv[2].split(",")
for part in parts:
    package = importlib.import_module(f"h3dstudio.{part}")
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
        importlib.import_module(module.name)
print(",".join(name for name in forbidden if name in sys.modules))
"""


def loaded(parts: str, forbidden: tuple[str, ...]) -> str:
    """Which of `forbidden` a fresh interpreter has loaded after it imported everything in `parts`."""
    command = [sys.executable, "-c", IMPORT_ALL, parts, ",".join(forbidden)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_nothing_but_the_window_loads_qt_or_vtk() -> None:
    core = "errors,geometry,data,jobs,surface,photometry,appearance,priors,grid_solver,methods"
    parts = f"{core},evaluation,session,cli,__main__"
    assert loaded(parts, WINDOW) == ""


def test_files_jobs_geometry_and_evaluation_load_no_torch() -> None:
    assert loaded("errors,geometry,data,jobs,evaluation", ("torch",)) == ""


def test_the_command_line_loads_nothing_heavy() -> None:
    assert loaded("cli,__main__", ("torch", "open3d", "scipy", "skimage", "trimesh", "PIL", "rich")) == ""


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("geometry/mesh.py", "import h3dstudio.session", "A floor imports only floors below it"),
        ("data/scan.py", "import h3dstudio.jobs.events", "A floor imports only floors below it"),
        ("session/export/job.py", "import pyvista", "Only the window imports Qt and VTK"),
        ("jobs/events.py", "import torch", "Files, jobs and geometry never import torch"),
    ],
)
def test_a_violation_breaks_its_contract(tmp_path: Path, module: str, line: str, contract: str) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "_resources")
    shutil.copytree(REPOSITORY / "h3dstudio", tmp_path / "h3dstudio", ignore=ignore)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    with (tmp_path / "h3dstudio" / module).open("a") as file:
        file.write(f"\n{line}\n")
    command = [sys.executable, "-c", LINT, "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = " ".join(done.stdout.split())
    assert f"{contract}" in broken
    assert "1 broken" in broken
