"""Whether the confidence means something: the error by its deciles, scan by scan.

    python -m tests.benchmarks.bench_confidence --scans draw01,draw02,draw03,draw05,draw07 --views 3
    python -m tests.benchmarks.bench_confidence --scans ../shared/h3ds_sample

Mean distance in mm of visible ground-truth vertices to the surface, by tenths of the confidence where they
meet it, from the least to the most certain; Spearman's rank correlation of the two; and the error that the
confidence stands for beside the true one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from h3dstudio.data.images import load_views
from h3dstudio.data.readers import read_scan
from h3dstudio.data.scan import Scan
from h3dstudio.data.view_lists import choose_views
from h3dstudio.evaluation.ground_truth import load_ground_truth
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.grid_solver.confidence import HALF
from h3dstudio.methods.h3d_grid import H3DGridSettings
from h3dstudio.methods.run import reconstruct
from tests.benchmarks import prior_scans
from tests.benchmarks.bench_prior import folders
from tests.benchmarks.measuring import confidence_deciles, errors_and_values
from tests.benchmarks.prior_scans import ScanPlan


def reconstructed(scan: Scan, views: str, marks: Mapping[str, NDArray[np.float64]]) -> TriangleMesh:
    """The head at standard quality, cameras as they are."""
    loaded = load_views(choose_views(scan, views))
    settings = H3DGridSettings(refine_cameras="off")
    stream = reconstruct(loaded, scan.unit_sphere, settings, landmarks=marks)
    while True:
        try:
            next(stream)
        except StopIteration as end:
            return end.value.mesh  # type: ignore[no-any-return]


def measured(scan: Scan, views: str) -> tuple[list[float], float, float, float]:
    """Deciles, rank correlation, the error that was expected and the true one, mm."""
    truth = load_ground_truth(scan)
    mesh = reconstructed(scan, views, {k: truth.mesh.vertices[v] for k, v in truth.landmarks.items()})
    assert mesh.quality is not None
    error, sure = errors_and_values(mesh, mesh.quality, truth)
    expected = HALF * np.sqrt(1 / np.clip(sure, 1e-6, 1) - 1)
    correlation = float(spearmanr(sure, error).statistic)
    deciles = confidence_deciles(mesh, mesh.quality, truth)
    return deciles, correlation, float(expected.mean()), float(error.mean())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    prior_scans.add_arguments(parser)
    parser.add_argument("--views", default="3", help="view list (3)")
    arguments = parser.parse_args()
    cache, rows = arguments.cache.expanduser(), []
    for name, source in folders(arguments.scans, arguments.population, cache, only_made=False):
        if isinstance(source, ScanPlan):
            source = prior_scans.make(source, arguments.population, cache)
        deciles, correlation, expected, true = measured(read_scan(source), arguments.views)
        rows.append(deciles)
        told = f"rank {correlation:+.2f}  expected {expected:.2f}, is {true:.2f}"
        print(f"{name:18} {_row(deciles)}  {told}", flush=True)
    print(f"{'mean':18} {_row(np.mean(rows, axis=0))}")


def _row(errors: Iterable[float]) -> str:
    return " ".join(f"{error:.2f}" for error in errors)


if __name__ == "__main__":
    main()
