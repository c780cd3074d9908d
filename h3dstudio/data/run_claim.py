"""Claiming a run folder: made or taken, and locked for as long as the run works in it.

What a user made is never overwritten. An existing folder is left alone: a numbered sibling is made beside it,
unless the user asks to resume or to replace that run, and even then only files that a run writes are touched.

A run that is killed at any moment leaves a folder that some flag accepts: `run.json` is the first file that a
run writes, and the last of a replaced run to go (the next one is written over it).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from h3dstudio.data.atomic import output_error, write_json
from h3dstudio.data.file_lock import Holder, held, is_held
from h3dstudio.data.remains import MARK
from h3dstudio.data.run_folder import LOCK, RUN_FILES, RUN_FORMAT, RUN_JSON, SNAPSHOTS, RunFolder
from h3dstudio.errors import OutputError, UsageError

REPLACED = "replaced"
"""Status in `run.json` of a run that is being removed for another one."""
PATIENCE = 2.0
"""Seconds to wait for the run before: a window that has just been closed may still be at its last words."""
_PROOFS = ("run.json", "metrics.jsonl", "checkpoint.npz", "events.jsonl", "diary.jsonl", "landmarks68.json")
"""Any of them says that a run was here; a user may well have a `mesh.ply` of his own."""
_TEMPORARY = re.compile(
    r"\.(mesh|mesh_\d+|preview|run|metrics|events|checkpoint|landmarks|landmarks68|head|evaluation|errors)"
    rf"\.{MARK}\.(ply|png|json|jsonl|npz|txt)"
)
_SNAPSHOT = re.compile(r"mesh_\d+\.ply")
_MOST_RUNS = 10_000


@contextmanager
def claimed(out: Path, *, resume: bool = False, force: bool = False) -> Iterator[tuple[RunFolder, str]]:
    """Make or take the run folder that the user named `out`, and keep others out of it through the block.

    Without flags, a folder that holds anything is left alone and `out-2`, `out-3`, ... is made. `resume`
    takes the run in `out` as it is. `force` removes that run's files, never others; `run.json` stays, marked
    as `REPLACED`, for the new run to write over.

    Gives the folder, and a warning about another machine that may be at work in it ("": none).

    Raises UsageError when both flags are given, OutputError when the folder cannot be made, another process
    works in it, there is no run to resume, or `force` would replace files that no run wrote.
    """
    out = Path(out)
    if resume and force:
        raise UsageError("--resume continues a run and --force replaces it, expected one of them")
    if out.exists() and not out.is_dir():
        raise OutputError("this is a file, expected a folder", where=out, remedy="Choose another --out")
    if not resume and not force:
        with _fresh(out) as folder:
            yield RunFolder(folder), ""
        return
    check = _require_run if resume else _require_replaceable
    check(out)
    if force:
        _make(out)
    with held(out / LOCK, "this run", PATIENCE) as before:
        check(out)  # again: the run before may just have ended
        if force:
            _remove_run(out)
        _sweep(out)
        yield RunFolder(out), _warning(before)


def foreign_entries(folder: Path) -> list[str]:
    """What is in `folder` besides remains of a run that was killed before it had written `run.json`."""
    return sorted(name for name in _entries(folder) if not _is_remains(folder, name))


def _warning(before: Holder | None) -> str:
    if before is None or not before.elsewhere:
        return ""
    return (
        f"{before}, another machine, was at work here and has not said that it ended. Locks do not always "
        "reach from one machine to another: make sure that it has"
    )


@contextmanager
def _fresh(out: Path) -> Iterator[Path]:
    """`out` when it is new or empty, else the first free `out-2`, `out-3`, ..., locked."""
    for candidate in _candidates(out):
        made = not candidate.exists()
        _make(candidate)
        if foreign_entries(candidate) or is_held(candidate / LOCK):
            continue
        try:
            with ExitStack() as stack:
                try:
                    stack.enter_context(held(candidate / LOCK, "this run"))
                except OutputError:
                    if is_held(candidate / LOCK):
                        continue  # another run has taken the name at the same moment
                    raise
                if foreign_entries(candidate):
                    continue  # and has ended already
                _sweep(candidate)
                yield candidate
                return
        finally:
            if made:
                with suppress(OSError):
                    candidate.rmdir()  # where nothing could be written into it
    raise OutputError("there are too many runs of this name", where=out, remedy="Choose another --out")


def _candidates(out: Path) -> Iterator[Path]:
    yield out
    for number in range(2, _MOST_RUNS):
        candidate = out.with_name(f"{out.resolve().name}-{number}")
        if candidate.is_dir() or not candidate.exists():
            yield candidate


def _require_run(out: Path) -> None:
    if not out.is_dir():
        raise OutputError("there is no such run to resume", where=out, remedy="Start it without --resume")
    # Without a checkpoint it was stopped early, and starts over; what it was is in its report.
    if not (out / RUN_JSON).is_file():
        begun = bool(foreign_entries(out))
        problem = (
            "there is no run.json in this folder" if begun else "the run here was stopped before it began"
        )
        remedy = "Start the run again without --resume"
        raise OutputError(f"{problem}, so no run to resume", where=out, remedy=remedy)
    if _content(out / RUN_JSON).get("status") == REPLACED:
        raise OutputError(
            "the run here was being replaced by another one when that was stopped, so it cannot be resumed",
            where=out,
            remedy="Start the run again with --force",
        )


def _require_replaceable(out: Path) -> None:
    present = set(_entries(out))
    ours = sorted(present.intersection(RUN_FILES))
    if not ours and SNAPSHOTS not in present:
        return
    if not any(_is_proof(out, name, present) for name in present):
        names = ", ".join(ours or [SNAPSHOTS + "/"])
        raise OutputError(
            f"the folder holds {names}, but no run.json that tells a run wrote it",
            where=out,
            remedy="Choose another --out, or remove it yourself",
        )


def _remove_run(out: Path) -> None:
    """All that a run wrote, but for `run.json`, which says from the first moment on what happens here."""
    present = set(_entries(out))
    if present.intersection(RUN_FILES):
        write_json(out / RUN_JSON, {"format": RUN_FORMAT, **_content(out / RUN_JSON), "status": REPLACED})
    try:
        for name in RUN_FILES:
            if name in present and name != RUN_JSON:
                (out / name).unlink(missing_ok=True)
        for name in _entries(out / SNAPSHOTS):
            if _SNAPSHOT.fullmatch(name):
                (out / SNAPSHOTS / name).unlink(missing_ok=True)
    except OSError as error:
        raise output_error(error, out) from error


def _is_proof(out: Path, name: str, present: set[str]) -> bool:
    """Whether the entry says that a run was here."""
    if name != SNAPSHOTS:
        return name in (*_PROOFS, LOCK) or bool(_TEMPORARY.fullmatch(name))
    meshes = _entries(out / SNAPSHOTS)
    ours = all(_SNAPSHOT.fullmatch(mesh) or _TEMPORARY.fullmatch(mesh) for mesh in meshes)
    return ours and (bool(meshes) or "mesh.ply" not in present)


def _is_remains(folder: Path, name: str) -> bool:
    if name == SNAPSHOTS:
        return (folder / name).is_dir() and all(map(_TEMPORARY.fullmatch, _entries(folder / name)))
    return name == LOCK or bool(_TEMPORARY.fullmatch(name))


def _content(run_json: Path) -> dict[str, object]:
    """What a `run.json` holds; nothing where it is missing or damaged."""
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(run_json.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _sweep(folder: Path) -> None:
    """Remove temporary files that a killed run left behind (see `data.atomic`)."""
    for place in (folder, folder / SNAPSHOTS):
        for name in _entries(place):
            if _TEMPORARY.fullmatch(name):
                with suppress(OSError):
                    (place / name).unlink()


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder) if folder.is_dir() else []
    except OSError as error:
        raise output_error(error, folder) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error
