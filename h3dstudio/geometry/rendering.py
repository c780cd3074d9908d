"""Pictures of meshes by ray casting: no display, no OpenGL, the same pixels on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.fragments import Fragments, cast_fragments
from h3dstudio.geometry.mesh import TriangleMesh

if TYPE_CHECKING:
    from h3dstudio.geometry.raycasting import RayCaster

RgbImage = NDArray[np.uint8]
Rgb = tuple[int, int, int]

PAPER: Rgb = (243, 242, 240)
CLAY = np.array([0.60, 0.555, 0.51])  # linear albedo, a warm grey
INSIDE = np.array([0.30, 0.27, 0.26])  # what is seen from behind, through an opening

# Studio lights in camera axes (x right, y down, z forward), direction *towards* the light, with a
# linear strength: a soft key beside the camera, a weak fill, a rim from behind.
KEY = (np.array([-0.45, -0.55, -0.70]), 0.95)
FILL = (np.array([0.75, -0.05, -0.65]), 0.16)
SHEET_RAYS = 2
"""Per pixel and axis of the sheet's pictures."""
COLUMNS_TOGETHER = 2

RIM_STRENGTH, AMBIENT_SKY, AMBIENT_GROUND = 0.22, 0.15, 0.05


@dataclass(frozen=True, eq=False)
class DepthAndNormals:
    """What a camera sees of a mesh, per pixel.

    Attributes:
        depth: (H, W) mm along the optical axis, inf where the mesh is not seen.
        normals: (H, W, 3) unit world normals on the camera's side, 0 where the mesh is not seen.
        mask: (H, W) bool.
    """

    depth: NDArray[np.float64]
    normals: NDArray[np.float64]
    mask: NDArray[np.bool_]


def depth_and_normals(
    mesh: TriangleMesh, camera: Camera, size: tuple[int, int], *, caster: RayCaster | None = None
) -> DepthAndNormals:
    """Depth and smooth normals of `mesh` at the pixel centres of an image of `size` (width, height)."""
    seen = cast_fragments(mesh, camera, size, caster=caster)
    return DepthAndNormals(seen.image(seen.depth, np.inf), seen.image(seen.normal), seen.mask())


def render_mesh(
    mesh: TriangleMesh,
    camera: Camera,
    size: tuple[int, int],
    *,
    colors: Literal["shaded", "vertex"] = "shaded",
    background: Rgb = PAPER,
    supersample: int = 1,
    caster: RayCaster | None = None,
) -> RgbImage:
    """A picture (H, W, 3) uint8 sRGB of `mesh`.

    Args:
        size: (width, height) pixels.
        colors: "shaded" = clay under a soft studio light; "vertex" = the vertex colours as they are
            (they hold the light of the photos), clay where the mesh has none.
        supersample: rays per pixel and axis.
        caster: of the same mesh, when several pictures of it are made.
    """
    fine_size = (size[0] * supersample, size[1] * supersample)
    seen = cast_fragments(mesh, camera.scaled(supersample), fine_size, caster=caster)
    return _painted(seen, mesh, camera, colors, background, supersample)


def _painted(
    seen: Fragments, mesh: TriangleMesh, camera: Camera, colors: str, background: Rgb, supersample: int
) -> RgbImage:
    """The picture of what is `seen` by `camera`, as of `render_mesh`."""
    if colors == "vertex" and mesh.colors is not None:
        values = seen.interpolate(mesh, mesh.colors.astype(np.float64))
    else:
        values = 255 * srgb(_studio(seen, camera))
    image = seen.image(values, np.array(background, dtype=np.float64))
    image = _box_average(image, supersample)
    return np.asarray(np.clip(image + 0.5, 0, 255), dtype=np.uint8)


def srgb(linear: NDArray[np.floating]) -> NDArray[np.float64]:
    """Linear light in [0, 1] -> sRGB in [0, 1] (IEC 61966-2-1), clipped."""
    x = np.clip(np.asarray(linear, dtype=np.float64), 0, 1)
    return np.asarray(np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055))


def linear_light(encoded: NDArray[np.floating]) -> NDArray[np.float64]:
    """sRGB in [0, 1] -> linear light in [0, 1] (IEC 61966-2-1)."""
    x = np.asarray(encoded, dtype=np.float64)
    return np.asarray(np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4))


