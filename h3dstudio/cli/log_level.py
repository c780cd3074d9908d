"""How much is said on standard error while a command works: `--log-level`."""

from __future__ import annotations

import warnings

LEVELS = ("debug", "info", "warning", "error")
"""Those of `jobs.events.Log`, from the most to the least that is shown. Progress counts as "info"."""
DEFAULT = "info"

_chosen = DEFAULT


def choose(level: str) -> None:
    """Show messages of `level` and above from now on, in this process."""
    global _chosen
    _chosen = level
    if level == "error":
        warnings.simplefilter("ignore")  # those of the libraries


def shows(level: str) -> bool:
    """Whether a message of `level` is to be shown; one of an unknown level is."""
    return level not in LEVELS or LEVELS.index(level) >= LEVELS.index(_chosen)
