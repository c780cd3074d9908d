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

    return [info, reconstruct, evaluate, report, export, synth, prior, landmarks, batch, table, film]


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands. `run` of the chosen command is in the namespace."""
    parser = _Parser(
        prog="h3dstudio",
        description="Few-shot, high-fidelity 3D head reconstruction: a studio and a command line.",
        epilog=_EPILOG,
        formatter_class=_HelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"h3dstudio {h3dstudio.__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an unexpected error")
    table = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in commands():
        sub = table.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(sub)
        sub.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never raises for what a user can cause."""
    words = list(sys.argv[1:] if argv is None else argv)
    _print_any_name()
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        known = ", ".join(COMMANDS)
        return _fail(f"{words[0]} is neither a command ({known}) nor a scan's folder", BAD_ARGUMENTS)
    try:
        arguments = build_parser().parse_args(words)
    except SystemExit as stop:  # argparse has printed the help, the version or the error
        return stop.code if isinstance(stop.code, int) else BAD_ARGUMENTS
    debug = bool(arguments.debug) or bool(os.environ.get("H3DSTUDIO_DEBUG"))
    try:
        code = arguments.run(arguments)
        sys.stdout.flush()
        return int(code or DONE)
    except UsageError as error:
        return _fail(str(error), BAD_ARGUMENTS)
    except H3DError as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:  # `h3dstudio info ... | head`: the reader has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lives to the end of the process
        return DONE
    except OSError as error:
        # Whoever asks whether a path exists meets this one, long before anything is read or written.
        if error.errno != errno.ENAMETOOLONG:
            return _unexpected(error, debug)
        from h3dstudio.data.atomic import output_error

        return _fail(str(output_error(error, error.filename)), FAILED)
    except MemoryError:
        return _fail("there is not enough memory. Close other programs, or use fewer views", FAILED)
    except Exception as error:
        return _unexpected(error, debug)


def _unexpected(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    text = f"unexpected {type(error).__name__}: {error}"
    return _fail(f"{text}. This is a defect; run with --debug for its traceback", FAILED)


def _fail(message: str, code: int) -> int:
    print("h3dstudio: error:", " ".join(message.split()), file=sys.stderr)
    return code


def _print_any_name() -> None:
    """File names need not be UTF-8: print what cannot be encoded as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
