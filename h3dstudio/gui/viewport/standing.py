"""The photos where they were taken: pyramids with their pictures around the sphere that bounds the head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.gui import theme
from h3dstudio.gui.viewport import photo
from h3dstudio.gui.viewport.rig import Scene

if TYPE_CHECKING:
    import pyvista as pv

_PYRAMID = 0.55
_MOST_PICTURES = 16


class StandingPhotos:
    """Draws them into a `Scene` and takes them away again."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._names: list[str] = []

    def show(self, photos: Sequence[photo.Photo], center: NDArray[np.float64], radius: float) -> None:
        """Show exactly these around the head's sphere (mm); none removes everything."""
        for name in self._names:
            self._scene.plotter.remove_actor(name, reset_camera=False, render=False)
        self._names = []
        if photos:
            self._draw(photos, center, radius)
        self._scene.plotter.reset_camera_clipping_range()
        self._scene.redraw()

    def _draw(self, photos: Sequence[photo.Photo], center: NDArray[np.float64], radius: float) -> None:
        colors, depth = theme.current().colors, _PYRAMID * radius
        self._stand("globe", photo.globe(center, radius), line_width=1, color=colors.faint, opacity=0.6)
        self._stand("cameras", photo.pyramids(photos, depth), line_width=1.5, color=colors.accent)
        if len(photos) > _MOST_PICTURES:
            return
        for number, one in enumerate(photos):
            if one.picture is not None:
                plane = photo.photo_plane(one.camera, one.size, depth)
                self._stand(f"picture {number}", plane, texture=photo.texture(one.picture))

    def _stand(self, name: str, mesh: pv.PolyData, **look: object) -> None:
        options = {"lighting": False, "pickable": False, "reset_camera": False, "render": False, **look}
        self._scene.plotter.add_mesh(mesh, name=name, **options)
        self._names.append(name)
