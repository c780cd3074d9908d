"""Which views a reconstruction uses: the scan's own view lists, explicit numbers, or a choice by azimuth.

The H3DS lists ("3", "8", ...) live in the TOML configs of the h3ds package, not in the dataset. They are
read from a config beside the data or from an installed package, which is located but never imported: it
pulls in opencv-python, whose bundled Qt breaks the window.
"""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from h3dstudio.data.azimuth import views_by_azimuth
from h3dstudio.data.json_text import decoded, parse_json
from h3dstudio.data.scan import Problem, Scan, View
from h3dstudio.errors import ScanError, UsageError

ViewLists = dict[str, tuple[int, ...]]
DEFAULT_LIST = "3"
DEFAULT_COUNT = 8


def choose_views(scan: Scan, wanted: str | None = None) -> tuple[View, ...]:
    """The views that `wanted` names, without duplicates.

    Args:
        wanted: a list's name ("3", "8"), "all", explicit numbers ("0,8,58"; "7," for view 7 alone), or any
            count N: without a list of that name, N views are chosen by camera azimuth, frontal first.
            None: the list "3" if there is one, else up to 8 views by azimuth.

    Raises UsageError when `wanted` cannot be understood or names a view that does not exist, ScanError
    when it names a view that the reader had to leave out.
    """
    if wanted is None:
        if DEFAULT_LIST in scan.view_lists:
            return _numbered(scan, scan.view_lists[DEFAULT_LIST], f"view list '{DEFAULT_LIST}'")
        return views_by_azimuth(scan, min(DEFAULT_COUNT, len(scan.views)))
    name = wanted.strip()
    if name in scan.view_lists:
        return _numbered(scan, scan.view_lists[name], f"view list '{name}'")
    if name.lower() == "all":
        return scan.views
    if "," in name:
        return _numbered(scan, _explicit(name), "the views asked for")
    if not (name.isascii() and name.isdigit()) or len(name) > 9 or int(name) < 1:
        raise UsageError(f"'{wanted}' names no views", where="--views", remedy=_what_exists(scan))
    if int(name) > len(scan.views):
        raise UsageError(
            f"{int(name)} views asked for, but the scan has {len(scan.views)}",
            where="--views",
            remedy=_what_exists(scan),
        )
    return views_by_azimuth(scan, int(name))


def _explicit(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in parts if not (part.isascii() and part.isdigit()) or len(part) > 9]
    if wrong or not parts:
        raise UsageError(
            f"'{text}' is not a list of view numbers", where="--views", remedy="Write it like 0,8,58"
        )
    return tuple(int(part) for part in parts)


def _numbered(scan: Scan, numbers: tuple[int, ...], what: str) -> tuple[View, ...]:
    by_index = {view.index: view for view in scan.views}
    numbers = tuple(dict.fromkeys(numbers))
    for number in numbers:
        if number in scan.left_out:
            problem = scan.left_out[number]
            raise ScanError(
                f"view {number} is needed by {what}, but it is unusable: {problem.what}",
                where=problem.where,
                remedy=problem.remedy or "Choose other views with --views",
            )
    missing = [number for number in numbers if number not in by_index]
    if missing:
        listed = ", ".join(map(str, missing[:5])) + (", ..." if len(missing) > 5 else "")
        sentence = f"the scan has no view {listed}, named by {what}"
        raise UsageError(sentence, where="--views", remedy=_what_exists(scan))
    return tuple(by_index[number] for number in numbers)


def _what_exists(scan: Scan) -> str:
    lists = f"lists {', '.join(scan.view_lists)}; " if scan.view_lists else ""
    numbers = number_ranges(tuple(view.index for view in scan.views))
    return f"There are {lists}'all'; views {numbers}; and any count up to {len(scan.views)}"


def number_ranges(numbers: tuple[int, ...]) -> str:
    """(0, 1, 2, 5) -> "0-2, 5"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}-{b}" if b > a else f"{a}" for a, b in runs)


def read_view_lists(scan_root: Path) -> tuple[ViewLists, tuple[Problem, ...]]:
    """The view lists of the scan in `scan_root`, from the first place that knows it.

    Places: `views.json` in the scan, `config.toml` in the scan or beside it, an installed h3ds package.
    A file that cannot be read is a problem, not an error: views can be chosen without lists.
    """
    problems: list[Problem] = []
    for file in _places(scan_root):
        try:
            found = _lists_in(file, scan_root.name)
        except (OSError, ValueError, RecursionError) as error:
            problems.append(
                Problem(str(file), f"the view lists are unreadable ({error})", "Repair or remove the file")
            )
            continue
        if isinstance(found, Mapping) and found:
            lists, doubts = parse_view_lists(found, file)
            return lists, (*problems, *doubts)
    return {}, tuple(problems)


def _places(scan_root: Path) -> list[Path]:
    folder = scan_root.resolve().parent
    beside = [scan_root / "views.json", scan_root / "config.toml", folder / "config.toml"]
    places = [file for file in beside if file.is_file()]
    package = installed_h3ds()
    if package is not None:
        version = folder / "version.txt"
        first = "v1" if version.is_file() and _first_line(version).startswith("0.2") else "v2"
        configs = sorted(package.glob("config_v*.toml"), key=lambda file: first not in file.name)
        places += configs
    return places


def _first_line(file: Path) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return stream.readline(100).strip()
    except OSError:
        return ""


def installed_h3ds() -> Path | None:
    """The folder of an installed h3ds package, found without importing it; None when there is none."""
    try:
        spec = importlib.util.find_spec("h3ds")
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _lists_in(file: Path, scan_name: str) -> object:
    data = file.read_bytes()
    if file.suffix == ".json":
        return parse_json(decoded(data))
    scenes = _scenes(data)
    scene = scenes.get(scan_name) if isinstance(scenes, dict) else None
    return scene.get("default_views_configs") if isinstance(scene, dict) else None


@lru_cache(maxsize=4)
def _scenes(config: bytes) -> object:
    """What a TOML config holds under "scenes", not to be changed: each scan of a dataset asks for it."""
    return tomllib.loads(decoded(config)).get("scenes")


def parse_view_lists(raw: Mapping[object, object], where: Path) -> tuple[ViewLists, tuple[Problem, ...]]:
    """Lists as they stand in a file -> clean lists in the file's order, and what was wrong with them.

    Some published lists hold duplicates (removed here, order kept) or a length that their name belies.
    """
    lists: ViewLists = {}
    problems: list[Problem] = []

    def doubt(name: object, what: str) -> None:
        problems.append(Problem(str(where), f"view list '{name}' {what}"))

    for name, entries in raw.items():
        if not isinstance(entries, list) or not all(_is_index(entry) for entry in entries) or not entries:
            doubt(name, "is not a list of view numbers; it is ignored")
            continue
        numbers = tuple(dict.fromkeys(entries))
        if len(numbers) != len(entries):
            doubt(name, f"names {len(entries)} views, but only {len(numbers)} different ones")
        elif str(name).isdigit() and len(numbers) != int(str(name)[:9]):
            doubt(name, f"names {len(numbers)} views, expected {name}")
        lists[str(name)] = numbers
    return lists, tuple(problems)


def _is_index(entry: object) -> bool:
    return isinstance(entry, int) and not isinstance(entry, bool) and entry >= 0
