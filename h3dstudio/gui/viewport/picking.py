"""What is under the cursor: the ray through a pixel, and where it first meets a mesh.

The ray is worked out from the camera and the device pixel ratio, and met with the mesh's own double
precision corners: VTK's picker takes whole pixels at their corner, and its meshes are in single precision.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.face_index import Ray
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfacePoint
from h3dstudio.gui.viewport.mesh_view import MeshView

HIDDEN_BY = 0.5
"""mm that a surface may lie in front of a point on it without hiding it."""


@dataclass(frozen=True, eq=False)
class Pick:
    """Where a ray first meets the mesh called `layer`; `depth` in mm along the ray."""

    layer: str
    point: SurfacePoint
    depth: float


class Picker:
    """Picks on the visible meshes of a view; positions are the widget's, in logical pixels.

    The face indices are the view's (see `Locators`); a large mesh is picked without until it has one.
    """

    def __init__(self, view: MeshView) -> None:
        self._view = view

    def prepare(self) -> None:
        """Have made what makes the next pick quick."""
        self._view.locators.prepare()

    @property
    def quick(self) -> bool:
        """Whether a pick now would not be held up by a large mesh."""
        return self._view.locators.ready

    def ray(self, x: float, y: float) -> Ray:
        """The ray through the middle of the device pixel at (x, y)."""
        ratio = self._ratio()
        left, wide, high = self._pane(self._place(x))
        ndc = 2 * (x * ratio + 0.5 - left) / wide - 1, 1 - 2 * (y * ratio + 0.5) / high
        near, far = unprojected(self._matrix(), ndc)
        length = float(np.linalg.norm(far - near))
        return Ray(near, (far - near) / length, length)

    def pick(self, x: float, y: float, layers: Collection[str] | None = None) -> Pick | None:
        """The nearest surface under (x, y), of these layers or of all visible ones, in the picture there."""
        panes, place = self._view.panes, self._place(x)
        wanted = self._view.surfaces() if layers is None else layers
        ray = kept(self.ray(x, y), self._view.cut)
        return self.cast(ray, [name for name in wanted if panes.place(name) == place])

    def cast(self, ray: Ray, layers: Collection[str] | None = None) -> Pick | None:
        """The nearest surface that `ray` meets."""
        hits = self._view.locators.faces_on(ray, layers)
        picks = [_pick(name, mesh, face, ray) for name, (mesh, face) in hits.items()]
        return min(picks, key=lambda pick: pick.depth, default=None)

    def nearest(self, layer: str, point: NDArray[np.float64]) -> SurfacePoint | None:
        """The point of the visible mesh `layer` nearest to `point` (3,); None where there is no such mesh."""
        from h3dstudio.geometry.raycasting import closest_barycentric

        found = self._view.locators.nearest_face(layer, point)
        if found is None:
            return None
        mesh, face = found
        return SurfacePoint.at(
            mesh, face, closest_barycentric(point[None], mesh.vertices[mesh.faces[[face]]])[0]
        )

    def to_screen(self, points: NDArray[np.floating], layer: str = "") -> NDArray[np.float64]:
        """(N, 2) where points (N, 3) on `layer` are seen, in the units of `ray`; NaN behind the camera."""
        left, wide, high = self._pane(self._view.panes.place(layer))
        matrix, ratio = self._matrix(), self._ratio()
        clip = np.column_stack([points, np.ones(len(points))]) @ matrix.T
        with np.errstate(divide="ignore", invalid="ignore"):
            ndc = clip[:, :2] / np.where(clip[:, 3:] > 0, clip[:, 3:], np.nan)
        device = np.column_stack([left + (ndc[:, 0] + 1) / 2 * wide, (1 - ndc[:, 1]) / 2 * high]) - 0.5
        return np.asarray(device / ratio)

    def sees(self, point: NDArray[np.float64], layer: str = "") -> bool:
        """Whether no surface in the picture of `layer` hides `point` (3,) from the camera."""
        x, y = self.to_screen(point[None], layer)[0]
        if not np.isfinite([x, y]).all():
            return False
        panes, ray = self._view.panes, kept(self.ray(x, y), self._view.cut)
        beside = [name for name in self._view.surfaces() if panes.place(name) == panes.place(layer)]
        hit = self.cast(ray, beside)
        return hit is None or hit.depth > float((point - ray.origin) @ ray.direction) - HIDDEN_BY

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(3,) unit vectors to the right and up on the screen."""
        matrix = self._view.plotter.renderer.GetActiveCamera().GetViewTransformMatrix()
        right, up = ([matrix.GetElement(row, column) for column in range(3)] for row in (0, 1))
        return np.array(right), np.array(up)

    def _matrix(self) -> NDArray[np.float64]:
        """(4, 4) world -> clip."""
        renderer = self._view.plotter.renderer
        matrix = renderer.GetActiveCamera().GetCompositeProjectionTransformMatrix(
            renderer.GetTiledAspectRatio(), -1, 1
        )
        return np.array([[matrix.GetElement(i, j) for j in range(4)] for i in range(4)])

    def _place(self, x: float) -> int:
        """Which picture is at x, where two are side by side."""
        panes = self._view.panes
        return int(panes.split and x * self._ratio() + 0.5 >= self._pane(1)[0])

    def _pane(self, place: int) -> tuple[int, int, int]:
        """Left edge, width and height of a picture in device pixels."""
        renderer = self._view.panes.renderers()[place]
        wide, high = renderer.GetSize()
        return renderer.GetOrigin()[0], max(1, wide), max(1, high)

    def _ratio(self) -> float:
        return float(self._view.plotter.devicePixelRatioF())


