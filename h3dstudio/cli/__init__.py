"""`h3dstudio <command>`: one module per command, on the same core as the window.

A command module offers NAME, HELP, `add_arguments(parser)` and `run(arguments) -> exit code`, and imports
nothing heavy at module level: `h3dstudio --help` must come up in well under a second.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn, Protocol

import h3dstudio
from h3dstudio.cli import log_level, streams
from h3dstudio.errors import H3DError, UsageError

DONE, FAILED, BAD_ARGUMENTS, INTERRUPTED = 0, 1, 2, 130
COMMANDS = (
    "info",
    "reconstruct",
    "evaluate",
    "report",
    "export",
    "synth",
    "prior",
    "landmarks",
    "batch",
    "table",
    "film",
    "completion",
)
_EPILOG = """\
Without a command, or with a scan's folder alone, the studio opens.

Exit codes: 0 done, 1 failed, 2 bad arguments, 130 interrupted."""


class Command(Protocol):
    """What a command module offers."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser, /) -> None: ...

    def run(self, arguments: argparse.Namespace, /) -> int: ...


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other mistake, instead of the whole usage."""
        self.exit(BAD_ARGUMENTS, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = 15  # argparse forgets to indent the names of commands when it measures


def commands() -> list[Command]:
    """The command modules, in the order of the help."""
    from h3dstudio.cli import (
        batch,
        completion,
        evaluate,
        export,
        film,
        info,
        landmarks,
        prior,
        reconstruct,
        report,
        synth,
        table,
    )

    first = [info, reconstruct, evaluate, report, export, synth, prior, landmarks, batch, table, film]
    return [*first, completion]


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands. `run` of the chosen command is in the namespace."""
    parser = _Parser(
        prog="h3dstudio",
        description="Few-shot, high-fidelity 3D head reconstruction: a studio and a command line.",
        epilog=_EPILOG,
        formatter_class=_HelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"h3dstudio {h3dstudio.__version__}")
    _add_common(parser)
    table = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in commands():
        sub = table.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(sub)
        _add_common_below(sub)
        sub.set_defaults(run=command.run)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--debug", action="store_true", help="show the traceback of an unexpected error")
    add(
        "--log-level",
        choices=log_level.LEVELS,
        default=log_level.DEFAULT,
        metavar="LEVEL",
        help="what is said while a command works: debug, info (default), warning (no progress) or error",
    )


def _add_common_below(parser: argparse.ArgumentParser) -> None:
    """The same after a command, and after a command's action, where most people write them."""
    parser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument(
        "--log-level", choices=log_level.LEVELS, default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                _add_common_below(below)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never raises for what a user can cause."""
    words = list(sys.argv[1:] if argv is None else argv)
    _print_any_name()
    return streams.settle(_run(words))


def _run(words: list[str]) -> int:
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        known = ", ".join(COMMANDS)
        return _fail(f"{words[0]} is neither a command ({known}) nor a scan's folder", BAD_ARGUMENTS)
    try:
        arguments = build_parser().parse_args(words)
    except SystemExit as stop:  # argparse has printed the help, the version or the error
        return stop.code if isinstance(stop.code, int) else BAD_ARGUMENTS
    log_level.choose(arguments.log_level)
    try:
        return int(arguments.run(arguments) or DONE)
    except UsageError as error:
        return _fail(str(error), BAD_ARGUMENTS)
    except H3DError as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except MemoryError:
        return _fail("there is not enough memory. Close other programs, or use fewer views", FAILED)
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # Rich's answer to a reader that has gone
            return DONE
        raise
    except Exception as error:
        if isinstance(error, OSError) and streams.output_error() is not None:
            return DONE if isinstance(error, BrokenPipeError) else streams.report(error)
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            # Whoever asks whether a path exists meets this one, long before anything is read or written.
            from h3dstudio.data.atomic import output_error

            return _fail(str(output_error(error, error.filename)), FAILED)
        return _unexpected(error, bool(arguments.debug) or bool(os.environ.get("H3DSTUDIO_DEBUG")))


def _unexpected(error: Exception, debug: bool) -> int:
    if isinstance(error, ImportError) and (missing := _missing_library()):
        return _fail(missing, FAILED)
    if debug:
        traceback.print_exception(error)
    text = f"unexpected {type(error).__name__}: {error}"
    return _fail(f"{text}. This is a defect; run with --debug for its traceback", FAILED)


def _missing_library() -> str:
    """Which shared libraries of the system a package may have failed to find; "" where all are there."""
    from h3dstudio.data.system_libraries import CORE, require_libraries

    try:
        require_libraries("H3D Studio", CORE)
    except H3DError as error:
        return str(error)
    return ""


def _fail(message: str, code: int) -> int:
    print("h3dstudio: error:", " ".join(message.split()), file=sys.stderr)
    return code


def _print_any_name() -> None:
    """File names need not be UTF-8: print what cannot be encoded as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
