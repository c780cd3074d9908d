"""`h3dstudio prior train|info|sample|fit`: learn a head prior, look at one, draw heads from it, fit it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from h3dstudio.session.priors.training import PriorTrainingJob

NAME = "prior"
HELP = "train a head prior, or look at, draw from and fit one"
DONE, FAILED, INTERRUPTED = 0, 1, 130
_FILE = "prior's file (default: the bundled one)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command each."""
    table = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _train_arguments(table.add_parser("train", help="learn a prior from a population of heads"))
    info = table.add_parser("info", help="say what a prior's file holds and where it is from")
    info.add_argument("file", nargs="?", type=Path, metavar="FILE", help=_FILE)
    info.add_argument("--json", action="store_true", help="print it as JSON")
    _sample_arguments(table.add_parser("sample", help="write heads drawn from a prior"))
    _fit_arguments(table.add_parser("fit", help="fit a prior to a head mesh or point cloud"))


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--population",
        type=Path,
        required=True,
        action="append",
        metavar="PATH",
        help="packed heads (npz), ICT FaceKit checkout, H3DS dataset or folder of head meshes; may be given "
        "several times, to learn from all of them together",
    )
    add("--out", type=Path, required=True, metavar="FILE", help="the file to write (.h3dprior)")
    add("--family", default="linear", help="linear (default) or autodecoder")
    add("--preset", default="small", help="of the autodecoder: small (default) or paper")
    add("--heads", type=int, metavar="N", help="heads to train on (default: 1000)")
    add("--held-out", type=int, metavar="N", help="heads kept out to measure the error on (default: 8)")
    add("--components", type=int, metavar="K", help="size of the latent code (default: the family's)")
    add(
        "--weights",
        type=_numbers,
        metavar="W,W",
        help="how much each population counts, in their order (default: all the same)",
    )
    add("--steps", type=int, metavar="N", help="steps of the autodecoder (default: the preset's)")
    add("--seed", type=int, default=0, help="same seed and settings, same prior (default: 0)")
    add("--device", default="auto", help="of the autodecoder: auto (default), cpu, cuda, cuda:N")
    add("--threads", type=int, help="worker threads of the sampling (default: 2)")
    add("--expression", type=float, metavar="SHARE", help="share of heads with an expression, 0 to 1")
    add("--scale", type=float, metavar="PART", help="heads vary in size by 1 +- this")
    add(
        "--hair",
        type=float,
        metavar="SHARE",
        help="share of heads with hair, their population's own or a smooth offset of the scalp",
    )
    add("--hair-components", type=int, metavar="K", help="numbers of the latent code for hair (default: 16)")
    add("--cut", type=float, metavar="SHARE", help="share of heads with the neck cut higher")
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="go on with an interrupted training")
    existing.add_argument("--force", action="store_true", help="replace FILE")
    add("--json", action="store_true", help="print the result as JSON, and nothing else, on standard output")


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", nargs="?", type=Path, metavar="FILE", help=_FILE)
    add("--out", type=Path, required=True, metavar="DIR", help="folder for head_000.ply and so on")
    add("-n", type=int, default=4, metavar="N", dest="count", help="how many heads (default: 4)")
    add("--seed", type=int, default=0, help="same seed, same heads (default: 0)")
    add(
        "--strength",
        type=float,
        default=1.0,
        help="0: the mean head; 1 (default): as varied as people",
    )
    add("--hair", action="store_true", help="draw hair as well, where the prior knows it")


def _fit_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "inputs",
        nargs="+",
        type=Path,
        metavar="[FILE] MESH",
        help=f"{_FILE}, then a mesh or point cloud",
    )
    add("--out", type=Path, required=True, metavar="MESH", help="the fitted head to write (.ply, .obj, ...)")
    add("--landmarks", type=Path, metavar="FILE", help="a landmark file of any format")
    add("--json", action="store_true", help="print the result as JSON, and nothing else, on standard output")


