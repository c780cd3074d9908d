"""Picks at one scale factor and says how far the points lie off the cursor's ray: run by `test_picking`.

The view looks through a photo's camera, so that the true ray is that camera's, by another hand than VTK's.
"""

from __future__ import annotations

import json

import numpy as np


def main() -> None:
    from h3dstudio.gui.app import make_application

    application = make_application()
    from h3dstudio.gui.viewport.mesh_view import MeshView
    from h3dstudio.gui.viewport.picking import Picker
    from h3dstudio.gui.viewport.sink import RECONSTRUCTION
    from tests.gui.fakes import bumpy_sphere

    view = MeshView()
    view.resize(604, 444)  # Whole device pixels at every factor, so that a photo's pixels are known exactly.
    view.show()
    for _ in range(50):
        application.processEvents()
    view.show_mesh(RECONSTRUCTION, bumpy_sphere(1))
    camera, size = photo_camera()
    view.look_through(camera, size, None)
    ratio = view.plotter.devicePixelRatioF()
    device = np.array(view.plotter.render_window.GetSize())
    picker, far = Picker(view), []
    for x, y in cursors(view.width(), view.height(), ratio):
        pick = picker.pick(x, y)
        hit_far = 0.0
        # Photo pixels fill the picture's smaller side; its middle is the photo's.
        scale = min(device / size)
        pixel = (np.array([x, y]) * ratio + 0.5 - device / 2) / scale + (np.array(size) - 1) / 2
        origin, direction = (each[0] for each in camera.rays(pixel[None]))
        ray = picker.ray(x, y)
        ray_far = float(np.linalg.norm(np.cross(ray.direction, direction)))
        if pick is not None:
            hit_far = float(np.linalg.norm(np.cross(pick.point.array - origin, direction)))
        far.append((pick is not None, hit_far, ray_far))
    hits = [hit for met, hit, _ in far if met]
    print(json.dumps({
        "ratio": ratio, "hits": len(hits), "of": len(far),
        "mm": max(hits), "sine": max(sine for *_, sine in far),
    }))  # fmt: skip
    view.close_view()


def photo_camera() -> tuple[object, tuple[int, int]]:
    """A camera whose middle is off, as real ones are."""
    from h3dstudio.geometry.camera import Camera
    from tests.unit.data.tiny_scan import HEIGHT, WIDTH, world_mat

    camera = Camera.from_projection(world_mat(20.0))
    intrinsics = camera.intrinsics.copy()
    intrinsics[:2, 2] += [1.7, -0.9]
    return Camera(intrinsics, camera.rotation, camera.translation), (WIDTH, HEIGHT)


def cursors(wide: int, high: int, ratio: float) -> list[tuple[float, float]]:
    """Device pixels all over the view, as Qt tells them: divided by the ratio."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, [int(wide * ratio), int(high * ratio)], (300, 2))
    return [(float(x), float(y)) for x, y in pixels / ratio]


if __name__ == "__main__":
    main()
