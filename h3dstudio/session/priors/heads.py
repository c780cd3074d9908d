"""Jobs on a head prior: draw heads from it, fit it to a mesh or a point cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import H3DError, OutputError, PriorError, UsageError
from h3dstudio.geometry.transforms import Similarity

if TYPE_CHECKING:
    from h3dstudio.geometry.mesh import TriangleMesh
    from h3dstudio.priors.head_prior import HeadPrior
    from h3dstudio.priors.point_fit import PointFit

MOST_SAMPLES = 1000
FIT_POINTS = 12_000
NOSE_TIP, FACE_MM = "nose_tip", 95.0


def prior_path(path: Path | None) -> Path:
    """`path`, or the bundled prior's."""
    from h3dstudio.priors.load import bundled_prior

    return bundled_prior() if path is None else path


def write_samples(
    path: Path | None, out: Path, count: int, *, seed: int = 0, strength: float = 1.0, hair: bool = False
) -> Iterator[Path]:
    """Write `count` heads drawn from a prior as `out/head_000.ply`, ...; yields each path when it is there.

    They are bald unless `hair` is wanted and the prior knows any: its numbers are then drawn as heads with
    hair have them, the first one, the amount, positive. Head k depends on the seed and k alone. Raises
    UsageError, PriorError, OutputError; files that exist are not replaced.
    """
    import torch

    from h3dstudio.data.mesh_files import write_mesh
    from h3dstudio.priors.decode import decode
    from h3dstudio.priors.load import load_prior

    if not 1 <= count <= MOST_SAMPLES:
        raise UsageError(f"{count} heads were asked for, expected 1 to {MOST_SAMPLES}")
    if not 0 <= strength <= 5:
        raise UsageError(f"the strength is {strength:g}, expected 0 to 5")
    if seed < 0:
        raise UsageError(f"the seed is {seed}, expected 0 or more")
    files = [out / f"head_{k:03}.ply" for k in range(count)]
    _check_free(files)
    prior = load_prior(path)
    for k, file in enumerate(files):
        latent = strength * np.random.default_rng([seed, k]).standard_normal(prior.size)
        first = prior.size - prior.hair
        if prior.hair and hair:
            latent[first] = abs(latent[first])
        else:
            latent[first:] = 0
        mesh = decode(prior, torch.tensor(latent, dtype=torch.float32))
        _make_folder(out)
        write_mesh(file, mesh)
        yield file


def _check_free(files: list[Path]) -> None:
    taken = [file for file in files if file.exists()]
    if taken:
        raise OutputError(
            "there is a file of this name already", where=taken[0], remedy="Choose another --out"
        )


def _make_folder(folder: Path) -> None:
    from h3dstudio.data.atomic import output_error

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error


@dataclass(frozen=True, eq=False)
class FittedHead:
    """A prior fitted to a mesh or points.

    Attributes:
        mesh: the fitted head in the input's frame, mm.
        fit: latent and pose.
        landmarks: (68, 3) mm in the input's frame.
        distances: (N,) mm, of the points that were fitted to `mesh`.
        points: (N, 3) mm.
    """

    mesh: TriangleMesh
    fit: PointFit
    landmarks: NDArray[np.float64]
    distances: NDArray[np.float64]
    points: NDArray[np.float64]


