"""Collects every text of the window for the translators, and compiles what they wrote.

    python packaging/texts.py            # resources/translations/*.ts follow the source (pyside6-lupdate)
    python packaging/texts.py compile    # and become the .qm files the studio loads (pyside6-lrelease)

A new language is an empty file `resources/translations/h3dstudio_fr.ts` before the first of the two. Texts
are edited in Qt Linguist. `pyside6-lupdate` alone would miss what tables hold, and mistake the context of
texts outside of classes, so it is given a list of what the source says.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from h3dstudio.methods.settings import SettingInfo

REPOSITORY = Path(__file__).resolve().parents[1]
GUI = REPOSITORY / "h3dstudio" / "gui"
TRANSLATIONS = REPOSITORY / "resources" / "translations"


@dataclass(frozen=True, order=True)
class Text:
    """A text in its context; `counted` when it has a plural (%n)."""

    context: str
    source: str

    @property
    def counted(self) -> bool:
        return "%n" in self.source


def texts() -> list[Text]:
    """All there are, in order."""
    found = set(_of_tables())
    for path in sorted(GUI.rglob("*.py")):
        found |= set(texts_of(ast.parse(path.read_text(encoding="utf-8"))))
    return sorted(found)


def texts_of(tree: ast.Module) -> Iterator[Text]:
    """What a module says itself: `tr`, `translate`, docks, and what its `translator` is given later."""
    own = _own_context(tree)
    for context, call in _calls(tree, ""):
        name, given = _name(call.func), [_literal(argument) for argument in call.args]
        if name == "translate" and len(given) > 1 and given[0] and given[1]:
            yield Text(given[0], given[1])
        elif name == "Dock" and given and given[0]:
            yield Text("Docks", given[0])
        elif name in ("_tr", "marked") and given and given[0] and own:
            yield Text(own, given[0])
        elif name == "tr" and given and given[0]:
            yield Text(context or own, given[0])


def _of_tables() -> Iterator[Text]:
    """Tables of plain data, whose readers translate them."""
    sys.path.insert(0, str(REPOSITORY))
    from h3dstudio.gui import features
    from h3dstudio.gui.features.preferences.settings_table import SETTINGS
    from h3dstudio.gui.features.reconstruction.run_model import RunState
    from h3dstudio.gui.shell.action_spec import menu_titles
    from h3dstudio.methods.registry import methods
    from h3dstudio.session.batch.record import CellState

    actions = features.all_actions(features.load())
    for spec in actions.values():
        words = (spec.text, spec.short, spec.tip, spec.unavailable)
        yield from (Text("Actions", text) for text in words if text)
    yield from (Text("Actions", title) for title in menu_titles(actions))
    yield from (Text("Work", state.value) for state in RunState)
    yield from (Text("BatchModel", state.value.capitalize()) for state in CellState)
    for method in methods().values():
        yield from (Text("Methods", text) for text in (method.hint, method.tip))
        yield from (Text("Methods", text) for info in method.settings.infos() for text in _of_setting(info))
    for setting in SETTINGS.values():
        words = (setting.page, setting.label, setting.tip, setting.unit, *(setting.choices or {}).values())
        yield from (Text("Settings", text) for text in words if text)


def _of_setting(info: SettingInfo) -> Iterator[str]:
    yield from (info.label, info.help)
    for choice in (info.choices or {}).values():
        yield from (text for text in (choice.label, choice.hint) if text)


def _own_context(tree: ast.Module) -> str:
    """The context of a module's `_tr`, be it a `translator` or a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "translator":
            return _literal(node.args[0])
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and len(one.args) > 1]
            return next((_literal(one.args[0]) for one in calls if _name(one.func) == "translate"), "")
    return ""


def _calls(node: ast.AST, context: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the class it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield context, child
        yield from _calls(child, child.name if isinstance(child, ast.ClassDef) else context)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def listing(found: list[Text]) -> str:
    """The texts as a module that `pyside6-lupdate` understands."""
    lines = ["from PySide6.QtCore import QCoreApplication", ""]
    for text in found:
        count = ", None, 0" if text.counted else ""
        lines.append(f"QCoreApplication.translate({_quoted(text.context)}, {_quoted(text.source)}{count})")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def update() -> None:
    """Bring the .ts files up to date; translations of texts that are still there stay."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.py"
        source.write_text(listing(texts()), encoding="utf-8")
        files = sorted(map(str, TRANSLATIONS.glob("*.ts")))
        options = ["-locations", "none", "-no-obsolete"]
        subprocess.run([_tool("lupdate"), *options, str(source), "-ts", *files], check=True)


def compile_all() -> None:
    """Write a .qm file beside each .ts file; a studio that runs has the old one mapped, and keeps that."""
    for path in sorted(TRANSLATIONS.glob("*.ts")):
        new = path.with_suffix(".new")
        subprocess.run([_tool("lrelease"), "-silent", str(path), "-qm", str(new)], check=True)
        new.replace(path.with_suffix(".qm"))


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("update", "compile"), default="update")
    update() if parser.parse_args().what == "update" else compile_all()