def _studio(seen: Fragments, camera: Camera) -> NDArray[np.float64]:
    """Clay under the studio lights: fragments -> linear (N, 3)."""
    normal = seen.normal @ camera.rotation.T
    view = seen.view @ camera.rotation.T
    up = -normal[:, 1]
    light = AMBIENT_GROUND + (AMBIENT_SKY - AMBIENT_GROUND) * (0.5 + 0.5 * up)
    gloss = np.zeros(len(seen))
    for towards, strength in (KEY, FILL):
        direction = towards / np.linalg.norm(towards)
        # Wrapped Lambert: a large soft source reaches around the form instead of cutting it.
        light += strength * np.clip(0.3 + 0.7 * normal @ direction, 0, 1) ** 1.5
        half = direction + view
        half /= np.linalg.norm(half, axis=1, keepdims=True)
        gloss += strength * np.clip(np.einsum("ij,ij->i", normal, half), 0, 1) ** 24
    facing = np.clip(np.einsum("ij,ij->i", normal, view), 0, 1)
    rim = RIM_STRENGTH * (1 - facing) ** 3 * (0.4 + 0.6 * np.clip(up, 0, 1))
    albedo = np.where(seen.backside[:, None], INSIDE, CLAY)
    return np.asarray(albedo * light[:, None] + (0.09 * gloss + rim)[:, None])


