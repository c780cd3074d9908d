"""`h3dstudio table`: the results of a batch beside published figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from h3dstudio.session.batch.results import BatchResults

NAME = "table"
HELP = "put the results of a batch into a table, beside published figures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """RESULTS and its options."""
    parser.add_argument("results", metavar="RESULTS", type=Path, help="folder that a batch wrote")
    parser.add_argument("--format", default="text", help="text (default), csv, latex or html")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there instead of printing it")


def run(arguments: argparse.Namespace) -> int:
    """Print or write the table; returns the exit code. Raises UsageError, OutputError."""
    from h3dstudio.cli.log_level import shows
    from h3dstudio.data.atomic import write_text
    from h3dstudio.errors import UsageError
    from h3dstudio.evaluation.results_table import make_table
    from h3dstudio.evaluation.table_formats import FORMATS
    from h3dstudio.session.batch.results import read_results, scored_cells

    if arguments.format not in FORMATS:
        raise UsageError(f"format is {arguments.format!r}, expected one of {', '.join(FORMATS)}")
    found = read_results(arguments.results, careful=True)
    for one in found.cells:
        if one.file_problem and shows("warning"):
            print(f"warning: {one.record.cell}: {one.file_problem}", file=sys.stderr)
    text = FORMATS[arguments.format](make_table(_title(found), list(scored_cells(found))))
    if arguments.out is None:
        print(text, end="")
    else:
        write_text(arguments.out, text)
    return 0


def _title(found: BatchResults) -> str:
    manifest = found.manifest
    version = f" {manifest.version}" if manifest.version else ""
    options = dict(manifest.recipe.options)
    made = ", ".join(f"{name} {options[name]}" for name in ("quality", "seed") if name in options)
    done = sum(one.scores is not None for one in found.cells)
    return f"{manifest.dataset.name}{version}: {done} of {len(found.cells)} cells, {made}"
