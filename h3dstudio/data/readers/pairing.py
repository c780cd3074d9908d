"""Which mask belongs to which photo: equal names first, then numbers, and order only when no name agrees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from h3dstudio.data.image_kinds import HEIC_SUFFIXES, RAW_SUFFIXES
from h3dstudio.data.images import IMAGE_SUFFIXES
from h3dstudio.data.readers.numbering import Matching, NumberedFiles, match_numbers
from h3dstudio.data.scan import Problem

Stem = Callable[[Path], str]
_SUFFIXES = (*IMAGE_SUFFIXES, *HEIC_SUFFIXES, *RAW_SUFFIXES)
_ROLE = re.compile(
    r"(?<![a-z])(masks?|matte|matting|alpha|silhouettes?|segmentation|seg|cutout|rembg|nobg|no[-_ ]?bg|"
    r"images?|img|photos?|rgb)(?![a-z])"
)
"""Words that tell a mask from its photo, and not one photo from another."""


def own_stem(path: Path) -> str:
    """The name that a photo shares with its mask: "front" for Front.JPG, front.png and front.jpg.png."""
    name = path.stem.lower()
    while any(name.endswith(suffix) for suffix in _SUFFIXES):
        name = name.rpartition(".")[0]
    return name


def bare_stem(path: Path) -> str:
    """`own_stem` without words for the role and zeros before numbers: "12" for img_0012 and mask_00012."""
    name = re.sub(r"\d+", lambda digits: str(int(digits[0])), _ROLE.sub("", own_stem(path)))
    return name.strip(" _-.") or own_stem(path)


def match_masks(photos: NumberedFiles, masks: NumberedFiles, *, by_position: bool) -> Matching:
    """Photo number -> mask number.

    Raises ScanError when neither names nor numbers nor order tell which belong together.
    """
    own = _equal(photos.by_number, masks.by_number, own_stem)
    if not own and photos.from_names and masks.from_names:
        return _by_number(photos, masks, by_position=by_position)
    taken = set(own.values())
    rest_of_photos = {number: path for number, path in photos.by_number.items() if number not in own}
    rest_of_masks = {number: path for number, path in masks.by_number.items() if number not in taken}
    partner = {**own, **_equal(rest_of_photos, rest_of_masks, bare_stem)}
    if partner:
        return Matching(partner, tuple(_strangers(photos, masks, partner)))
    matching = _by_number(photos, masks, by_position=by_position)
    return Matching(matching.partner, (*matching.problems, _in_order(photos, masks, matching.partner)))


def in_sorted_order(photos: NumberedFiles, what: str, where: Path) -> Problem:
    """What is said of photos whose names hold no number, matched to `what` ("cameras") by position."""
    first = next(iter(photos.by_number.values())).name
    return Problem(
        str(where),
        f"the photos' names hold no number; they are matched to the {what} in sorted order, {first} first",
        "Name the photos by the number of their camera: img_0000.jpg",
    )


def _by_number(photos: NumberedFiles, masks: NumberedFiles, *, by_position: bool) -> Matching:
    return match_numbers(
        photos,
        list(masks.by_number),
        "masks",
        masks.folder,
        others_named=masks.from_names,
        by_position=by_position,
    )


def _equal(photos: Mapping[int, Path], masks: Mapping[int, Path], stem: Stem) -> dict[int, int]:
    """Photo number -> mask number where both stems are equal and neither occurs twice."""
    of_photos, of_masks = _unique(photos, stem), _unique(masks, stem)
    return {number: of_masks[name] for name, number in of_photos.items() if name in of_masks}


def _unique(files: Mapping[int, Path], stem: Stem) -> dict[str, int]:
    numbers: dict[str, list[int]] = {}
    for number, path in files.items():
        numbers.setdefault(stem(path), []).append(number)
    return {name: found[0] for name, found in numbers.items() if len(found) == 1}


def _strangers(photos: NumberedFiles, masks: NumberedFiles, partner: Mapping[int, int]) -> Iterable[Problem]:
    """Masks that are no photo's; photos without a mask are named when their view is made."""
    for number, path in masks.by_number.items():
        if number not in partner.values():
            yield Problem(
                str(path),
                f"no photo in {photos.folder.name}/ has this mask's name; it is not used",
                "Name a mask like its photo",
            )


def _in_order(photos: NumberedFiles, masks: NumberedFiles, partner: Mapping[int, int]) -> Problem:
    first = min(partner)
    pair = f"{photos.by_number[first].name} with {masks.by_number[partner[first]].name}"
    return Problem(
        str(masks.folder),
        f"no mask has the name of a photo; they are paired in sorted order, {pair}",
        "Name each mask like its photo",
    )
