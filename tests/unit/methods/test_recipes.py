"""The recipes say the numbers that the code has, and leave none out."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3] / "h3dstudio"
RECIPES = [PACKAGE / "grid_solver" / "RECIPE.md", PACKAGE / "methods" / "h3d_grid" / "RECIPE.md"]
ROW = re.compile(r"\| `([\w.]+)` \| (.+?) \|")
STRUCTURE = {
    "POSE_SIZE", "CAMERA_SIZE", "SCALE", "CONTOUR", "OUTSIDE", "INSIDE", "_HALF", "CHIN", "PLACE", "FITTING",
}  # fmt: skip
"""Indices and sizes that are no choice."""
FOLDERS = ("grid_solver", "methods/h3d_grid", "priors/fitting")


def rows() -> Iterator[tuple[str, str]]:
    for recipe in RECIPES:
        yield from ROW.findall(recipe.read_text(encoding="utf-8"))


def in_code(name: str) -> object:
    """`module.CONSTANT` or `module.Class.field` below the package."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(["h3dstudio", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AssertionError(f"{name} is nowhere")


@pytest.mark.parametrize(("name", "value"), list(rows()))
def test_a_number_of_a_recipe_is_the_codes(name: str, value: str) -> None:
    assert in_code(name) == ast.literal_eval(value)


def test_no_number_of_the_solver_is_left_out() -> None:
    told = {name for name, _ in rows()}
    missing = []
    for folder in FOLDERS:
        for path in sorted((PACKAGE / folder).glob("*.py")):
            module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if not isinstance(node, ast.Assign):
                    continue
                targets = node.targets[0]
                names = targets.elts if isinstance(targets, ast.Tuple) else [targets]
                for name in (one.id for one in names if isinstance(one, ast.Name)):
                    value = getattr(importlib.import_module(f"h3dstudio.{module}"), name, None)
                    number = isinstance(value, int | float) and not isinstance(value, bool)
                    if name.isupper() and number and name not in STRUCTURE:
                        missing += [] if f"{module}.{name}" in told else [f"{module}.{name}"]
    assert not missing
