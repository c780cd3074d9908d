"""What all layouts share: a folder with photos, masks and cameras.npz, put together into a `Scan`.

A view that cannot be used (no mask, no camera, damaged header) is left out and remembered with its reason:
it stops a reconstruction only when it was asked for. What makes every view doubtful is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from h3dstudio.data.image_opening import COMFORTABLE
from h3dstudio.data.image_turns import sizes_differ
from h3dstudio.data.images import camera_as_read, image_header
from h3dstudio.data.readers.cameras import CameraFile, read_cameras
from h3dstudio.data.readers.numbering import NumberedFiles, match_numbers, numbered_files, odd_names
from h3dstudio.data.readers.pairing import in_sorted_order, match_masks
from h3dstudio.data.readers.small_silhouettes import small_silhouettes
from h3dstudio.data.scan import Problem, Scan, View
from h3dstudio.data.scan_landmarks import landmarks_beside
from h3dstudio.data.view_lists import number_ranges, read_view_lists
from h3dstudio.errors import ScanError
from h3dstudio.geometry.transforms import Similarity

IMAGE, MASK, GROUND_TRUTH = "image", "mask", "full_head.obj"
Part = TypeVar("Part")
CAMERA_FILES = (
    "cameras.npz", "cameras_sphere.npz", "cameras_large.npz", "cameras_linear_init.npz", "cameras.npy",
)  # fmt: skip
"""The first of them that is there is read: IDR's and DVR's, NeuS' two, IDR's noisy ones, a lone stack."""
_NEAR_MISSES = {
    IMAGE: ("images", "Image", "Images", "img", "imgs", "rgb", "photos"),
    MASK: ("masks", "Mask", "Masks", "silhouettes"),
}


@dataclass(frozen=True)
class FolderLayout:
    """How a layout's folder differs from the others.

    Attributes:
        name: what `Scan.layout` says.
        renumbered: photos, masks and cameras may be numbered differently and are then matched in order.
        h3ds_names: files are expected as img_0000 and mask_0000, and others are remarked upon.
    """

    name: str
    renumbered: bool
    h3ds_names: bool


def looks_like_scan(path: Path) -> bool:
    """Whether `path` has at least a part of what makes a scan folder."""
    parts = (IMAGE, *CAMERA_FILES, GROUND_TRUTH)
    return path.is_dir() and any((path / part).exists() for part in parts)


def read_folder(root: Path, layout: FolderLayout) -> Scan:
    """Read the scan folder `root`. Raises ScanError or CameraError; see `h3dstudio.data.readers`."""
    photos, masks, cameras = _parts(root)
    problems = [*cameras.problems, *photos.problems, *masks.problems]
    if layout.h3ds_names:
        names = {photo.stem for photo in photos.by_number.values()}
        problems += [*odd_names(photos, "img"), *odd_names(masks, "mask", names)]
    to_camera = match_numbers(photos, cameras.numbers, "cameras", cameras.path, by_position=layout.renumbered)
    if not photos.from_names:
        problems.append(in_sorted_order(photos, "cameras", cameras.path))
    to_mask = match_masks(photos, masks, by_position=layout.renumbered)
    problems += [*to_camera.problems, *to_mask.problems]
    problems += _unused_cameras(photos, cameras, to_camera.partner)

    views, left_out = [], _clashing(photos)
    for number, photo in photos.by_number.items():
        result = _view(number, photo, masks, cameras, to_mask.partner, to_camera.partner)
        if isinstance(result, View):
            views.append(result)
        else:
            left_out[number] = result
    problems += left_out.values()
    problems += _reduced(views)
    if not views:
        raise _nothing_usable(root, problems, left_out)
    views.sort(key=lambda view: view.index)
    scan = Scan(
        name=root.resolve().name,
        root=root,
        layout=layout.name,
        views=tuple(views),
        unit_sphere=cameras.unit_sphere,
        left_out=left_out,
    )
    return _with_extras(scan, problems)


def _parts(root: Path) -> tuple[NumberedFiles, NumberedFiles, CameraFile]:
    """Photos, masks and cameras; of several that are missing, the first is raised and the others listed."""
    errors: list[ScanError] = []

    def attempt(read: Callable[[], Part]) -> Part | None:
        try:
            return read()
        except ScanError as error:
            errors.append(error)
            return None

    photos = attempt(lambda: _files(root, IMAGE))
    masks = attempt(lambda: _files(root, MASK))
    cameras = attempt(lambda: _cameras(root, photos, masks))
    if photos is None or masks is None or cameras is None:
        first, *others = errors
        listed = [Problem(str(error.where), error.problem, error.remedy, fatal=True) for error in others]
        first.problems = (*first.problems, *listed)
        raise first
    return photos, masks, cameras


def _cameras(root: Path, photos: NumberedFiles | None, masks: NumberedFiles | None) -> CameraFile:
    size = _first_size(photos)
    return read_cameras(_camera_file(root), size, lambda: small_silhouettes(photos, masks))


def _first_size(photos: NumberedFiles | None) -> tuple[int, int] | None:
    """(width, height) of the first photo whose header can be read."""
    for photo in photos.by_number.values() if photos else ():
        with suppress(ScanError):
            return image_header(photo).stored
    return None


def _files(root: Path, name: str) -> NumberedFiles:
    folder = root / name
    if not folder.is_dir():
        near = next((miss for miss in _NEAR_MISSES[name] if (root / miss).is_dir()), None)
        remedy = f"Rename {near}/ to {name}/" if near else f"Put the {_PLURAL[name]} there"
        raise ScanError(f"the folder {name}/ is missing", where=root, remedy=remedy)
    files = numbered_files(folder)
    if not files.by_number and not files.clashes:
        raise _no_image(folder, files.problems, remedy=f"Put the {_PLURAL[name]} there")
    return files


def _no_image(folder: Path, others: Sequence[Problem], remedy: str) -> ScanError:
    told = next((other for other in others if other.remedy), None)
    if told is None:
        return ScanError("the folder holds no image file", where=folder, remedy=remedy)
    alike = sum(other.what == told.what for other in others)
    what = f"the folder holds no photo that can be read; {Path(told.where).name}: {told.what.split(';')[0]}"
    return ScanError(f"{what} ({alike} such files)", where=folder, remedy=told.remedy)


_PLURAL = {IMAGE: "photos (img_0000.jpg, ...)", MASK: "masks (mask_0000.png, ...)"}


def _camera_file(root: Path) -> Path:
    for name in CAMERA_FILES:
        if (root / name).exists():
            return root / name
    return root / CAMERA_FILES[0]


def _reduced(views: Sequence[View]) -> list[Problem]:
    """Photos so large that they are read smaller, their cameras with them."""
    return [
        Problem(
            str(view.image_path),
            f"the photo has more than {COMFORTABLE // 10**6} megapixels; it is read at "
            f"{view.size[0]}x{view.size[1]}, its mask and camera along with it",
        )
        for view in views
        if image_header(view.image_path).factor > 1
    ]


def _clashing(photos: NumberedFiles) -> dict[int, Problem]:
    return {
        number: Problem(
            str(files[0]),
            f"{len(files)} photos claim to be view {number}: {', '.join(file.name for file in files)}",
            "Rename or remove all but one",
        )
        for number, files in photos.clashes.items()
    }


def _unused_cameras(
    photos: NumberedFiles, cameras: CameraFile, to_camera: Mapping[int, int]
) -> list[Problem]:
    unused = sorted(set(cameras.numbers) - set(to_camera.values()) - set(photos.clashes))
    if not unused:
        return []
    strangers = [number for number in photos.by_number if number not in to_camera]
    remedy = ""
    if len(unused) == 1 and len(strangers) == 1:
        remedy = f"If {photos.by_number[strangers[0]].name} is photo {unused[0]}, rename it"
    listed = number_ranges(tuple(unused))
    what = f"cameras {listed} have no photo" if len(unused) > 1 else f"camera {listed} has no photo"
    return [Problem(str(photos.folder), what, remedy)]


def _view(
    number: int,
    photo: Path,
    masks: NumberedFiles,
    cameras: CameraFile,
    to_mask: Mapping[int, int],
    to_camera: Mapping[int, int],
) -> View | Problem:
    """The view, or why it cannot be used."""
    if number not in to_camera:
        return Problem(
            str(photo),
            f"the photo has no camera: {cameras.path.name} holds world_mat "
            f"{number_ranges(tuple(cameras.numbers))}",
            "Add its world_mat and scale_mat, rename the photo, or remove it",
        )
    camera_number = to_camera[number]
    if camera_number in cameras.broken:
        return cameras.broken[camera_number]
    if number not in to_mask:
        clash = masks.clashes.get(number)
        found = f"; {len(clash)} files claim it" if clash else ""
        return Problem(
            str(photo), f"the photo has no mask in {masks.folder.name}/{found}", "Add the mask, or remove it"
        )
    mask = masks.by_number[to_mask[number]]
    try:
        header, mask_header = image_header(photo), image_header(mask)
    except ScanError as error:
        return Problem(str(error.where), error.problem, error.remedy)
    if header.stored != mask_header.stored:
        return sizes_differ(photo, header, mask, mask_header)
    camera = camera_as_read(cameras.camera(camera_number, header.stored), header)
    view = View(number, photo, mask, camera, header.size)
    if _sees_nothing(view, cameras.unit_sphere):
        return Problem(
            str(cameras.path),
            f"world_mat_{camera_number} puts the unit sphere outside photo {photo.name}",
            "Store world -> pixel matrices for photos of this size; was the photo cropped or resized?",
        )
    return view


def _sees_nothing(view: View, unit_sphere: Similarity) -> bool:
    """Whether the unit sphere's image lies beside the photo: a camera that belongs to something else."""
    pixel, depth = view.camera.project(unit_sphere.translation[None])
    reach = np.abs(np.diag(view.camera.intrinsics)[:2]) * unit_sphere.scale / float(depth[0])
    beside = (pixel[0] + reach < 0) | (pixel[0] - reach > np.array(view.size))
    inside = np.linalg.norm(view.camera.center - unit_sphere.translation) <= unit_sphere.scale
    return bool(beside.any() and not inside)


