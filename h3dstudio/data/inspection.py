"""Everything that can be said about a scan without reconstructing it: all problems, not just the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from h3dstudio.data.images import load_view
from h3dstudio.data.landmarks import H3DS_LANDMARKS
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.pixel_checks import all_full, check_pixels
from h3dstudio.data.readers import read_scan
from h3dstudio.data.regions import read_region
from h3dstudio.data.scan import LoadedView, Problem, Scan, View
from h3dstudio.data.scan_landmarks import doubted_landmarks
from h3dstudio.data.truth_frame import truth_misfit, truth_outside_masks
from h3dstudio.data.view_consistency import ViewConsistency, check_consistency
from h3dstudio.errors import H3DError, ScanError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity

MASK_STEP = 8  # every 8th pixel both ways is enough to place a silhouette
DOUBTFUL, OUTSIDE = 0.1, 0.5  # shares of the silhouettes outside the unit sphere
SMALLEST_HEAD, LARGEST_HEAD = 0.005, 0.98  # shares of the photo that a mask may cover


@dataclass(frozen=True)
class Inspection:
    """What was found. `scan` is None when it cannot be read; then a fatal problem says why.

    Attributes:
        foreground: mean share of the photos that the masks cover, 0..1.
        consistency: how well masks, cameras and photos agree; None where no pixels were read.
        region_sizes: region name -> number of vertices.
    """

    path: Path
    scan: Scan | None
    problems: tuple[Problem, ...]
    mesh: TriangleMesh | None = None
    foreground: float | None = None
    consistency: ViewConsistency | None = None
    region_sizes: tuple[tuple[str, int], ...] = ()

    @property
    def fatal(self) -> bool:
        return any(problem.fatal for problem in self.problems)


def inspect_scan(path: Path, *, pixels: bool = True) -> Inspection:
    """Read the scan at `path` and list every problem; never raises for what a user's files hold.

    Args:
        pixels: also decode every photo and mask, and read the ground truth and regions.
    """
    try:
        scan = read_scan(path)
    except ScanError as error:
        others = [problem for problem in error.problems if isinstance(problem, Problem)]
        return Inspection(path, None, (_problem(error, fatal=True), *others))
    problems = list(scan.problems)
    if not pixels:
        return Inspection(path, scan, tuple(problems))
    loaded, broken = _load_all(scan.views)
    problems += broken
    if not loaded:
        problems.append(Problem(str(scan.root), "no view of this scan can be loaded", fatal=True))
    agreement = check_consistency(loaded, scan)
    problems += [*agreement.problems, *check_views(loaded, scan.unit_sphere, explained=agreement.explained)]
    mesh, doubts = _ground_truth(scan, loaded if agreement.cause is None else ())
    sizes, region_doubts = _regions(scan, mesh)
    problems += [*doubts, *region_doubts]
    share = float(np.mean([view.mask.mean() for view in loaded])) if loaded else None
    return Inspection(path, scan, tuple(problems), mesh, share, agreement, sizes)


def check_views(
    views: Sequence[LoadedView], unit_sphere: Similarity, *, explained: bool = False
) -> list[Problem]:
    """Masks that cannot be a head's silhouette, and silhouettes that lie outside the unit sphere.

    A reconstruction sees nothing outside that sphere, so a head outside it is a fatal problem.

    Args:
        explained: why the views disagree is named; silhouettes outside the sphere are no news then.
    """
    problems, every = check_pixels(views, explained=explained), all_full(views)
    outside = []
    for view in views:
        share = float(view.mask.mean())
        where = str(view.view.mask_path)
        if share > LARGEST_HEAD:
            if not every:
                problems.append(
                    Problem(where, f"the mask covers {share:.0%} of the photo, expected the head alone")
                )
            continue  # it says nothing about where the head is
        if share < SMALLEST_HEAD:
            problems.append(Problem(where, f"the mask covers only {share:.2%} of the photo"))
        outside.append(_share_outside(view, unit_sphere))
        if outside[-1] > 0.999 and not explained:
            problems.append(
                Problem(
                    where,
                    "the mask and the unit sphere do not meet in this view",
                    "Check that this camera, mask and photo belong together",
                )
            )
    mean = float(np.mean(outside)) if outside else 0.0
    if mean > DOUBTFUL and not explained:
        problems.append(
            Problem(
                str(views[0].view.mask_path.parent),
                f"{mean:.0%} of the head's silhouettes lie outside the unit sphere "
                f"(radius {unit_sphere.scale:.4g} mm)",
                "Set scale_mat_i to a sphere that holds the head, in the units of world_mat_i",
                fatal=mean > OUTSIDE,
            )
        )
    return problems


def grouped(problems: Sequence[Problem]) -> list[tuple[Problem, int]]:
    """Problems that say the same of many files as one, with their number, in order of appearance."""
    groups: dict[tuple[str, str, bool], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.what, problem.remedy, problem.fatal), []).append(problem)
    return [(same[0], len(same)) for same in groups.values()]


def _share_outside(view: LoadedView, sphere: Similarity) -> float:
    """Share of the silhouette whose rays miss the unit sphere."""
    rows, columns = np.nonzero(view.mask[::MASK_STEP, ::MASK_STEP])
    if not len(rows):
        rows, columns = (axis // MASK_STEP for axis in np.nonzero(view.mask))
    pixels = np.column_stack([columns, rows]) * float(MASK_STEP)
    origins, directions = view.view.camera.rays(pixels)
    offset = sphere.translation - origins
    along = np.einsum("ij,ij->i", offset, directions)
    distance = np.linalg.norm(offset - along[:, None] * directions, axis=1)
    within = np.linalg.norm(offset, axis=1) <= sphere.scale
    return float(1.0 - np.mean((distance <= sphere.scale) & ((along > 0) | within)))


def _problem(error: H3DError, *, fatal: bool = False) -> Problem:
    return Problem(str(error.where or ""), error.problem, error.remedy, fatal)


def _load_all(views: Sequence[View]) -> tuple[list[LoadedView], list[Problem]]:
    from concurrent.futures import ThreadPoolExecutor

    def attempt(view: View) -> LoadedView | Problem:
        try:
            return load_view(view)
        except H3DError as error:
            return _problem(error)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, views))
    loaded = [result for result in results if isinstance(result, LoadedView)]
    return loaded, [result for result in results if isinstance(result, Problem)]


def _ground_truth(scan: Scan, views: Sequence[LoadedView]) -> tuple[TriangleMesh | None, list[Problem]]:
    """The mesh, and what is wrong with it; `views` agree with one another."""
    if scan.ground_truth is None:
        return None, []
    try:
        mesh = read_mesh(scan.ground_truth)
    except H3DError as error:
        return None, [_problem(error)]
    misfit = truth_misfit(mesh.vertices, scan.unit_sphere, scan.ground_truth) or truth_outside_masks(
        mesh.vertices, views, scan.ground_truth
    )
    problems = [] if misfit is None else [misfit]
    doubt = doubted_landmarks(scan, mesh)
    problems += [] if doubt is None else [doubt]
    missing = [name for name in H3DS_LANDMARKS if name not in scan.landmarks]
    if scan.landmarks and missing:
        problems.append(
            Problem(str(scan.root / "landmarks.txt"), f"landmarks are missing: {', '.join(missing)}")
        )
    return mesh, problems


def _regions(scan: Scan, mesh: TriangleMesh | None) -> tuple[tuple[tuple[str, int], ...], list[Problem]]:
    sizes, problems = [], []
    for name, file in scan.regions.items():
        try:
            sizes.append((name, len(read_region(file, None if mesh is None else len(mesh.vertices)))))
        except H3DError as error:
            problems.append(_problem(error))
    return tuple(sizes), problems
