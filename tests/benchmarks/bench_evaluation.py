"""Seconds and memory of an evaluation, beside the h3ds package's evaluator on the same pairs in the same run.

    python -m tests.benchmarks.bench_evaluation [SCAN MESH ...] [--repeat 5]
    python -m tests.benchmarks.bench_evaluation [--prediction 500000] [--truth 100000] [--repeat 5]

Scans in H3DS' layout, whose parent folder has `config.toml`, with a mesh for each; without any, a made-up
pair. The evaluators run in processes of their own, turn by turn, after their modules were imported: the
package's (its code unchanged, `np.int` patched) and this program's. "protocol" is what both do, from meshes
in memory to the face and head scores; "one way" is the same without the package's second half, the
distances from the prediction back to the ground truth, which no published score uses and this program's
protocol leaves out; "all" is everything each does: the package reads the ground truth, `EvaluationJob`
reads scan and meshes and adds the nose, the strict protocol, the error of every vertex, hashes and reports.
Medians in seconds of the clock, and in brackets of the processors, which other programs disturb less. The
package must be installed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.data.landmarks import write_landmarks
from h3dstudio.data.mesh_files import read_mesh, write_mesh
from h3dstudio.data.regions import face_sphere, write_region
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.evaluation.head_scan import camera, landmarks_of
from tests.unit.geometry.shapes import head

NAME = "blob"
CAMERAS = 66
WHAT = ("one way", "protocol", "all")
PACKAGE = Path(__file__).parents[1] / "unit" / "evaluation" / "h3ds_package.py"


def head_of(vertices: int) -> TriangleMesh:
    """A head with nearly so many vertices."""
    level = int(np.ceil(np.log(vertices / 10) / np.log(4)))
    mesh = head(level)
    # Every subdivision quadruples them: what is too much is cut off at the back.
    height = np.sort(mesh.vertices[:, 2])[max(0, len(mesh.vertices) - vertices)]
    return mesh.submesh(mesh.vertices[:, 2] >= height)


def make_pair(folder: Path, truth_count: int, prediction_count: int) -> tuple[Path, Path]:
    """(an H3DS scene, the prediction): turned by 2 degrees, 1 % too large, noisy."""
    truth, scene = head_of(truth_count), folder / NAME
    scene.mkdir()
    write_mesh(scene / "full_head.obj", truth)
    landmarks = landmarks_of(truth)
    write_landmarks(scene / "landmarks.txt", landmarks)
    (scene / "regions").mkdir()
    write_region(scene / "regions" / "face.txt", np.flatnonzero(truth.vertices[:, 2] > 0))
    sphere = face_sphere(truth.vertices, landmarks["nose_tip"])
    write_region(scene / "regions" / "face_sphere.txt", sphere)
    _write_cameras(scene)
    (folder / "config.toml").write_text(
        f"version = 0.4\n[scenes]\n[scenes.{NAME}]\nviews = {CAMERAS}\ntags = []\n"
        f"[scenes.{NAME}.default_views_configs]\n3 = [0, 8, 58]\n"
    )
    (folder / "version.txt").write_text("0.4\n")
    from scipy.spatial.transform import Rotation

    mesh = head_of(prediction_count)
    turn = Rotation.from_rotvec(np.radians(2) * np.array([0.36, 0.8, 0.48])).as_matrix()
    noise = np.random.default_rng(0).normal(0, 0.3, mesh.vertices.shape)
    mesh = mesh.with_vertices(1.01 * (mesh.vertices + noise) @ turn.T)
    write_mesh(folder / "mesh.ply", mesh)
    return scene, folder / "mesh.ply"


def _write_cameras(scene: Path) -> None:
    from PIL import Image

    (scene / "image").mkdir()
    (scene / "mask").mkdir()
    matrices: dict[str, np.ndarray] = {}
    for number in range(CAMERAS):
        matrices[f"world_mat_{number}"] = np.vstack([camera(360 * number / CAMERAS).projection, [0, 0, 0, 1]])
        matrices[f"scale_mat_{number}"] = np.diag([150.0, 150.0, 150.0, 1.0])
        Image.new("RGB", (512, 512)).save(scene / "image" / f"img_{number:04}.jpg")
        Image.new("L", (512, 512), 255).save(scene / "mask" / f"mask_{number:04}.png")
    np.savez(scene / "cameras.npz", **matrices)


_REPORT = """
from h3dstudio.session.runs.run_record import peak_memory
seconds = {"all": all_, "protocol": protocol, "one way": one_way}
print(json.dumps({**seconds, "counts": counts, "memory": peak_memory(), "scores": scores}))
"""
_THEIRS = (
    f"""
import json, sys, time
import numpy as np
sys.path.insert(0, {str(PACKAGE.parent)!r})
import h3ds_package
dataset = h3ds_package.package()
def now():
    return np.array([time.monotonic(), time.process_time()])
def timed(function, spent):
    def call(*arguments):
        begun = now()
        result = function(*arguments)
        spent.append(now() - begun)
        return result
    return call
