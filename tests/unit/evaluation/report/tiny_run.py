"""A run folder that costs nothing: the tiny ball, a little too large, as its own reconstruction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.data.mesh_files import write_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.session.runs.inputs import view_hashes
from tests.unit.data.tiny_scan import CENTER, ball

SCORE = {"psnr": 25.125, "ssim": 0.90625, "pixels": 700}


def record(scan: Path, **changes: Any) -> dict[str, Any]:
    """The content of a `run.json` for the scan in that folder."""
    known = read_scan(scan)
    content: dict[str, Any] = {
        "format": 1,
        "status": "finished",
        "settings": {"method": "h3d-grid", "quality": "draft", "device": "cpu", "seed": 7, "prior": ""},
        "inputs": {
            "scan": known.name,
            "layout": known.layout,
            "views": [0, 1, 2],
            "held_out": [3],
            "files": {str(view): view_hashes(known.view(view)) for view in (0, 1, 2)},
        },
        "versions": {"h3dstudio": "0.1.0", "numpy": "2.4.6"},
        "machine": {"platform": "Testix-1", "cores": 2},
        "started": "2026-11-21T09:00:00+00:00",
        "resumed": 0,
        "scan_folder": str(scan),
        "seconds": 12.375,
        "peak_memory": 3 * 2**29,
        "iterations": 11,
        "timings": {"reading": 0.4375, "refinement": 8.5},
        "image_metrics": {
            "views": [{"view": 0, "held_out": False, **SCORE}, {"view": 3, "held_out": True, **SCORE}]
        },
        "confidence": {"mean": 0.5, "low": False, "caveats": []},
        "cameras": {"corrected": False},
    }
    return content | changes


def write_run(folder: Path, scan: Path, *, scale: float = 1.02, **changes: Any) -> Path:
    """`run.json` and `mesh.ply`: the ball of the tiny scan, `scale` times as large."""
    folder.mkdir(parents=True, exist_ok=True)
    vertices, faces = ball(24, 32)
    colors = np.clip(vertices + 120, 0, 255).astype(np.uint8)
    mesh = TriangleMesh(CENTER + scale * (vertices - CENTER), faces.astype(np.int32), colors)
    write_mesh(folder / "mesh.ply", mesh)
    (folder / "run.json").write_text(json.dumps(record(scan, **changes)), encoding="utf-8")
    return folder
