"""The public H3D-Net reproduction's `OWN_DATA/view3/scan1/...`: H3DS scans cut down to one view list each.

It saves photos as img_0000.jpg, ..., img_0009.jpg, img_00010.jpg (the number is put behind "img_000"),
renumbered from 0, with masks as JPEG and the cameras renumbered or not: numbers where they map, else order.
"""

from __future__ import annotations

import re
from pathlib import Path

from h3dstudio.data.readers.folder import FolderLayout, looks_like_scan, read_folder
from h3dstudio.data.scan import Scan


class ReproductionReader:
    """A folder `scanN` under `viewN` or directly under `OWN_DATA`."""

    layout = "own_data"

    def can_read(self, path: Path) -> bool:
        path = path.resolve()
        named = re.fullmatch(r"scan\d+", path.name, re.IGNORECASE)
        under = re.fullmatch(r"views?\d+|OWN_DATA", path.parent.name, re.IGNORECASE)
        return bool(named and under) and looks_like_scan(path)

    def read(self, path: Path) -> Scan:
        return read_folder(path, FolderLayout(self.layout, renumbered=True, h3ds_names=False))
