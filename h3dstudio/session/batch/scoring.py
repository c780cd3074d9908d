"""Scores of a finished run, as the table of a batch shows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from h3dstudio.data.run_folder import RunFolder
from h3dstudio.errors import H3DError, OutputError
from h3dstudio.session.evaluation.files import (
    EVALUATION_FILE,
    StoredEvaluation,
    is_evaluation,
    read_evaluation,
    truth_hash,
)


@dataclass(frozen=True)
class Scores:
    """The four figures of the table, mm; None where the ground truth has no such region.

    Attributes:
        face, head: by the published protocol, without landmarks.
        strict_face, strict_head: by the strict one, as given.
        warnings: codes of what misleads about these figures.
    """

    face: float | None
    head: float | None
    strict_face: float | None
    strict_head: float | None
    warnings: tuple[str, ...] = ()


def is_scored(folder: Path, truth: Path) -> bool:
    """Whether the scores there are of the mesh there, against this ground truth.

    Raises OutputError when somebody has scored it in another way: that is not replaced.
    """
    file = folder / EVALUATION_FILE
    if not file.exists():
        return False
    try:
        stored = read_evaluation(folder)
    except H3DError as error:
        if is_evaluation(file):
            return False  # damaged, and ours
        raise OutputError(error.problem, where=file, remedy="It is left alone: move it away") from error
    if not _plain(stored):
        raise OutputError(
            "this run was scored with landmarks, moved, or not aligned: such figures are not the table's",
            where=file,
            remedy="It is left alone: move it away to have the run scored again",
        )
    return stored.is_of(RunFolder(folder).mesh) and stored.truth_sha256 == truth_hash(truth)


def read_scores(folder: Path, *, careful: bool = False) -> Scores | None:
    """None where there are none yet; `careful` compares the mesh with the one that was scored.

    Raises H3DError for a damaged file, or scores of something else.
    """
    if not (folder / EVALUATION_FILE).is_file():
        return None
    stored = read_evaluation(folder)
    if not _plain(stored) or (careful and not stored.is_of(RunFolder(folder).mesh)):
        raise OutputError("the scores are not of the mesh that is here, as it is", where=folder)
    published, strict = stored.evaluation.h3ds, stored.evaluation.strict
    return Scores(
        None if published.face is None else published.face.mean,
        None if published.head is None else published.head.mean,
        None if strict.face is None else strict.face.mean,
        strict.head.mean,
        tuple(dict.fromkeys(caution.code for caution in stored.evaluation.cautions)),
    )


def in_words(scores: Scores) -> str:
    """The published protocol's figures, face / head."""
    face, head = ("–" if value is None else f"{value:.2f}" for value in (scores.face, scores.head))
    return f"face / head {face} / {head} mm"


def _plain(stored: StoredEvaluation) -> bool:
    """Whether it was scored as the batch does it."""
    free = stored.options.align in (None, "free") and stored.landmarks is None
    return free and stored.options.motion is None
