"""The constants of a recipe as one digest: a run goes on only with the numbers that it was begun with."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import ModuleType

_PLAIN = (bool, int, float, str, bytes, type(None))


@cache
def constants_digest(packages: Sequence[str]) -> str:
    """SHA-256 of every module constant and every default of a dataclass in these packages.

    Args:
        packages: dotted names of packages, with the modules directly in them; or of modules.
    """
    digest = hashlib.sha256()
    for line in constants_of(packages):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def constants_of(packages: Sequence[str]) -> list[str]:
    """As `module.NAME = value`, sorted."""
    found = {line for name in packages for module in _modules(name) for line in _of_module(module)}
    return sorted(found)


def _modules(name: str) -> Iterator[ModuleType]:
    module = importlib.import_module(name)
    yield module
    for entry in pkgutil.iter_modules(getattr(module, "__path__", [])):
        if not entry.ispkg:
            yield importlib.import_module(f"{name}.{entry.name}")


def _of_module(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        place = f"{module.__name__}.{name}"
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__:
            for one in fields(value):
                if one.default is not MISSING and _plain(one.default):
                    yield f"{place}.{one.name} = {one.default!r}"
        elif name.lstrip("_").isupper() and _plain(value):
            yield f"{place} = {value!r}"


def _plain(value: object) -> bool:
    """Whether its `repr` says all of it."""
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, tuple | list | frozenset):
        return all(map(_plain, value))
    if isinstance(value, Mapping):
        return all(_plain(key) and _plain(one) for key, one in value.items())
    if is_dataclass(value) and not isinstance(value, type):
        return all(_plain(getattr(value, one.name)) for one in fields(value))
    return False
