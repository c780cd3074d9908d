"""Options of the command line made from the settings of the methods there are."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from h3dstudio.errors import UsageError
from h3dstudio.methods.registry import methods
from h3dstudio.methods.settings import DEVICE, PRIOR_FILE, MethodSettings, SettingInfo, Value

_PREFIX = "setting_"
NO_LANDMARKS = "--no-landmarks"


def add_method_options(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """One option for every setting of any method; nothing said means the method's default."""
    for name, infos in _by_name().items():
        owners, info = list(infos), next(iter(infos.values()))
        only = "" if len(owners) == len(methods()) else f" ({', '.join(owners)})"
        told = f"{info.help[0].lower()}{info.help[1:]}; {_values(info)}{only}"
        parser.add_argument(info.flag, dest=_PREFIX + name, metavar=_metavar(info), help=told)
    if "landmarks" in _by_name():
        parser.add_argument(
            NO_LANDMARKS, dest=_PREFIX + "landmarks", action="store_const", const="none",
            help="the same as --landmarks none",
        )  # fmt: skip


def flags() -> tuple[str, ...]:
    """All options that `add_method_options` adds."""
    return (*(_flag(name) for name in _by_name()), NO_LANDMARKS)


def is_setting(action: argparse.Action) -> bool:
    """Whether an option is one of `add_method_options`."""
    return action.dest.startswith(_PREFIX)


def given_settings(arguments: argparse.Namespace) -> dict[str, str]:
    """What was said on the command line: name of a setting -> its text."""
    found = vars(arguments)
    return {name: found[_PREFIX + name] for name in _by_name() if found.get(_PREFIX + name) is not None}


def settings_of(kind: type[MethodSettings], given: Mapping[str, str]) -> MethodSettings:
    """Settings of one method. Raises UsageError for an option that it does not have, or a wrong value."""
    known = {info.name: info for info in kind.infos()}
    for name in given:
        if name not in known:
            flags = ", ".join(info.flag for info in known.values())
            raise UsageError(
                f"{kind.method} has no option {_flag(name)}", remedy=f"It has {flags}; leave it out"
            )
    return kind.made(said_settings(kind, given))


def said_settings(kind: type[MethodSettings], given: Mapping[str, str]) -> dict[str, Value]:
    """The values of those of one method's settings that were given. Raises UsageError for a wrong value."""
    known = {info.name: info for info in kind.infos()}
    return {name: parsed(known[name], text) for name, text in given.items() if name in known}


def values_of(methods_wanted: Iterable[str], given: Mapping[str, str]) -> dict[str, Value]:
    """Values for several methods at once. Raises UsageError for an option that none of them has."""
    infos = _by_name()
    found: dict[str, Value] = {}
    for name, text in given.items():
        owners = [method for method in methods_wanted if method in infos[name]]
        if not owners:
            raise UsageError(f"{', '.join(methods_wanted)} have no option {_flag(name)}")
        found[name] = parsed(infos[name][owners[0]], text)
    return found


def parsed(info: SettingInfo, text: str) -> Value:
    """The value that a command line's text means; the path of a file is made absolute. Raises UsageError."""
    if info.kind == PRIOR_FILE and text:
        return str(Path(text).expanduser().resolve())
    return info.parsed(text)


def _by_name() -> dict[str, dict[str, SettingInfo]]:
    """Name of a setting -> method id -> how that method asks for it."""
    found: dict[str, dict[str, SettingInfo]] = {}
    for method in methods().values():
        for info in method.settings.infos():
            found.setdefault(info.name, {})[method.id] = info
    return found


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _metavar(info: SettingInfo) -> str:
    if info.kind == PRIOR_FILE:
        return "FILE"
    return {int: "N", float: "X"}.get(type(info.default), "WHICH")


def _values(info: SettingInfo) -> str:
    """What it takes, the default first."""
    default = "bundled" if info.kind == PRIOR_FILE else info.default
    if info.choices is None:
        return f"default: {default}"
    more = ", cuda:N" if info.kind == DEVICE else ""
    others = [name for name in info.choices if name != info.default]
    return f"{default} (default), {', '.join(others)}{more}"