def _pick(layer: str, mesh: TriangleMesh, face: int, ray: Ray) -> Pick:
    uv = meet(ray, mesh.vertices[mesh.faces[face]])
    point = SurfacePoint.at(mesh, face, np.array(uv))
    return Pick(layer, point, float((point.array - ray.origin) @ ray.direction))


def kept(ray: Ray, cut: tuple[NDArray[np.float64], NDArray[np.float64]] | None) -> Ray:
    """The part of `ray` in front of a section plane, a point (3,) and a normal (3,)."""
    if cut is None:
        return ray
    origin, normal = cut
    height, slope = float((ray.origin - origin) @ normal), float(ray.direction @ normal)
    meets = -height / slope if slope else np.inf
    if height < 0:
        begin = meets if slope > 0 else ray.length
        return Ray(ray.origin + begin * ray.direction, ray.direction, max(0.0, ray.length - begin))
    return Ray(ray.origin, ray.direction, min(ray.length, meets) if slope < 0 else ray.length)


def unprojected(
    matrix: NDArray[np.float64], ndc: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points (3,) on the near and the far plane that `matrix` (4, 4), world -> clip, maps to `ndc`."""
    clip = np.array([[*ndc, -1.0, 1.0], [*ndc, 1.0, 1.0]])
    ends = np.linalg.solve(matrix, clip.T).T
    near, far = ends[:, :3] / ends[:, 3:]
    return near, far


def meet(ray: Ray, corners: NDArray[np.float64]) -> tuple[float, float]:
    """(u, v) where `ray` meets the plane of a triangle (3, 3), moved into the triangle.

    Source: Möller & Trumbore, "Fast, minimum storage ray/triangle intersection", 1997, equation 6.
    """
    a, ab, ac = corners[0], corners[1] - corners[0], corners[2] - corners[0]
    across = np.cross(ray.direction, ac)
    determinant = float(ab @ across)
    if determinant == 0:  # Seen edge-on: any point of the face is as good.
        return 1 / 3, 1 / 3
    offset = ray.origin - a
    u = float(np.clip(offset @ across / determinant, 0, 1))
    v = float(np.clip(ray.direction @ np.cross(offset, ab) / determinant, 0, 1 - u))
    return u, v
