"""Accuracy, time and memory of reconstructions against ground truth.

    python -m tests.benchmarks.bench_accuracy ../shared/h3ds_sample --views 3,8,32 [--quality Q] [--method M]

Prints, for every scan and view list, the strict distance (ground-truth vertices that any camera of the scan
sees -> surface, no alignment) on face and head in mm, seconds of wall clock from loaded photos to mesh,
seconds to the first mesh, and peak memory; beside them the prototype's figures, where there are some.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from h3dstudio.methods.h3d_grid import H3DGridSettings

REFERENCE = {
    ("5a3c0e11d2b47f01", "3"): (0.42, 4.01, 0.45, 4.5),
    ("5a3c0e11d2b47f01", "8"): (0.42, 0.89, 0.42, 1.0),
    ("5a3c0e11d2b47f01", "32"): (0.35, 0.59, 0.36, 0.65),
    ("5a3c0e11d2b47f02", "3"): (1.45, 4.51, 1.3, 4.5),
    ("5a3c0e11d2b47f02", "8"): (1.09, 1.75, 1.0, 1.7),
    ("5a3c0e11d2b47f02", "32"): (0.83, 0.93, 0.8, 0.95),
}
"""(scan, views) -> prototype face, head; target face, head; hull grid, mm."""


def measure(scan_path: Path, views: str, settings: object) -> dict[str, object]:
    """Reconstruct once and compare."""
    from h3dstudio.data.images import load_views
    from h3dstudio.data.readers import read_scan
    from h3dstudio.data.view_lists import choose_views
    from h3dstudio.jobs.events import MeshSnapshot
    from h3dstudio.methods.run import reconstruct

    scan = read_scan(scan_path)
    started = time.monotonic()
    loaded = load_views(choose_views(scan, views))
    loading, begun = time.monotonic() - started, time.monotonic()
    first, stream = None, reconstruct(loaded, scan.unit_sphere, settings)  # type: ignore[arg-type]
    while True:
        try:
            event = next(stream)
        except StopIteration as stop:
            result = stop.value
            break
        if isinstance(event, MeshSnapshot) and first is None:
            first = time.monotonic() - begun
    seconds = time.monotonic() - begun
    face, head = strict_distances(scan, result.mesh)
    return {
        "scan": scan.name,
        "views": views,
        "face": face,
        "head": head,
        "seconds": seconds,
        "loading": loading,
        "first_mesh": first,
        "memory_gb": peak_memory(),
        "timings": result.timings,
        "iterations": result.iterations,
        "images": result.image_metrics,
    }


def strict_distances(scan, mesh) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """(face, head) mean distance of visible ground-truth vertices to the surface, mm."""
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.evaluation.strict import visible_vertices
    from h3dstudio.geometry.raycasting import RayCaster

    truth = read_mesh(scan.ground_truth)
    seen = visible_vertices(scan)
    distance = RayCaster(mesh).closest(truth.vertices[seen]).distance
    nose = truth.vertices[scan.landmarks["nose_tip"]]
    face = np.linalg.norm(truth.vertices[seen] - nose, axis=1) < 95
    return float(distance[face].mean()), float(distance.mean())


def peak_memory() -> float:
    """GB, of this process so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    from h3dstudio.data.readers import find_scans

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--views", default="3,8,32")
    parser.add_argument("--quality", default="standard")
    parser.add_argument("--method", default="hull-grid")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    settings = H3DGridSettings(method=arguments.method, quality=arguments.quality, seed=arguments.seed)
    rows = []
    print(f"{'scan':18} views   face   head    s   first  GB    prototype    target", flush=True)
    for path in (scan for root in arguments.paths for scan in find_scans(root)):
        for views in arguments.views.split(","):
            row = measure(path, views, settings)
            rows.append(row)
            reference = REFERENCE.get((str(row["scan"]), views))
            beside = "{:.2f}/{:.2f}    {:.2f}/{:.2f}".format(*reference) if reference else ""
            print(
                f"{row['scan']:18} {views:>5}  {row['face']:.3f}  {row['head']:.3f}  {row['seconds']:4.1f}  "
                f"{row['first_mesh']:4.1f}  {row['memory_gb']:.2f}  {beside}",
                flush=True,
            )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
