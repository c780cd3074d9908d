"""`h3dstudio synth`: photograph a head whose shape is known."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from h3dstudio.errors import UsageError

NAME = "synth"
HELP = "render a head mesh, or a head drawn from a population, into a scan with ground truth"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("source", metavar="MESH_OR_POPULATION", type=Path, help="obj, ply, stl, glb, or a population npz")
    add("out", metavar="OUT", type=Path, help="scan folder to write; must be new or empty")
    add("--views", type=int, default=66, metavar="N", help="photos around the head (66)")
    add("--seed", type=int, default=0, metavar="N", help="of head, skin, light and noise (0)")
    add("--size", type=int, default=512, metavar="PX", help="width and height of the photos (512)")
    add(
        "--texture",
        default="rich",
        metavar="rich|medium|weak|VALUE",
        help="contrast of procedural skin (rich = 1)",
    )
    add("--expression", action="store_true", help="a population head makes a face")
    add(
        "--light", choices=("fixed", "turning"), default="fixed", help="in the room, or going with the camera"
    )
    add("--camera-noise", default="0,0", metavar="DEG,MM", help="RMS error of the written cameras (0,0)")
    add("--mask-noise", type=float, default=0.0, metavar="PX", help="raggedness of the masks' edges (0)")
    add("--mask-grow", type=float, default=0.0, metavar="PX", help="masks too large; below 0 too small (0)")
    add("--image-noise", type=float, default=0.0, metavar="SIGMA", help="sensor noise in grey levels (0)")
    add("--jpeg", type=int, default=95, metavar="Q", help="JPEG quality, 1 to 100 (95)")
    add("--landmarks", type=Path, metavar="FILE", help="of a mesh: a landmark file of any format")
    add("--unit", choices=("auto", "mm", "cm", "m"), default="auto", help="of a mesh (auto: by its size)")
    add("--up", default="+y", metavar="AXIS", help="of a mesh: where its crown points (+y)")
    add("--front", default="+z", metavar="AXIS", help="of a mesh: where its face points (+z)")
    add("--force", action="store_true", help="replace a synthetic scan in OUT")


def run(arguments: argparse.Namespace) -> int:
    """Write the scan; progress and notices go to standard error, the folder's name to standard output."""
    from h3dstudio.cli.progress import display
    from h3dstudio.data.synthesis.output import refuse_occupied
    from h3dstudio.data.synthesis.settings import SynthSettings
    from h3dstudio.data.synthesis.synthesize import load_subject, synthesize
    from h3dstudio.jobs.events import Progress

    degrees, mm = _camera_noise(arguments.camera_noise)
    settings = SynthSettings(
        views=arguments.views,
        seed=arguments.seed,
        camera_noise_degrees=degrees,
        camera_noise_mm=mm,
        mask_noise_px=arguments.mask_noise,
        mask_grow_px=arguments.mask_grow,
        turning_light=arguments.light == "turning",
        image_noise=arguments.image_noise,
        jpeg_quality=arguments.jpeg,
        texture=_texture(arguments.texture),
        size=arguments.size,
        expression=arguments.expression,
    )
    # Before anything is read: a mistake in the output's name should not cost a minute.
    refuse_occupied(arguments.out, force=arguments.force)
    landmarks = _landmarks(arguments.landmarks, arguments.source)
    mesh_options = {"unit": arguments.unit, "up": arguments.up, "front": arguments.front}
    subject = load_subject(arguments.source, settings, landmarks=landmarks, **mesh_options)
    with display(sys.stderr) as shown:
        for notice in subject.notices:
            shown.note(f"note: {notice}.")
        synthesize(
            subject,
            arguments.out,
            settings,
            force=arguments.force,
            source=arguments.source.name,
            report=lambda done, total, what: shown.event(Progress(done, total, what)),
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
    from h3dstudio.data.synthesis.settings import TEXTURE_STRENGTHS

    if text in TEXTURE_STRENGTHS:
        return TEXTURE_STRENGTHS[text]
    try:
        return float(text)
    except ValueError:
        remedy = f"Write {', '.join(TEXTURE_STRENGTHS)} or a number from 0 to 3"
        raise UsageError(f"'{text}' is not understood", where="--texture", remedy=remedy) from None


def _landmarks(file: Path | None, mesh: Path) -> dict[str, int] | None:
    """Vertices of the mesh in the file `mesh`, which is read where the landmarks are coordinates."""
    if file is None:
        return None
    from h3dstudio.data.landmark_files import read_landmark_file
    from h3dstudio.data.landmark_files.names import named
    from h3dstudio.data.landmarks_on_mesh import landmark_vertices
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.data.synthesis.population import is_population

    entries = named(read_landmark_file(file), "", file)
    if is_population(mesh):
        raise UsageError("a population knows its own landmarks", where="--landmarks", remedy="Leave it out")
    placed = [entry for entry in entries if entry.placed]
    known = {entry.name: entry.vertex for entry in placed if entry.vertex is not None}
    return known if len(known) == len(placed) else dict(landmark_vertices(file, read_mesh(mesh)).vertices)
