"""Which kind of population a path names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from h3dstudio.data.population.head import HeadPopulation
from h3dstudio.errors import PriorError, ScanError
from h3dstudio.geometry.mesh import TriangleMesh


def open_population(path: Path, reference: Callable[[], TriangleMesh]) -> HeadPopulation:
    """The population in `path`: packed heads, an ICT FaceKit checkout, an H3DS dataset or head meshes.

    Args:
        reference: makes the mean head, canonical frame, mm, that scans without landmarks are registered to.

    Raises PriorError when it is none of these, MeshError and its kin when it is damaged.
    """
    from h3dstudio.data.population.facekit import facekit_folder, facekit_population
    from h3dstudio.data.population.makehuman.model import is_makehuman
    from h3dstudio.data.population.makehuman.population import packed_makehuman
    from h3dstudio.data.population.scans import h3ds_ground_truths, mesh_folder
    from h3dstudio.data.population.statistical import packed_population

    path = Path(path)
    if not path.exists():
        raise PriorError("there is no such file or folder", where=path, remedy="Check the path")
    if path.is_file():
        return packed_makehuman(path) if is_makehuman(path) else packed_population(path)
    if facekit_folder(path) is not None:
        return facekit_population(path)
    return h3ds_ground_truths(path, reference) if _has_scans(path) else mesh_folder(path, reference)


def _has_scans(path: Path) -> bool:
    from h3dstudio.data.readers import find_scans

    try:
        return bool(find_scans(path))
    except ScanError:
        return False