def fit_mesh(
    prior: HeadPrior,
    mesh: TriangleMesh,
    landmarks: Mapping[str, NDArray[np.floating]],
    reference: TriangleMesh | None,
) -> FittedHead:
    """Fit `prior` to what can be seen of a head mesh or point cloud (mm).

    Args:
        landmarks: name -> point (3,), the six of H3DS or 0 to 67; empty: the pose is found by registration.
        reference: the mean head for that registration.

    Raises PriorError, LandmarkError.
    """
    from h3dstudio.data.population.canonical import known_landmarks, pose_by_landmarks, pose_by_shape
    from h3dstudio.geometry.raycasting import RayCaster
    from h3dstudio.priors.decode import decode
    from h3dstudio.priors.point_fit import fit_points

    points = visible_points(mesh)
    if landmarks:
        start = pose_by_landmarks(landmarks)
    elif reference is not None and len(mesh.faces):
        start = pose_by_shape(mesh, reference)
    else:
        raise PriorError("a point cloud has no pose of its own", remedy="Give its landmarks with --landmarks")
    fit = fit_points(prior, points, start=start, landmarks=known_landmarks(landmarks))
    back = fit.head.pose.inverse()
    head = decode(prior, fit.head.latent)
    head = head.with_vertices(back.apply(head.vertices))
    marks, _ = prior.landmarks(fit.head.latent)
    return FittedHead(
        head, fit, back.apply(marks.cpu().numpy()), RayCaster(head).closest(points).distance, points
    )


def visible_points(mesh: TriangleMesh) -> NDArray[np.float64]:
    """(N, 3) mm: points of the surface that can be seen from around it; all points of a point cloud."""
    from h3dstudio.data.synthesis.visibility import seen_points
    from h3dstudio.geometry.raycasting import RayCaster
    from h3dstudio.geometry.sampling import sample_surface

    if not len(mesh.faces):
        return mesh.vertices
    samples = sample_surface(mesh, 2 * FIT_POINTS)
    caster = RayCaster(mesh)
    seen = seen_points(caster, samples.points, caster.normals[samples.face])
    if seen.sum() < 50:  # turned inside out
        seen = seen_points(caster, samples.points, -caster.normals[samples.face])
    return np.random.default_rng(0).permutation(samples.points[seen])[:FIT_POINTS]


def fit_file(
    path: Path | None, source: Path, out: Path, *, landmarks: Path | None = None
) -> dict[str, object]:
    """Fit a prior to the mesh or point cloud in `source` and return what was measured.

    The fitted head is written to `out` in the source's frame and unit; a file there is not replaced. Raises
    PriorError, MeshError, LandmarkError, OutputError.
    """
    from h3dstudio.data.landmarks_on_mesh import landmark_points
    from h3dstudio.data.mesh_files import read_mesh, write_mesh
    from h3dstudio.data.synthesis.head_mesh import UNITS, detect_unit
    from h3dstudio.priors.linear.mean_head import bundled_mean_head
    from h3dstudio.priors.load import load_prior

    _check_free([out])
    read = read_mesh(source, allow_no_faces=True)
    unit = detect_unit(read.vertices, source)
    mesh = read.with_vertices(read.vertices * UNITS[unit])
    marks = {} if landmarks is None else landmark_points(landmarks, read)
    marks = {name: point * UNITS[unit] for name, point in marks.items()}
    prior = load_prior(path)
    try:
        reference = None if marks else bundled_mean_head()
        found = fit_mesh(prior, mesh, marks, reference)
    except H3DError as error:
        raise type(error)(error.problem, where=error.where or source, remedy=error.remedy) from error
    _make_folder(out.parent)
    write_mesh(out, found.mesh.with_vertices(found.mesh.vertices / UNITS[unit]))
    return {**_figures(found, marks), "unit": unit, "file": str(out)}


def _figures(found: FittedHead, marks: Mapping[str, NDArray[np.floating]]) -> dict[str, object]:
    latent = found.fit.head.latent.double().cpu().numpy()
    figures: dict[str, object] = {
        "distance mm": float(found.distances.mean()),
        "distance mm, median": float(np.median(found.distances)),
        "distance mm, 95 %": float(np.percentile(found.distances, 95)),
    }
    nose = marks.get(NOSE_TIP, found.landmarks[30])
    face = np.linalg.norm(found.points - nose, axis=1) < FACE_MM
    if face.any():
        figures["distance mm, face"] = float(found.distances[face].mean())
    pose: Similarity = found.fit.head.pose
    # 1 for a head as likely as an average draw: |z|^2 has expectation K.
    figures["latent's length"] = float(np.linalg.norm(latent) / np.sqrt(len(latent)))
    figures["scale"] = float(1 / pose.scale)
    return figures
