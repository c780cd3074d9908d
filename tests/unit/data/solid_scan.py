"""A scan of the bracket of `tests.unit.geometry.solids`, right or wrong in ways that are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, Scan, View
from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.geometry.camera import Camera
from tests.unit.geometry.solids import BRACKET, SPHERE, boxes_mask, ring

SIZE = (160, 128)
Bools = NDArray[np.bool_]


def photo_of(mask: Bools, seed: int) -> NDArray[np.uint8]:
    """(H, W, 3): the solid bright and rough before a dark background."""
    noise = np.random.default_rng(seed).normal(0.0, 6.0, mask.shape)
    return (np.where(mask, 170.0, 60.0) + noise).clip(0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)


def solid_scan(count: int = 6) -> tuple[list[LoadedView], Scan]:
    """The views with their pixels, and the scan; view numbers are 0 to count - 1."""
    cameras = ring(count, size=SIZE)
    masks = [boxes_mask(BRACKET, camera, SIZE) for camera in cameras]
    loaded = [
        LoadedView(
            View(at, Path(f"s/image/img_{at:04d}.png"), Path(f"s/mask/mask_{at:04d}.png"), camera, SIZE),
            photo_of(mask, at),
            mask,
        )
        for at, (camera, mask) in enumerate(zip(cameras, masks, strict=True))
    ]
    return loaded, Scan("s", Path("s"), "h3ds", tuple(one.view for one in loaded), SPHERE)


def with_cameras(
    views: Sequence[LoadedView], scan: Scan, cameras: Sequence[Camera]
) -> tuple[list[LoadedView], Scan]:
    """The same photos and masks, said to be taken by other cameras."""
    changed = [
        replace(one, view=replace(one.view, camera=camera))
        for one, camera in zip(views, cameras, strict=True)
    ]
    by_index = {one.view.index: one.view for one in changed}
    return changed, replace(scan, views=tuple(by_index.get(view.index, view) for view in scan.views))


def in_order(views: Sequence[LoadedView], scan: Scan, order: Sequence[int]) -> tuple[list[LoadedView], Scan]:
    """View i has the camera of view order[i]."""
    return with_cameras(views, scan, [views[one].view.camera for one in order])


def changed(
    views: Sequence[LoadedView],
    change: Callable[[NDArray[np.generic]], NDArray[np.generic]],
    only: Sequence[int] | None = None,
    *,
    photos: bool = True,
) -> list[LoadedView]:
    """Masks, and photos as well unless told not to, of some or all views after `change` of their pixels."""
    return [
        one
        if only is not None and at not in only
        else replace(
            one,
            mask=np.ascontiguousarray(change(one.mask)),
            image=np.ascontiguousarray(change(one.image)) if photos else one.image,
        )
        for at, one in enumerate(views)
    ]


def resized(factor: float) -> Callable[[NDArray[np.generic]], NDArray[np.generic]]:
    """A change to `factor` of the size, nearest pixels."""

    def change(pixels: NDArray[np.generic]) -> NDArray[np.generic]:
        rows, columns = (
            ((np.arange(round(side * factor)) + 0.5) / factor - 0.5).round().astype(int).clip(0, side - 1)
            for side in pixels.shape[:2]
        )
        return pixels[rows][:, columns]

    return change


def write_solid_scan(folder: Path, order: Sequence[int] = (0, 1, 2, 3)) -> Path:
    """The scan of four views on disk; world_mat_i is that of view order[i]."""
    views, _ = solid_scan(4)
    return write_h3ds_scan(
        folder,
        images=[one.image for one in views],
        masks=[one.mask for one in views],
        cameras=[views[one].view.camera for one in order],
        unit_sphere=SPHERE,
        view_lists={"4": range(4)},
        image_suffix=".png",
    )
