"""A film of a head growing: meshes drawn one after the other from one camera, without a display."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.foreign_paths import path_in
from h3dstudio.data.json_text import read_json
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.jobs.events import Event, Log, Progress
from h3dstudio.jobs.job import JobStream, Request

if TYPE_CHECKING:
    from h3dstudio.geometry.camera import Camera
    from h3dstudio.geometry.mesh import TriangleMesh
    from h3dstudio.session.export.film_files import FilmWriter

Look = Literal["shaded", "vertex"]
LIGHT, DARK = (243, 242, 240), (30, 33, 40)
FRONT = (np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
"""Forward and up to see a head in the canonical frame: y up, face towards +z."""


@dataclass(frozen=True, eq=False)
class FilmJob:
    """Draw `frames` (mesh files, oldest first) and write `out` (.gif, .webp or .mp4).

    Attributes:
        camera: fitted to the last mesh from the front where None.
        size: (width, height) pixels.
        turn: degrees the camera goes around the head in the course of the film.
        look: "shaded" is clay, "vertex" the meshes' own colours.
    """

    frames: tuple[Path, ...]
    out: Path
    camera: Camera | None = None
    size: tuple[int, int] = (640, 640)
    fps: float = 8.0
    turn: float = 0.0
    look: Look = "vertex"
    background: tuple[int, int, int] = LIGHT
    front: tuple[NDArray[np.float64], NDArray[np.float64]] = FRONT

    def events(self) -> JobStream:
        """Returns the written path. A frame that cannot be read is left out, and said to be.

        Raises OutputError when none is left, or when the film cannot be written.
        """
        from h3dstudio.session.export.film_files import film_writer

        writer = film_writer(self.out, self.fps)
        try:
            yield from self._draw(writer)
            writer.finish()
        except BaseException:
            writer.abandon()
            raise
        return self.out

    def _draw(self, writer: FilmWriter) -> Generator[Event, Request | None, None]:
        drawn, count = 0, len(self.frames)
        camera: Camera | None = None
        for number, path in enumerate(self.frames):
            request = yield Progress(number, count, "drawing the film")
            if request is Request.FINISH and drawn:
                break
            try:
                mesh = read_any(path)
                camera = camera or self.camera or self._fit(read_any(self.frames[-1]))
            except H3DError as error:
                yield Log(f"A mesh is left out of the film: {error}", "warning")
                continue
            writer.add(self._picture(mesh, camera, self.turn * number / max(1, count - 1)))
            drawn += 1
        if not drawn:
            raise OutputError("there is no mesh to make a film of", where=self.out)
        yield Progress(count, count, "writing the film")

    def _picture(self, mesh: TriangleMesh, camera: Camera, degrees: float) -> NDArray[np.uint8]:
        from h3dstudio.geometry.rendering import orbit, render_mesh

        middle = (mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0)) / 2
        turned = orbit(camera, middle, degrees) if degrees else camera
        return render_mesh(
            mesh, turned, self.size, colors=self.look, background=self.background, supersample=2
        )

    def _fit(self, mesh: TriangleMesh) -> Camera:
        from h3dstudio.geometry.framing import fitting_camera

        return fitting_camera(mesh.vertices, *self.front, self.size)


def read_any(path: Path) -> TriangleMesh:
    """A mesh file, or a frame of the timeline. Raises MeshError."""
    from h3dstudio.data.frame_files import read_frame
    from h3dstudio.data.mesh_files import read_mesh

    return read_frame(path) if path.suffix == ".npz" else read_mesh(path)


def run_frames(run: Path) -> tuple[Path, ...]:
    """The meshes that the run in folder `run` has kept, oldest first, its result last. Raises OutputError."""
    from h3dstudio.data.run_folder import RunFolder

    folder = RunFolder(run)
    frames = sorted(folder.snapshots.glob("mesh_*.ply")) if folder.snapshots.is_dir() else []
    if folder.mesh.is_file():
        frames.append(folder.mesh)
    if not frames:
        raise OutputError(
            "there are no meshes of a run in this folder",
            where=run,
            remedy="Name the folder that `h3dstudio reconstruct` wrote, with snapshots/ in it",
        )
    return tuple(frames)


def run_front(run: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forward and up to see the head of the run in folder `run`: as the first photo it used did.

    Where its scan cannot be read any more, as for a head in the canonical frame.
    """
    from h3dstudio.data.readers import read_scan

    with suppress(OSError, ValueError, KeyError, TypeError, H3DError):
        about = read_json(run / "run.json")
        scan, used = read_scan(path_in(run, about["scan_folder"])), about["inputs"]["views"]
        return front_of([view.camera for view in scan.views], scan.view(int(used[0])).camera)
    return FRONT


def front_of(cameras: Sequence[Camera], first: Camera) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forward of `first`, and the mean up of all cameras made perpendicular to it; unit (3,) each."""
    return first.forward, upright(np.mean([-one.rotation[1] for one in cameras], axis=0), first.forward)


def upright(up: NDArray[np.float64], forward: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) `up` made perpendicular to `forward`, unit length; any perpendicular where they are parallel."""
    out = up - forward * float(up @ forward)
    if np.linalg.norm(out) < 1e-6:
        out = np.cross(forward, np.roll(forward, 1) + np.array([0.1, 0.0, 0.0]))
    return np.asarray(out / np.linalg.norm(out))
