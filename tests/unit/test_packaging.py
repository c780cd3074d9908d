"""What is shipped: the wheel with its resources, the scripts, the pins."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = (
    *("packaging/run.sh", "packaging/test.sh", "packaging/check_wheel.sh", "packaging/common.sh"),
    ".ci/run",
)
FIND_DEMO = "from h3dstudio.data.resources import demo_scan; print(demo_scan())"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy (setuptools leaves its rests beside the source) and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("h3dstudio", "resources"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, source / name, symlinks=True, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*pip, "-w", str(folder), "."], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("h3dstudio-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_brings_the_demo_scan(installed: Path) -> None:
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {FIND_DEMO}"]
    done = subprocess.run(command, cwd=installed.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    demo = Path(done.stdout.strip())
    assert demo.is_relative_to(installed)
    original = REPOSITORY / "resources" / "demo_scan"
    shipped, wanted = (
        sorted(path.relative_to(base) for path in base.rglob("*") if path.is_file())
        for base in (demo, original)
    )
    assert shipped == wanted


def test_the_wheel_holds_every_module_and_no_test(installed: Path) -> None:
    def modules(base: Path) -> set[Path]:
        return {path.relative_to(base) for path in (base / "h3dstudio").rglob("*.py")}

    assert modules(installed) == modules(REPOSITORY)
    assert not (installed / "tests").exists()
    assert not (installed / "h3dstudio" / "_resources" / "screenshots").exists()
    assert list(installed.glob("*.dist-info/licenses/LICENSE"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_parse(script: str) -> None:
    done = subprocess.run(["bash", "-n", script], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("script", [name for name in SCRIPTS if "common" not in name])
def test_scripts_can_be_called(script: str) -> None:
    assert (REPOSITORY / script).stat().st_mode & 0o100


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    lines = (REPOSITORY / "packaging" / "constraints.txt").read_text().splitlines()
    pinned = {_plain(line.split("==")[0]) for line in lines if "==" in line}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert {_plain(re.split(r"[<>=;! ]", one)[0]) for one in wanted} <= pinned


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


COMMON = (
    'set -euo pipefail; source packaging/common.sh; root="$1"; venv="$1/.venv"; python="$venv/bin/python"; '
)


def common(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `code` with the functions of common.sh, for a checkout in `folder`."""
    command = ["bash", "-c", COMMON + code, "bash", str(folder)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_an_environment_made_by_half_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "a checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "pyvenv.cfg").write_text("home = /nowhere\n")
    code = "whole_environment && exit 9; make_environment; whole_environment"
    done = common(f'H3DSTUDIO_PYTHON="{sys.executable}"; {code}', folder)
    assert done.returncode == 0, done.stderr
    assert "anew" in done.stderr


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "novel.txt").write_text("mine")
    done = common(f'H3DSTUDIO_PYTHON="{sys.executable}"; make_environment', tmp_path)
    assert done.returncode == 1
    assert "no Python environment" in done.stderr
    assert (tmp_path / ".venv" / "novel.txt").exists()


def test_an_unfit_python_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = common(f'H3DSTUDIO_PYTHON="{old}"; find_python', tmp_path)
    assert done.returncode == 1
    assert "is not Python 3.11 or later" in done.stderr
    done = common(f'PATH="{tmp_path}:$PATH"; find_python', tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() != str(old)


def test_a_missing_library_is_named_with_its_package() -> None:
    code = f'missing_packages "{sys.executable}" "libc.so.6 libc6\nlibnowhere.so.9 libnowhere9"'
    assert common(code, REPOSITORY).stdout.split() == ["libnowhere9"]


def test_without_the_right_to_install_the_command_is_named(tmp_path: Path) -> None:
    code = 'may_install() { return 1; }; need_libraries It "libnowhere.so.9 libnowhere9"'
    done = common(f'python="{sys.executable}"; {code}', tmp_path)
    assert done.returncode == 1
    assert "sudo apt-get install libnowhere9" in done.stderr


@pytest.mark.skipif(Path("/proc/driver/nvidia").exists(), reason="an NVIDIA card has a use for it")
@pytest.mark.parametrize(
    ("settings", "has_torch", "machine", "told"),
    [
        ("global.timeout='9'", 0, "Linux x86_64", True),
        (":env:.extra-index-url='somewhere'", 0, "Linux x86_64", False),
        ("global.find-links='/wheels'\nglobal.timeout='9'", 0, "Linux x86_64", False),
        ("", 1, "Linux x86_64", False),
        ("", 0, "Darwin arm64", False),
    ],
)
def test_the_large_torch_is_announced_where_pip_would_fetch_it(
    settings: str, has_torch: int, machine: str, told: bool, tmp_path: Path
) -> None:
    """With an interpreter that has torch, or not, and a pip with these settings."""
    stub = tmp_path / "python"
    stub.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {1 - has_torch}\necho "{settings}"\n')
    stub.chmod(0o755)
    code = f'uname() {{ echo "{machine}"; }}; python="{stub}"; advise_small_torch'
    done = common(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ("PIP_EXTRA_INDEX_URL=ADDRESS" in done.stderr) is told
