"""IDR's and DTU's layout: image/000000.png or rect_001_max.png, mask/000.png, cameras.npz.

`cameras_linear_init.npz`, IDR's noisy initial cameras, serves when there is no `cameras.npz`.
Source: the IDR repository's data convention (Yariv et al. 2020).
"""

from __future__ import annotations

from pathlib import Path

from h3dstudio.data.readers.folder import FolderLayout, looks_like_scan, read_folder
from h3dstudio.data.scan import Scan


class IDRReader:
    """Numbers where they map, else sorted order. Takes any folder with photos and cameras: ask it last."""

    layout = "idr"

    def can_read(self, path: Path) -> bool:
        return looks_like_scan(path)

    def read(self, path: Path) -> Scan:
        return read_folder(path, FolderLayout(self.layout, renumbered=True, h3ds_names=False))
