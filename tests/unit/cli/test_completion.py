"""What Tab offers, asked of a real shell that has read the script."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest

from h3dstudio import __main__ as entry
from h3dstudio import cli
from h3dstudio.cli import completion
from h3dstudio.methods.command_options import NO_LANDMARKS, is_setting

pytest.importorskip("shtab", reason="shtab makes the scripts")
TAB = """
set -u
source "$1"
words=("${@:2}")
function=$(complete -p h3dstudio | sed 's/.*-F \\([^ ]*\\).*/\\1/')
COMP_WORDS=("${words[@]}"); COMP_CWORD=$((${#words[@]} - 1)); COMP_LINE="${words[*]}"
COMP_POINT=${#COMP_LINE}
COMPREPLY=()
"$function" h3dstudio "${words[COMP_CWORD]}" "${words[COMP_CWORD - 1]}" 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def bash_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "h3dstudio"
    path.write_text(completion.script("bash"))
    return path


def offered(script: Path, *words: str, cwd: Path | None = None) -> list[str]:
    command = ["bash", "--norc", "-c", TAB, "bash", str(script), "h3dstudio", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (("rec",), ["reconstruct"]),
        (("reconstruct", "SCAN", "--res"), ["--resume"]),
        (("reconstruct", "SCAN", "--quality", ""), ["draft", "standard", "high"]),
        (("batch", "DATA", "--engine", "d"), ["dask"]),
        (("export", "RUN", "--format", "p"), ["ply"]),
        (("landmarks", ""), ["convert", "snap", "triangulate", "compare", "mirror"]),
        (("prior", "train", "--log-level", "w"), ["warning"]),
        (("stu",), ["studio"]),
        (("studio", "--st"), ["--start"]),
        (("completion", "z"), ["zsh"]),
    ],
)
def test_bash_offers_what_fits(bash_script: Path, words: tuple[str, ...], answers: list[str]) -> None:
    assert offered(bash_script, *words) == answers


def test_bash_offers_every_command(bash_script: Path) -> None:
    assert set(cli.COMMANDS) | {"studio"} <= set(offered(bash_script, ""))


def test_bash_offers_folders_for_a_scan_and_files_for_a_prior(bash_script: Path, tmp_path: Path) -> None:
    (tmp_path / "my_scan").mkdir()
    (tmp_path / "my.h3dprior").touch()
    assert offered(bash_script, "reconstruct", "my", cwd=tmp_path) == ["my_scan"]
    found = offered(bash_script, "reconstruct", "my_scan", "--prior", "my.", cwd=tmp_path)
    assert found == ["my.h3dprior"]


@pytest.mark.parametrize(
    ("shell", "check"), [("bash", ("bash", "-n")), ("zsh", ("zsh", "-n")), ("fish", ("fish", "--no-execute"))]
)
def test_the_scripts_parse(shell: str, check: tuple[str, ...], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    path = tmp_path / "script"
    path.write_text(completion.script(shell))
    done = subprocess.run([*check, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_every_shell_has_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    assert "reconstruct" in capsys.readouterr().out


def test_the_values_are_those_that_the_help_names() -> None:
    seen: set[str] = set()
    for parser in completion._parsers(cli.build_parser()):
        for action in parser._actions:
            known = completion.method_values() if is_setting(action) else completion.VALUES
            for name in known.keys() & set(action.option_strings) - {NO_LANDMARKS}:
                assert action.choices is None
                assert all(value in (action.help or "") for value in known[name]), parser.prog
                seen.add(name)
    assert seen >= set(completion.VALUES)
    assert {"--quality", "--refine-cameras", "--landmarks"} <= seen


def test_the_window_s_options_are_the_window_s() -> None:
    told = {*completion.STUDIO_FLAGS, *completion.STUDIO_FILES, *completion.STUDIO_WORDS}
    assert told == set(entry.WINDOW_OPTIONS)
    assert completion.STUDIO == entry.STUDIO


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "tcsh"]) == 2
    assert "invalid choice: 'tcsh'" in capsys.readouterr().err


def test_the_parser_in_use_is_left_as_it_is() -> None:
    completion.script("bash")
    hidden = [
        action.help
        for parser in completion._parsers(cli.build_parser())
        for action in parser._actions
        if "--log-level" in action.option_strings
    ]
    assert hidden.count(argparse.SUPPRESS) == len(hidden) - 1
