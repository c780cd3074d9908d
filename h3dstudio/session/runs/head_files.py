"""Files of the prior's head in a run folder: suggested landmarks and the latent vector with its pose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from h3dstudio.data.atomic import write_json
from h3dstudio.data.landmarks import H3DS_OF_68, write_landmarks

if TYPE_CHECKING:
    from h3dstudio.data.run_folder import RunFolder
    from h3dstudio.methods.result import ReconstructionResult


def write_suggestions(folder: RunFolder, result: ReconstructionResult, prior: str = "") -> None:
    """`landmarks.txt` (the six of H3DS, as vertices of `mesh.ply`), `landmarks68.json` and `head.json`.

    `prior` names the prior's file, "" the bundled one. Nothing is written without a prior's head. Raises
    OutputError.
    """
    if result.landmarks68 is None or result.latent is None or result.pose is None:
        return
    from scipy.spatial import cKDTree

    points = result.landmarks68
    _, vertex = cKDTree(result.mesh.vertices).query(points)
    write_landmarks(
        folder.folder / "landmarks.txt", {name: int(vertex[place]) for name, place in H3DS_OF_68.items()}
    )
    about = {
        "scheme": "Multi-PIE 68",
        "unit": "mm, in the scan's frame",
        "points": points,
        "vertices": vertex,
    }
    write_json(folder.folder / "landmarks68.json", about)
    head = {
        "prior": prior or "bundled",
        "latent": result.latent,
        "pose": result.pose.matrix,
        "pose_maps": "scan to canonical frame, mm",
    }
    write_json(folder.folder / "head.json", head)
