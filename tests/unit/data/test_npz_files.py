"""Bounded npz reading: what NumPy wrote comes back, bombs and damage are refused before memory is taken."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from h3dstudio.data.npz_files import NpzError, npz_names, read_npz

ANY = npst.arrays(
    st.sampled_from(["f2", "<f4", ">f8", "i1", "<i4", "u8", "?", "<U3", "c8"]),
    npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one array of zeros, 1.2 GB of them; not to be changed."""
    path, unpacked = tmp_path_factory.mktemp("bomb") / "bomb.npz", 1200 << 20
    array = np.lib.format.header_data_from_array_1_0(np.zeros(0, np.uint8)) | {"shape": (unpacked,)}
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, array)
    packing = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 1}
    with zipfile.ZipFile(path, "w", **packing) as archive, archive.open("zeros.npy", "w") as entry:
        entry.write(head.getvalue())
        for _ in range(unpacked >> 20):
            entry.write(bytes(1 << 20))
    return path


@settings(max_examples=60, deadline=None)
@given(
    arrays=st.dictionaries(st.sampled_from(["a", "b", "c d", "ü"]), ANY, max_size=3),
    packed=st.booleans(),
    fortran=st.booleans(),
)
def test_what_numpy_writes_comes_back(arrays: dict[str, Any], packed: bool, fortran: bool) -> None:
    stream = io.BytesIO()
    given_ = {name: np.asfortranarray(one) if fortran else one for name, one in arrays.items()}
    (np.savez_compressed if packed else np.savez)(stream, allow_pickle=False, **given_)
    stream.seek(0)
    assert npz_names(stream) == tuple(arrays)
    stream.seek(0)
    found = read_npz(stream)
    assert list(found) == list(arrays)
    for name, array in found.items():
        assert array.dtype == arrays[name].dtype
        assert array.flags.writeable
        np.testing.assert_array_equal(array, arrays[name])


def test_only_what_is_asked_for_is_read_and_what_lacks_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", one=np.arange(3), two=np.zeros(2))
    assert list(read_npz(tmp_path / "a.npz", ["two"])) == ["two"]
    with pytest.raises(NpzError, match="it lacks three, four"):
        read_npz(tmp_path / "a.npz", ["one", "three", "four"])
    with pytest.raises(FileNotFoundError):
        read_npz(tmp_path / "none.npz")


MEASURED = """
import resource, sys
from pathlib import Path
from h3dstudio.data.npz_files import NpzError, read_npz
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
try:
    read_npz(Path(sys.argv[1]), limit=int(sys.argv[2]))
except NpzError as error:
    print(error)
"""


def test_a_bomb_is_refused_before_it_takes_memory(bomb: Path) -> None:
    assert bomb.stat().st_size < 8 << 20
    command = [sys.executable, "-c", MEASURED, str(bomb), str(1 << 30)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert out == "it would unpack to 1.2 GB, expected at most 1.0 GB\n"


@pytest.mark.parametrize("suffix", [".npz", ".h3dprior"])
def test_populations_and_priors_are_read_within_a_limit(bomb: Path, tmp_path: Path, suffix: str) -> None:
    from h3dstudio.data.population.open import open_population
    from h3dstudio.errors import MeshError, PriorError
    from h3dstudio.priors.file_header import read_prior_file

    path = Path(shutil.copyfile(bomb, tmp_path / f"bomb{suffix}"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("header.npy", b"")
    with pytest.raises((MeshError, PriorError), match=r"would unpack to 1\.2 GB"):
        read_prior_file(path) if suffix == ".h3dprior" else open_population(path, lambda: None)  # type: ignore


def test_a_header_that_claims_more_than_there_is_takes_no_memory(tmp_path: Path) -> None:
    head = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (1 << 50,)}
    np.lib.format.write_array_header_1_0(head, header)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("claim.npy", head.getvalue() + bytes(80))
    with pytest.raises(NpzError, match=r"'claim' claims 8388608\.0 GB"):
        read_npz(tmp_path / "a.npz")


def test_python_objects_and_foreign_packing_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", code=np.array([{"a": 1}], dtype=object))
    with pytest.raises(NpzError, match="Python objects"):
        read_npz(tmp_path / "a.npz")
    with zipfile.ZipFile(tmp_path / "b.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.npy", bytes(100))
    with pytest.raises(NpzError, match="in another way"):
        read_npz(tmp_path / "b.npz")
    with zipfile.ZipFile(tmp_path / "c.npz", "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.npy", b"")
    with pytest.raises(NpzError, match="10001 arrays"):
        read_npz(tmp_path / "c.npz")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_damage_is_an_npz_error_or_the_same_arrays(data: st.DataObject) -> None:
    stream = io.BytesIO()
    arrays = {"a": np.arange(40.0).reshape(5, 8), "names": np.array(["x", "yy"])}
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    kept = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    try:
        found = read_npz(io.BytesIO(bytes(kept)))
    except NpzError:
        return
    for array in found.values():
        assert array.nbytes < 10_000
