"""The H3DS dataset, versions 1 and 2: image/img_0000.jpg, mask/mask_0000.png, cameras.npz, full_head.obj.

Source: the h3ds package, `dataset.py` (file names), and Ramon et al., "H3D-Net" (ICCV 2021).
"""

from __future__ import annotations

from pathlib import Path

from h3dstudio.data.readers.folder import GROUND_TRUTH, IMAGE, FolderLayout, looks_like_scan, read_folder
from h3dstudio.data.scan import Scan


class H3DSReader:
    """Photos, masks and cameras belong together by number, never by position."""

    layout = "h3ds"

    def can_read(self, path: Path) -> bool:
        if not looks_like_scan(path):
            return False
        if (path / GROUND_TRUTH).exists() or (path / "landmarks.txt").exists():
            return True
        return any((path / IMAGE).glob("img_*"))

    def read(self, path: Path) -> Scan:
        return read_folder(path, FolderLayout(self.layout, renumbered=False, h3ds_names=True))
