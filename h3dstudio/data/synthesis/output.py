"""The scan folder while it is being written: in a temporary place, moved to its name when complete."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from h3dstudio.data.atomic import output_error, write_text
from h3dstudio.errors import OutputError

RECORD = "synth.json"
OWN_FOLDERS = ("image", "mask", "regions")
OWN_FILES = (
    "cameras.npz", "cameras_true.npz", "full_head.obj", "landmarks.txt", "views.json", "config.toml", RECORD,
)  # fmt: skip


@contextmanager
def new_scan_folder(out: Path, *, force: bool = False) -> Iterator[Path]:
    """A path beside `out`; what the block puts there becomes `out` when it ends, or vanishes when it fails.

    Raises OutputError on entry when `out` exists and is not empty, unless `force` and it holds a synthetic
    scan; then that scan's own files are replaced and any others left alone.
    """
    refuse_occupied(out, force=force)
    work = out.parent / f".{out.name[:80]}.{secrets.token_hex(4)}.partial"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield work
        _publish(work, out)
    except OSError as error:
        raise output_error(error, out) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def refuse_occupied(out: Path, *, force: bool) -> None:
    """Raise OutputError unless a scan may be written to `out`."""
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise OutputError(
            "there is a file of this name, expected a folder or nothing",
            where=out,
            remedy="Choose another name",
        )
    names = os.listdir(out)
    if names and not force:
        remedy = "Choose another one, or replace the synthetic scan in it with --force"
        raise OutputError("the folder is not empty", where=out, remedy=remedy)
    if names and RECORD not in names:
        raise OutputError(
            "the folder is not empty and holds no synthetic scan, so --force does not replace it",
            where=out,
            remedy="Choose another folder",
        )


def _publish(work: Path, out: Path) -> None:
    if not out.exists():
        os.replace(work, out)
        return
    for name in OWN_FOLDERS + OWN_FILES:
        old = out / name
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old.exists() or old.is_symlink():
            old.unlink()
    for entry in sorted(work.iterdir()):
        os.replace(entry, out / entry.name)


def write_config(folder: Path, scan_name: str, lists: Mapping[str, Sequence[int]], views: int) -> None:
    """config.toml in `folder`, in the form of the h3ds package's own configs (its `config_path`)."""
    scene = json.dumps(scan_name)
    rows = [f"{name} = {list(numbers)}" for name, numbers in lists.items()]
    head = ["version = 0.4", 'file_id = "-"', 'file_md5 = "-"', "", "[scenes]", f"[scenes.{scene}]"]
    body = ["tags = []", f"views = {views}", f"[scenes.{scene}.default_views_configs]", *rows]
    write_text(folder / "config.toml", "\n".join([*head, *body]) + "\n")


def write_record(folder: Path, record: Mapping[str, object]) -> None:
    """synth.json: how the scan was made. Its presence marks a folder as a synthetic scan."""
    import h3dstudio

    text = json.dumps({"h3dstudio": h3dstudio.__version__, **record}, indent=2)
    write_text(folder / RECORD, text + "\n")
