"""One named mesh in the scene: one actor for its whole life, whatever meshes it shows."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.viewport.sink import DisplayMode

_COLORS = "colors"


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
        coloured = (
            self._mode is not DisplayMode.SHADED and self.mesh is not None and self.mesh.colors is not None
        )
        mapper.SetScalarVisibility(coloured and not wire)
        # Colours that were photographed need less light of ours than clay.
        actor.prop.ambient, actor.prop.diffuse, actor.prop.specular = (
            (0.5, 0.85, 0.04) if coloured and not wire else (0.06, 1.0, 0.14)
        )
        if coloured:
            mapper.SetScalarModeToUsePointFieldData()
            mapper.SelectColorArray(_COLORS)
            mapper.SetColorModeToDirectScalars()


def polydata(mesh: TriangleMesh, normals: NDArray[np.floating] | None = None) -> pv.PolyData:
    """A VTK mesh with vertex normals and colours."""
    if not len(mesh.vertices) or not len(mesh.faces):
        return pv.PolyData()
    vertices: Any = mesh.vertices.astype(np.float32)  # Half the traffic; 1e-5 mm.
    faces: Any = mesh.faces
    out: Any = pv.PolyData.from_regular_faces(vertices, faces)
    normals = mesh.vertex_normals() if normals is None else normals
    out.point_data.active_normals = np.ascontiguousarray(normals, dtype=np.float32)
    if mesh.colors is not None:
        out.point_data[_COLORS] = mesh.colors
    return cast(pv.PolyData, out)
