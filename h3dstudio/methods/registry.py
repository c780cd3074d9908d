"""Which methods there are: those of this package, and those that other packages bring.

Another package offers one by an entry point in the group `h3dstudio.methods` that names a `Method`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from h3dstudio.errors import UsageError
from h3dstudio.methods.method import Method
from h3dstudio.methods.settings import MethodSettings

BUILT_IN = ("h3dstudio.methods.h3d_grid", "h3dstudio.methods.hull_grid")
"""Modules that hold a `METHOD`; the first is the default."""
ENTRY_POINTS = "h3dstudio.methods"
RENAMED = {"h3d-net": "h3d-grid", "idr": "hull-grid"}
"""What files of format 1 call them. The old names are the papers' own networks', which these never were."""


@cache
def methods() -> Mapping[str, Method]:
    """Method id -> method, the default first. One that cannot be imported is left out: see `refusals`."""
    found = {method.id: method for method in (_built_in(module) for module in BUILT_IN)}
    for method in _offered().values():
        found.setdefault(method.id, method)
    return found


@cache
def refusals() -> Mapping[str, str]:
    """Entry points that name no usable method: name -> reason."""
    return {name: str(found) for name, found in _entry_points().items() if not isinstance(found, Method)}


def default_method() -> Method:
    return next(iter(methods().values()))


def find_method(name: str) -> Method:
    """The method called `name`. Raises UsageError with those there are."""
    known = methods()
    if name in known:
        return known[name]
    remedy = f"There are {', '.join(known)}"
    if name in RENAMED:
        remedy = f"What was called {name} here is {RENAMED[name]} now; {remedy[0].lower()}{remedy[1:]}"
    raise UsageError(f"method is {name!r}, expected one of {', '.join(known)}", remedy=remedy)


def method_title(name: str) -> str:
    """As people read it; the name itself where this program knows no such method."""
    found = methods().get(name)
    return found.title if found is not None else name or "unknown method"


def uses_prior(name: str) -> bool:
    """Whether the method called `name` starts from a head prior; False for one that is not known."""
    found = methods().get(name)
    return found is not None and found.needs.prior


def default_settings(method: str = "") -> MethodSettings:
    """A method's settings as they are when nothing is said; the default method's for ""."""
    return (find_method(method) if method else default_method()).settings()


def settings_from(values: Mapping[str, object]) -> MethodSettings:
    """The settings that `MethodSettings.as_dict` wrote; unnamed ones are as by default. Raises UsageError."""
    given = dict(values)
    name = given.pop("method", default_method().id)
    return find_method(str(name)).settings.made(given)


def renamed(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings of a file of format 1 as those of today: method ids are others, unused entries go."""
    given = dict(settings)
    name = str(given.get("method", "h3d-net"))
    given["method"] = RENAMED.get(name, name)
    if given["method"] == "hull-grid":
        given = {key: value for key, value in given.items() if key not in _OF_PRIOR}
    return given


_OF_PRIOR = ("prior", "landmarks", "refine_cameras")  # settings of format 1 that had no effect without one


def _built_in(module: str) -> Method:
    method = importlib.import_module(module).METHOD
    assert isinstance(method, Method)
    return method


def _offered() -> dict[str, Method]:
    return {name: found for name, found in _entry_points().items() if isinstance(found, Method)}


@cache
def _entry_points() -> Mapping[str, object]:
    """Name -> method, or what is wrong with it: no other package keeps the program from starting."""
    from importlib.metadata import entry_points

    found: dict[str, object] = {}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
            found[point.name] = loaded if isinstance(loaded, Method) else f"{point.value} is no Method"
        except Exception as error:  # whatever a foreign module raises
            found[point.name] = f"{type(error).__name__}: {error}"
    return found
