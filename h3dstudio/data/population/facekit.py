"""An ICT FaceKit checkout (github.com/ICT-VGL/ICT-FaceKit) as a population: its FaceXModel folder.

`generic_neutral_mesh.obj` is the mean head in cm, `identity000.obj` ... the mean plus one component at one
standard deviation, every other OBJ the mean plus one blend shape. The parts are ranges of vertices, and the
68 landmarks are vertices, both as the model's own description lists them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.population.statistical import StatisticalPopulation, licence_beside
from h3dstudio.data.synthesis.population import Population
from h3dstudio.errors import PriorError

NEUTRAL = "generic_neutral_mesh.obj"
# First and last vertex of what can be seen or closes the head; teeth, lashes and fluids are left out.
PARTS = {
    "face": (0, 9408),
    "head_neck": (9409, 11247),
    "mouth_socket": (11248, 13293),
    "eye_socket_left": (13294, 13677),
    "eye_socket_right": (13678, 14061),
    "eyeball_left": (21451, 23020),
    "eyeball_right": (23021, 24590),
}
LANDMARKS_68 = (
    1225, 1888, 1052, 367, 1719, 1722, 2199, 1447, 966, 3661, 4390, 3927, 3924, 2608, 3272, 4088, 3443, 268,
    493, 1914, 2044, 1401, 3615, 4240, 4114, 2734, 2509, 978, 4527, 4942, 4857, 1140, 2075, 1147, 4269, 3360,
    1507, 1542, 1537, 1528, 1518, 1511, 3742, 3751, 3756, 3721, 3725, 3732, 5708, 5695, 2081, 0, 4275, 6200,
    6213, 6346, 6461, 5518, 5957, 5841, 5702, 5711, 5533, 6216, 6207, 6470, 5517, 5966,
)  # fmt: skip


def facekit_folder(path: Path) -> Path | None:
    """The FaceXModel folder of a checkout, given itself or its parent; None where there is none."""
    return next((folder for folder in (path, path / "FaceXModel") if (folder / NEUTRAL).is_file()), None)


def facekit_population(path: Path) -> StatisticalPopulation:
    """The model in `path`. Raises PriorError when files are missing or of another topology, MeshError."""
    folder = facekit_folder(path)
    if folder is None:
        raise PriorError(f"there is no {NEUTRAL} here", where=path)
    neutral = read_mesh(folder / NEUTRAL)
    if len(neutral.vertices) <= max(last for _, last in PARTS.values()):
        raise PriorError(
            f"the neutral head has {len(neutral.vertices)} vertices, expected 26719",
            where=folder / NEUTRAL,
            remedy="Give a checkout of the light model",
        )
    kept = np.concatenate([np.arange(first, last + 1) for first, last in PARTS.values()])
    identities = sorted(folder.glob("identity[0-9]*.obj"))
    shapes = [file for file in sorted(folder.glob("*.obj")) if _is_shape(file)]
    if not identities:
        raise PriorError("there are no identity files (identity000.obj, ...)", where=folder)
    root = folder.parent if folder.name == "FaceXModel" else folder
    licence = licence_beside(root) or licence_beside(folder)
    model = Population(
        mean=neutral.vertices[kept].astype(np.float32),
        faces=_faces(neutral.faces, kept, len(neutral.vertices)),
        identity=_offsets(identities, neutral.vertices, kept),
        expression=_offsets(shapes, neutral.vertices, kept),
        expression_names=tuple(file.stem for file in shapes),
        landmarks68=_renumbered(kept, len(neutral.vertices))[list(LANDMARKS_68)].astype(np.int32),
        part=np.repeat(np.arange(len(PARTS)), [last - first + 1 for first, last in PARTS.values()]),
        part_names=tuple(PARTS),
    )
    return StatisticalPopulation(root.name, model, licence)


def _is_shape(file: Path) -> bool:
    return file.name != NEUTRAL and not file.stem.startswith("identity") and "pupil" not in file.stem.lower()


def _offsets(files: list[Path], neutral: NDArray[np.float64], kept: NDArray[np.intp]) -> NDArray[np.float16]:
    """(N, V, 3) cm: what each file adds to the neutral head."""
    out = np.zeros((len(files), len(kept), 3), dtype=np.float16)
    for k, file in enumerate(files):
        vertices = read_mesh(file).vertices
        if len(vertices) != len(neutral):
            raise PriorError(
                f"it has {len(vertices)} vertices, the neutral head {len(neutral)}",
                where=file,
                remedy="Take all files from one checkout",
            )
        out[k] = (vertices - neutral)[kept]
    return out


def _renumbered(kept: NDArray[np.intp], count: int) -> NDArray[np.int64]:
    """(count,) the new number of each old vertex, -1 where it is dropped."""
    new = np.full(count, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    return new


def _faces(faces: NDArray[np.int32], kept: NDArray[np.intp], count: int) -> NDArray[np.int32]:
    new = _renumbered(kept, count)[faces]
    return np.asarray(new[(new >= 0).all(axis=1)], dtype=np.int32)