reading, distances = [], []
dataset.H3DS.load_mesh = timed(dataset.H3DS.load_mesh, reading)
dataset.unidirectional_chamfer_distance = timed(dataset.unidirectional_chamfer_distance, distances)
begun = now()
h3ds_package.main(sys.argv[1], sys.argv[2])
all_ = now() - begun
protocol = all_ - sum(reading)
one_way = list(protocol - sum(distances[1::2]))
all_, protocol = list(all_), list(protocol)
answer = json.load(open(sys.argv[2]))[0]
counts = None
scores = [answer["face"]["mean"], answer["head"]["mean"]]
"""
    + _REPORT
)
_CLOCK = """
import importlib, json, sys, time
import numpy as np
from pathlib import Path
from h3dstudio.session.evaluation.job import PRELOAD, EvaluationJob
for module in PRELOAD:
    importlib.import_module(module)
def now():
    return np.array([time.monotonic(), time.process_time()])
"""
_PROTOCOL = (
    _CLOCK
    + """
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.evaluation.ground_truth import load_ground_truth
from h3dstudio.evaluation.h3ds import evaluate_compatible
truth, mesh = load_ground_truth(read_scan(Path(sys.argv[1]))), read_mesh(Path(sys.argv[2]))
begun = now()
found = evaluate_compatible(truth, mesh)
one_way = protocol = list(now() - begun)
all_, scores = None, [found.face.mean, found.head.mean]
counts = [len(mesh.vertices), len(truth.mesh.vertices)]
"""
    + _REPORT
)
_WHOLE = (
    _CLOCK
    + """
begun = now()
for _ in EvaluationJob(*map(Path, sys.argv[1:])).events():
    pass
all_, protocol, one_way, scores, counts = list(now() - begun), None, None, None, None
"""
    + _REPORT
)


def _run(code: str, *arguments: object) -> dict[str, Any]:
    """What a script reports that runs in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="*", type=Path, metavar="SCAN MESH")
    parser.add_argument("--prediction", type=int, default=500_000)
    parser.add_argument("--truth", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    if len(arguments.pairs) % 2:
        parser.error("each scan needs a mesh")
    with tempfile.TemporaryDirectory() as name:
        pairs = list(zip(arguments.pairs[::2], arguments.pairs[1::2], strict=True)) or [
            make_pair(Path(name), arguments.truth, arguments.prediction)
        ]
        found: list[dict[str, list[dict[str, Any]]]] = [{"h3ds": [], "h3dstudio": []} for _ in pairs]
        # The pairs take turns, too: what else the machine does disturbs them all alike.
        for _ in range(arguments.repeat):
            for (scan, mesh), runs in zip(pairs, found, strict=True):
                jobs = _request(Path(name), scan, mesh)
                runs["h3ds"].append(_run(_THEIRS, jobs, Path(name) / "answer.json"))
                ours, whole = _run(_PROTOCOL, scan, mesh), _run(_WHOLE, scan, mesh, Path(name) / "out")
                runs["h3dstudio"].append(ours | {what: whole[what] for what in ("all", "memory")})
    for (scan, mesh), runs in zip(pairs, found, strict=True):
        _print(scan, mesh, runs)


def _request(folder: Path, scan: Path, mesh: Path) -> Path:
    """What the package is asked for: it takes arrays, so that reading the prediction costs it nothing."""
    npz, jobs, root = folder / "mesh.npz", folder / "jobs.json", scan.resolve().parent
    prediction = read_mesh(mesh)
    np.savez(npz, vertices=prediction.vertices, faces=prediction.faces)
    request = [{"scan": scan.name, "mesh": str(npz), "landmarks": None, "regions": []}]
    jobs.write_text(json.dumps({"path": str(root), "config": str(root / "config.toml"), "jobs": request}))
    return jobs


def _print(scan: Path, mesh: Path, found: dict[str, list[dict[str, Any]]]) -> None:
    predicted, truth = found["h3dstudio"][0]["counts"]
    print(f"{scan.name}, {mesh}: {predicted} predicted, {truth} ground-truth vertices")
    for who, runs in found.items():
        face, head_mean = runs[0]["scores"]
        each = ", ".join(
            f"{what} {_median(runs, what)[0]:.2f} ({_median(runs, what)[1]:.2f}) s" for what in WHAT
        )
        memory = max(run["memory"] for run in runs) / 2**30
        print(f"{who:>10}: {each}, {memory:.2f} GB, face {face:.6f}, head {head_mean:.6f} mm")
    for what in WHAT:
        theirs, ours = _median(found["h3ds"], what), _median(found["h3dstudio"], what)
        print(f"{what}: {theirs[0] / ours[0]:.2f} ({theirs[1] / ours[1]:.2f}) times as fast")


def _median(runs: list[dict[str, Any]], what: str) -> tuple[float, float]:
    """Seconds of the clock and of the processors."""
    clock, processors = zip(*(run[what] for run in runs), strict=True)
    return statistics.median(clock), statistics.median(processors)


if __name__ == "__main__":
    main()
