"""Writes a scan in the layout of the H3DS dataset; the folder appears whole or not at all."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import output_error, write_text
from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.regions import write_region
from h3dstudio.errors import OutputError, ScanError
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity


def write_h3ds_scan(
    folder: str | os.PathLike[str],
    *,
    images: Iterable[NDArray[np.uint8]],
    masks: Iterable[NDArray[np.bool_]],
    cameras: Sequence[Camera],
    unit_sphere: Similarity,
    mesh: TriangleMesh | None = None,
    landmarks: Mapping[str, int] | None = None,
    regions: Mapping[str, Iterable[int]] | None = None,
    view_lists: Mapping[str, Sequence[int]] | None = None,
    image_suffix: str = ".jpg",
    quality: int = 95,
    config: bool = False,
) -> Path:
    """Write the scan `folder`, which must not exist or be empty, and return it.

    Args:
        images: (H, W, 3) uint8 sRGB photos; with `masks` (H, W) bool, consumed one by one.
        cameras: world mm -> pixel, one per photo.
        unit_sphere: unit sphere -> mm.
        mesh: ground truth in mm, written as full_head.obj; `landmarks` and `regions` index its vertices.
        view_lists: written as views.json, and to the config when asked.
        image_suffix: ".jpg" with `quality`, or ".png".
        config: also add the scan to `config.toml` beside it, in the form of the h3ds package.

    Raises OutputError when the folder holds something or cannot be written, ScanError when the numbers of
    photos, masks and cameras differ.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError("this exists and is not empty", where=target, remedy="Choose a new folder")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        for part in ("image", "mask"):
            (temporary / part).mkdir(parents=True)
        count = _write_pixels(temporary, images, masks, image_suffix, quality)
        if count != len(cameras):
            raise ScanError(f"there are {count} photos but {len(cameras)} cameras", where=target)
        _write_cameras(temporary / "cameras.npz", cameras, unit_sphere)
        if mesh is not None:
            write_mesh(temporary / "full_head.obj", mesh)
        if landmarks:
            write_landmarks(temporary / "landmarks.txt", landmarks)
        if regions:
            (temporary / "regions").mkdir()
            for name, indices in regions.items():
                write_region(temporary / "regions" / f"{name}.txt", indices)
        lists = {name: [int(index) for index in numbers] for name, numbers in (view_lists or {}).items()}
        if lists:
            write_text(temporary / "views.json", json.dumps(lists) + "\n")
        if target.exists():
            target.rmdir()  # empty, as checked above; renaming onto a folder is not portable
        os.replace(temporary, target)
    except OSError as error:
        raise output_error(error, target) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    if config:
        add_to_config(target, count, lists)
    return target


def _write_pixels(
    folder: Path,
    images: Iterable[NDArray[np.uint8]],
    masks: Iterable[NDArray[np.bool_]],
    suffix: str,
    quality: int,
) -> int:
    from PIL import Image

    count = 0
    try:
        for number, (image, mask) in enumerate(zip(images, masks, strict=True)):
            if image.shape[:2] != mask.shape:
                raise ScanError(f"photo {number} is {image.shape[:2]}, its mask {mask.shape} pixels")
            # 4:4:4 keeps the colours of fine detail, which 4:2:0 would blur over 2x2 pixels.
            options: dict[str, Any] = (
                {"quality": quality, "subsampling": 0} if suffix in (".jpg", ".jpeg") else {}
            )
            Image.fromarray(image).save(folder / "image" / f"img_{number:04d}{suffix}", **options)
            gray = np.where(mask, 255, 0).astype(np.uint8)
            Image.fromarray(gray).save(folder / "mask" / f"mask_{number:04d}.png", optimize=True)
            count = number + 1
    except ValueError as error:
        raise ScanError(f"the photos and masks cannot be written ({error})", where=folder) from error
    return count


def _write_cameras(path: Path, cameras: Sequence[Camera], unit_sphere: Similarity) -> None:
    matrices: dict[str, NDArray[np.float64]] = {}
    for number, camera in enumerate(cameras):
        matrices[f"world_mat_{number}"] = np.vstack([camera.projection, [0.0, 0.0, 0.0, 1.0]])
        matrices[f"scale_mat_{number}"] = unit_sphere.matrix
    np.savez(path, allow_pickle=False, **matrices)


def add_to_config(scan: Path, views: int, view_lists: Mapping[str, Sequence[int]]) -> None:
    """Add the scan to `config.toml` beside it, and a `version.txt`, as the h3ds package wants them.

    What stands in an existing config is kept. Raises OutputError when it is no TOML or knows the scan.
    """
    file = scan.parent / "config.toml"
    text = 'version = 0.4\nfile_id = ""\nfile_md5 = ""\n\n[scenes]\n'
    try:
        if file.exists():
            text = file.read_text(encoding="utf-8").rstrip("\n") + "\n"
            if scan.name in tomllib.loads(text).get("scenes", {}):
                raise OutputError(
                    f"the config knows a scan {scan.name} already", where=file, remedy="Remove its section"
                )
        if not (scan.parent / "version.txt").exists():
            write_text(scan.parent / "version.txt", "0.4\n")
    except OSError as error:
        raise output_error(error, file) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise OutputError(f"the config is no TOML ({error})", where=file, remedy="Repair it") from error
    key = scan.name if re.fullmatch(r"[A-Za-z0-9_-]+", scan.name) else json.dumps(scan.name)
    rows = "".join(f"{name} = {list(numbers)}\n" for name, numbers in view_lists.items())
    section = f"[scenes.{key}]\ntags = []\nviews = {views}\n[scenes.{key}.default_views_configs]\n{rows}"
    write_text(file, f"{text}\n{section}")
