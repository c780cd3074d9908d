"""`h3dstudio`: the studio, or one command of the command line.

`h3dstudio`, `h3dstudio PATH` and `h3dstudio studio [PATH] [--start] ...` open the window (see `gui.app`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

STUDIO = "studio"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the studio when there is no command, or a scan's path alone; else run the command."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [STUDIO]:
        from h3dstudio.gui.app import run

        return int(run(words[1:]))
    if opens_studio(words):
        from h3dstudio.gui.app import run

        return int(run(words))
    from h3dstudio.cli import main as run_command

    return run_command(words)


def opens_studio(words: Sequence[str]) -> bool:
    """Whether these arguments ask for the window: none, or one path that exists and is no command."""
    from h3dstudio.cli import COMMANDS

    if not words:
        return True
    if len(words) > 1 or words[0].startswith("-") or words[0] in COMMANDS:
        return False
    try:
        return Path(words[0]).exists()
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(main())
