"""The Python interface: reconstruct and evaluate a head from a notebook or a script.

import h3dstudio

head = h3dstudio.reconstruct("scan_folder", views=3)
print(head.evaluate().strict.face)
head.save("head.ply")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from h3dstudio.evaluation.evaluate import Evaluation
    from h3dstudio.geometry.mesh import TriangleMesh
    from h3dstudio.jobs.events import Event
    from h3dstudio.methods.result import ReconstructionResult


@dataclass(frozen=True, eq=False)
class Head:
    """A reconstructed head, in the scan's own frame and unit (mm).

    Attributes:
        mesh: vertices (V, 3), faces (F, 3), colours (V, 3), quality (V,): confidence from 0 to 1.
        landmarks: the six of H3DS by name, (3,) each; empty where the method suggests none.
        caveats: why the head may be wrong, in words.
        scan: folder that it was made from.
        scan_name: its name in that folder, where that is a dataset.
    """

    mesh: TriangleMesh
    landmarks: dict[str, NDArray[np.float64]]
    caveats: tuple[str, ...]
    scan: Path
    scan_name: str | None = None
    result: ReconstructionResult | None = field(default=None, repr=False)

    def evaluate(self, truth: str | Path | None = None) -> Evaluation:
        """Both protocols against a ground truth, in mm.

        Args:
            truth: a scan folder with `full_head.obj`; None takes the scan that the head was made from.

        Raises ScanError or EvaluationError where there is no ground truth that can be read.
        """
        from h3dstudio.data.readers import read_scan
        from h3dstudio.evaluation.evaluate import evaluate_scan

        scan = read_scan(self.scan, self.scan_name) if truth is None else read_scan(Path(truth))
        return evaluate_scan(scan, self.mesh)

    def save(self, path: str | Path) -> Path:
        """Write the mesh as PLY, OBJ, STL or GLB, by the name's ending. Raises OutputError."""
        from h3dstudio.data.mesh_files import write_mesh

        write_mesh(Path(path), self.mesh)
        return Path(path)


def reconstruct(
    scan: str | Path,
    *,
    views: int | str | None = None,
    method: str = "",
    scan_name: str | None = None,
    trust_cameras: bool = False,
    progress: Callable[[Event], object] | None = None,
    **settings: str | float | bool,
) -> Head:
    """Reconstruct the head of a scan folder, in this process.

    Args:
        scan: a scan folder, a dataset folder with `scan_name`, or "demo" for the bundled scan.
        views: how many photos, a view list's name, or numbers as "0,8,58"; None takes the scan's own list.
        method: id of a method, as `h3dstudio reconstruct --help` lists them; "" takes the default.
        trust_cameras: go on where photos, masks and cameras contradict each other.
        progress: called with every event (`jobs.events`): progress, metrics, meshes, log lines.
        settings: of the method, by name: `quality="draft"`, `seed=1`, ...

    Raises:
        InconsistentScan: photos, masks and cameras contradict each other, see `trust_cameras`;
        UsageError: an unknown method, setting or view list; ScanError: what is wrong with the scan;
        ReconstructionError: no surface can be found.
    """
    from h3dstudio.data.landmarks import H3DS_OF_68
    from h3dstudio.methods.registry import default_method, find_method
    from h3dstudio.session.runs.job import ReconstructionJob, start_reconstruction

    kind = find_method(method or default_method().id).settings
    folder = _folder(scan)
    job = ReconstructionJob(
        folder,
        Path(),
        kind.made(settings),
        None if views is None else str(views),
        scan_name=scan_name,
        trust_cameras=trust_cameras,
    )
    stream = start_reconstruction(job)
    while True:
        try:
            event = next(stream)
        except StopIteration as end:
            result: ReconstructionResult = end.value
            break
        if progress is not None:
            progress(event)
    points = result.landmarks68
    landmarks = {} if points is None else {name: points[place] for name, place in H3DS_OF_68.items()}
    return Head(result.mesh, landmarks, result.caveats, folder, scan_name, result)


def _folder(scan: str | Path) -> Path:
    if scan != "demo":
        return Path(scan)
    from h3dstudio.data.resources import demo_scan

    return demo_scan()
