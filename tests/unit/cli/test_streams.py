"""Closed streams, readers that leave, full disks: as a real shell hands them over."""

from __future__ import annotations

import errno
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from h3dstudio import cli
from h3dstudio.cli import log_level
from h3dstudio.cli.progress import display
from h3dstudio.cli.streams import Lasting
from h3dstudio.jobs.events import Log, Progress
from tests.unit.cli.test_main import outcome
from tests.unit.data.tiny_scan import make_tiny_scan

REPOSITORY = Path(__file__).resolve().parents[3]
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a Linux device")


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_scan(tmp_path_factory.mktemp("streams") / "tiny")


def shell(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `line` in bash with `h3d` for the program; its exit code is that of the first command of a pipe."""
    program = f'h3d() {{ {sys.executable} -m h3dstudio "$@"; }}; '
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "",
        **variables,
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path]),
    }
    command = ["bash", "-c", program + line + "; exit ${PIPESTATUS[0]}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["info {0}", "info {0} --json", "--help", "completion bash"])
def test_a_reader_that_has_seen_enough_is_no_failure(command: str, scan: Path) -> None:
    for reader in ("head -1", "true"):
        done = shell(f"h3d {command.format(scan)} | {reader} >/dev/null")
        assert (done.returncode, done.stderr) == (0, "")


def test_a_failure_stays_one_when_nobody_reads(tmp_path: Path) -> None:
    done = shell(f"h3d info {tmp_path} | true")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


@NEEDS_FULL
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["info {0}", "info {0} --json", "--help", "studio --help"])
def test_a_full_disk_is_said_in_a_line(command: str, unbuffered: str, scan: Path) -> None:
    done = shell(f"h3d {command.format(scan)} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert (
        done.stderr == f"h3dstudio: error: standard output cannot be written: {os.strerror(errno.ENOSPC)}\n"
    )


@pytest.mark.parametrize("command", ["info {0}", "info {0} --json", "--version"])
def test_a_closed_output_is_said_in_a_line(command: str, scan: Path) -> None:
    done = shell(f"h3d {command.format(scan)} >&-")
    assert done.returncode == 1
    assert done.stderr == f"h3dstudio: error: standard output cannot be written: {os.strerror(errno.EBADF)}\n"


def test_nothing_is_printed_into_a_file_that_took_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,x,y,z\nnose,1,2,3\n")
    shell(f"h3d landmarks convert {tmp_path}/a.csv {tmp_path}/normal.mrk.json")
    done = shell(f"h3d landmarks convert {tmp_path}/a.csv {tmp_path}/closed.mrk.json <&- >&- 2>&-")
    assert done.returncode == 1  # what it says of its work is lost
    assert (tmp_path / "closed.mrk.json").read_bytes() == (tmp_path / "normal.mrk.json").read_bytes()


@NEEDS_FULL
@pytest.mark.parametrize("end", ["2>&-", "2>/dev/full", "<&- 2>&-", "2>&1 >/dev/null | true"])
def test_what_is_said_beside_the_work_never_stops_it(end: str, scan: Path, tmp_path: Path) -> None:
    assert shell(f"h3d info {scan} {end}").returncode == 0
    assert shell(f"h3d info {tmp_path}/nowhere {end}").returncode == 1
    assert shell(f"h3d info --nonsense {end}").returncode == 2


class Broken(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, _: str) -> int:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def test_progress_into_a_closed_pipe_goes_on() -> None:
    with display(Lasting(Broken()), 0) as show:  # type: ignore[arg-type]
        show.event(Progress(1, 2))
        show.note("still here")


def test_a_broken_pipe_of_something_else_is_a_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "COMMANDS", ("do",))
    monkeypatch.setattr(cli, "commands", lambda: outcome(BrokenPipeError(errno.EPIPE, "Broken pipe")))
    assert cli.main(["do"]) == 1
    assert "unexpected BrokenPipeError" in capsys.readouterr().err


COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-9]|4[0-9]|9[0-7])[0-9;]*m")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="script(1) differs")
@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured_on_a_terminal(value: str, coloured: bool, scan: Path) -> None:
    """On a pseudo-terminal, as in a window; an empty NO_COLOR counts as none (no-color.org)."""
    code = f"import pty, sys; sys.exit(pty.spawn([sys.executable, '-m', 'h3dstudio', 'info', {str(scan)!r}]))"
    paths = os.pathsep.join([str(REPOSITORY), *sys.path])
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": value, "PYTHONPATH": paths}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "views" in said.stdout
    assert bool(COLOUR.search(said.stdout)) is coloured


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("debug", ["debug", "info", "warning", "error", "working 1/2  9 s left", "note"]),
        ("info", ["info", "warning", "error", "working 1/2  9 s left", "note"]),
        ("warning", ["warning", "error", "note"]),
        ("error", ["error", "note"]),
    ],
)
def test_the_log_level_decides_what_is_shown(
    level: str, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_level, "_chosen", level)
    stream = io.StringIO()
    with display(stream, 0) as show:
        for one in log_level.LEVELS:
            show.event(Log(one, one))
        show.event(Progress(1, 2, seconds_left=9))
        show.note("note")
    assert stream.getvalue().splitlines() == shown


@pytest.mark.parametrize("argv", [["--log-level", "error", "do"], ["do", "--log-level", "error"]])
def test_the_log_level_stands_before_or_after_the_command(
    argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_level, "_chosen", log_level.DEFAULT)
    monkeypatch.setattr(cli, "COMMANDS", ("do",))
    monkeypatch.setattr(cli, "commands", lambda: outcome(None))
    assert cli.main(argv) == 0
    assert [level for level in log_level.LEVELS if log_level.shows(level)] == ["error"]


def test_the_log_level_stands_after_an_action_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "no.csv")
    assert cli.main(["landmarks", "convert", missing, missing, "--log-level", "debug"]) == 1
    assert cli.main(["landmarks", "convert", missing, missing, "--log-level", "loud"]) == 2
    assert "invalid choice: 'loud'" in capsys.readouterr().err


def test_a_missing_system_library_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: object) -> None:
        from h3dstudio.errors import DesktopError

        raise DesktopError("H3D Studio needs system libraries that are not installed: libusb-1.0.so.0")

    error = ImportError("libusb-1.0.so.0: cannot open shared object file: No such file or directory")
    monkeypatch.setattr("h3dstudio.data.system_libraries.require_libraries", missing)
    monkeypatch.setattr(cli, "COMMANDS", ("do",))
    monkeypatch.setattr(cli, "commands", lambda: outcome(error))
    assert cli.main(["do"]) == 1
    assert capsys.readouterr().err.startswith("h3dstudio: error: H3D Studio needs system libraries")
