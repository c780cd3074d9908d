"""`h3dstudio completion SHELL`: a script that completes commands, options, values and files at Tab."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from h3dstudio.methods.command_options import add_method_options, is_setting
from h3dstudio.methods.registry import methods

NAME = "completion"
HELP = "print a script that lets a shell complete h3dstudio's commands, options and files"
SHELLS = ("bash", "zsh", "fish", "powershell")
_PLACES = """\
Where the script goes, for yourself (then open a new shell):

  bash        h3dstudio completion bash > ~/.local/share/bash-completion/completions/h3dstudio
  zsh         h3dstudio completion zsh > DIR/_h3dstudio      with DIR in $fpath
  fish        h3dstudio completion fish > ~/.config/fish/completions/h3dstudio.fish
  powershell  h3dstudio completion powershell >> $PROFILE"""

VALUES = {
    "--device": ("auto", "cpu", "cuda"),
    "--engine": ("local", "dask"),
    "--family": ("linear", "autodecoder"),
    "--preset": ("small", "paper"),
}
"""What these options take, where the command itself judges the value and not the parser; those of methods are
in `method_values`."""
STUDIO = "studio"
STUDIO_FLAGS, STUDIO_FILES = ("--start", "--demo"), ("--out",)
STUDIO_WORDS = ("--method", "--views")
_FOLDERS = {"DIR", "FOLDER", "RUN", "RESULTS", "SCAN", "DATASET"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.epilog = _PLACES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def run(arguments: argparse.Namespace) -> int:
    """Print the script; returns the exit code."""
    print(script(arguments.shell))
    return 0


def script(shell: str) -> str:
    """The completion script for one of `SHELLS`, made from the parser of all commands."""
    import shtab

    from h3dstudio.cli import build_parser

    parser = build_parser()
    told = {name: action.help for action in parser._actions for name in action.option_strings}
    _add_studio(parser)
    for below in _parsers(parser):
        for action in below._actions:
            _describe(action)
            if action.help == argparse.SUPPRESS:  # an option of all commands, hidden in the help of each
                action.help = next((told[name] for name in action.option_strings if name in told), "")
    return str(shtab.complete(parser, shell=shell))


def method_values() -> dict[str, tuple[str, ...]]:
    """What options of the methods take, and `--method` itself."""
    found = {"--method": tuple(methods())}
    for method in methods().values():
        for info in method.settings.infos():
            if info.choices is not None:
                found[info.flag] = tuple(info.choices)
    return found


def _add_studio(parser: argparse.ArgumentParser) -> None:
    """The window's options, which its own parser knows: nothing of the window is loaded here."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            studio = action.add_parser(STUDIO, help="open the window")
            studio.add_argument("path", type=Path, nargs="?")
            for name in STUDIO_FLAGS:
                studio.add_argument(name, action="store_true")
            for name in STUDIO_FILES:
                studio.add_argument(name, type=Path)
            for name in STUDIO_WORDS:
                studio.add_argument(name)
            add_method_options(studio)


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser, and those of its commands and their actions."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(below)


def _describe(action: argparse.Action) -> None:
    """Say what an argument takes, where the parser does not tell: files, folders, known values."""
    import shtab

    known = method_values() if is_setting(action) or "--method" in action.option_strings else VALUES
    values = [known[name] for name in action.option_strings if name in known]
    if values and action.choices is None:
        action.choices = values[0]
    if action.nargs != 0 and (action.type is Path or action.metavar in {*_FOLDERS, "FILE"}):
        action.complete = shtab.DIRECTORY if action.metavar in _FOLDERS else shtab.FILE  # type: ignore[attr-defined]
