"""One named mesh in the scene: one actor for its whole life, whatever meshes it shows."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk

from h3dstudio.errors import MeshError
from h3dstudio.geometry import color_scales as scale
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.gui.viewport.error_scale import ErrorScale
from h3dstudio.gui.viewport.lod import StandIn
from h3dstudio.gui.viewport.sink import DisplayMode

_COLORS, _QUALITY, _NORMALS, _ERRORS = "colors", "confidence", "normal colors", "error"
_STEPS = 256
# Ambient, diffuse, specular: colours that mean something need less light of ours than clay; normals none.
_CLAY, _COLOURED, _FLAT = (0.06, 1.0, 0.14), (0.5, 0.85, 0.04), (1.0, 0.0, 0.0)


class MeshLayer:
    """An actor whose dataset is exchanged with each new mesh; topology may change freely."""

    def __init__(
        self, plotter: pv.BasePlotter, name: str, color: str, ground: str, error_scale: ErrorScale
    ) -> None:
        self.mesh: TriangleMesh | None = None
        self.errors: NDArray[np.float32] | None = None
        self._color, self._ground, self._scale = color, ground, error_scale
        self._mode = DisplayMode.SHADED
        self._stand_in: StandIn | None = None
        self._coarse = False
        self.visible = True
        self.dataset: Any = pv.PolyData()
        """The VTK mesh, whole, whatever is drawn while the camera moves."""
        self.actor = pv.Actor(mapper=pv.DataSetMapper(pv.PolyData()), name=name)
        plotter.add_actor(self.actor, name=name, reset_camera=False, render=False)
        self.actor.prop.interpolation = "phong"
        self.actor.prop.specular_power = 18
        self.actor.mapper.static = True
        self._table = error_table()
        self.actor.mapper.SetLookupTable(self._table)
        self.actor.mapper.UseLookupTableScalarRangeOn()
        self.rescale()

    def show(self, mesh: TriangleMesh, normals: NDArray[np.floating] | None) -> None:
        """Exchange the mesh; the actor stays, distances of the mesh before do not."""
        self.mesh, self.errors, self._stand_in = mesh, None, None
        self.dataset = polydata(mesh, normals)
        self._draw_it()

    def clear(self) -> None:
        """Show nothing."""
        self.mesh = self.errors = self._stand_in = None
        self.dataset = pv.PolyData()
        self._draw_it()

    def set_errors(self, distances: NDArray[np.floating] | None) -> None:
        """Distances (V,) mm of the mesh's vertices, NaN where not measured. Raises MeshError."""
        count = 0 if self.mesh is None else len(self.mesh.vertices)
        if distances is not None and np.shape(distances) != (count,):
            raise MeshError(f"distances have shape {np.shape(distances)}, expected ({count},)")
        self.errors = None if distances is None else np.abs(np.asarray(distances, dtype=np.float32))
        if self.errors is not None and len(self.dataset.points) == count:
            self.dataset.point_data[_ERRORS] = self.errors
        self._apply()

    @property
    def has_stand_in(self) -> bool:
        """Whether there is a coarse mesh to show while the camera moves."""
        return self._stand_in is not None

    def set_stand_in(self, made: StandIn) -> None:
        """Show this while `set_coarse`; it goes with the mesh it was made of."""
        self._stand_in = made
        self._draw_it()

    def cut(self, plane: tuple[NDArray[np.float64], NDArray[np.float64]] | None) -> None:
        """Hide what lies behind a plane: a point (3,) and a normal (3,)."""
        from vtkmodules.vtkCommonDataModel import vtkPlane

        self.actor.mapper.RemoveAllClippingPlanes()
        if plane is not None:
            made = vtkPlane()
            made.SetOrigin(*plane[0])
            made.SetNormal(*plane[1])
            self.actor.mapper.AddClippingPlane(made)

    def set_coarse(self, coarse: bool) -> None:
        """Show the stand-in, where there is one, or the whole mesh."""
        self._coarse = coarse
        self._draw_it()

    def _draw_it(self) -> None:
        array = self._array()
        coarse = self._coarse and self._stand_in is not None
        self.actor.mapper.dataset = _coarse(self.dataset, self._stand_in, array) if coarse else self.dataset
        self._apply()

    def rescale(self) -> None:
        """The error scale has another end."""
        self._table.SetRange(0.0, self._scale.clamp)
        self._apply()

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
        actor, mapper = self.actor, self.actor.mapper
        actor.visibility = self.visible
        wire = self._mode is DisplayMode.WIREFRAME
        # Hidden lines are hidden: a plain wireframe of a fine mesh is a blot.
        actor.prop.show_edges = wire
        actor.prop.edge_color = self._color
        actor.prop.edge_opacity = 0.75
        actor.prop.color = self._ground if wire else self._color
        array = self._array()
        mapper.SetScalarVisibility(array is not None)
        light = {None: _CLAY, _NORMALS: _FLAT}.get(array, _COLOURED)
        actor.prop.ambient, actor.prop.diffuse, actor.prop.specular = light
        if array is not None:
            mapper.SetScalarModeToUsePointFieldData()
            mapper.SelectColorArray(array)
            # Between vertices the distance is interpolated, not its colour: what is beyond ends sharply.
            mapper.SetInterpolateScalarsBeforeMapping(array == _ERRORS)
            (mapper.SetColorModeToMapScalars if array == _ERRORS else mapper.SetColorModeToDirectScalars)()

    def _array(self) -> str | None:
        """The colours that the mode asks for, where the mesh has them; None is clay."""
        if self.mesh is None or not len(self.dataset.points):
            return None
        if self._mode is DisplayMode.COLOURED and self.mesh.colors is not None:
            return _COLORS
        if self._mode is DisplayMode.CONFIDENCE and self.mesh.quality is not None:
            return _QUALITY
        if self._mode is DisplayMode.ERROR and self.errors is not None:
            return _ERRORS
        if self._mode is DisplayMode.NORMALS:
            if _NORMALS not in self.dataset.point_data:
                normals = np.asarray(self.dataset.point_data.active_normals)
                self.dataset.point_data[_NORMALS] = scale.normal_colors(normals)
            return _NORMALS
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


def _coarse(whole: Any, made: StandIn | None, array: str | None) -> Any:
    """The stand-in `made` with one array of the whole mesh."""
    assert made is not None
    points: Any = made.points
    faces: Any = made.faces
    out: Any = pv.PolyData.from_regular_faces(points, faces)
    out.point_data.active_normals = made.normals
    if array is not None:
        out.point_data[array] = np.asarray(whole.point_data[array])[made.vertices]
    return out


def error_table() -> Any:
    """The error scale as a VTK lookup table; its range is set apart."""
    from vtkmodules.vtkCommonCore import vtkLookupTable

    table = vtkLookupTable()
    rgba = np.full((_STEPS, 4), 255, dtype=np.uint8)
    rgba[:, :3] = scale.colors(np.linspace(0, 1, _STEPS), scale.ERROR)
    table.SetNumberOfTableValues(_STEPS)
    table.SetTable(numpy_to_vtk(rgba, deep=True))
    table.SetUseAboveRangeColor(True)
    table.SetAboveRangeColor(_rgba(scale.BEYOND))
    table.SetNanColor(_rgba(scale.UNMEASURED))
    return table


def _rgba(color: scale.Rgb) -> tuple[float, float, float, float]:
    red, green, blue = (channel / 255 for channel in color)
    return red, green, blue, 1.0
