"""`run.json` as a report needs it: every field is checked, because anybody may have written the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from h3dstudio.data.foreign_paths import path_in
from h3dstudio.data.json_text import read_json
from h3dstudio.data.run_folder import RUN_FORMAT
from h3dstudio.errors import CameraError, EvaluationError
from h3dstudio.evaluation.json_fields import Fields
from h3dstudio.geometry.camera import Camera
from h3dstudio.methods.registry import renamed

FORMATS = (1, RUN_FORMAT)
LARGEST_BYTES = 20_000_000


@dataclass(frozen=True)
class ViewScore:
    """How one photo is drawn by the result.

    Attributes:
        psnr: dB inside the mask; None for equal images (JSON has no infinity).
        lpips: None where its weights were absent.
    """

    view: int
    held_out: bool
    psnr: float | None
    ssim: float
    pixels: int
    lpips: float | None = None


@dataclass(frozen=True)
class RunFacts:
    """What `run.json` says.

    Attributes:
        status: "finished", "finished early", "running", "cancelled", "interrupted", "failed", "replaced".
        views, held_out: numbers of the photos that made the result, and of those that judge it.
        settings: by name, as they were given.
        files: view -> {"image", "mask", "camera"} -> SHA-256.
        scan_folder: where the scan lay when the run was made; None for runs that did not note it.
        corrected: view -> camera in the scan's frame, where the cameras were corrected.
        cameras: the offsets of the corrected cameras from the given ones, as `camera_offsets` tells them.
        raw: the whole content.
    """

    scan: str
    status: str
    layout: str
    views: tuple[int, ...]
    held_out: tuple[int, ...]
    settings: Mapping[str, object]
    files: Mapping[str, Mapping[str, str]]
    versions: Mapping[str, str]
    platform: str
    cores: int
    started: str
    seconds: float | None
    peak_memory: float | None
    iterations: int | None
    timings: Mapping[str, float]
    scores: tuple[ViewScore, ...]
    confidence: float | None
    caveats: tuple[str, ...]
    scan_folder: Path | None
    corrected: Mapping[int, Camera]
    cameras: Mapping[str, Any] | None
    resumed: int
    raw: Mapping[str, Any] = field(repr=False)

    def setting(self, name: str) -> str:
        """As text; "" where the run has none of that name."""
        value = self.settings.get(name)
        return "" if value is None else str(value)


def read_facts(path: Path) -> RunFacts:
    """Read and check a `run.json`. Raises EvaluationError that names the file and the field."""
    content = _content(path)
    top = Fields(content, path)
    if top.raw("format") not in FORMATS:
        raise EvaluationError(
            f"the run's record has format {top.raw('format')!r}, expected {RUN_FORMAT}",
            where=path,
            remedy="Update H3D Studio if the run was made by a newer version",
        )
    inputs, settings = top.section("inputs"), top.section("settings")
    machine = _optional(top, "machine")
    return RunFacts(
        scan=inputs.text("scan"),
        status=top.text("status"),
        layout=inputs.text("layout") if inputs.has("layout") else "",
        views=_numbers(inputs, "views"),
        held_out=_numbers(inputs, "held_out") if inputs.has("held_out") else (),
        settings=_settings(settings, top.raw("format")),
        files=_hashes(inputs),
        versions=_texts(top, "versions"),
        platform=machine.text("platform") if machine and machine.has("platform") else "",
        cores=machine.count("cores") if machine and machine.has("cores") else 0,
        started=top.text("started") if top.has("started") else "",
        seconds=top.optional_number("seconds"),
        peak_memory=top.optional_number("peak_memory"),
        iterations=top.count("iterations") if top.has("iterations") else None,
        timings=_figures(top, "timings"),
        scores=_scores(top),
        scan_folder=path_in(path.parent, top.text("scan_folder")) if top.has("scan_folder") else None,
        resumed=top.count("resumed") if top.has("resumed") else 0,
        raw=content,
        **_confidence(top),
        **_cameras(top, path),
    )


def _settings(fields: Fields, made_as: object) -> dict[str, object]:
    """As they were given; by today's names."""
    given = {name: fields.raw(name) for name in fields.names}
    return renamed(given) if made_as == 1 else given


def _content(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ValueError(f"it is larger than {LARGEST_BYTES // 10**6} MB")
        content = read_json(path)
        if not isinstance(content, dict):
            raise ValueError("it is no JSON object")
    except FileNotFoundError:
        raise EvaluationError(
            "there is no run.json here, so no run to report on",
            where=path.parent,
            remedy="Give the folder that h3dstudio reconstruct wrote, or one that holds such folders",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(
            f"the run's record is unreadable ({error})", where=path, remedy="Make the run again"
        ) from error
    return content


def _optional(fields: Fields, name: str) -> Fields | None:
    return fields.section(name) if fields.has(name) else None


def _numbers(fields: Fields, name: str) -> tuple[int, ...]:
    value = fields.raw(name)
    if not isinstance(value, list) or not all(type(one) is int and one >= 0 for one in value):
        raise fields.wrong(name, "a list of view numbers")
    return tuple(value)


def _texts(fields: Fields, name: str) -> dict[str, str]:
    found = _optional(fields, name)
    return {} if found is None else {one: found.text(one) for one in found.names}


def _figures(fields: Fields, name: str) -> dict[str, float]:
    found = _optional(fields, name)
    return {} if found is None else {one: found.number(one) for one in found.names}


def _hashes(inputs: Fields) -> dict[str, dict[str, str]]:
    files = _optional(inputs, "files")
    return {} if files is None else {view: _texts(files, view) for view in files.names}


def _scores(top: Fields) -> tuple[ViewScore, ...]:
    metrics = _optional(top, "image_metrics")
    if metrics is None or not metrics.has("views"):
        return ()
    return tuple(
        ViewScore(
            one.count("view"),
            one.flag("held_out"),
            one.optional_number("psnr"),
            one.number("ssim"),
            one.count("pixels"),
            one.optional_number("lpips"),
        )
        for one in metrics.sections("views")
    )


def _confidence(top: Fields) -> dict[str, Any]:
    found = _optional(top, "confidence")
    if found is None:
        return {"confidence": None, "caveats": ()}
    name = "caveats" if found.has("caveats") else "doubts"  # as runs of format 1 call them
    caveats = found.texts(name) if found.has(name) else ()
    return {"confidence": found.optional_number("mean"), "caveats": caveats}


def _cameras(top: Fields, path: Path) -> dict[str, Any]:
    """The cameras of the run, where they were corrected."""
    found = _optional(top, "cameras")
    if found is None or not found.flag("corrected"):
        return {"corrected": {}, "cameras": None}
    offsets = {name: found.raw(name) for name in found.names if name not in ("corrected", "world_mats")}
    _check_offsets(found)
    own = _optional(found, "without_common_motion")
    if own is not None:
        _check_offsets(own)
    matrices = found.section("world_mats")
    corrected = {}
    for view in matrices.names:
        try:
            matrix = np.array(matrices.raw(view), dtype=np.float64)
            corrected[int(view)] = Camera.from_projection(matrix)
        except (CameraError, TypeError, ValueError, OverflowError) as error:
            raise EvaluationError(f"cameras.world_mats.{view} is no camera ({error})", where=path) from error
    return {"corrected": corrected, "cameras": offsets}


def _check_offsets(fields: Fields) -> None:
    fields.number("mean_rotation_deg")
    fields.number("mean_translation_mm")
    for one in fields.sections("views"):
        one.count("view")
        one.number("rotation_deg")
        one.number("translation_mm")
