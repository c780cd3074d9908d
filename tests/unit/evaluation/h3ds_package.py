"""Run as a script: scores meshes with the h3ds package's own evaluator and writes them as JSON.

    python h3ds_package.py JOBS.json OUT.json

JOBS: {"path": dataset root, "config": config.toml, "jobs": [{"scan", "mesh" (npz), "landmarks" or null,
"regions"}]}.
The package imports opencv (whose Qt plugins break PySide6), gdown and others for downloads and cameras; the
evaluator needs none of them, so empty modules stand in. It also needs `np.int`, which numpy dropped.
"""

from __future__ import annotations

import json
import sys
import tomllib
import types
from pathlib import Path

import numpy as np


def package() -> types.ModuleType:
    """The package's dataset module, its own code unchanged."""
    np.int = int
    for name in ("cv2", "gdown"):
        sys.modules[name] = types.ModuleType(name)
    tqdm = types.ModuleType("tqdm")
    tqdm.tqdm = iter
    toml = types.ModuleType("toml")
    toml.load = lambda path: tomllib.loads(Path(path).read_text())
    sys.modules.update({"tqdm": tqdm, "toml": toml})
    import trimesh.registration  # the package relies on trimesh importing it
    from h3ds import dataset

    assert trimesh.registration.icp
    return dataset


def main(jobs_path: str, out_path: str) -> None:
    dataset = package()
    from h3ds.mesh import Mesh

    wanted = json.loads(Path(jobs_path).read_text())
    h3ds = dataset.H3DS(path=wanted["path"], config_path=wanted["config"])
    results = []
    for job in wanted["jobs"]:
        stored = np.load(job["mesh"], allow_pickle=False)
        result = {}
        for name, region in [
            ("face", "face_sphere"),
            ("head", None),
            *((name, name) for name in job["regions"]),
        ]:
            mesh = Mesh()
            mesh.vertices, mesh.faces = stored["vertices"].copy(), stored["faces"].astype(int)
            forward, backward, _, moved = h3ds.evaluate_scene(job["scan"], mesh, job["landmarks"], region)
            result[name] = {
                "mean": float(np.mean(forward)),
                "backward": float(np.mean(backward)),
                "corner": moved.vertices[0].tolist(),
            }
        results.append(result)
    Path(out_path).write_text(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
