"""One named mesh in the scene: one actor for its whole life, whatever meshes it shows."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.viewport import scale
from h3dstudio.gui.viewport.sink import DisplayMode

_COLORS, _QUALITY = "colors", "confidence"


class MeshLayer:
    """An actor whose dataset is exchanged with each new mesh; topology may change freely."""

    def __init__(self, plotter: pv.BasePlotter, name: str, color: str, ground: str) -> None:
        self.mesh: TriangleMesh | None = None
        self._color, self._ground = color, ground
        self._mode = DisplayMode.SHADED
        self.visible = True
        self._actor = pv.Actor(mapper=pv.DataSetMapper(pv.PolyData()), name=name)
        plotter.add_actor(self._actor, name=name, reset_camera=False, render=False)
        self._actor.prop.interpolation = "phong"
        self._actor.prop.specular_power = 18
        self._actor.mapper.static = True
        self._apply()

    def show(self, mesh: TriangleMesh, normals: NDArray[np.floating] | None) -> None:
        """Exchange the mesh; the actor stays."""
        self.mesh = mesh
        self._actor.mapper.dataset = polydata(mesh, normals)
        self._apply()

    def clear(self) -> None:
        """Show nothing."""
        self.mesh = None
        self._actor.mapper.dataset = pv.PolyData()

    def style(
        self,
        *,
        mode: DisplayMode | None = None,
        color: str | None = None,
        ground: str | None = None,
        visible: bool | None = None,
    ) -> None:
        """Change how the layer is drawn."""
        self._mode = self._mode if mode is None else mode
        self._color = self._color if color is None else color
        self._ground = self._ground if ground is None else ground
        self.visible = self.visible if visible is None else visible
        self._apply()

    def _apply(self) -> None:
        actor, mapper = self._actor, self._actor.mapper
        actor.visibility = self.visible
        wire = self._mode is DisplayMode.WIREFRAME
        # Hidden lines are hidden: a plain wireframe of a fine mesh is a blot.
        actor.prop.show_edges = wire
        actor.prop.edge_color = self._color
        actor.prop.edge_opacity = 0.75
        actor.prop.color = self._ground if wire else self._color
        array = self._array()
        mapper.SetScalarVisibility(array is not None)
        # Colours that mean something need less light of ours than clay.
        actor.prop.ambient, actor.prop.diffuse, actor.prop.specular = (
            (0.06, 1.0, 0.14) if array is None else (0.5, 0.85, 0.04)
        )
        if array is not None:
            mapper.SetScalarModeToUsePointFieldData()
            mapper.SelectColorArray(array)
            mapper.SetColorModeToDirectScalars()

    def _array(self) -> str | None:
        """The colours that the mode asks for, where the mesh has them; None is clay."""
        if self.mesh is None:
            return None
        if self._mode is DisplayMode.COLOURED and self.mesh.colors is not None:
            return _COLORS
        if self._mode is DisplayMode.CONFIDENCE and self.mesh.quality is not None:
            return _QUALITY
        return None


def polydata(mesh: TriangleMesh, normals: NDArray[np.floating] | None = None) -> pv.PolyData:
    """A VTK mesh with vertex normals, its colours, and those of its confidence."""
    if not len(mesh.vertices) or not len(mesh.faces):
        return pv.PolyData()
    vertices: Any = mesh.vertices.astype(np.float32)  # Half the traffic; 1e-5 mm.
    faces: Any = mesh.faces
    out: Any = pv.PolyData.from_regular_faces(vertices, faces)
    normals = mesh.vertex_normals() if normals is None else normals
    out.point_data.active_normals = np.ascontiguousarray(normals, dtype=np.float32)
    if mesh.colors is not None:
        out.point_data[_COLORS] = mesh.colors
    if mesh.quality is not None:
        out.point_data[_QUALITY] = scale.colors(mesh.quality)
    return cast(pv.PolyData, out)
