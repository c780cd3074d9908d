"""The same four cameras in every form that is read, and in every convention that is named instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from h3dstudio.cli import main
from h3dstudio.data.readers import read_scan
from h3dstudio.data.readers.camera_arrays import standard_arrays
from h3dstudio.data.readers.cameras import read_cameras
from h3dstudio.data.readers.common_sphere import common_sphere
from h3dstudio.errors import CameraError
from h3dstudio.geometry.camera import Camera
from tests.unit.data import tiny_scan
from tests.unit.data.tiny_scan import make_tiny_scan

SIZE = (tiny_scan.WIDTH, tiny_scan.HEIGHT)
K = np.array([[120.0, 0, 31.5], [0, 120.0, 23.5], [0, 0, 1]])
WORLD = np.stack([tiny_scan.world_mat(azimuth) for azimuth in tiny_scan.AZIMUTHS])
RT = np.stack([np.vstack([np.linalg.inv(K) @ matrix[:3], [0, 0, 0, 1]]) for matrix in WORLD])
SCALE = tiny_scan.scale_mat()
C2W = np.linalg.inv(RT)
GL = np.diag([1.0, -1.0, -1.0, 1.0])
# Pixels to [-1, 1], outermost centres at the ends.
NDC = np.array([[2 / 63, 0, -1, 0], [0, 2 / 47, -1, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
K4 = np.eye(4)
K4[:3, :3] = K


def numbered(**stacks: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_{at}": value for name, stack in stacks.items() for at, value in enumerate(stack)}


def scales() -> dict[str, np.ndarray]:
    return numbered(scale_mat=np.stack([SCALE] * 4))


def idr() -> dict[str, np.ndarray]:
    return {**numbered(world_mat=WORLD), **scales()}


def rvecs() -> np.ndarray:
    from scipy.spatial.transform import Rotation

    return Rotation.from_matrix(RT[:, :3, :3]).as_rotvec()


FORMS: dict[str, dict[str, np.ndarray]] = {
    "IDR": idr(),
    "padded numbers": {f"{name[:-1]}00{name[-1]}": value for name, value in idr().items()},
    "DVR": {**numbered(world_mat=RT, camera_mat=np.stack([NDC @ K4] * 4)), **scales()},
    "DVR 3x3, 3x4": {
        **numbered(world_mat=RT[:, :3], camera_mat=np.stack([(NDC @ K4)[:3, :3]] * 4)), **scales(),
    },
    "UNISURF's DTU": {**numbered(world_mat=WORLD, camera_mat=np.stack([NDC] * 4)), **scales()},
    "extrinsics, pixels": {**numbered(world_mat=RT, camera_mat=np.stack([K4] * 4)), **scales()},
    "NeuS, with inverses": {
        **numbered(world_mat=WORLD, world_mat_inv=np.linalg.inv(WORLD), camera_mat=np.stack([NDC] * 4)),
        **scales(),
    },
    "stack 4x4": {"world_mat": WORLD, "scale_mat": np.stack([SCALE] * 4)},
    "stack 3x4": {"world_mats": WORLD[:, :3], "scale_mats": SCALE},
    "stack P": {"P": -3.5 * WORLD[:, :3], "scale_mat": SCALE},
    "unnamed stack": {"arr_0": WORLD, "scale_mat_0": SCALE},
    "K, R, t": {"K": K, "R": RT[:, :3, :3], "t": RT[:, :3, 3], "scale_mat": SCALE},
    "Ks, Rs, ts": {
        "Ks": np.stack([K] * 4), "Rs": RT[:, :3, :3], "ts": RT[:, :3, 3:], "scale_mat": SCALE,
    },
    "numbered K, R, t": {
        **numbered(K=np.stack([K] * 4), R=RT[:, :3, :3], t=RT[:, :3, 3:]), "scale_mat": SCALE,
    },
    "OpenCV's names": {
        "camera_matrix": K, "rvecs": rvecs(), "tvecs": RT[:, :3, 3], "dist": np.zeros(5), "k1": np.array(0.0),
        "scale_mat": SCALE,
    },
    "K, R, centres": {"K": K, "R": RT[:, :3, :3], "C": C2W[:, :3, 3], "scale_mat": SCALE},
    "fx, fy, cx, cy": {
        "intrinsics": np.array([[120.0, 120, 31.5, 23.5]] * 4), "w2c": RT,
        "scale_mat": SCALE,
    },
    "extrinsics": {"intrinsic": K, "extrinsic": RT[:, :3], "scale_mat": SCALE},
    "poses": {"intrinsics": np.stack([K4] * 4), "poses": C2W, "scale_mat": SCALE},
    "c2w": {"K": K, "c2w": C2W[:, :3], "scale_mat": SCALE},
}  # fmt: skip


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return make_tiny_scan(tmp_path / "tiny")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_cameras(scan: Path, form: str) -> None:
    np.savez(scan / "cameras.npz", **FORMS[form])
    read = read_scan(scan)
    assert (len(read.views), read.problems) == (4, ())
    for view, matrix in zip(read.views, WORLD, strict=True):
        np.testing.assert_allclose(view.camera.projection, matrix[:3], atol=1e-6)
    np.testing.assert_allclose(read.unit_sphere.matrix, SCALE)


def test_normalised_cameras_fit_a_photo_of_any_size(scan: Path) -> None:
    np.savez(scan / "cameras.npz", **FORMS["DVR"])
    for part, name in (("image", "img_0002.jpg"), ("mask", "mask_0002.png")):
        with Image.open(scan / part / name) as image:
            image.resize((128, 48)).save(scan / part / name)
    views = read_scan(scan).views
    middle = [view.camera.project(tiny_scan.CENTER[None])[0][0] for view in views]
    np.testing.assert_allclose(middle[1], [31.5, 23.5], atol=1e-6)
    np.testing.assert_allclose(middle[2], [63.5, 23.5], atol=1e-6)


@pytest.mark.parametrize("name", ["cameras_sphere.npz", "cameras_large.npz", "cameras_linear_init.npz"])
def test_other_names_of_the_file(scan: Path, name: str) -> None:
    (scan / "cameras.npz").rename(scan / name)
    assert len(read_scan(scan).views) == 4


def test_a_lone_stack_and_no_sphere(scan: Path) -> None:
    (scan / "cameras.npz").unlink()
    np.save(scan / "cameras.npy", WORLD)
    read = read_scan(scan)
    assert len(read.views) == 4
    (problem,) = read.problems
    assert "holds no unit sphere; the one that all photos see whole is taken" in problem.what
    np.testing.assert_allclose(read.unit_sphere.translation, tiny_scan.CENTER, atol=1e-6)
    # The photo's nearer edge is 24 pixels off its middle, at 120 pixels focal length and 600 mm.
    assert read.unit_sphere.scale == pytest.approx(600 * 24 / np.hypot(24, 120), rel=1e-9)


def test_no_sphere_without_a_meeting_point() -> None:
    parallel = [Camera(K, np.eye(3), np.array([x, 0.0, 500.0])) for x in (-50.0, 0.0, 50.0)]
    assert common_sphere(parallel, SIZE) is None
    assert common_sphere(parallel[:1], SIZE) is None


def test_a_file_of_idr_still_needs_its_sphere(scan: Path) -> None:
    np.savez(scan / "cameras.npz", **numbered(world_mat=WORLD))
    with pytest.raises(CameraError, match="holds no scale_mat_i"):
        read_scan(scan)


@pytest.mark.parametrize(
    ("arrays_", "text"),
    [
        (
            {**numbered(world_mat=RT), **scales()},
            "world_mat_i hold only rotations and positions, no focal length",
        ),
        ({"poses": C2W}, "the poses hold only rotations and positions"),
        ({"K": np.stack([K] * 3), "w2c": RT}, "3 intrinsic and 4 extrinsic matrices"),
        ({"K": K, "R": RT[:3, :3, :3], "t": RT[:, :3, 3]}, "3 rotations and 4 translations"),
        ({"K": K, "dist": np.zeros(5)}, "holds no world_mat_0.*it holds K, dist"),
        (
            {"K": K, "R": RT[:, :3, :3], "t": RT[:, :2, 3], "scale_mat": SCALE},
            "none of the 4 cameras is usable",
        ),
    ],
)
def test_what_is_missing_is_said(scan: Path, arrays_: dict[str, np.ndarray], text: str) -> None:
    np.savez(scan / "cameras.npz", **arrays_)
    with pytest.raises(CameraError, match=text) as caught:
        read_scan(scan)
    assert caught.value.remedy


# Conventions -----------------------------------------------------------------------------------------


def tilted(scan: Path) -> np.ndarray:
    """The scan with cameras that look down and up and roll, and a head that is no ball: an ear sticks out.

    A ball seen from the side looks the same mirrored; this does not. Returns (N, 4, 4) world mats.
    """
    from scipy.spatial.transform import Rotation

    turns = Rotation.from_euler(
        "yxz", [(0, 25, 10), (50, -20, 5), (-60, 30, -15), (100, 15, 20)], degrees=True
    )
    matrices = []
    rng = np.random.default_rng(5)
    points = rng.normal(size=(4000, 3))
    points = 60 * points / np.linalg.norm(points, axis=1, keepdims=True) * rng.random((4000, 1)) ** (1 / 3)
    for middle in ((55, 20, 10), (-10, 62, 25), (5, -20, 70)):
        points = np.vstack([points, 18 * rng.normal(size=(700, 3)).clip(-1.2, 1.2) + middle])
    points += tiny_scan.CENTER
    for number, turn in enumerate(turns.as_matrix()):
        rotation = np.diag([1.0, -1.0, -1.0]) @ turn.T
        translation = np.array([0, 0, 600.0]) - rotation @ tiny_scan.CENTER
        matrix = np.eye(4)
        matrix[:3] = K @ np.column_stack([rotation, translation])
        pixel, _ = Camera(K, rotation, translation).project(points)
        mask = np.zeros((tiny_scan.HEIGHT, tiny_scan.WIDTH), np.uint8)
        column, row = np.rint(pixel).astype(int).clip(0, (63, 47)).T
        mask[row, column] = 255
        Image.fromarray(mask).save(scan / "mask" / f"mask_{number:04d}.png")
        matrices.append(matrix)
    return np.stack(matrices)


def poses(world: np.ndarray) -> np.ndarray:
    return np.stack([np.linalg.inv(np.vstack([np.linalg.inv(K) @ one[:3], [0, 0, 0, 1]])) for one in world])


FLIP = np.array([[1.0, 0, 0, 0], [0, -1, tiny_scan.HEIGHT - 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
FLIP_X = np.array([[-1.0, 0, tiny_scan.WIDTH - 1, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
Wrong = Callable[[np.ndarray], np.ndarray]
CONVENTIONS: dict[str, tuple[Wrong, str]] = {
    "OpenGL axes": (lambda w: K4 @ GL @ np.linalg.inv(K4) @ w, "use OpenGL's axes"),
    "poses": (lambda w: K4 @ poses(w), "are camera-to-world poses, expected world to camera"),
    "OpenGL poses": (lambda w: K4 @ poses(w) @ GL, "are camera-to-world poses in OpenGL's axes"),
    "inverses": (np.linalg.inv, "map pixels to the world"),
    "flipped y": (lambda w: FLIP @ w, "have a flipped y axis"),
    "flipped x": (lambda w: FLIP_X @ w, "have a flipped x axis"),
    "mirrored x": (lambda w: w @ np.diag([-1.0, 1, 1, 1]), "belong to a mirrored world"),
    "mirrored z": (lambda w: w @ np.diag([1.0, 1, -1, 1]), "belong to a mirrored world"),
}


@pytest.mark.parametrize("kind", CONVENTIONS)
def test_a_foreign_convention_is_named_once(
    scan: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = tilted(scan)
    wrong, text = CONVENTIONS[kind]
    scale = SCALE.copy()
    if kind.startswith("mirrored"):
        scale[:3, 3] *= np.diag(np.linalg.inv(world[0]) @ wrong(world)[0])[:3].round()
    stored = wrong(world)
    np.savez(scan / "cameras.npz", **numbered(world_mat=stored, scale_mat=np.stack([scale] * 4)))
    with pytest.raises(CameraError, match=f"the matrices {text}") as caught:
        read_scan(scan)
    assert caught.value.problems == ()
    assert ", or " not in caught.value.problem
    assert caught.value.remedy
    assert main(["info", str(scan)]) == 1
    out = capsys.readouterr().out
    assert out.count("world_mat") + out.count("the matrices") <= 2
    assert "1 problem found" in out


@pytest.mark.parametrize("kind", ["OpenGL axes", "OpenGL poses", "poses"])
def test_a_foreign_convention_without_a_sphere(scan: Path, kind: str) -> None:
    wrong, text = CONVENTIONS[kind]
    np.savez(scan / "cameras.npz", projections=wrong(tilted(scan)))
    with pytest.raises(CameraError, match=f"the matrices {text}"):
        read_scan(scan)


def test_nerf_poses_with_their_intrinsics(scan: Path) -> None:
    np.savez(scan / "cameras.npz", K=K, c2w=poses(tilted(scan)) @ GL, scale_mat=SCALE)
    with pytest.raises(CameraError, match="use OpenGL's axes"):
        read_scan(scan)


def test_a_mirroring_that_nothing_tells_apart_names_both(scan: Path) -> None:
    """A ball on a level ring is its own mirror image."""
    np.savez(scan / "cameras.npz", **numbered(world_mat=FLIP @ WORLD), **scales())
    with pytest.raises(CameraError, match=r"flipped y axis.*, or belong to a mirrored world"):
        read_scan(scan)


def test_single_bad_cameras_are_no_convention(scan: Path) -> None:
    matrices = WORLD.copy()
    matrices[1] = K4 @ GL @ np.linalg.inv(K4) @ matrices[1]
    np.savez(scan / "cameras.npz", **numbered(world_mat=matrices), **scales())
    read = read_scan(scan)
    assert [view.index for view in read.views] == [0, 2, 3]
    assert "world_mat_1 looks away" in read.left_out[1].what


def test_right_cameras_are_never_called_foreign(scan: Path) -> None:
    np.savez(scan / "cameras.npz", **numbered(world_mat=tilted(scan)), **scales())
    read = read_scan(scan)
    assert (len(read.views), read.problems) == (4, ())


# Whatever is in the file -----------------------------------------------------------------------------

NAMES = [
    "world_mat_0",
    "world_mat_1",
    "scale_mat_0",
    "camera_mat_0",
    "world_mat",
    "K",
    "R",
    "t",
    "poses",
    "P",
]
ANY = arrays.arrays(
    st.sampled_from([np.float32, np.float64, np.int16, np.bool_, np.complex64]),
    st.one_of(
        st.sampled_from([(4, 4), (3, 4), (2, 4, 4), (2, 3, 4), (3, 3), (2, 3), ()]), arrays.array_shapes()
    ),
    elements={"allow_subnormal": False},
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(NAMES), ANY, max_size=6))
def test_any_arrays_are_cameras_or_one_clear_error(tmp_path: Path, held: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "cameras.npz", **held)
    try:
        read = read_cameras(tmp_path / "cameras.npz", SIZE)
    except CameraError:
        return
    for camera in read.cameras.values():
        assert np.isfinite(camera.projection).all()
        assert camera.project(read.unit_sphere.translation[None])[1][0] > 0


def test_names_are_read_in_any_case_and_number() -> None:
    found = standard_arrays({"Projections": WORLD, "SCALE_MAT": SCALE}, Path("x"))
    assert sorted(found.world) == [0, 1, 2, 3]
    assert sorted(found.scale) == [0, 1, 2, 3]
