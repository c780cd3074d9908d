"""From file names to view numbers: which photo, mask and camera belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from h3dstudio.data.image_kinds import HEIC, HEIC_SUFFIXES, kind_of, raw_kind
from h3dstudio.data.images import image_suffixes
from h3dstudio.data.scan import Problem
from h3dstudio.errors import ScanError


@dataclass(frozen=True)
class NumberedFiles:
    """The image files of one folder, in the order of their numbers.

    Attributes:
        by_number: number in the file name -> path; ascending. Where names carry no usable number, the
            position in sorted order.
        from_names: whether the numbers come from the names.
        clashes: number -> the files that all claim it.
    """

    folder: Path
    by_number: Mapping[int, Path]
    from_names: bool
    clashes: Mapping[int, tuple[Path, ...]]
    problems: tuple[Problem, ...]


def natural_key(name: str) -> list[tuple[int, str]]:
    """Sorts "img_2" before "img_10"."""
    parts = re.split(r"(\d+)", name.lower())
    key = [(int(part), "") if part.isdigit() and part.isascii() else (-1, part) for part in parts]
    return [*key, (-1, name)]  # "img_02" and "img_2" in an order that does not depend on the disk


def numbered_files(folder: Path) -> NumberedFiles:
    """The image files in `folder`, numbered. Raises ScanError when the folder cannot be listed."""
    try:
        entries = sorted((entry for entry in folder.iterdir()), key=lambda entry: natural_key(entry.name))
    except OSError as error:
        raise ScanError(f"the folder cannot be listed ({error.strerror})", where=folder) from error
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    files = [entry for entry in visible if entry.suffix.lower() in image_suffixes()]
    others = [entry for entry in visible if entry not in files and entry.name.lower() not in _NO_NEWS]
    stems = {file.stem for file in files}
    problems = [_not_read(entry, beside=entry.stem in stems) for entry in others]
    files, strays = _without_strays(files)
    problems += [
        Problem(str(stray), f"the name is not like {files[0].name}; the file is ignored") for stray in strays
    ]
    numbers = _numbers(files)
    if numbers is None:
        return NumberedFiles(folder, dict(enumerate(files)), False, {}, tuple(problems))
    claims: dict[int, list[Path]] = {}
    for number, file in sorted(zip(numbers, files, strict=True), key=lambda pair: pair[0]):
        claims.setdefault(number, []).append(file)
    clashes = {number: tuple(claimed) for number, claimed in claims.items() if len(claimed) > 1}
    single = {number: claimed[0] for number, claimed in claims.items() if len(claimed) == 1}
    return NumberedFiles(folder, single, True, clashes, tuple(problems))


_NO_NEWS = ("thumbs.db", "desktop.ini")


def _not_read(entry: Path, *, beside: bool) -> Problem:
    """A file among the photos that is none; `beside`: one that is has the same stem (RAW + JPEG)."""
    kind = raw_kind(entry.suffix) or (HEIC if entry.suffix.lower() in HEIC_SUFFIXES else kind_of(entry))
    if kind is None:
        return Problem(str(entry), "this is not an image file; it is ignored")
    if beside:
        return Problem(str(entry), f"this is {kind.name}, which is not read; its namesake is")
    return Problem(str(entry), f"this is {kind.name}, which is not read; it is ignored", kind.remedy)


def _without_strays(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Files named like most of them, and the others: `img_0002 (1).jpg` among `img_0002.jpg`."""
    patterns = [re.sub(r"\d+", "#", file.stem.lower()) for file in files]
    usual, count = Counter(patterns).most_common(1)[0] if files else ("", 0)
    if count <= len(files) / 2 or "#" not in usual:
        return list(files), []
    like = [file for file, pattern in zip(files, patterns, strict=True) if pattern == usual]
    return like, [file for file in files if file not in like]


def _numbers(files: Sequence[Path]) -> list[int] | None:
    """The number in each name: its only digits, or the one group of digits that tells the files apart."""
    groups = [re.findall(r"\d+", file.stem) for file in files]
    if not files or not all(groups):
        return None
    if len({len(group) for group in groups}) > 1:
        return None
    varying = [column for column in zip(*groups, strict=True) if len(set(column)) > 1]
    if len(files) == 1:
        varying = [(groups[0][0],)]
    # img_0010 and img_00010 differ in spelling but not in number: still one column, found as a clash.
    if len(varying) != 1 or any(len(digits) > 9 for digits in varying[0]):
        return None
    return [int(digits) for digits in varying[0]]


def odd_names(files: NumberedFiles, prefix: str, others: Collection[str] = ()) -> Iterable[Problem]:
    """Names that read as a number but are not what H3DS writes: `img_00010` for `img_0010`.

    A mask named like its photo (one of `others`: img_0010.png, img_0010.jpg.png) is not odd.
    """
    for number, file in files.by_number.items():
        expected = f"{prefix}_{number:04d}"
        if files.from_names and file.stem != expected and file.stem.split(".")[0] not in others:
            yield Problem(
                str(file),
                f"the name is not {expected}; it is read as view {number}",
                f"Rename it to {expected}{file.suffix}",
            )


@dataclass(frozen=True)
class Matching:
    """Photo number -> number of its partner (mask or camera), and what was doubtful about it."""

    partner: Mapping[int, int]
    problems: tuple[Problem, ...] = ()


def match_numbers(
    photos: NumberedFiles,
    others: Sequence[int],
    what: str,
    where: Path,
    *,
    others_named: bool = True,
    by_position: bool,
) -> Matching:
    """Match photos to masks or cameras by number; in order only where `by_position` allows it.

    Numbers decide when every photo finds its own. Otherwise, photos that count without a gap (or have no
    numbers) and are as many as their partners were renumbered, and are matched in order.

    Raises ScanError when nothing fits, or when photos count from 1 and their partners from 0: a wrong
    pairing would give a wrong head without any error.
    """
    numbers, available = list(photos.by_number), sorted(others)
    common = set(numbers) & set(available)
    named = photos.from_names and others_named
    if named and common == set(numbers):
        return Matching({number: number for number in numbers})
    gapless = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    if by_position and gapless and len(numbers) == len(available) and not photos.clashes:
        note = f"the {what} are numbered {_span(available)}, the photos {_span(numbers)}; matched in order"
        doubts = (Problem(str(where), note),) if named else ()
        return Matching(dict(zip(numbers, available, strict=True)), doubts)
    if not named:
        raise ScanError(
            f"there are {len(numbers)} photos and {len(available)} {what}, and the names hold no number "
            "that tells which belong together",
            where=photos.folder if not photos.from_names else where,
            remedy="Name photos and masks by the number of their camera: img_0000.jpg, mask_0000.png",
        )
    shifted = [number - 1 for number in numbers] == available
    if shifted or not common:
        raise ScanError(
            f"the photos are numbered {_span(numbers)}, the {what} {_span(available)}",
            where=photos.folder,
            remedy=f"Number the photos and the {what} alike",
        )
    return Matching({number: number for number in numbers if number in common})


def _span(numbers: Sequence[int]) -> str:
    if not numbers:
        return "not at all"
    return f"{numbers[0]} to {numbers[-1]} ({len(numbers)})"
