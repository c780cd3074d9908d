"""The photos where they were taken: pyramids with their pictures around the sphere that bounds the head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport import photo
from h3dstudio.gui.viewport.camera_controller import Scene

if TYPE_CHECKING:
    import pyvista as pv

_PYRAMID = 0.55
_MOST_PICTURES = 16
_DIM = 0.45
_STRONG = "camera highlight"
_PLAIN: Mapping[str, Any] = {"lighting": False, "pickable": False, "reset_camera": False, "render": False}


class StandingPhotos:
    """Draws them into a `Scene` and takes them away again."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._names: list[str] = []
        self._photos: tuple[photo.Photo, ...] = ()
        self._depth = 1.0

    @property
    def there(self) -> bool:
        """Whether there are any."""
        return bool(self._photos)

    def at(
        self, x: float, y: float, to_screen: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    ) -> tuple[int | None, float]:
        """The number of the nearest photo whose frame is seen at (x, y), and how far off it is, mm."""
        eye = np.array(self._scene.plotter.camera.position)
        best: tuple[int | None, float] = (None, np.inf)
        for one in self._photos:
            frame = photo.corners(one.camera, one.size, self._depth)
            away = float(np.linalg.norm(frame.mean(axis=0) - eye))
            if away < best[1] and _inside(np.array([x, y]), to_screen(frame)):
                best = (one.number, away)
        return best

    def highlight(self, number: int | None) -> None:
        """Draw this one strongly, and no other."""
        self._scene.plotter.remove_actor(_STRONG, reset_camera=False, render=False)
        chosen = [one for one in self._photos if one.number == number]
        if chosen:
            mesh, color = photo.pyramids(chosen, self._depth), theme.current().colors.curves[1]
            self._scene.plotter.add_mesh(mesh, name=_STRONG, color=color, line_width=4, **_PLAIN)
        self._scene.redraw()

    def show(self, photos: Sequence[photo.Photo], center: NDArray[np.float64], radius: float) -> None:
        """Show exactly these around the head's sphere (mm); none removes everything."""
        for name in self._names:
            self._scene.plotter.remove_actor(name, reset_camera=False, render=False)
        self._names, self._photos, self._depth = [], tuple(photos), _PYRAMID * radius
        self.highlight(None)
        if photos:
            self._draw(photos, center, radius)
        self._scene.plotter.reset_camera_clipping_range()
        self._scene.redraw()

    def _draw(self, photos: Sequence[photo.Photo], center: NDArray[np.float64], radius: float) -> None:
        colors, depth = theme.current().colors, _PYRAMID * radius
        self._stand("globe", photo.globe(center, radius), line_width=1, color=colors.faint, opacity=0.6)
        used = [one for one in photos if one.used]
        unused = [one for one in photos if not one.used]
        if used:
            self._stand("cameras", photo.pyramids(used, depth), line_width=1.5, color=colors.accent)
        if unused:
            dim = photo.pyramids(unused, depth)
            self._stand("other cameras", dim, line_width=1, color=colors.faint, opacity=_DIM)
        if len(used) > _MOST_PICTURES:
            return
        for number, one in enumerate(used):
            if one.picture is not None:
                plane = photo.photo_plane(one.camera, one.size, depth)
                self._stand(f"picture {number}", plane, texture=photo.texture(one.picture))

    def _stand(self, name: str, mesh: pv.PolyData, **look: object) -> None:
        self._scene.plotter.add_mesh(mesh, name=name, **{**_PLAIN, **look})
        self._names.append(name)


def _inside(point: NDArray[np.float64], polygon: NDArray[np.float64]) -> bool:
    """Whether (2,) lies in a convex polygon (N, 2), either way round; never where a corner is NaN."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    to = point - polygon
    side = edges[:, 0] * to[:, 1] - edges[:, 1] * to[:, 0]
    return bool((side >= 0).all() or (side <= 0).all())
