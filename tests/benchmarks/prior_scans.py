"""The scans that the head prior and the H3D grid are judged on, made once and kept in a folder.

The split, by random stream: priors are trained on `default_rng([20261120, seed, k])` and judged during
training on `default_rng([20261121, seed, k])` (`h3dstudio.priors.training.heads`). The draws here come from
`default_rng(s)` with s = 9001 to 9010, as `h3dstudio synth --seed s` draws them, the heads under the
sculptures from s = 9101 to 9107. Nothing may be trained on these, and no constant tuned on a single one.

32 photos stand around each head, so the lists "1" to "32" name the same azimuths as H3DS's lists of 66.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from h3dstudio.data.images import load_views
from h3dstudio.data.mesh_files import read_mesh
from h3dstudio.data.readers import read_scan
from h3dstudio.data.regions import read_region
from h3dstudio.data.scan_writer import write_h3ds_scan
from h3dstudio.data.synthesis.noise import disturb_camera, disturb_mask, grow_mask, sensor_noise
from h3dstudio.data.synthesis.population import read_population
from h3dstudio.data.synthesis.settings import TEXTURE_STRENGTHS, SynthSettings
from h3dstudio.data.synthesis.subject import Subject
from h3dstudio.data.synthesis.synthesize import (
    CAMERA_NOISE,
    IMAGE_NOISE,
    MASK_NOISE,
    load_subject,
    synthesize,
    to_4x4,
)
from tests.benchmarks.sculpting import SCULPTURES

RICH, MEDIUM, WEAK = (TEXTURE_STRENGTHS[name] for name in ("rich", "medium", "weak"))
VIEWS = 32
POPULATION = Path("../shared/data/ict_heads.npz")
CACHE = Path("~/.cache/h3dstudio/bench_prior")
DONE = "made.json"


@dataclass(frozen=True)
class ScanPlan:
    """One scan: what is photographed and how.

    Attributes:
        name: of its folder.
        group: "draw", "sculpted" or "noise".
        settings: of the synthesis; the head is drawn with its seed.
        sculpture: key of `sculpting.SCULPTURES`, or "" for a plain draw.
        clean: for noise cases, the scan that they are compared with.
    """

    name: str
    group: str
    settings: SynthSettings
    sculpture: str = ""
    clean: str = ""


def _draw(number: int, texture: float, **more: object) -> ScanPlan:
    settings = SynthSettings(views=VIEWS, seed=9000 + number, texture=texture, **more)  # type: ignore[arg-type]
    return ScanPlan(f"draw{number:02}", "draw", settings)


def _sculpted(number: int, sculpture: str, texture: float, *, turning: bool) -> ScanPlan:
    settings = SynthSettings(views=VIEWS, seed=9100 + number, texture=texture, turning_light=turning)
    return ScanPlan(sculpture, "sculpted", settings, sculpture=sculpture)


DRAWS = (
    _draw(1, RICH),
    _draw(2, WEAK, turning_light=True, expression=True),
    _draw(3, WEAK, turning_light=True),
    _draw(4, RICH, expression=True),
    _draw(5, MEDIUM, image_noise=3.0),
    _draw(6, MEDIUM, turning_light=True, expression=True),
    _draw(7, WEAK),
    _draw(8, RICH, turning_light=True, image_noise=2.0, jpeg_quality=85),
    _draw(9, MEDIUM, turning_light=True, image_noise=2.0, jpeg_quality=85, expression=True),
    _draw(10, WEAK, turning_light=True, image_noise=3.0, expression=True),
)
SCULPTED = (
    _sculpted(1, "crown", WEAK, turning=True),
    _sculpted(2, "bun", RICH, turning=False),
    _sculpted(3, "long-hair", WEAK, turning=True),
    _sculpted(4, "beard", MEDIUM, turning=True),
    _sculpted(5, "open-mouth", WEAK, turning=True),
    _sculpted(6, "glasses", RICH, turning=False),
    _sculpted(7, "hat", MEDIUM, turning=True),
)
NOISES: dict[str, dict[str, float | bool]] = {
    "cameras": {"camera_noise_degrees": 0.5, "camera_noise_mm": 2.0, "mask_noise_px": 2.0},
    "eroded": {"mask_grow_px": -3.0},
    "dilated": {"mask_grow_px": 3.0},
    "turning": {"turning_light": True},
    "sensor": {"image_noise": 6.0, "jpeg_quality": 60},
}
"""What is disturbed -> settings; "cameras" also has ragged masks."""


def _noise(clean: ScanPlan, noise: str) -> ScanPlan:
    settings = replace(clean.settings, **NOISES[noise])  # type: ignore[arg-type]
    return ScanPlan(f"{clean.name}-{noise}", "noise", settings, clean=clean.name)


# One head of rich and one of weak texture, both under fixed light, so that light is a case of its own.
NOISY = tuple(_noise(clean, noise) for clean in (DRAWS[0], DRAWS[6]) for noise in NOISES)
PLANS: dict[str, ScanPlan] = {plan.name: plan for plan in (*DRAWS, *SCULPTED, *NOISY)}
GROUPS = ("draw", "sculpted", "noise")


def chosen(text: str) -> list[ScanPlan]:
    """Plans by group or name, separated by commas: "draw,beard". Raises SystemExit on an unknown name."""
    out: dict[str, ScanPlan] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        found = [plan for plan in PLANS.values() if word in (plan.group, plan.name, "all")]
        if not found:
            raise SystemExit(f"no scan or group '{word}'; there are {', '.join((*GROUPS, *PLANS))}")
        out.update({plan.name: plan for plan in found})
    return list(out.values())


def make(plan: ScanPlan, population: Path, cache: Path) -> Path:
    """The folder of a scan, made unless it was made by the same plan already."""
    folder, record = cache / plan.name, {"plan": repr(plan), "version": 1}
    if (folder / DONE).is_file() and json.loads((folder / DONE).read_text()) == record:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    if plan.clean and plan.settings.turning_light == PLANS[plan.clean].settings.turning_light:
        disturbed_copy(make(PLANS[plan.clean], population, cache), folder, plan.settings)
    else:
        synthesize(_subject(plan, population), folder, plan.settings, source=population.name)
    (folder / DONE).write_text(json.dumps(record))
    return folder


def disturbed_copy(clean: Path, folder: Path, settings: SynthSettings) -> None:
    """A scan with the noise of `settings` added to its masks, cameras and photos; nothing is rendered.

    Cameras and masks get the very noise that a synthesis with these settings would write.
    """
    scan = read_scan(clean)
    loaded = load_views(scan.views)
    key = [settings.seed]
    rng = np.random.default_rng([*key, CAMERA_NOISE])
    degrees, mm = settings.camera_noise_degrees, settings.camera_noise_mm
    masks = [
        disturb_mask(
            grow_mask(view.mask, settings.mask_grow_px),
            settings.mask_noise_px,
            np.random.default_rng([*key, MASK_NOISE, k]),
        )
        for k, view in enumerate(loaded)
    ]
    images = [
        sensor_noise(view.image, settings.image_noise, np.random.default_rng([*key, IMAGE_NOISE, k]))
        for k, view in enumerate(loaded)
    ]
    write_h3ds_scan(
        folder,
        images=[np.clip(np.rint(image), 0, 255).astype(np.uint8) for image in images],
        masks=masks,
        cameras=[disturb_camera(view.view.camera, degrees, mm, rng) for view in loaded],
        unit_sphere=scan.unit_sphere,
        mesh=read_mesh(scan.ground_truth) if scan.ground_truth else None,
        landmarks=scan.landmarks,
        regions={name: read_region(file) for name, file in scan.regions.items()},
        view_lists=scan.view_lists,
        # A second compression at the same quality would be noise of its own.
        image_suffix=".jpg" if settings.image_noise else ".png",
        quality=settings.jpeg_quality,
    )
    if degrees or mm:
        true = {f"world_mat_{v.index}": to_4x4(v.camera.projection) for v in scan.views}
        np.savez(folder / "cameras_true.npz", allow_pickle=False, **true)


def _subject(plan: ScanPlan, population: Path) -> Subject:
    if not plan.sculpture:
        return load_subject(population, plan.settings)
    rng = np.random.default_rng(plan.settings.seed)
    return SCULPTURES[plan.sculpture](read_population(population), rng)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--population", type=Path, default=POPULATION, help=f"packed heads ({POPULATION})")
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"where scans are kept ({CACHE})")
    parser.add_argument("--scans", default="draw", help="groups (draw, sculpted, noise) or names, or all")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the scans of the benchmark ahead of time.")
    add_arguments(parser)
    arguments = parser.parse_args()
    for plan in chosen(arguments.scans):
        begun = time.monotonic()
        folder = make(plan, arguments.population, arguments.cache.expanduser())
        print(f"{folder}  {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
