"""`evaluation.json` and `errors.npz` of a folder, read back with every field checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from h3dstudio.data.foreign_paths import path_in
from h3dstudio.data.json_text import read_json
from h3dstudio.errors import EvaluationError
from h3dstudio.evaluation.json_fields import Fields
from h3dstudio.evaluation.options import EvaluationOptions

if TYPE_CHECKING:
    from h3dstudio.evaluation.evaluate import Evaluation
    from h3dstudio.evaluation.vertex_errors import VertexErrors

FORMAT = 1
KIND = "h3dstudio evaluation"
EVALUATION_FILE, ERRORS_FILE = "evaluation.json", "errors.npz"
LARGEST = 16 * 2**20
"""Bytes; a real file has a few thousand."""


@dataclass(frozen=True, eq=False)
class StoredEvaluation:
    """An evaluation as it lies in a folder.

    Attributes:
        evaluation: the scores; its `errors` are None, see `read_errors`.
        mesh: the mesh that was scored; `mesh_sha256` of its file then.
        scan: the folder that was given, whose scan is `evaluation.scan`; `truth_sha256` of its ground truth.
        landmarks: name -> vertex of the mesh, or None.
        versions: of the program and the libraries.
        evaluated: when, ISO 8601.
        peak_memory: bytes.
        content: everything in the file.
    """

    folder: Path
    evaluation: Evaluation
    options: EvaluationOptions
    mesh: Path
    mesh_sha256: str
    scan: Path
    truth_sha256: str
    landmarks: Mapping[str, int] | None
    versions: Mapping[str, str]
    evaluated: str
    seconds: float
    peak_memory: int
    errors_sha256: str
    content: Mapping[str, object]

    def is_of(self, mesh: Path) -> bool:
        """Whether the mesh file `mesh` is, byte for byte, what was scored."""
        try:
            return file_hash(mesh) == self.mesh_sha256
        except OSError:
            return False


def read_evaluation(folder: Path) -> StoredEvaluation:
    """The evaluation in `folder`. Raises EvaluationError when there is none, or a field of it is wrong."""
    from h3dstudio.evaluation.from_json import evaluation_from_fields

    file = folder / EVALUATION_FILE
    fields = Fields(_load(file), file)
    if fields.raw("kind") != KIND or fields.raw("format") != FORMAT:
        found = f"{fields.raw('kind')!r} of format {fields.raw('format')!r}"
        raise EvaluationError(
            f"this is {found[:80]}, expected {KIND!r} of format {FORMAT}",
            where=file,
            remedy="Evaluate the mesh again, or update H3D Studio",
        )
    inputs = fields.section("inputs")
    scan, mesh = inputs.section("scan"), inputs.section("mesh")
    return StoredEvaluation(
        folder=folder,
        evaluation=evaluation_from_fields(fields),
        options=_options(fields.section("options")),
        mesh=path_in(folder, mesh.text("path")),
        mesh_sha256=mesh.text("sha256"),
        scan=Path(scan.text("folder")),
        truth_sha256=scan.section("ground_truth").text("sha256"),
        landmarks=_landmarks(inputs),
        versions=_texts(fields.section("versions")),
        evaluated=fields.text("evaluated"),
        seconds=fields.number("seconds"),
        peak_memory=fields.count("peak_memory"),
        errors_sha256=fields.section("errors").text("sha256"),
        content={name: fields.raw(name) for name in fields.names},
    )


def read_errors(stored: StoredEvaluation) -> VertexErrors:
    """The error of every vertex of an evaluation.

    Raises EvaluationError when the file is missing, damaged, or of another evaluation.
    """
    from h3dstudio.evaluation.vertex_errors import read_errors_file

    file = stored.folder / ERRORS_FILE
    errors = read_errors_file(file)
    matches = file_hash(file) == stored.errors_sha256
    counts = stored.evaluation.counts
    found = (len(errors.truth), len(errors.prediction))
    if not matches or found != (counts["truth_vertices"], counts["prediction_vertices"]):
        raise EvaluationError(
            f"these are not the vertex errors of the {EVALUATION_FILE} beside them",
            where=file,
            remedy="Evaluate the mesh again",
        )
    return errors


def file_hash(file: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits. Raises OSError."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def truth_hash(file: Path) -> str:
    """`file_hash` of a ground truth. Raises EvaluationError: it may vanish while a reconstruction runs."""
    try:
        return file_hash(file)
    except OSError as error:
        raise EvaluationError(
            f"the ground truth cannot be read any more ({error.strerror})",
            where=file,
            remedy="Put it back, then evaluate the mesh again",
        ) from error


def is_evaluation(file: Path) -> bool:
    """Whether a file looks like one of ours, readable or damaged: such a one may be replaced."""
    try:
        with open(file, "rb") as stream:
            return f'"kind": "{KIND}"'.encode() in stream.read(4096)
    except OSError:
        return False


def _load(file: Path) -> object:
    remedy = "Evaluate the mesh first: h3dstudio evaluate SCAN RUN"
    try:
        if file.stat().st_size > LARGEST:
            raise EvaluationError("the file is far too large for an evaluation", where=file, remedy=remedy)
        content: object = read_json(file)
    except (FileNotFoundError, NotADirectoryError):
        raise EvaluationError("there is no evaluation", where=file, remedy=remedy) from None
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(
            f"the evaluation is unreadable ({error})", where=file, remedy="Evaluate the mesh again"
        ) from error
    return content


def _options(fields: Fields) -> EvaluationOptions:
    align = fields.text("align") if fields.has("align") else None
    if align not in (None, "landmarks", "free", "none"):
        raise fields.wrong("align", "landmarks, free, none or null")
    moved = tuple(fields.matrix("moved_by").ravel().tolist()) if fields.has("moved_by") else None
    return EvaluationOptions(align, fields.texts("regions"), moved)  # type: ignore[arg-type]


def _landmarks(inputs: Fields) -> dict[str, int] | None:
    if not inputs.has("landmarks"):
        return None
    vertices = inputs.section("landmarks").section("vertices")
    return {name: vertices.count(name) for name in vertices.names}


def _texts(fields: Fields) -> dict[str, str]:
    return {name: fields.text(name) for name in fields.names}
