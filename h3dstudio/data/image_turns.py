"""EXIF rotations: never applied, and named where they explain what does not fit.

Phones and cameras store the sensor's pixels and write beside them how to turn them. Cameras are calibrated on
pixels as stored; a tool that obeys the note makes masks that are turned against their photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from h3dstudio.data.image_opening import ImageHeader, exif_orientation, orientation_words
from h3dstudio.data.scan import Problem, View


def sizes_differ(photo: Path, header: ImageHeader, mask: Path, mask_header: ImageHeader) -> Problem:
    """The problem of a mask that is not as large as its photo, with the rotation that explains it."""
    size, mask_size = header.stored, mask_header.stored
    what = f"the mask is {mask_size[0]}x{mask_size[1]}, but its photo is {size[0]}x{size[1]}"
    if mask_size != size[::-1]:
        return Problem(str(mask), what, "Make the mask again at the photo's size")
    turned = header if header.orientation != 1 else mask_header
    if turned.orientation == 1:
        return Problem(str(mask), f"{what}: one of them is turned", "Turn the mask as the photo is stored")
    which = "photo" if turned is header else "mask"
    return Problem(
        str(mask),
        f"{what}: the {which} carries EXIF orientation {turned.orientation} "
        f"({orientation_words(turned.orientation)}), which is not applied, and the other is turned by it",
        "Turn the mask back, so that it lies on the photo's pixels as they are stored",
    )


def turned_photos(views: Sequence[View]) -> list[Problem]:
    """A problem for every photo with an EXIF orientation other than 1, the same words for the same turn."""
    found = []
    for view in views:
        orientation = exif_orientation(view.image_path)
        if orientation != 1 and orientation != exif_orientation(view.mask_path):
            found.append(
                Problem(
                    str(view.image_path),
                    f"the photo carries EXIF orientation {orientation} ({orientation_words(orientation)}), "
                    "which is not applied; a mask made by a tool that obeys it is turned against its photo",
                    "Compare photo and mask in the window; if they differ, turn the masks back, or store "
                    "the photos without EXIF orientation",
                )
            )
    return found
