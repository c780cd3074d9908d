"""Where figures come from: settings, hashes of inputs, versions, timings, commands to repeat it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from h3dstudio.evaluation.report.document import Block, Code, Paragraph, Row, Table
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.words import count, memory, method_name, number
from h3dstudio.methods.registry import uses_prior


def settings_blocks(runs: Sequence[ReportedRun], report_command: str) -> list[Block]:
    """What was asked for, what came out, and how to do it again."""
    return [
        *_compared("Settings and results", runs, _settings_rows(runs)),
        Paragraph("The same again:"),
        Code("\n".join([*(line for run in runs for line in commands(run)), report_command])),
        Paragraph(
            "Same seed, settings, photos and number of threads give the same mesh; "
            "another number of threads changes it slightly.",
            small=True,
        ),
    ]


def timing_blocks(runs: Sequence[ReportedRun]) -> list[Block]:
    """Seconds by phase, memory, machine."""
    phases = dict.fromkeys(phase for run in runs for phase in run.facts.timings)
    named = [(f"{phase[:1].upper()}{phase[1:]}, s", partial(_timing, phase=phase)) for phase in phases]
    facts: list[tuple[str, Callable[[ReportedRun], str]]] = [
        ("Run in all, s", lambda run: number(run.facts.seconds, 2)),
        ("Evaluation, s", lambda run: number((run.evaluation or {}).get("seconds"), 2)),
        ("Peak memory", lambda run: memory(run.facts.peak_memory)),
        ("Processor cores", lambda run: f"{run.facts.cores}" if run.facts.cores else ""),
        ("System", lambda run: run.facts.platform),
    ]
    return [*_compared("Time and memory", runs, [*named, *facts])]


def version_blocks(runs: Sequence[ReportedRun]) -> list[Block]:
    """The program and the libraries that made the runs."""
    names = dict.fromkeys(name for run in runs for name in run.facts.versions)
    rows: list[tuple[str, Callable[[ReportedRun], str]]] = [
        (name, partial(_version, name=name)) for name in names
    ]
    rows.append(("h3dstudio that evaluated", _evaluator))
    return [*_compared("Versions", runs, rows)]


def hash_blocks(runs: Sequence[ReportedRun]) -> list[Block]:
    """SHA-256 of every file that went in or came out."""
    blocks: list[Block] = []
    for run in runs:
        rows = [Row(name, (value,)) for name, value in run.hashes.items()]
        for view, files in run.facts.files.items():
            rows += [Row(f"view {view}, {kind}", (value,)) for kind, value in files.items()]
        caption = f"Files of {run.label}" if len(runs) > 1 else "Files"
        blocks.append(Table(caption, ("SHA-256",), tuple(rows), "File", words=True))
    note = "A camera's hash is of its matrix, rounded to nine digits; those of files are of their bytes."
    return [*blocks, Paragraph(note, small=True)]


def commands(run: ReportedRun) -> list[str]:
    """The command lines that make the run and its scores again."""
    facts = run.facts
    scan = str(facts.scan_folder or (run.scan.root if run.scan else facts.scan))
    words = ["h3dstudio", "reconstruct", scan, "--views", _views(facts.views)]
    for setting in ("method", "quality", "device", "seed"):
        if facts.setting(setting):
            words += [f"--{setting}", facts.setting(setting)]
    if facts.setting("prior"):
        words += ["--prior", facts.setting("prior")]
    if facts.setting("landmarks") == "none":
        words.append("--no-landmarks")
    if facts.setting("refine_cameras") not in ("", "auto"):
        words += ["--refine-cameras", facts.setting("refine_cameras")]
    lines = [shlex.join([*words, "--out", str(run.folder)])]
    if run.evaluation is not None:
        evaluate = ["h3dstudio", "evaluate", scan, str(run.folder), *_evaluation_options(run.evaluation)]
        lines.append(shlex.join(evaluate))
    return lines


def _evaluation_options(evaluation: Mapping[str, Any]) -> list[str]:
    options, landmarks = evaluation["options"], evaluation["inputs"].get("landmarks")
    words = ["--align", options["align"]] if options.get("align") else []
    for region in options["regions"]:
        words += ["--region", region]
    if landmarks is not None and landmarks.get("path"):
        words += ["--landmarks", str(landmarks["path"])]
    return words


def _views(views: tuple[int, ...]) -> str:
    # One number alone would be read as how many, not which.
    return ",".join(map(str, views)) + ("," if len(views) == 1 else "")


def _settings_rows(runs: Sequence[ReportedRun]) -> list[tuple[str, Callable[[ReportedRun], str]]]:
    rows: list[tuple[str, Callable[[ReportedRun], str]]] = [
        ("Scan", lambda run: run.facts.scan),
        ("Layout", lambda run: run.facts.layout),
        ("Photos used", lambda run: ", ".join(map(str, run.facts.views))),
        ("Photos held out", lambda run: ", ".join(map(str, run.facts.held_out))),
        ("Method", lambda run: method_name(run.facts.setting("method"))),
    ]
    others = dict.fromkeys(name for run in runs for name in run.facts.settings if name != "method")
    for name in others:
        rows.append((name.replace("_", " ").capitalize(), partial(_setting, name=name)))
    rows += [
        (
            "Status",
            lambda run: run.facts.status + (f", resumed {run.facts.resumed}×" if run.facts.resumed else ""),
        ),
        ("Started", lambda run: run.facts.started),
        ("Iterations", lambda run: count(run.facts.iterations)),
        ("Vertices", lambda run: count(len(run.mesh.vertices))),
        ("Faces", lambda run: count(len(run.mesh.faces))),
        ("Confidence, mean, 0 to 1", lambda run: number(run.facts.confidence)),
        ("Folder", lambda run: str(run.folder)),
    ]
    return rows


def _timing(run: ReportedRun, phase: str) -> str:
    return number(run.facts.timings.get(phase), 2)


def _evaluator(run: ReportedRun) -> str:
    return "" if run.evaluation is None else f"{run.evaluation['versions'].get('h3dstudio', '')}"


def _version(run: ReportedRun, name: str) -> str:
    return run.facts.versions.get(name, "")


def _setting(run: ReportedRun, name: str) -> str:
    value = run.facts.setting(name)
    return "bundled" if name == "prior" and not value and uses_prior(run.facts.setting("method")) else value


def _compared(
    caption: str, runs: Sequence[ReportedRun], rows: Sequence[tuple[str, Callable[[ReportedRun], str]]]
) -> list[Table]:
    made = [Row(label, tuple(cell(run) for run in runs)) for label, cell in rows]
    filled = tuple(row for row in made if any(row.cells))
    return Table(caption, tuple(run.label for run in runs), filled, words=True).split()
