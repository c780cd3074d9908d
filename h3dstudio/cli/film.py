"""`h3dstudio film`: a run's meshes as a film, or one of them as a mesh file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.errors import UsageError

if TYPE_CHECKING:
    from h3dstudio.session.export.film import FilmJob

NAME = "film"
HELP = "make a film (GIF, WebP, MP4) of the meshes that a run has kept, or export one of them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "run_folder", metavar="RUN", type=Path, help="the folder a reconstruction was written to"
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        default=Path("film.gif"),
        help="a .gif, .webp or .mp4 (needs ffmpeg), or with --step a mesh file (default: %(default)s)",
    )
    parser.add_argument("--fps", type=float, default=8.0, help="pictures a second (default: %(default)g)")
    parser.add_argument(
        "--size", default="640x640", metavar="WxH", help="pixels of a picture (default: %(default)s)"
    )
    parser.add_argument(
        "--turn", type=float, default=0.0, metavar="DEGREES", help="go around the head by so much meanwhile"
    )
    parser.add_argument("--shaded", action="store_true", help="draw clay instead of the meshes' own colours")
    parser.add_argument("--dark", action="store_true", help="before a dark background")
    parser.add_argument(
        "--step", type=int, metavar="N", help="write the mesh of step N (or the last one before it) instead"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the film or the mesh; returns the exit code. Raises H3DError for anything a user can mend."""
    from h3dstudio.cli import DONE, INTERRUPTED
    from h3dstudio.cli.following import run_here
    from h3dstudio.jobs.events import Finished
    from h3dstudio.session.export.film import run_frames

    frames = run_frames(arguments.run_folder)
    if arguments.step is not None:
        _export(frames, arguments.step, arguments.out)
        return DONE
    end = run_here(_job(frames, arguments), "a film")
    if not isinstance(end, Finished):
        return INTERRUPTED
    print(f"{len(frames)} meshes in {arguments.out}")
    return INTERRUPTED if end.early else DONE


def _job(frames: tuple[Path, ...], arguments: argparse.Namespace) -> FilmJob:
    from h3dstudio.session.export.film import DARK, LIGHT, FilmJob, run_front

    if not 0.1 <= arguments.fps <= 60:
        raise UsageError(f"--fps {arguments.fps:g}: expected 0.1 to 60 pictures a second")
    return FilmJob(
        frames,
        arguments.out,
        size=_size(arguments.size),
        fps=arguments.fps,
        turn=arguments.turn,
        look="shaded" if arguments.shaded else "vertex",
        background=DARK if arguments.dark else LIGHT,
        front=run_front(arguments.run_folder),
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (
        width.isdecimal() and height.isdecimal() and all(16 <= int(one) <= 4096 for one in (width, height))
    ):
        raise UsageError(f"--size {text}: expected WIDTHxHEIGHT, 16 to 4096 pixels each, such as 640x480")
    return int(width), int(height)


def _export(frames: tuple[Path, ...], step: int, out: Path) -> None:
    """Write the mesh of `step`, or of the last step before it that was kept."""
    from h3dstudio.cli.following import to_the_end
    from h3dstudio.session.export.job import ExportJob, ExportOptions, ExportResult

    steps = {int(path.stem.removeprefix("mesh_")): path for path in frames if path.stem != "mesh"}
    before = [one for one in steps if one <= step]
    if not before:
        kept = ", ".join(map(str, sorted(steps))) or "none"
        raise UsageError(f"--step {step}: no mesh of it or before it was kept; there are {kept}")
    out = out if out.suffix else out.with_suffix(".ply")
    job = ExportJob(steps[max(before)], out, options=ExportOptions(clean=True), force=True)
    result: ExportResult = to_the_end(job.events())
    print(f"The mesh of step {max(before)} is in {out}")
    for note in result.notes:
        print(f"  {note}")
