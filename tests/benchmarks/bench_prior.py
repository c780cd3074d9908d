"""The head prior and the H3D grid on heads whose truth is known: the tables that decide.

    python -m tests.benchmarks.bench_prior --scans draw --views 3,8 --json prior.json
    python -m tests.benchmarks.bench_prior --scans all --views 1,3,4,8,16,32 --json prior.json
    python -m tests.benchmarks.bench_prior --scans ../shared/h3ds_sample --views 3,8,32 --json prior.json

Strict distances (ground-truth vertices that any camera sees -> surface, no alignment) on face and head in mm,
and seconds of wall clock, for the prior alone (phase A), hull grid, H3D grid. `--scans` names groups (draw,
sculpted, noise), single scans of them, `all`, or folders of scans. Cells that stand in the JSON file are not
measured again (`--again` does), so a stopped run goes on, and `--methods ''` only prints.

Which heads are unseen: `default_rng(9001)` to `default_rng(9010)`, and 9101 to 9107 under the sculptures;
priors are trained on the streams `[20261120, seed, k]` and judged meanwhile on `[20261121, seed, k]`; the
sample scans are `default_rng(7)` and `default_rng(11)`. See `prior_scans`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import prior_scans, prior_tables
from tests.benchmarks.measuring import METHODS, measure
from tests.benchmarks.prior_scans import PLANS, ScanPlan


class Results:
    """Cells by (scan, views, method), kept in a file that is rewritten after each of them."""

    def __init__(self, file: Path | None, variant: str) -> None:
        self.file, self.variant = file, variant
        self.rows: list[dict[str, Any]] = []
        if file is not None and file.is_file():
            self.rows = json.loads(file.read_text())
        self.cells = {_key(row): row for row in self.rows if row.get("variant") == variant}

    def add(self, row: dict[str, Any]) -> None:
        """Take a new cell in place of an old one of the same key."""
        row = row | {"variant": self.variant}
        key = _key(row)
        self.rows = [old for old in self.rows if _key(old) != key or old.get("variant") != self.variant]
        self.rows.append(row)
        self.cells[key] = row
        if self.file is not None:
            part = self.file.with_suffix(".part")
            part.write_text(json.dumps(self.rows, indent=1))
            part.replace(self.file)


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["scan"], row["views"], row["method"]


def folders(
    text: str, population: Path, cache: Path, *, only_made: bool
) -> Iterator[tuple[str, Path | ScanPlan]]:
    """(name, folder or plan) of what `--scans` names."""
    from h3dstudio.data.readers import find_scans

    for word in filter(None, (part.strip() for part in text.split(","))):
        if word in PLANS or word in (*prior_scans.GROUPS, "all"):
            for plan in prior_scans.chosen(word):
                if not only_made or (cache / plan.name / prior_scans.DONE).is_file():
                    yield plan.name, plan
        else:
            for folder in find_scans(Path(word)):
                yield folder.name, folder


def fill(results: Results, arguments: argparse.Namespace, scans: dict[str, Path | ScanPlan]) -> None:
    """Measure the missing cells: all scans at the first number of views, then at the next."""
    from h3dstudio.data.readers import read_scan

    cache = arguments.cache.expanduser()
    for views in arguments.views:
        for name, source in scans.items():
            known = () if arguments.again else results.cells
            wanted = [m for m in arguments.methods if (name, views, m) not in known]
            if not wanted:
                continue
            if isinstance(source, ScanPlan):
                source = prior_scans.make(source, arguments.population, cache)
            scan = read_scan(source)
            for method in wanted:
                row = {"scan": name, "views": views, "method": method, "commit": commit()}
                row |= _measured(scan, views, method, arguments)
                results.add(row)
                print(_line(row), flush=True)


def _measured(scan: Any, views: str, method: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """A cell; a reconstruction that fails is a result too."""
    from h3dstudio.errors import H3DError

    begun = time.monotonic()
    try:
        return measure(
            scan,
            views,
            method,
            quality=arguments.quality,
            seed=arguments.seed,
            landmarks=not arguments.no_landmarks,
        )
    except H3DError as error:
        return {"error": str(error), "seconds": time.monotonic() - begun}


def _line(row: dict[str, Any]) -> str:
    start = f"{row['scan']:18} {row['views']:>2} {row['method']:8}"
    if "error" in row:
        return f"{start} failed: {row['error']}"
    return f"{start} face {row['face']:.3f}  head {row['head']:.3f}  {row['seconds']:5.1f} s"


def report(results: Results, names: list[str], views: list[str]) -> list[str]:
    """All that can be told of `names` from the cells there are."""
    cells, lines = results.cells, []
    names = [name for name in names if any(key[0] == name for key in cells)]
    of_plan = {name: PLANS[name].group for name in names if name in PLANS}
    groups = {group: [n for n in names if of_plan.get(n) == group] for group in prior_scans.GROUPS}
    groups["other"] = [n for n in names if n not in PLANS]
    for group, scans in groups.items():
        if any(key[0] in scans for key in cells):
            lines += [f"== {group}", *prior_tables.table(cells, scans, views), ""]
    if any(key[0] in groups["draw"] for key in cells):
        lines += ["== unseen draws", *prior_tables.summary(cells, groups["draw"], views), ""]
    lines += [*prior_tables.rules(cells, names, views), ""]
    if groups["sculpted"]:
        lines += [*prior_tables.unlike(cells, groups["sculpted"], views), ""]
    if groups["noise"]:
        clean_of = {name: PLANS[name].clean for name in groups["noise"]}
        lines += [*prior_tables.noise(cells, clean_of, views), ""]
    return [*lines, *prior_tables.confidence(cells, [*groups["draw"], *groups["other"]], views)]


def commit() -> str:
    """The checkout's commit, "+" where files differ from it; "" outside a checkout."""
    command = ["git", "describe", "--always", "--dirty=+"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    prior_scans.add_arguments(parser)
    parser.add_argument("--views", default="3", help="view lists, separated by commas (3)")
    parser.add_argument("--methods", default=",".join(METHODS), help=f"of {', '.join(METHODS)}")
    parser.add_argument("--quality", default="standard")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-landmarks", action="store_true", help="find the pose from masks and photos")
    parser.add_argument("--json", type=Path, help="keep cells here and go on from those there")
    parser.add_argument("--again", action="store_true", help="measure cells again that the file already has")
    parser.add_argument("--made", action="store_true", help="leave out scans that are not in the cache yet")
    arguments = parser.parse_args()
    arguments.views = [v for v in arguments.views.split(",") if v]
    arguments.methods = [m for m in arguments.methods.split(",") if m]
    if unknown := [m for m in arguments.methods if m not in METHODS]:
        parser.error(f"no method {', '.join(unknown)}; there are {', '.join(METHODS)}")
    cache = arguments.cache.expanduser()
    scans = dict(folders(arguments.scans, arguments.population, cache, only_made=arguments.made))
    variant = (
        f"{arguments.quality}, seed {arguments.seed}{', no landmarks' if arguments.no_landmarks else ''}"
    )
    results = Results(arguments.json, variant)
    fill(results, arguments, scans)
    print("\n".join(["", *report(results, list(scans), arguments.views)]))


if __name__ == "__main__":
    main()
