"""`h3dstudio synth`: photograph a head whose shape is known."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from h3dstudio.errors import UsageError

NAME = "synth"
HELP = "render a head mesh, or a head drawn from a population, into a scan with ground truth"
TEXTURES = {"rich": 1.0, "medium": 0.5, "weak": 0.15}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "source", metavar="MESH_OR_POPULATION", type=Path, help="obj, ply, stl, glb or a population npz"
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="scan folder to write; must be new or empty")
    parser.add_argument("--views", type=int, default=66, metavar="N", help="photos around the head (66)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of head, skin, light and noise (0)")
    parser.add_argument(
        "--size", type=int, default=512, metavar="PX", help="width and height of the photos (512)"
    )
    parser.add_argument(
        "--texture",
        default="rich",
        metavar="rich|medium|weak|VALUE",
        help="contrast of procedural skin, 1 = rich",
    )
    parser.add_argument("--expression", action="store_true", help="a population head makes a face")
    parser.add_argument(
        "--light", choices=("fixed", "turning"), default="fixed", help="in the room, or going with the camera"
    )
    parser.add_argument(
        "--camera-noise",
        default="0,0",
        metavar="DEG,MM",
        help="error of the written cameras, root mean square",
    )
    parser.add_argument(
        "--mask-noise", type=float, default=0.0, metavar="PX", help="raggedness of the masks' edges"
    )
    parser.add_argument(
        "--image-noise", type=float, default=0.0, metavar="SIGMA", help="sensor noise in grey levels"
    )
    parser.add_argument("--jpeg", type=int, default=95, metavar="Q", help="JPEG quality, 1 to 100 (95)")
    parser.add_argument("--landmarks", type=Path, metavar="FILE", help="of a mesh: 'name vertex' per line")
    parser.add_argument(
        "--unit", choices=("auto", "mm", "cm", "m"), default="auto", help="of a mesh (auto: by size)"
    )
    parser.add_argument("--up", default="+y", metavar="AXIS", help="of a mesh: where its crown points (+y)")
    parser.add_argument("--front", default="+z", metavar="AXIS", help="of a mesh: where its face points (+z)")
    parser.add_argument("--force", action="store_true", help="replace a synthetic scan in OUT")


def run(arguments: argparse.Namespace) -> int:
    """Write the scan; progress and notices go to standard error, the folder's name to standard output."""
    from h3dstudio.data.synthesis.population import is_population
    from h3dstudio.data.synthesis.settings import SynthSettings
    from h3dstudio.data.synthesis.synthesize import load_subject, synthesize

    degrees, mm = _camera_noise(arguments.camera_noise)
    settings = SynthSettings(
        views=arguments.views,
        seed=arguments.seed,
        camera_noise_degrees=degrees,
        camera_noise_mm=mm,
        mask_noise_px=arguments.mask_noise,
        turning_light=arguments.light == "turning",
        image_noise=arguments.image_noise,
        jpeg_quality=arguments.jpeg,
        texture=_texture(arguments.texture),
        size=arguments.size,
        expression=arguments.expression,
    )
    mesh_options = {"unit": arguments.unit, "up": arguments.up, "front": arguments.front}
    subject = load_subject(
        arguments.source, settings, landmarks=_landmarks(arguments.landmarks), **mesh_options
    )
    if is_population(arguments.source) and arguments.landmarks is not None:
        raise UsageError("a population knows its own landmarks", where="--landmarks", remedy="Leave it out")
    for notice in subject.notices:
        print(f"note: {notice}.", file=sys.stderr)
    started = time.monotonic()
    with_bar = sys.stderr.isatty()

    def report(done: int, total: int, what: str) -> None:
        seconds = time.monotonic() - started
        line = f"{what}: {done} of {total}, {seconds:.0f} s"
        if with_bar:
            print(f"\r{line:<60}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done in (0, total) or done % 10 == 0:
            print(line, file=sys.stderr, flush=True)

    synthesize(
        subject, arguments.out, settings, force=arguments.force, source=arguments.source.name, report=report
    )
    print(arguments.out)
    return 0


def _camera_noise(text: str) -> tuple[float, float]:
    try:
        degrees, mm = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"'{text}' is not understood", where="--camera-noise", remedy="Write degrees and mm like 0.5,2"
        ) from None
    return degrees, mm


def _texture(text: str) -> float:
    if text in TEXTURES:
        return TEXTURES[text]
    try:
        return float(text)
    except ValueError:
        remedy = f"Write {', '.join(TEXTURES)} or a number from 0 to 3"
        raise UsageError(f"'{text}' is not understood", where="--texture", remedy=remedy) from None


def _landmarks(file: Path | None) -> dict[str, int] | None:
    if file is None:
        return None
    from h3dstudio.data.landmarks import read_landmarks

    return dict(read_landmarks(file))
