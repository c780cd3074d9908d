"""A subject in, a scan folder in the H3DS layout out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.data.synthesis.cameras import camera_ring, head_axes, pixel_footprint, standard_view_lists
from h3dstudio.data.synthesis.lighting import studio
from h3dstudio.data.synthesis.noise import disturb_camera, disturb_mask, grow_mask, sensor_noise
from h3dstudio.data.synthesis.output import new_scan_folder, write_config, write_record
from h3dstudio.data.synthesis.population import draw_subject, is_population, read_population
from h3dstudio.data.synthesis.render import Photographer
from h3dstudio.data.synthesis.settings import SynthSettings
from h3dstudio.data.synthesis.subject import Subject
from h3dstudio.data.synthesis.texture import subject_albedo
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity

Report = Callable[[int, int, str], None]
"""Told (photos done, photos in all, what is being done)."""

REGION_RADII_MM = {"face": 130.0, "face_sphere": 95.0, "nose": 25.0}
PAINT_SPACING_MM = (0.3, 3.0)  # the finest paint has a grain of about 1 mm
UNIT_SPHERE_ROOM = 1.04  # the head fills the unit sphere up to this factor

# One stream of random numbers per purpose: adding noise to a scan leaves its head and light as they were.
SKIN, LIGHT, CAMERAS, CAMERA_NOISE, MASK_NOISE, IMAGE_NOISE = range(1, 7)


def load_subject(
    source: Path, settings: SynthSettings, *, landmarks: dict[str, int] | None = None, **mesh_options: str
) -> Subject:
    """A head drawn from a population (npz), or a head mesh.

    Args:
        landmarks, mesh_options: for a mesh, see `head_mesh.mesh_subject`.
    """
    if is_population(source):
        rng = np.random.default_rng(settings.seed)
        return draw_subject(read_population(source), rng, expression=settings.expression)
    from h3dstudio.data.synthesis.head_mesh import mesh_subject

    return mesh_subject(source, landmarks=landmarks, **mesh_options)


def synthesize(
    subject: Subject,
    out: Path,
    settings: SynthSettings,
    *,
    force: bool = False,
    source: str = "",
    report: Report = lambda done, total, what: None,
) -> Path:
    """Photograph `subject` and write the scan folder `out`, which appears whole or not at all.

    Args:
        force: an existing scan in `out` is replaced (its own files only).
        source: what to call the subject's source in `synth.json`.

    Raises OutputError when `out` is not empty or cannot be written.
    """
    with new_scan_folder(out, force=force) as folder:
        report(0, settings.views, "skin and light")
        sphere = bounding_sphere(subject.ground_truth)
        cameras = _cameras(subject, sphere, settings)
        masks: deque[NDArray[np.bool_]] = deque()
        lists = standard_view_lists(settings.views)
        write_h3ds_scan(
            folder,
            images=_photos(subject, cameras, settings, masks, report),
            masks=_taken(masks),
            cameras=_disturbed(cameras, settings),
            unit_sphere=sphere,
            # Micrometres: more digits would only make the file larger.
            mesh=subject.ground_truth.with_vertices(subject.ground_truth.vertices.round(3)),
            landmarks=subject.landmarks,
            regions={name: found.tolist() for name, found in regions(subject).items()},
            view_lists=lists,
            quality=settings.jpeg_quality,
        )
        if settings.camera_noise_degrees or settings.camera_noise_mm:
            matrices = {f"world_mat_{k}": to_4x4(camera.projection) for k, camera in enumerate(cameras)}
            np.savez(folder / "cameras_true.npz", allow_pickle=False, **matrices)
        write_config(folder, out.resolve().name, lists, settings.views)
        write_record(folder, {"source": source, "settings": asdict(settings)})
    return out


def _cameras(subject: Subject, sphere: Similarity, settings: SynthSettings) -> list[Camera]:
    return camera_ring(
        settings.views,
        sphere.translation,
        sphere.scale / UNIT_SPHERE_ROOM,
        head_axes(subject.up, subject.front),
        settings.size,
        _rng(settings, CAMERAS),
    )


def _photos(
    subject: Subject,
    cameras: list[Camera],
    settings: SynthSettings,
    masks: deque[NDArray[np.bool_]],
    report: Report,
) -> Iterator[NDArray[np.uint8]]:
    """Photos one by one; the mask of each is left in `masks`."""
    middle = subject.ground_truth.vertices.mean(axis=0)
    spacing = float(np.clip(0.6 * pixel_footprint(cameras, middle), *PAINT_SPACING_MM))
    photographer = Photographer(
        subject.mesh,
        subject_albedo(subject, settings.texture, _rng(settings, SKIN), spacing=spacing),
        studio(_rng(settings, LIGHT), turning=settings.turning_light),
        head_axes(subject.up, subject.front),
        cameras[0],
        supersample=settings.supersample,
    )
    for k, camera in enumerate(cameras):
        photo = photographer.take(camera, (settings.size, settings.size))
        mask = grow_mask(photo.mask, settings.mask_grow_px)
        masks.append(disturb_mask(mask, settings.mask_noise_px, _rng(settings, MASK_NOISE, k)))
        image = sensor_noise(photo.image, settings.image_noise, _rng(settings, IMAGE_NOISE, k))
        yield np.asarray(np.clip(np.rint(image), 0, 255), dtype=np.uint8)
        report(k + 1, len(cameras), "photos")


def _taken(masks: deque[NDArray[np.bool_]]) -> Iterator[NDArray[np.bool_]]:
    """The masks, as long as there are any: each photo leaves one before its mask is asked for."""
    while masks:
        yield masks.popleft()


def _disturbed(cameras: list[Camera], settings: SynthSettings) -> list[Camera]:
    degrees, mm = settings.camera_noise_degrees, settings.camera_noise_mm
    if not (degrees or mm):
        return cameras
    rng = _rng(settings, CAMERA_NOISE)
    return [disturb_camera(camera, degrees, mm, rng) for camera in cameras]


def to_4x4(projection: NDArray[np.float64]) -> NDArray[np.float64]:
    """A projection (3, 4) with the row 0 0 0 1, as camera files want it."""
    return np.vstack([projection, [0.0, 0.0, 0.0, 1.0]])


def bounding_sphere(mesh: TriangleMesh) -> Similarity:
    """The unit sphere -> the sphere around the mesh, with a little room (H3DS's scale_mat)."""
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    center = (low + high) / 2
    radius = float(np.linalg.norm(mesh.vertices - center, axis=1).max())
    return Similarity(UNIT_SPHERE_ROOM * radius, np.eye(3), center)


def regions(subject: Subject) -> dict[str, NDArray[np.intp]]:
    """Region name -> ground-truth vertices within its radius of the nose tip; none without landmarks."""
    if "nose_tip" not in subject.landmarks:
        return {}
    vertices = subject.ground_truth.vertices
    distance = np.linalg.norm(vertices - vertices[subject.landmarks["nose_tip"]], axis=1)
    return {name: np.flatnonzero(distance <= radius) for name, radius in REGION_RADII_MM.items()}


def _rng(settings: SynthSettings, *purpose: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, *purpose])
