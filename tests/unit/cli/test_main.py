from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import h3dstudio
from h3dstudio import __main__ as entry
from h3dstudio import cli
from h3dstudio.errors import OutputError, UsageError


def outcome(error: BaseException | None, code: int = 0) -> list[SimpleNamespace]:
    def run(_: object) -> int:
        if error is not None:
            raise error
        return code

    return [SimpleNamespace(NAME="do", HELP="do it", add_arguments=lambda parser: None, run=run)]


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (
            OutputError("the disk is full", where="/a b", remedy="Free\n some"),
            1,
            "/a b: the disk is full. Free some.",
        ),
        (UsageError("--x is odd"), 2, "--x is odd."),
        (KeyboardInterrupt(), 130, "interrupted"),
        (MemoryError(), 1, "there is not enough memory. Close other programs, or use fewer views"),
        (
            ZeroDivisionError("oops"),
            1,
            "unexpected ZeroDivisionError: oops. This is a defect; run with --debug for its traceback",
        ),
    ],
)
def test_every_error_is_one_line_and_a_code(
    error: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "COMMANDS", ("do",))
    monkeypatch.setattr(cli, "commands", lambda: outcome(error))
    assert cli.main(["do"]) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"h3dstudio: error: {line}\n")


@pytest.mark.parametrize("argv", [["--debug", "do"], ["do", "--debug"]])
def test_debug_shows_the_traceback(
    argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "COMMANDS", ("do",))
    monkeypatch.setattr(cli, "commands", lambda: outcome(ZeroDivisionError("oops")))
    assert cli.main(argv) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_code_of_the_command_is_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "COMMANDS", ("do",))
    monkeypatch.setattr(cli, "commands", lambda: outcome(None, 7))
    assert cli.main(["do"]) == 7


@pytest.mark.parametrize("argv", [[], ["nope"], ["info"], ["--nope"], ["info", "x", "--nope"]])
def test_bad_arguments_are_one_line(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 2
    err = capsys.readouterr().err
    assert err.startswith("h3dstudio")
    assert ": error: " in err
    assert err.count("\n") == 1


def test_the_table_is_the_modules() -> None:
    assert tuple(command.NAME for command in cli.commands()) == cli.COMMANDS


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"h3dstudio {h3dstudio.__version__}\n"
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in cli.COMMANDS)
    for name in cli.COMMANDS:
        assert cli.main([name, "--help"]) == 0


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from h3dstudio.__main__ import main; main(['--help']);"
        "heavy = {'torch', 'numpy', 'scipy', 'PIL', 'trimesh', 'open3d', 'rich', 'PySide6', 'vtk'};"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_output_into_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    from tests.unit.data.tiny_scan import make_tiny_scan

    scan = make_tiny_scan(tmp_path / "tiny")
    command = (
        f"{sys.executable} -m h3dstudio info {scan} --json | head -c 1 > /dev/null; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() == "0"


def test_what_opens_the_studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan").mkdir()
    (tmp_path / "info").mkdir()
    assert entry.opens_studio([])
    for words in (
        ["scan"],
        ["scan", "--start"],
        ["--start", "scan"],
        ["--demo"],
        ["--quality=draft", "scan"],
    ):
        assert entry.opens_studio(words)
    for words in (["info"], ["--help"], ["nowhere"], ["nowhere", "--start"], ["a\0b"]):
        assert not entry.opens_studio(words)

    opened: list[list[str]] = []

    def run(words: list[str]) -> int:
        opened.append(words)
        return 0

    window = ModuleType("h3dstudio.gui.app")
    window.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "h3dstudio.gui.app", window)
    assert entry.main(["scan"]) == 0
    assert entry.main(["studio", "scan", "--start"]) == 0
    assert opened == [["scan"], ["scan", "--start"]]