def _nothing_usable(root: Path, problems: Sequence[Problem], left_out: Mapping[int, Problem]) -> ScanError:
    first = next(iter(left_out.values()))
    more = f"; the first of {len(left_out)}: {first.what} ({first.where})"
    error = ScanError(f"no view of this scan can be used{more}", where=root, remedy=first.remedy)
    error.problems = tuple(problems)
    return error


def _with_extras(scan: Scan, problems: Sequence[Problem]) -> Scan:
    """Ground truth, landmarks, regions and view lists, where they are; a damaged one is only a problem."""
    root, doubts = scan.root, list(problems)
    truth = root / GROUND_TRUTH
    landmarks, landmark_doubts = landmarks_beside(truth)
    doubts += landmark_doubts
    regions = {}
    if (root / "regions").is_dir():
        regions = {file.stem: file for file in sorted((root / "regions").glob("*.txt"))}
    if (landmarks or regions) and not truth.is_file():
        doubts.append(Problem(str(truth), "there are landmarks or regions, but no ground truth they index"))
    lists, list_problems = read_view_lists(root)
    doubts += [*list_problems, *_lists_beyond(scan, lists)]
    return replace(
        scan,
        ground_truth=truth if truth.is_file() else None,
        landmarks=landmarks,
        regions=regions,
        view_lists=lists,
        problems=tuple(doubts),
    )


def _lists_beyond(scan: Scan, lists: Mapping[str, tuple[int, ...]]) -> list[Problem]:
    known = {view.index for view in scan.views}
    problems = []
    for name, numbers in lists.items():
        missing = [number for number in numbers if number not in known]
        if missing:
            problems.append(
                Problem(str(scan.root), f"view list '{name}' names views that cannot be used: {missing}")
            )
    return problems