def _box_average(image: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
    """(H f, W f, C) -> (H, W, C)."""
    if factor == 1:
        return image
    height, width, channels = image.shape
    blocks = image.reshape(height // factor, factor, width // factor, factor, channels)
    return np.asarray(blocks.mean(axis=(1, 3)))


# --- the sheet that ends a reconstruction -----------------------------------------------------------


def preview_sheet(
    mesh: TriangleMesh, photos_and_cameras: Sequence[tuple[RgbImage, Camera]], *, cell: int = 360
) -> RgbImage:
    """One picture (H, W, 3): the mesh from the front, three-quarter and in profile beside the photos.

    Columns are views, rows are photo, vertex colours (if any) and clay, rendered with the photo's own
    camera. Where no photo is left for a column, the first camera is turned around the head instead.

    Args:
        photos_and_cameras: the used views, the frontal one first; photos (H, W, 3) uint8 sRGB.
        cell: height of each picture in pixels.
    """
    from h3dstudio.geometry.raycasting import RayCaster

    views = _three_views(mesh, photos_and_cameras)
    caster, normals = RayCaster(mesh), mesh.vertex_normals()
    with ThreadPoolExecutor(COLUMNS_TOGETHER) as pool:
        columns = list(pool.map(lambda view: _column(view, caster, normals, cell), views))
    rows = ["photo", "mesh", "shape"] if mesh.colors is not None else ["photo", "shape"]
    return _compose(columns, rows, cell)


@dataclass(frozen=True, eq=False)
class _SheetView:
    name: str
    photo: RgbImage | None
    camera: Camera
    size: tuple[int, int]


def _three_views(mesh: TriangleMesh, views: Sequence[tuple[RgbImage, Camera]]) -> list[_SheetView]:
    """The first view, and those nearest to 45 and 90 degrees beside it."""
    if not views:
        return []
    cameras = [camera for _, camera in views]
    azimuth = relative_azimuths(cameras)
    chosen, left = [0], list(range(1, len(views)))
    for wanted in (45.0, 90.0):
        if left:
            # Of two equally good ones, the one farther from what is chosen shows more.
            def cost(i: int, wanted: float = wanted) -> float:
                gap = min(abs(_wrap(azimuth[i] - azimuth[j])) for j in chosen)
                return float(abs(abs(azimuth[i]) - wanted) - 0.25 * min(gap, 90.0))

            best = min(left, key=cost)
            chosen.append(best)
            left.remove(best)
    out = []
    for i in chosen:
        photo, camera = views[i]
        size = (photo.shape[1], photo.shape[0])
        out.append(_SheetView(_view_name(azimuth[i], first=i == 0), photo, camera, size))
    middle = (mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0)) / 2
    for degrees in (45.0, 90.0)[len(out) - 1 :]:
        turned = orbit(cameras[0], middle, degrees)
        out.append(_SheetView(_view_name(degrees, first=False), None, turned, out[0].size))
    return out


def relative_azimuths(cameras: Sequence[Camera]) -> NDArray[np.float64]:
    """Degrees (N,) in (-180, 180] by which each camera is turned around the head from the first one.

    Positive = the camera moved towards its own right. "Up" is the mean of the cameras' own.
    """
    up = -np.mean([camera.rotation[1] for camera in cameras], axis=0)
    up /= max(np.linalg.norm(up), 1e-12)
    back = np.array([-camera.forward for camera in cameras])
    back -= (back @ up)[:, None] * up
    side = np.cross(up, back[0])
    return np.asarray(np.degrees(np.arctan2(back @ side, back @ back[0])))


def orbit(camera: Camera, center: NDArray[np.floating], degrees: float) -> Camera:
    """The camera turned about its own up axis through `center` (3,), towards its own right."""
    angle, axis = np.radians(degrees), -camera.rotation[1]
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    rotation = camera.rotation @ turn.T
    position = center + turn @ (camera.center - center)
    return Camera(camera.intrinsics, rotation, -rotation @ position)


def _wrap(degrees: float) -> float:
    return float((degrees + 180) % 360 - 180)


def _view_name(azimuth: float, *, first: bool) -> str:
    if first:
        return "front"
    size = abs(azimuth)
    name = "three-quarter" if size < 68 else "profile" if size < 113 else "back"
    return f"{name}, {azimuth:+.0f}\N{DEGREE SIGN}"


def _column(
    view: _SheetView, caster: RayCaster, normals: NDArray[np.float64], cell: int
) -> tuple[str, dict[str, RgbImage | None], int]:
    """(label, pictures by row name, width) of one view, all `cell` pixels high.

    Both pictures of the mesh are painted on the same rays.
    """
    from PIL import Image as Pillow

    factor = cell / view.size[1]
    width = max(1, round(view.size[0] * factor))
    camera, fine = view.camera.scaled(factor * SHEET_RAYS), (width * SHEET_RAYS, cell * SHEET_RAYS)
    pictures: dict[str, RgbImage | None] = {"photo": None}
    if view.photo is not None:
        photo = Pillow.fromarray(view.photo).resize((width, cell), Pillow.Resampling.LANCZOS)
        pictures["photo"] = np.asarray(photo)
    seen = cast_fragments(caster.mesh, camera, fine, caster=caster, normals=normals)
    for row, colors in (("mesh", "vertex"), ("shape", "shaded")):
        pictures[row] = _painted(seen, caster.mesh, camera, colors, PAPER, SHEET_RAYS)
    return view.name, pictures, width


def _compose(
    columns: list[tuple[str, dict[str, RgbImage | None], int]], rows: list[str], cell: int
) -> RgbImage:
    """Lay the pictures out on paper, with row and column labels in PIL's own font."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    gap, text = max(4, cell // 60), max(11, cell // 22)
    margin = 3 * text // 2 + gap
    width = margin + sum(column[2] + gap for column in columns) + gap
    height = margin + len(rows) * (cell + gap)
    sheet = Pillow.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=text)
    ink = (96, 92, 88)
    left = margin
    for name, pictures, column_width in columns:
        draw.text((left + column_width / 2, margin / 2), name, fill=ink, font=font, anchor="mm")
        for k, row in enumerate(rows):
            top = margin + k * (cell + gap)
            picture = pictures[row]
            if picture is None:
                place = (left + column_width / 2, top + cell / 2)
                draw.text(place, "no photo", fill=(180, 176, 172), font=font, anchor="mm")
            else:
                sheet.paste(Pillow.fromarray(picture), (left, top))
        left += column_width + gap
    for k, row in enumerate(rows):
        label = Pillow.new("RGB", (cell, margin), PAPER)
        place = (cell / 2, margin / 2)
        ImageDraw.Draw(label).text(place, row, fill=ink, font=font, anchor="mm")
        sheet.paste(label.rotate(90, expand=True), (0, margin + k * (cell + gap)))
    return np.asarray(sheet)
