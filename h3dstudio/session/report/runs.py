"""Runs of a report: found below what a user names, read, and evaluated where that was not done."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h3dstudio.errors import EvaluationError, H3DError, MeshError, OutputError
from h3dstudio.jobs.events import Progress
from h3dstudio.methods.registry import uses_prior
from h3dstudio.session.evaluation.files import EVALUATION_FILE, read_errors, read_evaluation

if TYPE_CHECKING:
    from h3dstudio.data.scan import LoadedView, Scan
    from h3dstudio.evaluation.report.record import RunFacts
    from h3dstudio.evaluation.report.run import ReportedRun
    from h3dstudio.evaluation.vertex_errors import VertexErrors
    from h3dstudio.geometry.camera import Camera
    from h3dstudio.session.evaluation.job import StoredEvaluation

DEEPEST = 5
"""Levels below a results folder."""
MOST_FOLDERS = 20_000
MOST_RUNS = 60
MOST_PHOTOS = 4


@dataclass(frozen=True)
class Found:
    """A run folder; `alone` when the user named that very folder, so that it must be usable."""

    folder: Path
    alone: bool


def find_runs(paths: Sequence[Path]) -> list[Found]:
    """The run folders that `paths` name, or that lie below them, each once.

    Raises EvaluationError when a path does not exist, there is no run below it, or there are too many.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        if not path.is_dir():
            problem = (
                "this is a file, expected a run's folder" if path.exists() else "there is no such folder"
            )
            raise EvaluationError(problem, where=path, remedy="Give the folder of a run, or of several")
        alone = (path / "run.json").exists()
        folders = [path] if alone else sorted(_below(path, DEEPEST, count(1)), key=_natural)
        if not folders:
            raise EvaluationError(
                "there is no run here: neither a run.json nor a folder with one",
                where=path,
                remedy="Give the folder that h3dstudio reconstruct wrote, or one that holds such folders",
            )
        for folder in folders:
            found.setdefault(folder.resolve(), Found(folder, alone))
    if len(found) > MOST_RUNS:
        raise EvaluationError(
            f"there are {len(found)} runs here, more than the {MOST_RUNS} that fit a report",
            where=paths[0],
            remedy="Name those to compare; h3dstudio table sums up any number",
        )
    return list(found.values())


