"""Inputs of a run: what its result depends on, by hash, so that a resumed run goes on with the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import jsonable
from h3dstudio.data.file_hashes import file_sha256
from h3dstudio.data.resources import BUNDLED_PRIOR, resource
from h3dstudio.data.scan import LoadedView, Scan, View
from h3dstudio.errors import PriorError
from h3dstudio.methods.settings import PRIOR_FILE, MethodSettings

PRIOR, LANDMARKS, GROUND_TRUTH = "prior", "landmarks", "ground_truth"
_SINCE_LATER = (PRIOR, LANDMARKS, GROUND_TRUTH)
"""What reports of earlier versions do not name: then nothing is known of it."""
_NAMES = {LANDMARKS: "the scan's landmarks", GROUND_TRUTH: "the scan's ground truth"}


def describe_inputs(
    scan: Scan, used: Sequence[LoadedView], held_out: Sequence[LoadedView], settings: MethodSettings
) -> dict[str, object]:
    """What the result depends on: SHA-256 of every photo, mask and camera that is used, of prior, landmarks
    and ground truth where the start uses them; and which views judge it.

    Raises PriorError when the prior cannot be read.
    """
    return {
        **describe_views(scan, [one.view for one in used], settings),
        "held_out": [one.view.index for one in held_out],
    }


def describe_views(scan: Scan, used: Sequence[View], settings: MethodSettings) -> dict[str, object]:
    """The same of photos that need not be loaded, without those that only judge the result."""
    return {
        "scan": scan.name,
        "layout": scan.layout,
        "views": [view.index for view in used],
        "unit_sphere": _hash(scan.unit_sphere.matrix),
        "files": {str(view.index): view_hashes(view) for view in used},
        **_start(scan, settings),
    }


def view_hashes(view: View) -> dict[str, str]:
    """SHA-256 of a view's photo, mask and camera. Raises OSError."""
    return {
        "image": file_sha256(view.image_path),
        "mask": file_sha256(view.mask_path),
        "camera": _hash(view.camera.projection),
    }


def prior_file(settings: MethodSettings) -> Path | None:
    """The file of the head prior that the method uses, None where it uses none."""
    for info in settings.infos():
        if info.kind == PRIOR_FILE:
            path = str(getattr(settings, info.name))
            return Path(path) if path else resource(BUNDLED_PRIOR)
    return None


def differences_between(previous: Mapping[str, object], current: Mapping[str, object]) -> list[str]:
    """What of `current`'s settings and inputs was another in the `previous` report, in words."""
    found = []
    now = jsonable(current)
    assert isinstance(now, dict)
    for part in ("settings", "inputs"):
        before, after = previous.get(part), now[part]
        if not isinstance(before, dict):
            found.append(f"its report names no {part}")
            continue
        if part == "inputs" and "files" in after:
            after = {**{name: None for name in _SINCE_LATER if name in before}, **after}
        for name, value in after.items():
            if not _same(name, before.get(name), value) and not _unknown(part, name, previous, now):
                found.append(_difference(name, before.get(name), value))
    return found


def _start(scan: Scan, settings: MethodSettings) -> dict[str, object]:
    """What the start depends on besides the photos."""
    found: dict[str, object] = {}
    if (prior := prior_file(settings)) is not None:
        found[PRIOR] = {"name": prior.name, "sha256": _prior_hash(prior)}
    if getattr(settings, "landmarks", "none") == "auto" and scan.landmarks and scan.ground_truth is not None:
        named = json.dumps(dict(scan.landmarks), sort_keys=True)
        found[LANDMARKS] = hashlib.sha256(named.encode()).hexdigest()
        found[GROUND_TRUTH] = _hash_if_readable(scan.ground_truth)
    return found


def _prior_hash(file: Path) -> str:
    try:
        return file_sha256(file)
    except FileNotFoundError:
        raise PriorError("there is no such file", where=file, remedy="Check the path") from None
    except OSError as error:
        raise PriorError(f"the file cannot be read ({error.strerror})", where=file) from error


def _hash_if_readable(file: Path) -> str | None:
    try:
        return file_sha256(file)
    except OSError:  # a reconstruction does not need it
        return None


def _hash(matrix: NDArray[np.float64]) -> str:
    # Rounded: decomposing a matrix differs in the last bits from one LAPACK to the next.
    digits = " ".join(f"{value:.9g}" for value in matrix.ravel())
    return hashlib.sha256(digits.encode()).hexdigest()


def _same(name: str, before: object, after: object) -> bool:
    if name == PRIOR and isinstance(before, dict) and isinstance(after, dict):
        return before.get("sha256") == after.get("sha256")  # however its file is called
    return before == after


def _unknown(part: str, name: str, previous: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Whether another value says nothing: an older report has none; a prior is known by its content."""
    before, after = previous.get("inputs"), now.get("inputs")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    if part == "inputs":
        return name in _SINCE_LATER and name not in before
    return name == PRIOR and PRIOR in before and PRIOR in after


def _difference(name: str, before: object, after: object) -> str:
    if name == "files" and isinstance(before, dict) and isinstance(after, dict):
        changed = [view for view in after if before.get(view) != after[view]]
        return f"the photo, mask or camera of view {', '.join(changed[:5])} has changed since"
    if name == "unit_sphere":
        return "the scan's bounding sphere has changed since"
    if name == PRIOR and isinstance(before, dict) and isinstance(after, dict):
        names = {str(one.get("name")) for one in (before, after)}
        which = f": it was {before.get('name')}, now it is {after.get('name')}" if len(names) > 1 else ""
        return f"the prior has changed since{which}"
    if name in _NAMES:
        return (
            f"{_NAMES[name]} changed since the run began"
            if after
            else f"{_NAMES[name]} cannot be read any more"
        )
    return f"{name} was {_words(before)}, now it is {_words(after)}"


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
