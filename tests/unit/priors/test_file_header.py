from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.errors import PriorError
from h3dstudio.priors.file_header import PriorFile, read_prior_file, write_prior_file
from h3dstudio.priors.linear.file import (
    LinearPriorArrays,
    interpolate,
    mean_of,
    read_linear_prior,
    write_linear_prior,
)


def small_prior(shape: tuple[int, int, int] = (7, 10, 8), size: int = 4) -> LinearPriorArrays:
    """A prior of balls of several sizes, smooth as signed distances are."""
    rng = np.random.default_rng(3)
    nodes = np.stack(np.meshgrid(*(np.arange(n) * 10.0 for n in shape), indexing="ij"), -1).reshape(-1, 3)
    mean = np.linalg.norm(nodes - nodes.mean(axis=0), axis=1) - 28
    waves = rng.normal(0, 0.006, (3, size))
    basis = 5 * np.cos(nodes @ waves) / (1 + np.arange(size))
    return LinearPriorArrays(
        origin=(-1.0, 2.0, 3.0),
        spacing=10.0,
        shape=shape,
        mean=mean.astype(np.float32),
        basis=basis.astype(np.float32),
        landmark_mean=rng.normal(0, 50, (68, 3)).astype(np.float32),
        landmark_basis=rng.normal(0, 1, (68, 3, size)).astype(np.float32),
        spectrum=np.full(size, 1 / size, np.float32),
        band=np.abs(mean) < 15,
        provenance={"population": "balls", "heads": 3},
    )


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "balls.h3dprior"
    write_linear_prior(path, small_prior())
    return path


def test_a_prior_comes_back_but_for_rounding(written: Path) -> None:
    before, after = small_prior(), read_linear_prior(written)
    assert (after.origin, after.spacing, after.shape) == (before.origin, before.spacing, before.shape)
    np.testing.assert_allclose(after.mean, before.mean, atol=np.abs(before.mean).max() / 60_000)
    peak = np.abs(before.basis).max(axis=0)
    band = before.band
    # Half a step of 1/127 of what the coarse nodes leave, which is less than the component itself.
    assert (np.abs(after.basis - before.basis)[band] <= 0.5 * peak / 127 * 1.01).all()
    np.testing.assert_array_equal(after.landmark_basis, before.landmark_basis)
    np.testing.assert_array_equal(after.band, band)
    assert after.provenance == before.provenance
    assert after.basis.dtype == np.float32
    assert after.basis.flags.c_contiguous


def test_far_from_all_surfaces_coarse_nodes_are_enough(written: Path) -> None:
    before, after = small_prior(), read_linear_prior(written)
    assert np.abs(after.basis - before.basis)[~before.band].max() < 0.1 * np.abs(before.basis).max()


def test_the_mean_is_read_without_the_basis(written: Path) -> None:
    mean, origin, spacing = mean_of(written)
    assert mean.shape == (7, 10, 8)
    assert (origin, spacing) == ((-1.0, 2.0, 3.0), 10.0)
    np.testing.assert_allclose(mean.ravel(), small_prior().mean, atol=0.01)


@pytest.mark.parametrize("steps", [(1, 1, 1), (3, 3, 3), (2, 3, 1), (1, 2, 3)])
def test_interpolation_is_exact_for_linear_functions(steps: tuple[int, int, int]) -> None:
    coarse = np.stack(
        np.meshgrid(*(np.arange(n) * s for n, s in zip((3, 4, 2), steps, strict=True)), indexing="ij"), -1
    )
    fine_shape = [(n - 1) * s + 1 for n, s in zip((3, 4, 2), steps, strict=True)]
    wanted = np.stack(np.meshgrid(*(np.arange(n) for n in fine_shape), indexing="ij"), -1)
    np.testing.assert_allclose(interpolate(coarse.astype(np.float32), steps), wanted, atol=1e-5)


def test_odd_and_even_grids_fit_their_coarse_nodes(tmp_path: Path) -> None:
    for shape in ((5, 6, 7), (2, 3, 4), (13, 11, 10)):
        path = tmp_path / f"{shape[0]}.h3dprior"
        write_linear_prior(path, small_prior(shape))
        assert read_linear_prior(path).basis.shape == (np.prod(shape), 4)


def test_the_header_alone_is_quick_to_read(written: Path) -> None:
    file = read_prior_file(written, header_only=True)
    assert (file.family, dict(file.arrays)) == ("linear", {})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"", "no head prior"),
        (b"not a zip", "no head prior"),
        (b"PK\x03\x04 half a zip", "no head prior"),
    ],
)
def test_what_is_no_prior_is_said_to_be_none(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "x.h3dprior"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PriorError, match=says):
        read_prior_file(path)


def test_another_npz_is_no_prior(tmp_path: Path) -> None:
    path = tmp_path / "scan.npz"
    np.savez(path, a=np.zeros(3))
    with pytest.raises(PriorError, match="no head prior"):
        read_prior_file(path)


def test_a_pickle_in_the_file_is_never_run(tmp_path: Path, written: Path) -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("evil.npy", stream.getvalue())
    with pytest.raises(PriorError, match="damaged"):
        read_prior_file(written)


def test_a_newer_format_asks_for_an_update(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("h3dstudio.priors.file_header.VERSION", 0)
    with pytest.raises(PriorError, match="Update"):
        read_prior_file(written)


def test_another_family_is_not_taken_for_a_linear_one(tmp_path: Path) -> None:
    path = tmp_path / "net.h3dprior"
    write_prior_file(path, PriorFile("autodecoder", {"weights": np.zeros(3)}))
    with pytest.raises(PriorError, match="family autodecoder"):
        read_linear_prior(path)


def changed(path: Path, **arrays: object) -> None:
    """Write the file at `path` again with arrays replaced, or left out (None)."""
    file = read_prior_file(path)
    content = {name: value for name, value in {**file.arrays, **arrays}.items() if value is not None}
    write_prior_file(path, replace(file, arrays=content))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"mean": None}, "lacks mean"),
        ({"fine": np.zeros((4, 3), np.int8)}, "differ in size"),
        ({"fine": np.zeros((4, 3), np.float64)}, "type float64"),
        ({"spacing": np.float64("nan")}, "NaN"),
        ({"spacing": np.float64(-1)}, "mm apart"),
        ({"shape": np.array([7, 10, 10**6])}, "a grid of"),
        ({"shape": np.array([7, 10, 9])}, "shape"),
        ({"landmark_mean": np.zeros((67, 3), np.float32)}, "landmark_mean"),
        ({"band": np.zeros(0, np.uint8)}, "band"),
    ],
)
def test_arrays_that_do_not_fit_are_named(written: Path, arrays: dict[str, object], says: str) -> None:
    changed(written, **arrays)
    with pytest.raises(PriorError, match=says):
        read_linear_prior(written)


@settings(max_examples=150, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), what=st.binary(min_size=1, max_size=20), cut=st.booleans())
def test_damage_is_a_prior_error_or_harmless(
    written: Path, tmp_path: Path, where: float, what: bytes, cut: bool
) -> None:
    content = bytearray(written.read_bytes())
    at = int(where * len(content))
    if cut:
        del content[at:]
    else:
        content[at : at + len(what)] = what
    path = tmp_path / "hurt.h3dprior"
    path.write_bytes(content)
    try:
        prior = read_linear_prior(path)
    except PriorError:
        return
    assert np.isfinite(prior.basis).all()
