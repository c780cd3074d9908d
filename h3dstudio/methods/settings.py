"""Settings of a method: a frozen dataclass whose fields say how they are asked for.

Command line, panel, batch, project file, report and `run.json` are all made from these fields, so that a
setting is written down once:

    @dataclass(frozen=True)
    class MySettings(MethodSettings):
        method = "my-method"
        rounds: int = setting(10, label="Rounds", help="How often it looks again", minimum=1, maximum=99)

Plain values: picklable, JSON-able, no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from typing import Any, ClassVar, Self

from h3dstudio.errors import UsageError

Value = str | int | float | bool
_KEY = "setting"
PRIOR_FILE, DEVICE = "prior file", "device"
"""Kinds of a text: the file of a head prior ("" = the bundled one), and a torch device."""


@dataclass(frozen=True)
class Choice:
    """One value of a setting as people read it; `hint` says in a line what it brings."""

    label: str
    hint: str = ""


@dataclass(frozen=True)
class SettingInfo:
    """How one setting is asked for.

    Attributes:
        name: of the field.
        default: its type is the setting's type.
        label: a word or two, for a form.
        help: one sentence: what it does.
        unit: of a number, "" for none.
        choices: value -> what it is called; None where any value of the type and range will do.
        minimum, maximum: of a number, both included.
        kind: of a text that is not free: `PRIOR_FILE` or `DEVICE`.
    """

    name: str
    default: Value
    label: str
    help: str
    unit: str = ""
    choices: Mapping[str, Choice] | None = None
    minimum: float | None = None
    maximum: float | None = None
    kind: str = ""

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return "--" + self.name.replace("_", "-")

    def checked(self, value: object) -> Value:
        """`value` where it is one of this setting. Raises UsageError that says what was expected."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise UsageError(f"{self.name} is {value!r}, expected {_NOUNS[kind]}")
        assert isinstance(value, str | int | float)
        if self.choices is not None and value not in self.choices and not self._numbered_gpu(value):
            raise UsageError(f"{self.name} is {value!r}, expected one of {', '.join(self.choices)}")
        if kind in (int, float):
            self._check_range(float(value))
        return value

    def parsed(self, text: str) -> Value:
        """The value that a command line's text means. Raises UsageError."""
        kind = type(self.default)
        try:
            read = {"true": True, "false": False}[text.lower()] if kind is bool else kind(text)
        except (KeyError, ValueError):
            raise UsageError(f"{self.flag} is {text!r}, expected {_NOUNS[kind]}") from None
        return self.checked(read)

    def _numbered_gpu(self, value: object) -> bool:
        return self.kind == DEVICE and str(value).startswith("cuda:") and str(value)[5:].isdecimal()

    def _check_range(self, value: float) -> None:
        least, most = self.minimum, self.maximum
        if (least is not None and not value >= least) or (most is not None and not value <= most):
            span = f"{'' if least is None else least:g} to {'' if most is None else most:g}"
            raise UsageError(f"{self.name} is {value:g}, expected {span} {self.unit}".rstrip())


_NOUNS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def setting(default: Value, *, label: str, help: str, **more: Any) -> Any:
    """A dataclass field that is a setting; `more` as in `SettingInfo`."""
    return field(default=default, metadata={_KEY: {"label": label, "help": help, **more}})


DEVICES = {
    "auto": Choice("Automatic", "The graphics card where torch sees one, else the processor"),
    "cpu": Choice("Processor (CPU)"),
    "cuda": Choice("Graphics card (CUDA)"),
}


@dataclass(frozen=True, kw_only=True)
class MethodSettings:
    """What every method asks for; a method's own settings extend it.

    Attributes:
        method: id of the method that these are settings of.
    """

    method: ClassVar[str] = ""

    device: str = setting("auto", label="Device", help="Where it is computed", choices=DEVICES, kind=DEVICE)
    seed: int = setting(
        0, label="Seed", help="Same seed and settings, same mesh", minimum=0, maximum=2**31 - 1
    )

    def __post_init__(self) -> None:
        for info in self.infos():
            object.__setattr__(self, info.name, info.checked(getattr(self, info.name)))

    @classmethod
    def infos(cls) -> tuple[SettingInfo, ...]:
        """Its settings: those of its own first, those of every method last."""
        common = {one.name for one in fields(MethodSettings)}
        found = sorted(fields(cls), key=lambda one: one.name in common)
        return tuple(_info(one) for one in found)

    @classmethod
    def made(cls, values: Mapping[str, object]) -> Self:
        """From named values; what is not named is as by default. Raises UsageError for unknown names."""
        known = {one.name for one in cls.infos()}
        if unknown := [name for name in values if name not in known]:
            raise UsageError(
                f"{cls.method} has no setting {', '.join(unknown)}",
                remedy=f"It has {', '.join(sorted(known))}",
            )
        return cls(**dict(values))  # type: ignore[arg-type]

    def with_values(self, values: Mapping[str, Value]) -> Self:
        """The same with other values by name. Raises UsageError."""
        own = {info.name: getattr(self, info.name) for info in self.infos()}
        return self.made({**own, **values})

    def as_dict(self) -> dict[str, object]:
        """For `run.json`, project and batch files: the method's id, then every setting."""
        return {"method": type(self).method, **asdict(self)}


def _info(one: Field[Any]) -> SettingInfo:
    if _KEY not in one.metadata or one.default is MISSING:
        raise TypeError(f"the field {one.name} is no setting: declare it with setting(default, ...)")
    return SettingInfo(one.name, one.default, **one.metadata[_KEY])
