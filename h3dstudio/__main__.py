"""`h3dstudio`: the studio, or one command of the command line.

`h3dstudio [PATH] [--start] [--demo] ...` opens the window, as does `h3dstudio studio ...` (see `gui.app`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

STUDIO = "studio"
WINDOW_OPTIONS = ("--start", "--demo", "--method", "--views", "--out")
"""Those of `gui.app.parser`, which would bring in more than this module may; and those of the methods."""


def main(argv: Sequence[str] | None = None) -> int:
    """Open the studio where `opens_studio`; else run the command that is the first word."""
    from h3dstudio.cli import streams

    streams.prepare()
    words = list(sys.argv[1:] if argv is None else argv)
    if opens_studio(words):
        from h3dstudio.gui.app import run

        return streams.settle(run(words[1:] if words[:1] == [STUDIO] else words))
    from h3dstudio.cli import main as run_command

    return run_command(words)


def opens_studio(words: Sequence[str]) -> bool:
    """Whether these words ask for the window: none, its options, or a path that exists and is no command."""
    from h3dstudio.cli import COMMANDS

    if not words or words[0].partition("=")[0] in (STUDIO, *WINDOW_OPTIONS, *_method_options(words)):
        return True
    if words[0].startswith("-") or words[0] in COMMANDS:
        return False
    try:
        return Path(words[0]).exists()
    except (OSError, ValueError):
        return False


def _method_options(words: Sequence[str]) -> tuple[str, ...]:
    if not words[0].startswith("--"):
        return ()
    from h3dstudio.methods.command_options import flags

    return flags()


if __name__ == "__main__":
    sys.exit(main())