def run(arguments: argparse.Namespace) -> int:
    """The exit code, as for `reconstruct`."""
    actions = {"train": _train, "info": _info, "sample": _sample, "fit": _fit}
    return actions[arguments.action](arguments)


def _train(arguments: argparse.Namespace) -> int:
    from h3dstudio.cli.following import run_here
    from h3dstudio.jobs.events import Finished
    from h3dstudio.session.priors.training import PriorTrainingResult

    end = run_here(make_job(arguments), "a prior")
    if not isinstance(end, Finished):
        print("Stopped before there was a prior; go on with --resume.", file=sys.stderr)
        return INTERRUPTED
    assert isinstance(end.result, PriorTrainingResult)
    _report({**end.result.summary, "file": str(end.result.path)}, as_json=arguments.json)
    return INTERRUPTED if end.early else DONE


def make_job(arguments: argparse.Namespace) -> PriorTrainingJob:
    """The job that the command line asks for. Raises UsageError."""
    import shlex

    from h3dstudio.data.population.augmentation import Augmentation
    from h3dstudio.priors.training.settings import PriorSettings
    from h3dstudio.session.priors.training import PriorTrainingJob

    def given(*names: str) -> dict[str, object]:
        values = {name: getattr(arguments, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    settings = PriorSettings(
        augmentation=Augmentation(**given("expression", "scale", "hair", "cut")),  # type: ignore[arg-type]
        **given(
            "family",
            "preset",
            "heads",
            "held_out",
            "components",
            "hair_components",
            "weights",
            "steps",
            "seed",
            "device",
            "threads",
        ),  # type: ignore[arg-type]
    )
    return PriorTrainingJob(
        population=arguments.population[0],
        more=tuple(arguments.population[1:]),
        out=arguments.out,
        settings=settings,
        resume=arguments.resume,
        force=arguments.force,
        command=shlex.join(["h3dstudio", *sys.argv[1:]]),
    )


def _info(arguments: argparse.Namespace) -> int:
    from h3dstudio.priors.file_header import read_prior_file
    from h3dstudio.session.priors.heads import prior_path
    from h3dstudio.session.priors.training import summary_of

    path = prior_path(arguments.file)
    file = read_prior_file(path)
    shapes = {name: list(array.shape) for name, array in file.arrays.items()}
    summary = {**summary_of(file.family, file.provenance, path), "file": str(path)}
    if arguments.json:
        print(json.dumps({**summary, "arrays": shapes, "provenance": dict(file.provenance)}, indent=2))
        return DONE
    _report(summary, as_json=False)
    for name in ("split", "command", "program"):
        if file.provenance.get(name):
            print(f"{name + ':':22}{file.provenance[name]}")
    licence = str(file.provenance.get("licence") or "").strip()
    print(f"{'licence:':22}{' / '.join(line for line in licence.splitlines()[:3] if line) or 'unknown'}")
    return DONE


def _sample(arguments: argparse.Namespace) -> int:
    from h3dstudio.session.priors.heads import write_samples

    for path in write_samples(
        arguments.file,
        arguments.out,
        arguments.count,
        seed=arguments.seed,
        strength=arguments.strength,
        hair=arguments.hair,
    ):
        print(path)
    return DONE


def _fit(arguments: argparse.Namespace) -> int:
    from h3dstudio.errors import UsageError
    from h3dstudio.session.priors.heads import fit_file

    if len(arguments.inputs) > 2:
        raise UsageError(f"{len(arguments.inputs)} files were given, expected [FILE] MESH")
    prior = arguments.inputs[0] if len(arguments.inputs) == 2 else None
    summary = fit_file(prior, arguments.inputs[-1], arguments.out, landmarks=arguments.landmarks)
    _report(summary, as_json=arguments.json)
    return DONE


def _report(summary: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(summary, indent=2))
        return
    for name, value in summary.items():
        text = f"{value:.3g}" if isinstance(value, float) else str(value)
        print(f"{name + ':':22}{text}")
