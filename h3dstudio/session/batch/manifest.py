"""`batch.json`: what a results folder is to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from h3dstudio import __version__
from h3dstudio.data.atomic import write_json
from h3dstudio.errors import OutputError
from h3dstudio.methods.registry import RENAMED
from h3dstudio.methods.settings import Value
from h3dstudio.session.batch.cells import FORMAT, Cell, Recipe
from h3dstudio.session.batch.checked import BatchFields, read_json

NAME, LOCK = "batch.json", "batch.lock"
KIND = "h3dstudio batch"


@dataclass(frozen=True)
class Manifest:
    """What a batch is to do.

    Attributes:
        dataset: absolute path of the dataset's root, or of one scan.
        version: what the dataset's `version.txt` says, "" without one.
        cells: without duplicates, in the order in which they are done.
        trust_cameras: cells go on where photos, masks and cameras contradict each other.
    """

    dataset: Path
    recipe: Recipe
    cells: tuple[Cell, ...]
    version: str = ""
    trust_cameras: bool = False

    def scan_folder(self, cell: Cell) -> Path:
        """Where the cell's scan lies."""
        below = self.dataset / cell.scan
        return below if below.is_dir() or cell.scan != self.dataset.name else self.dataset

    def with_cells(self, cells: Sequence[Cell]) -> Manifest:
        """Also with `cells`."""
        return replace(self, cells=tuple(dict.fromkeys((*self.cells, *cells))))

    def as_dict(self) -> dict[str, object]:
        old = {new: before for before, new in RENAMED.items()} if self.recipe.format == 1 else {}
        return {
            "kind": KIND,
            "format": self.recipe.format,
            "h3dstudio": __version__,
            "dataset": str(self.dataset),
            "dataset_version": self.version,
            "settings": dict(self.recipe.options),
            "threads": self.recipe.threads,
            "trust_cameras": self.trust_cameras,
            "cells": [
                {"scan": one.scan, "views": one.views, "method": old.get(one.method, one.method)}
                for one in self.cells
            ],
        }


def has_manifest(results: Path) -> bool:
    """Whether a batch has worked in this folder."""
    return (results / NAME).is_file()


def read_manifest(results: Path) -> Manifest:
    """The manifest of a results folder. Raises OutputError that names the field that is wrong."""
    if not has_manifest(results):
        raise OutputError(
            f"there is no {NAME} here, so these are not the results of a batch",
            where=results,
            remedy="Give the folder that `h3dstudio batch` wrote",
        )
    content = BatchFields(read_json(results / NAME), results / NAME)
    made_as = content.check_kind(KIND, 1, FORMAT)
    options = _options(content)
    recipe = content.made("settings", lambda: Recipe(options, content.count("threads"), made_as))
    cells = [read_cell(one, made_as) for one in content.sections("cells")]
    for cell in cells:
        content.made("settings", partial(recipe.settings_for, cell))
    if len(set(cells)) != len(cells):
        raise content.refused("a cell is named twice")
    dataset = content.text("dataset")
    if "\0" in dataset or not Path(dataset).is_absolute():
        raise content.wrong("dataset", "an absolute path")
    trusted = "trust_cameras" in content.names and content.flag("trust_cameras")  # no older file has it
    return Manifest(Path(dataset), recipe, tuple(cells), content.text("dataset_version"), trusted)


def read_cell(content: BatchFields, made_as: int = FORMAT) -> Cell:
    """A cell of a file of format `made_as`. Raises OutputError."""
    scan, views, method = (content.text(name) for name in ("scan", "views", "method"))
    if scan.startswith("/") or "\0" in scan or ".." in scan.split("/"):
        raise content.wrong("scan", "a folder in the dataset")
    method = RENAMED.get(method, method) if made_as == 1 else method
    return content.made("a cell", lambda: Cell(scan, views, method))


def _options(content: BatchFields) -> tuple[tuple[str, Value], ...]:
    given, found = content.section("settings"), list[tuple[str, Value]]()
    for name in sorted(given.names):
        value = given.raw(name)
        if not isinstance(value, str | int | float | bool):
            raise given.wrong(name, "a plain value")
        found.append((name, value))
    return tuple(found)


def write_manifest(results: Path, manifest: Manifest) -> None:
    """Raises OutputError."""
    write_json(results / NAME, manifest.as_dict())


def merged(results: Path, wanted: Manifest) -> Manifest:
    """`wanted`, with the cells that the results folder has already; cameras once trusted stay so.

    Raises OutputError when the folder belongs to a batch of another dataset or of other settings.
    """
    if not has_manifest(results):
        return wanted
    before = read_manifest(results)
    differences = [*_settings_changed(before.recipe, wanted.recipe), *_moved(before, wanted)]
    if differences:
        raise OutputError(
            f"the results here are of another batch: {'; '.join(differences)}",
            where=results,
            remedy="Choose another results folder with --out, or the settings of that batch",
        )
    merged_options = tuple(sorted({**dict(wanted.recipe.options), **dict(before.recipe.options)}.items()))
    recipe = replace(wanted.recipe, options=merged_options, format=before.recipe.format)
    trusted = wanted.trust_cameras or before.trust_cameras
    return replace(wanted, recipe=recipe, trust_cameras=trusted).with_cells(before.cells)


def _settings_changed(before: Recipe, now: Recipe) -> list[str]:
    old, new = (dict(one.options) | {"threads": one.threads} for one in (before, now))
    return [
        f"{name} was {old[name]}, now it is {new[name]}"
        for name in new
        if name in old and old[name] != new[name]
    ]


def _moved(before: Manifest, now: Manifest) -> list[str]:
    """A dataset that lies elsewhere now is the same one; one beside another is not."""
    if before.dataset == now.dataset or not before.dataset.exists():
        return []
    return [f"its dataset is {before.dataset}"]
