"""Serialization of jobs as JSON: for the last run of a project, and for recovery after a crash."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from h3dstudio.data.foreign_paths import path_in
from h3dstudio.data.population.augmentation import Augmentation
from h3dstudio.data.run_folder import RUN_FORMAT
from h3dstudio.errors import OutputError, ProjectError, UsageError
from h3dstudio.methods.registry import default_method, find_method, renamed
from h3dstudio.methods.settings import PRIOR_FILE, MethodSettings
from h3dstudio.priors.training.settings import PriorSettings
from h3dstudio.session.priors.training import PriorTrainingJob
from h3dstudio.session.project.sections import Json, checked, entries, path_entry, path_of
from h3dstudio.session.runs.job import ReconstructionJob
from h3dstudio.session.runs.run_record import read_run

AnyJob = ReconstructionJob | PriorTrainingJob
_PLAIN = (bool, int, float, str)
_RECONSTRUCTION, _TRAINING = "reconstruction", "training"


def job_state(job: AnyJob, folder: Path | None) -> dict[str, Json]:
    """What is needed to go on with `job`, whose files are in `folder` where that is known already."""
    if isinstance(job, PriorTrainingJob):
        return {
            "kind": _TRAINING,
            "population": path_entry(job.population),
            "out": path_entry(job.out),
            "settings": _plain(job.settings),
            "command": job.command,
            "more": [path_entry(path) for path in job.more],
        }
    return {
        "kind": _RECONSTRUCTION,
        "scan": path_entry(job.scan),
        "out": path_entry(folder or job.out),
        "views": job.views,
        "settings": settings_state(job.settings),
    }


def job_from(state: Json) -> AnyJob:
    """The job that `job_state` described. Raises ProjectError."""
    given = entries(state, "run")
    kind, out = checked(given, "kind", ""), path_of(given.get("out"), "the run's folder")
    if kind == _TRAINING:
        return PriorTrainingJob(
            path_of(given.get("population"), "the population"),
            out,
            _training_settings(given.get("settings")),
            command=checked(given, "command", ""),
            more=tuple(path_of(entry, "a population") for entry in _listed(given.get("more", []))),
        )
    if kind != _RECONSTRUCTION:
        raise ProjectError(f"the run is of the unknown kind {kind!r}")
    scan = path_of(given.get("scan"), "the run's scan")
    return ReconstructionJob(
        scan, out, settings_from(given.get("settings")), checked(given, "views", "") or None
    )


def _listed(state: Json) -> list[Json]:
    if not isinstance(state, list):
        raise ProjectError("the further populations are no list")
    return state


def settings_state(settings: MethodSettings) -> dict[str, Json]:
    """A reconstruction's settings; files are paths, "" the bundled ones."""
    plain = _plain(settings)
    files = (info.name for info in settings.infos() if info.kind == PRIOR_FILE)
    return {"format": RUN_FORMAT, **plain} | {
        name: path_entry(str(plain[name])) for name in files if plain[name]
    }


def job_of_run(folder: Path) -> tuple[ReconstructionJob, str]:
    """The job that made the run in `folder`, and how it ended. Raises OutputError, ProjectError."""
    report = read_run(folder / "run.json")
    inputs, scan = report.get("inputs"), report.get("scan_folder")
    views = inputs.get("views") if isinstance(inputs, dict) else None
    if not isinstance(scan, str) or not isinstance(views, list):
        remedy = "Open its scan, or its mesh.ply"
        raise OutputError("the run's report does not say what it was made of", where=folder, remedy=remedy)
    plain = cast(Json, report.get("settings"))
    settings = _method_settings(dict(entries(plain, "settings")))
    job = ReconstructionJob(path_in(folder, scan), folder, settings, ",".join(map(str, views)) or None)
    return job, str(report.get("status"))


def settings_from(state: Json) -> MethodSettings:
    """The settings that `settings_state` described; what it does not say is as by default.

    Raises ProjectError.
    """
    given = dict(entries(state, "settings"))
    if given.pop("format", 1) == 1:
        given = renamed(given)  # type: ignore[assignment]
    if given.get("prior"):
        given["prior"] = str(path_of(given["prior"], "the prior"))
    return _method_settings(given)


def _method_settings(given: dict[str, Json]) -> MethodSettings:
    """Settings by the method's own fields; entries that it does not know are left out."""
    name = given.pop("method", default_method().id)
    try:
        kind = find_method(str(name)).settings
        known = {info.name for info in kind.infos()}
        return kind.made({name: value for name, value in given.items() if name in known})
    except UsageError as error:
        raise ProjectError(error.problem, remedy=error.remedy) from error


def _training_settings(state: Json) -> PriorSettings:
    given = dict(entries(state, "settings"))
    varied = entries(given.pop("augmentation", {}), "augmentation")
    optional = {name: given.pop(name) for name in ("components", "steps") if given.get(name) is not None}
    if any(type(value) is not int for value in optional.values()):
        raise ProjectError("the number of components or steps is no whole number")
    settings = _prior_settings(given)
    known = {field.name: getattr(settings.augmentation, field.name) for field in fields(Augmentation)}
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    try:
        augmentation = Augmentation(**{name: checked(varied, name, value) for name, value in known.items()})
        return PriorSettings(**{**values, **optional, "augmentation": augmentation})
    except UsageError as error:
        raise ProjectError(error.problem) from error


def _prior_settings(given: dict[str, Json]) -> PriorSettings:
    """With every plain entry of `given` that it knows."""
    default = PriorSettings()
    known = {field.name: getattr(default, field.name) for field in fields(PriorSettings)}
    plain: dict[str, Any] = {name: value for name, value in known.items() if isinstance(value, _PLAIN)}
    try:
        return PriorSettings(**{name: checked(given, name, value) for name, value in plain.items()})
    except UsageError as error:
        raise ProjectError(error.problem, remedy=error.remedy) from error


def _plain(settings: object) -> dict[str, Json]:
    from h3dstudio.data.atomic import jsonable

    plain = jsonable(settings.as_dict())  # type: ignore[attr-defined]
    assert isinstance(plain, dict)
    return plain
