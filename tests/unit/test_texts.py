"""What the user reads goes through the translator: found in the source, not by looking at one window."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
GUI = REPOSITORY / "h3dstudio" / "gui"
TRANSLATIONS = REPOSITORY / "resources" / "translations"
LRELEASE = Path(sys.executable).with_name("pyside6-lrelease")
SHOWS = {
    *("QLabel", "QPushButton", "QCheckBox", "QAction", "QDockWidget", "QToolBar", "QFileDialog", "QMenu"),
    *("setText", "setToolTip", "setStatusTip", "setWindowTitle", "setPlaceholderText", "setTitle"),
    *("setAccessibleName", "setAccessibleDescription", "setNameFilter", "setSuffix", "setSpecialValueText"),
    *("addTab", "addItem", "addMenu", "addAction", "addRow", "setItemText", "setTabText", "setIconText"),
    *("setInformativeText", "setHeaderLabels", "setTabToolTip", "Choice", "ask", "show_error", "enable"),
    *("choice", "number", "millimetres", "dots", "Curves", "say", "_say", "show_hint", "_explain"),
}
"""Calls whose texts are on the screen."""
KEYS = {"Primary", "Danger", "Learned from", "Family", "Components", "Unseen heads", "Licence", "Segment"}
"""Object names and keys of tables among their arguments."""
NAMES = {"H3D Studio", "mm", "9pt"}
PLACES = re.compile(r"\{\w[^}]*\}|%[sdn]")
PROSE = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`packaging/texts.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("texts", REPOSITORY / "packaging" / "texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["texts"] = module
    spec.loader.exec_module(module)
    return module


def bare(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, text) of literals that a call of `SHOWS` is given as they are."""
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _name(call.func) in SHOWS:
            for given in (*call.args, *(word.value for word in call.keywords)):
                found += [(given.lineno, text) for text in _parts(given)]
    return [(line, text) for line, text in found if PROSE.search(text) and text.strip() not in KEYS | NAMES]


def _parts(node: ast.expr) -> list[str]:
    """The literal texts that become part of what is shown."""
    if isinstance(node, ast.Constant):
        key = isinstance(node.value, str) and re.fullmatch(r"[a-z_]*", node.value)
        return [node.value] if isinstance(node.value, str) and not key else []
    if isinstance(node, ast.JoinedStr):
        whole = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        return [re.sub(r"<[^>]*>|&\w+;|\(\*|\.\w+\)|\b(mm|dB|MB|s|min)\b", "", whole)]
    if isinstance(node, ast.IfExp):
        return _parts(node.body) + _parts(node.orelse)
    if isinstance(node, ast.BinOp | ast.BoolOp):
        sides = node.values if isinstance(node, ast.BoolOp) else (node.left, node.right)
        return [text for side in sides for text in _parts(side)]
    return []


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_a_bare_text_is_found() -> None:
    bad = 'label.setText("Open it" if there else tr("Close")); QLabel(f"{count} views"); box.addTab("Heads")'
    assert [text for _, text in bare(ast.parse(bad))] == ["Open it", " views", "Heads"]
    assert not bare(ast.parse('label.setText(self.tr("Open it")); label.setObjectName("Muted")'))


def test_no_text_of_the_window_is_bare() -> None:
    found = {
        f"{path.relative_to(GUI)}:{line}": text
        for path in sorted(GUI.rglob("*.py"))
        for line, text in bare(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_texts_have_a_context(tool: ModuleType) -> None:
    texts = tool.texts()
    assert len(texts) > 800
    assert all(text.context for text in texts), [text for text in texts if not text.context]
    both = tool.listing(texts)
    assert 'translate("Actions", "&Open scan folder…")' in both
    assert 'translate("ScanPanel", "%n views", None, 0)' in both
    compile(both, "texts.py", "exec")


def test_a_sentence_is_not_put_together() -> None:
    """Words cannot be ordered by a translator where a text ends or begins in the middle of a sentence."""
    for path in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                for side in (node.left, node.right):
                    text = _translated(side)
                    assert not text.endswith(": "), f"{path.name}: {text!r} ends in a blank"


def _translated(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and _name(node.func) in ("tr", "_tr") and node.args:
        given = node.args[0]
        return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""
    return ""


@pytest.mark.parametrize("path", sorted(TRANSLATIONS.glob("*.ts")), ids=lambda path: path.stem)
def test_translations_know_the_texts(tool: ModuleType, path: Path) -> None:
    """And keep the placeholders, the shortcut of a menu and the dots of what opens a dialog."""
    root = ElementTree.parse(path).getroot()
    known = {}
    for context in root.findall("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.findall("numerusform")] or [
                translation.text or ""
            ]
            known[context.findtext("name", ""), message.findtext("source", "")] = forms
    texts = tool.texts()
    missing = [text for text in texts if not all(known.get((text.context, text.source), [""]))]
    # What was written last may wait for its translator, but a language is not left behind.
    assert len(missing) < 0.03 * len(texts), "run: python packaging/texts.py, then translate what is new"
    for (_, source), forms in known.items():
        for form in forms:
            if form:
                assert set(re.findall(r"\{\d[^}]*\}", source)) == set(re.findall(r"\{\d[^}]*\}", form)), (
                    source
                )
                assert source.endswith("…") == form.endswith("…"), source


@pytest.mark.skipif(
    not shutil.which("pyside6-lrelease", path=Path(sys.executable).parent), reason="no lrelease"
)
def test_compiled_translations_are_those_of_the_source(tool: ModuleType, tmp_path: Path) -> None:
    for path in sorted(TRANSLATIONS.glob("*.ts")):
        shutil.copy(path, tmp_path)
    tool.TRANSLATIONS = tmp_path
    tool.compile_all()
    for made in sorted(tmp_path.glob("*.qm")):
        assert made.read_bytes() == (TRANSLATIONS / made.name).read_bytes(), "run: packaging/texts.py compile"


def test_every_language_on_offer_is_there() -> None:
    from h3dstudio.gui.features.preferences.settings_table import LANGUAGES

    there = {path.stem.removeprefix("h3dstudio_") for path in TRANSLATIONS.glob("*.qm")}
    assert set(LANGUAGES) - {"system", "en"} == there
