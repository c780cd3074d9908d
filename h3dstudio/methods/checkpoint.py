"""The file that a run goes on from after it was stopped or killed.

One npz: a manifest (JSON) that names what the state belongs to - method and version, settings, photos, masks,
cameras, landmarks, content of the prior, constants of the recipe, program version - and the state's arrays.
Nothing in it is pickled.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio import __version__
from h3dstudio.data.atomic import atomic_path, jsonable
from h3dstudio.data.npz_files import NpzError, read_npz
from h3dstudio.errors import ReconstructionError
from h3dstudio.methods.constants import constants_digest
from h3dstudio.methods.method import Capture, Method, SessionState
from h3dstudio.methods.settings import PRIOR_FILE, MethodSettings

FORMAT = 5
MANIFEST = "manifest"
CHECKPOINT_SECONDS = 3.0
"""A killed run loses at most about this much work."""
MOST_BYTES = 2**30
"""Unpacked: a larger file is no checkpoint (the finest grid with its residuals takes less than half)."""
_WORDS = {
    "method": "method",
    "method version": "version of the method",
    "constants": "constants of the recipe",
    "h3dstudio": "version of the program",
    "settings": "settings",
    "photos": "photos",
    "masks": "masks",
    "cameras": "cameras",
    "unit sphere": "scan's bounding sphere",
    "landmarks": "landmarks",
    "prior": "prior",
}


@dataclass(frozen=True)
class Identity:
    """What a state belongs to: name of a part -> its digest or value."""

    parts: Mapping[str, str]

    @staticmethod
    def of(method: Method, capture: Capture, settings: MethodSettings) -> Identity:
        """Of a run. Raises OSError where the prior's file cannot be read."""
        views = capture.views
        return Identity(
            {
                "method": method.id,
                "method version": str(method.version),
                "constants": constants_digest(method.packages),
                "h3dstudio": __version__,
                "settings": json.dumps(_without_paths(settings), sort_keys=True),
                "photos": _digest(*(one.image for one in views)),
                "masks": _digest(*(np.packbits(one.mask) for one in views)),
                "cameras": _digest(*(one.view.camera.projection for one in views)),
                "unit sphere": _digest(capture.unit_sphere.matrix),
                "landmarks": _landmarks_digest(capture),
                "prior": prior_digest(settings),
            }
        )

    def differences(self, kept: Mapping[str, object]) -> list[str]:
        """Parts that are others in `kept`, in words."""
        return [_WORDS.get(name, name) for name, own in self.parts.items() if kept.get(name) != own]


def _without_paths(settings: MethodSettings) -> dict[str, object]:
    """A prior is known by its content, wherever its file lies: see `prior_digest`."""
    files = {info.name for info in settings.infos() if info.kind == PRIOR_FILE}
    return {name: value for name, value in settings.as_dict().items() if name not in files}


def prior_digest(settings: MethodSettings) -> str:
    """SHA-256 of the content of the head prior that the settings name; "" without one. Raises OSError."""
    from h3dstudio.data.resources import BUNDLED_PRIOR, resource

    for info in settings.infos():
        if info.kind == PRIOR_FILE:
            path = str(getattr(settings, info.name))
            with open(path or resource(BUNDLED_PRIOR), "rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""


class Checkpoints:
    """Keeps the latest state of a session in one file.

    Args:
        path: None keeps nothing.
    """

    def __init__(self, path: Path | None, identity: Identity) -> None:
        self.path, self._identity = path, identity
        self._saved = time.monotonic()
        self._place: tuple[int, ...] | None = None

    def load(self) -> SessionState | None:
        """What was kept; None where nothing was.

        Raises ReconstructionError for a file that is damaged, or of other inputs, settings or versions.
        """
        if self.path is None or not self.path.exists():
            return None
        manifest, arrays = _read(self.path)
        if changed := self._identity.differences(_mapping(manifest.get("identity"))):
            raise ReconstructionError(
                f"the checkpoint cannot be gone on from: {_listed(changed)} changed since it was made",
                where=self.path,
                remedy="Resume with what it was started with, or start a new run",
            )
        place = tuple(int(value) for value in manifest.get("place", ()))  # type: ignore[attr-defined]
        self._place = place
        return SessionState(place, arrays, _mapping(manifest.get("facts")))

    def due(self) -> bool:
        """Whether enough time has passed since the last one."""
        return self.path is not None and time.monotonic() - self._saved >= CHECKPOINT_SECONDS

    def save(self, state: SessionState | None) -> bool:
        """Write the state, whole or not at all. False where it is kept already. Raises OutputError."""
        self._saved = time.monotonic()
        if self.path is None or state is None or state.place == self._place:
            return False
        manifest = {
            "format": FORMAT,
            "identity": dict(self._identity.parts),
            "place": list(state.place),
            "facts": dict(state.facts),
        }
        text = json.dumps(jsonable(manifest)).encode()
        with atomic_path(self.path) as temporary, open(temporary, "wb") as file:
            np.savez(file, **{MANIFEST: np.frombuffer(text, np.uint8)}, **state.arrays)  # type: ignore[arg-type]
        self._place, self._saved = state.place, time.monotonic()
        return True


def damaged(path: Path | None, error: Exception) -> ReconstructionError:
    """The error for a checkpoint that cannot be used because of `error`."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
    return ReconstructionError(
        f"the checkpoint cannot be read ({reason})",
        where=path,
        remedy="Start the run again without --resume",
    )


def _read(path: Path) -> tuple[Mapping[str, object], dict[str, NDArray]]:
    try:
        arrays = read_npz(path, limit=MOST_BYTES)
        manifest = json.loads(arrays.pop(MANIFEST).tobytes())
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ValueError(f"it is not of format {FORMAT}")
    except (NpzError, OSError, KeyError, ValueError, RecursionError) as error:
        raise damaged(path, error) from error
    return manifest, arrays


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _listed(names: list[str]) -> str:
    first = [f"the {name}" for name in names]
    verb = "has" if len(first) == 1 and not names[0].endswith("s") else "have"
    return f"{', '.join(first)} {verb}"


def _digest(*arrays: NDArray) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _landmarks_digest(capture: Capture) -> str:
    names = sorted(capture.landmarks)
    points = [np.asarray(capture.landmarks[name], np.float64) for name in names]
    return hashlib.sha256(repr(names).encode() + b"".join(one.tobytes() for one in points)).hexdigest()
