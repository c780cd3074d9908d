"""How long it takes to read a scan and load all its photos and masks.

    python tests/benchmarks/bench_load.py [SCAN_OR_DATASET]

The bound is 3 s for 66 views of 512x512. Each figure is the first load in this process and the best of five;
the ground truth is parsed separately, because a reconstruction does not need it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from h3dstudio.data.images import load_views
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import find_scans, read_scan

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "h3ds_sample"
REPEATS = 5


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    for folder in find_scans(root):
        read, load = [], []
        for _ in range(REPEATS):
            start = time.perf_counter()
            scan = read_scan(folder)
            middle = time.perf_counter()
            views = load_views(scan.views)
            read.append(middle - start)
            load.append(time.perf_counter() - middle)
        both = [a + b for a, b in zip(read, load, strict=True)]
        print(
            f"{scan.name}: {len(views)} views; read {read[0]:.3f} s (best {min(read):.3f}), "
            f"load {load[0]:.3f} s (best {min(load):.3f}), together {both[0]:.3f} s (best {min(both):.3f})"
        )
        if scan.ground_truth is not None:
            start = time.perf_counter()
            mesh = read_mesh(scan.ground_truth)
            print(f"  ground truth: {len(mesh.vertices)} vertices in {time.perf_counter() - start:.3f} s")


if __name__ == "__main__":
    main()
