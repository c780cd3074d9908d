"""The features of the window: one folder and one line here for each.

A folder's module `feature` offers `ACTIONS` and `build` (see `shell.feature`). What a feature needs of others
stands before it; docks and their tabs follow this order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from h3dstudio.gui.shell.action_spec import Spec
from h3dstudio.gui.shell.context import Context
from h3dstudio.gui.shell.feature import AssemblyError, Feature

FEATURES = (
    "h3dstudio.gui.features.preferences",
    "h3dstudio.gui.features.scan",
    "h3dstudio.gui.features.display",
    "h3dstudio.gui.features.reconstruction",
    "h3dstudio.gui.features.timeline",
    "h3dstudio.gui.features.measuring",
    "h3dstudio.gui.features.landmarks",
    "h3dstudio.gui.features.priors",
    "h3dstudio.gui.features.evaluation",
    "h3dstudio.gui.features.export",
    "h3dstudio.gui.features.progress",
    "h3dstudio.gui.features.batch",
    "h3dstudio.gui.features.project",
    "h3dstudio.gui.features.help",
    "h3dstudio.gui.features.window",
    "h3dstudio.gui.features.log",
)


@dataclass(frozen=True)
class FeatureModule:
    """The module `feature` of a folder: its table of actions, and what builds it in a `Context`."""

    name: str
    actions: Mapping[str, Spec]
    build: Callable[[Context], Feature]


def load() -> list[FeatureModule]:
    """All of `FEATURES`, in that order."""
    modules = [import_module(f"{name}.feature") for name in FEATURES]
    return [FeatureModule(module.__name__, module.ACTIONS, module.build) for module in modules]


def all_actions(modules: list[FeatureModule]) -> dict[str, Spec]:
    """The actions of all, by name. Raises AssemblyError where two have the same."""
    found: dict[str, Spec] = {}
    for module in modules:
        if twice := set(found) & set(module.actions):
            raise AssemblyError(f"{module.name} has actions that another has: {', '.join(sorted(twice))}")
        found |= module.actions
    return found
