from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from h3dstudio.errors import ReconstructionError
from h3dstudio.photometry import lpips
from h3dstudio.photometry.lpips import SHAPES, SLICES, VARIABLE, Lpips, find_lpips, load_lpips

MASK = np.ones((96, 80), dtype=bool)
MASK[:10] = False


def weights(torchvision: bool = False) -> dict[str, torch.Tensor]:
    """Random ones, under the names of the lpips package or of torchvision."""
    generator = torch.Generator().manual_seed(0)
    state = {}
    for at, (name, shape) in enumerate(zip(SLICES, SHAPES, strict=True)):
        begin = f"features.{name.partition('.')[2]}" if torchvision else f"net.{name}"
        state[f"{begin}.weight"] = torch.randn(shape, generator=generator) / np.sqrt(np.prod(shape[1:]))
        state[f"{begin}.bias"] = 0.1 * torch.randn(shape[:1], generator=generator)
        state[f"lin{at}.model.1.weight"] = torch.rand((1, shape[0], 1, 1), generator=generator)
    return state


@pytest.fixture
def metric(tmp_path: Path) -> Lpips:
    torch.save(weights(), tmp_path / "alex.pt")
    return load_lpips([tmp_path / "alex.pt"])


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (96, 80, 3), dtype=np.uint8)


def test_a_picture_is_like_itself_and_less_like_others(metric: Lpips) -> None:
    one = picture()
    near = np.clip(one.astype(int) + np.random.default_rng(1).integers(-12, 13, one.shape), 0, 255)
    distances = [metric.distance(one, other.astype(np.uint8), MASK) for other in (one, near, picture(2))]
    assert distances[0] == 0
    assert None not in distances
    assert 0 < distances[1] < distances[2]  # type: ignore[operator]
    assert metric.distance(picture(2), one, MASK) == pytest.approx(distances[2])


def test_what_is_outside_the_mask_does_not_count(metric: Lpips) -> None:
    one, other = picture(), picture()
    other[:10] = 0
    assert metric.distance(one, other, MASK) == 0


def test_pictures_too_small_are_not_judged(metric: Lpips) -> None:
    assert metric.distance(picture()[:40], picture()[:40], MASK[:40]) is None


def test_weights_in_two_files(metric: Lpips, tmp_path: Path) -> None:
    state = weights(torchvision=True)
    torch.save({name: value for name, value in state.items() if "features" in name}, tmp_path / "a.pth")
    torch.save({name: value for name, value in state.items() if "lin" in name}, tmp_path / "b.pth")
    both = load_lpips([tmp_path / "b.pth", tmp_path / "a.pth"])
    expected = metric.distance(picture(), picture(2), MASK)
    assert both.distance(picture(), picture(2), MASK) == pytest.approx(expected)


def test_without_weights_there_is_no_metric(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert find_lpips() is None


@pytest.mark.parametrize("content", ["missing", "noise", "list", "pickle", "shape", "lacking"])
def test_wrong_weights_are_refused_by_name(
    content: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "weights.pt"
    state = weights()
    if content == "noise":
        file.write_bytes(b"no weights at all")
    elif content == "list":
        torch.save([1, 2], file)
    elif content == "pickle":
        torch.save({"net": Path("/")}, file)
    elif content == "shape":
        torch.save(state | {"net.slice1.0.weight": torch.zeros(3, 3)}, file)
    elif content == "lacking":
        torch.save({name: value for name, value in state.items() if "lin4" not in name}, file)
    monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(ReconstructionError) as caught:
        find_lpips()
    assert str(file) in str(caught.value)


def test_it_is_the_metric_of_the_lpips_package(tmp_path: Path) -> None:
    """With the package's own linear weights, over a backbone of random ones."""
    package = pytest.importorskip("lpips", reason="the lpips package is not installed")
    theirs = package.LPIPS(net="alex", pnet_rand=True, spatial=True, verbose=False)
    torch.save(theirs.state_dict(), tmp_path / "alex.pt")
    ours = load_lpips([tmp_path / "alex.pt"])
    first, second = (np.where(MASK[..., None], one, 0).astype(np.uint8) for one in (picture(), picture(2)))
    with torch.no_grad():
        wanted = theirs(*(torch.from_numpy(x).permute(2, 0, 1)[None] / 127.5 - 1 for x in (first, second)))
    expected = float(wanted[0, 0][torch.from_numpy(MASK)].mean())
    assert ours.distance(first, second, MASK) == pytest.approx(expected, rel=1e-5)


def test_the_package_is_found_but_never_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place, cache = tmp_path / "site" / "lpips", tmp_path / "torch" / "hub" / "checkpoints"
    (place / "weights" / "v0.1").mkdir(parents=True)
    cache.mkdir(parents=True)
    (place / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv(VARIABLE, raising=False)
    state = weights(torchvision=True)
    linear = {name: value for name, value in state.items() if "lin" in name}
    torch.save(linear, place / "weights" / "v0.1" / "alex.pth")
    assert find_lpips() is None  # half of it
    torch.save(
        {name: value for name, value in state.items() if name not in linear}, cache / lpips.BACKBONES[1]
    )
    assert find_lpips() is not None