def _below(folder: Path, depth: int, visited: Any) -> list[Path]:
    if next(visited) > MOST_FOLDERS:
        raise EvaluationError(
            f"there are more than {MOST_FOLDERS} folders here",
            where=folder,
            remedy="Give the results' folder",
        )
    try:
        if (folder / "run.json").is_file():
            return [folder]
        if depth == 0:
            return []
        below = [one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")]
    except OSError:
        return []
    return [run for one in below for run in _below(one, depth - 1, visited)]


def _natural(path: Path) -> list[tuple[int, str]]:
    """Numbers in names by their value: 3 before 16."""
    return [
        (int(part), "") if part.isdecimal() and part.isascii() else (-1, part)
        for part in re.split(r"(\d+)", str(path))
    ]


def labelled(runs: Sequence[ReportedRun]) -> list[ReportedRun]:
    """The runs with labels as short as tells them apart, and names for files."""
    from h3dstudio.evaluation.report.words import method_name, photos

    candidates = [
        (method_name(run.facts.setting("method")), photos(len(run.facts.views)), run.facts.scan)
        for run in runs
    ]
    differing = [len({one[at] for one in candidates}) > 1 for at in range(3)]
    parts = [[part for part, differs in zip(one, differing, strict=True) if differs] for one in candidates]
    labels = [", ".join(one) for one in parts]
    out, used = [], set[str]()
    for number, (run, label) in enumerate(zip(runs, labels, strict=True), start=1):
        if not label or labels.count(label) > 1:
            label = f"{label}, {run.folder.resolve().name}" if label else run.folder.resolve().name
        while label in used:
            label = f"{label} ({number})"
        used.add(label)
        plain = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-").lower()[:40]
        out.append(replace(run, label=label, name=f"{number}-{plain}" if plain else f"{number}"))
    return out


def read_run(
    found: Found, scan_folder: Path | None, true_cameras: Mapping[int, Camera] | None = None
) -> Generator[Progress, None, ReportedRun]:
    """Everything a report says of one run; evaluates it where its scan has a ground truth and nobody has yet.

    Args:
        scan_folder: where the run's scan (or the dataset with it) is; None looks where the run found it.
        true_cameras: view -> the true camera, to judge the run's by.

    Raises EvaluationError, MeshError and their kin for files that are missing, damaged or of another run.
    """
    from h3dstudio.data.mesh_files import read_mesh
    from h3dstudio.evaluation.camera_errors import camera_offsets
    from h3dstudio.evaluation.evaluate import check_prediction
    from h3dstudio.evaluation.report.record import read_facts
    from h3dstudio.evaluation.report.run import ReportedRun

    folder = found.folder
    facts = read_facts(folder / "run.json")
    file = folder / "mesh.ply"
    if not file.is_file():
        raise MeshError(
            f"the run has no mesh.ply: it is {facts.status}",
            where=folder,
            remedy="Finish it with h3dstudio reconstruct --resume",
        )
    mesh = read_mesh(file)
    check_prediction(mesh, file)
    stored = _stored(folder)
    scan, notes = _scan(facts, scan_folder, stored)
    if facts.status not in ("finished", "finished early"):
        notes.append(f"The run is {facts.status}: its mesh may be of an earlier state")
    if facts.status == "finished early":
        notes.append("The run was ended early: more steps may have made it better")
    hashes = {"mesh.ply": _hash(file), "run.json": _hash(folder / "run.json"), **_prior_hash(facts)}
    evaluated = yield from _evaluated(folder, file, facts, scan, stored, notes)
    run = ReportedRun("", "", folder, facts, mesh, _landmarks(folder, mesh), hashes, scan)
    if evaluated is not None:
        run = _with_evaluation(run, *evaluated)
    if scan is not None:
        cameras = {view.index: view.camera for view in scan.views} | dict(facts.corrected)
        run = replace(run, cameras=cameras, photos=_photos(scan, facts, notes))
        if true_cameras is not None:
            used = {view: cameras[view] for view in facts.views if view in cameras}
            run = replace(run, camera_errors=camera_offsets(used, true_cameras).as_dict())
    return replace(run, notes=tuple(notes))


def _stored(folder: Path) -> StoredEvaluation | None:
    return read_evaluation(folder) if (folder / EVALUATION_FILE).exists() else None


def _scan(
    facts: RunFacts, given: Path | None, stored: StoredEvaluation | None
) -> tuple[Scan | None, list[str]]:
    """The run's scan, or None with a note; and notes on what has changed in it since."""
    from h3dstudio.data.readers import read_scan

    places = [given] if given is not None else [facts.scan_folder, stored.scan if stored else None]
    trouble: H3DError | None = None
    for place in places:
        if place is None:
            continue
        try:
            scan = read_scan(place, _name_below(place, facts.scan))
            return scan, _changes(facts, scan)
        except H3DError as error:
            trouble = trouble or error
    if given is not None and trouble is not None:
        raise trouble
    where = f" ({facts.scan_folder})" if facts.scan_folder else ""
    return None, [
        f"The scan {facts.scan} is not where the run found it{where}: photos and cameras are not shown, "
        "and errors only if they were evaluated before. Say where it is with --scan"
    ]


def _name_below(place: Path, name: str) -> str | None:
    """A dataset's folder holds many scans: then the run's by name."""
    from h3dstudio.data.readers import find_scans

    return name if len(find_scans(place)) > 1 else None


def _changes(facts: RunFacts, scan: Scan) -> list[str]:
    """What is not as it was when the run was made."""
    from h3dstudio.session.runs.inputs import view_hashes

    if scan.name != facts.scan:
        return [f"The scan given is {scan.name}, the run was made from {facts.scan}"]
    changed = []
    for view, hashes in facts.files.items():
        try:
            now = view_hashes(scan.view(int(view)))
        except (KeyError, ValueError, OSError):
            changed.append(view)
            continue
        if any(now.get(kind) != value for kind, value in hashes.items()):
            changed.append(view)
    if not changed:
        return []
    return [f"The photo, mask or camera of view {', '.join(changed[:5])} has changed since the run was made"]


def _evaluated(
    folder: Path,
    file: Path,
    facts: RunFacts,
    scan: Scan | None,
    stored: StoredEvaluation | None,
    notes: list[str],
) -> Generator[Progress, None, tuple[StoredEvaluation, VertexErrors] | None]:
    """The evaluation that lies in the folder, or a new one where there is none or its mesh has changed."""
    if stored is not None and stored.is_of(file):
        return stored, read_errors(stored)
    if scan is None or scan.ground_truth is None:
        if stored is not None:
            notes.append("The mesh has changed since it was evaluated: its scores are left out")
        return None
    if stored is not None:
        notes.append("The mesh has changed since it was evaluated: it was evaluated again for this report")
    if stored is None:
        try:
            return (yield from _evaluate(scan, folder, folder))
        except OutputError:  # a run on a disk that cannot be written can still be reported on
            pass
    with tempfile.TemporaryDirectory() as place:
        return (yield from _evaluate(scan, folder, Path(place)))


def _evaluate(
    scan: Scan, folder: Path, out: Path
) -> Generator[Progress, None, tuple[StoredEvaluation, VertexErrors]]:
    from h3dstudio.session.evaluation.job import EvaluationJob

    for event in EvaluationJob(scan.root, folder, out).events():
        if isinstance(event, Progress):
            yield replace(event, phase=f"evaluating: {event.phase}")
    stored = read_evaluation(out)
    return stored, read_errors(stored)


def _with_evaluation(run: ReportedRun, stored: StoredEvaluation, errors: VertexErrors) -> ReportedRun:
    """The run with its figures, and with the reference surface where that is still what was measured."""
    from h3dstudio.evaluation.ground_truth import load_ground_truth
    from h3dstudio.evaluation.wanted_regions import scan_with_regions

    content = dict(stored.content)
    hashes = {**run.hashes, "ground truth": stored.truth_sha256}
    run = replace(run, evaluation=content, errors=errors, hashes=hashes)
    scan = run.scan
    if scan is None or scan.ground_truth is None:
        return run
    if _hash(scan.ground_truth) != stored.truth_sha256:
        raise EvaluationError(
            "the ground truth has changed since the run was evaluated",
            where=scan.ground_truth,
            remedy=f"Evaluate it again: h3dstudio evaluate {scan.root} {run.folder}",
        )
    # A region's file may be gone: its figures are known, and no picture is of it.
    with suppress(EvaluationError):
        scan = scan_with_regions(scan, stored.options.regions)[0]
    return replace(run, truth=load_ground_truth(scan))


def _photos(scan: Scan, facts: RunFacts, notes: list[str]) -> tuple[LoadedView, ...]:
    """The first used photo and the held-out ones; used ones where there are too few."""
    from h3dstudio.data.images import load_view

    known = {view.index: view for view in scan.views}
    wanted = dict.fromkeys([*facts.views[:1], *facts.held_out, *facts.views[1:]])
    chosen = [known[view] for view in wanted if view in known][:MOST_PHOTOS]
    loaded = []
    for view in chosen:
        try:
            loaded.append(load_view(view))
        except H3DError as error:
            notes.append(f"View {view.index} is not shown: {error}")
    return tuple(loaded)


def _landmarks(folder: Path, mesh: Any) -> dict[str, Any]:
    """The landmarks that were suggested for the mesh; none where there are no usable ones."""
    from h3dstudio.data.landmarks import read_landmarks

    try:
        found = read_landmarks(folder / "landmarks.txt", len(mesh.vertices))
    except H3DError:
        return {}
    return {name: mesh.vertices[vertex] for name, vertex in found.items()}


def _prior_hash(facts: RunFacts) -> dict[str, str]:
    """Of the head prior that the run has used; a run of an earlier version did not note it: as it is now."""
    from h3dstudio.data.resources import BUNDLED_PRIOR, resource

    inputs = facts.raw.get("inputs")
    noted = inputs.get("prior") if isinstance(inputs, dict) else None
    if isinstance(noted, dict) and isinstance(noted.get("sha256"), str):
        return {f"head prior {noted.get('name')}": noted["sha256"]}
    if not uses_prior(facts.setting("method")):
        return {}
    try:
        prior = Path(facts.setting("prior") or resource(BUNDLED_PRIOR))
        return {f"head prior {prior.name}": _hash(prior)}
    except (OSError, H3DError):
        return {}


def _hash(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
