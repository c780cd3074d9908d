"""The studio's look: one table of colours per scheme, turned into a palette and a small style sheet.

Qt's Fusion style draws; the style sheet only spaces, rounds and colours. Everything that paints by hand
(thumbnails, plots, the 3D background) takes its colours from the same table.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

CHOICES = ("system", "light", "dark")


@dataclass(frozen=True)
class Colors:
    """Every colour of the window as "#rrggbb"."""

    dark: bool
    window: str
    panel: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    good: str
    warning: str
    bad: str
    scene_top: str
    scene_bottom: str
    clay: str
    truth: str
    curves: tuple[str, ...]


LIGHT = Colors(
    dark=False, window="#eef0f4", panel="#ffffff", raised="#f4f5f8", hover="#e8ebf1", border="#dde1e8",
    text="#1b1f27", muted="#5d6675", faint="#9aa3b1", accent="#3f5bd9", accent_hover="#344ec4",
    on_accent="#ffffff", good="#177a4c", warning="#95600e", bad="#c2343b",
    scene_top="#fbfcfe", scene_bottom="#cfd6e2", clay="#d9c7b8", truth="#7fa3c7",
    curves=("#3f5bd9", "#b85c14", "#177a4c", "#b24bb8", "#0b7d8d", "#c2343b", "#8a6d1f", "#5d6675"),
)  # fmt: skip

DARK = Colors(
    dark=True, window="#14161b", panel="#1c1f26", raised="#252932", hover="#2e333e", border="#2b303a",
    text="#e8eaef", muted="#9ba3b1", faint="#69717f", accent="#6d86ff", accent_hover="#8398ff",
    on_accent="#0d1020", good="#4ec48f", warning="#e5ae4d", bad="#f0686b",
    scene_top="#3a414f", scene_bottom="#15171c", clay="#d8c4b4", truth="#7fa9d6",
    curves=("#8398ff", "#f2a35e", "#4ec48f", "#d68adb", "#4fc6d8", "#f0686b", "#d9c15a", "#9ba3b1"),
)  # fmt: skip


class Theme(QObject):
    """The colours in use; follows the system unless the user chose light or dark."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = "system"
        self.colors, self._applied = LIGHT, False
        application.setStyle("Fusion")
        application.setFont(_font(application.font()))
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> str:
        """One of CHOICES."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Take one of CHOICES; "system" follows the desktop from now on."""
        self._choice = choice if choice in CHOICES else "system"
        self._apply()

    def _apply(self) -> None:
        system = self._application.styleHints().colorScheme()
        dark = system is Qt.ColorScheme.Dark if self._choice == "system" else self._choice == "dark"
        colors = DARK if dark else LIGHT
        if self._applied and colors is self.colors:
            return  # Dressing every widget anew takes long.
        self.colors, self._applied = colors, True
        self._application.setPalette(palette(self.colors))
        self._application.setStyleSheet(style_sheet(self.colors))
        self.changed.emit()


def current() -> Theme:
    """The application's theme; made on first use."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = application.findChild(Theme)
    return theme if isinstance(theme, Theme) else Theme(application)


def palette(colors: Colors) -> QPalette:
    """The Qt palette of a colour table, with its disabled group."""
    out = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, colors.window),
        (roles.WindowText, colors.text),
        (roles.Base, colors.panel),
        (roles.AlternateBase, colors.raised),
        (roles.Text, colors.text),
        (roles.Button, colors.raised),
        (roles.ButtonText, colors.text),
        (roles.BrightText, colors.bad),
        (roles.ToolTipBase, colors.raised),
        (roles.ToolTipText, colors.text),
        (roles.PlaceholderText, colors.faint),
        (roles.Highlight, colors.accent),
        (roles.HighlightedText, colors.on_accent),
        (roles.Link, colors.accent),
        (roles.Mid, colors.border),
        (roles.Dark, colors.border),
        (roles.Accent, colors.accent),
    ):
        out.setColor(role, QColor(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        out.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.faint))
    return out


def _font(default: QFont) -> QFont:
    """The desktop's font; a modern interface face where Linux offers only a fallback."""
    if not sys.platform.startswith("linux"):
        return default
    installed = set(QFontDatabase.families())
    for family in ("Inter", "Inter Variable", "Cantarell", "Noto Sans", "Ubuntu"):
        if family in installed and default.family() in ("Sans Serif", "DejaVu Sans", ""):
            font = QFont(default)
            font.setFamily(family)
            font.setPointSizeF(max(9.5, default.pointSizeF()))
            return font
    return default


def style_sheet(colors: Colors) -> str:
    """The style sheet: spacing, radii and the few things a palette cannot say."""
    from h3dstudio.gui.shell.icons import icon_file

    chevron = icon_file("chevron", colors.muted)
    tick = icon_file("tick", colors.on_accent)
    return _SHEET.format(c=colors, chevron=chevron, tick=tick)


_SHEET = """
QMainWindow, QDialog {{ background: {c.window}; }}
QMainWindow::separator {{ background: transparent; width: 8px; height: 8px; }}
QMainWindow::separator:hover {{ background: {c.hover}; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: 5px 7px; }}

QMenuBar {{ background: {c.window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 6px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.hover}; }}
QMenu {{ background: {c.panel}; border: 1px solid {c.border}; padding: 6px; }}
QMenu::item {{ padding: 6px 28px 6px 10px; border-radius: 5px; }}
QMenu::item:selected {{ background: {c.hover}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 6px 8px; }}

QToolBar {{ background: {c.window}; border: none; padding: 4px 10px 8px 10px; spacing: 4px; }}
QToolBar::separator {{ background: {c.border}; width: 1px; margin: 6px 8px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 7px;
    padding: 6px 10px; color: {c.text}; }}
QToolButton[beside="true"] {{ padding: 6px 1px 6px 9px; }}
QToolButton:hover {{ background: {c.hover}; }}
QToolButton:pressed {{ background: {c.border}; }}
QToolButton:checked {{ background: {c.raised}; border-color: {c.border}; color: {c.text}; }}
QToolButton:focus {{ border-color: {c.accent}; }}
QToolButton:disabled {{ color: {c.faint}; }}

QStatusBar {{ background: {c.window}; color: {c.muted}; padding: 0 6px; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {c.muted}; padding: 3px 8px; }}

QFrame#Card {{ background: {c.panel}; border: 1px solid {c.border}; border-radius: 10px; }}
QWidget#ViewBar {{ background: {c.panel}; border: none; border-bottom: 1px solid {c.border};
    border-top-left-radius: 10px; border-top-right-radius: 10px; }}
QWidget#PhotoBar QToolButton {{ padding: 6px 8px; }}
QWidget#PhotoBar QToolButton[beside="true"] {{ padding: 6px 1px 6px 9px; }}
QWidget#Segment {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 8px; }}
QWidget#Segment QToolButton {{ padding: 4px 8px; border-radius: 6px; color: {c.muted}; }}
QWidget#Segment QToolButton[beside="true"] {{ padding: 4px 0px 4px 8px; }}
QWidget#Segment QToolButton:checked {{ background: {c.panel}; border-color: {c.border}; color: {c.text}; }}
QWidget#Segment QToolButton:disabled {{ color: {c.faint}; }}

QLabel#DockTitle {{ color: {c.text}; font-weight: 600; padding: 12px 16px 2px 13px; background: {c.panel};
    border-top-left-radius: 10px; border-top-right-radius: 10px; }}
QWidget#Panel {{ background: {c.panel}; border-bottom-left-radius: 10px; border-bottom-right-radius: 10px; }}
QWidget#Panel[whole="true"] {{ border-radius: 10px; }}
QFrame#Line {{ background: {c.border}; border: none; max-height: 1px; min-height: 1px; }}
QLabel#Problem {{ color: {c.bad}; }}
QToolButton#Dots {{ background: {c.raised}; border-color: {c.border}; padding: 6px 8px; }}
QToolButton#Dots::menu-indicator {{ image: none; }}
QLabel#Muted, QLabel#FieldName, QLabel#Faint {{ color: {c.muted}; }}
QLabel#Title {{ font-size: 26pt; font-weight: 700; }}
QLabel#Lead {{ font-size: 12pt; color: {c.muted}; }}
QLabel#Value {{ font-weight: 600; font-size: 12pt; }}
QLabel#Figure {{ font-weight: 600; font-size: 10pt; }}
QLabel#SectionTitle {{ font-weight: 600; }}
QLabel#State {{ font-weight: 600; font-size: 12pt; }}

QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMessageBox QLabel#qt_msgbox_label {{ font-size: 11.5pt; min-width: 380px; }}
QMessageBox QLabel#qt_msgbox_informativelabel {{ min-width: 380px; }}

QPushButton {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 8px; padding: 7px 14px;
    color: {c.text}; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.border}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.faint}; background: {c.raised}; }}
QPushButton#Primary, QDialog QPushButton:default {{ background: {c.accent}; color: {c.on_accent};
    border-color: {c.accent}; font-weight: 600; }}
QPushButton#Primary:hover, QDialog QPushButton:default:hover {{ background: {c.accent_hover}; }}
QPushButton#Primary:focus {{ border: 2px solid {c.text}; }}
QPushButton#Primary:disabled {{ background: {c.raised}; color: {c.faint}; border-color: {c.border}; }}
QPushButton#Danger {{ color: {c.bad}; background: transparent; border-color: {c.border}; }}
QPushButton#Danger:hover {{ background: {c.hover}; }}
QPushButton#Danger:disabled {{ color: {c.faint}; }}
QPushButton#WelcomeCard {{ background: {c.panel}; border: 1px solid {c.border}; border-radius: 12px;
    padding: 0; text-align: left; }}
QPushButton#WelcomeCard:hover, QPushButton#WelcomeCard:focus {{ border-color: {c.accent}; }}
QPushButton#Link {{ background: transparent; border: 1px solid transparent; padding: 5px 8px; color: {c.text};
    text-align: left; }}
QPushButton#Link:hover {{ background: {c.hover}; }}
QPushButton#Link:focus {{ border-color: {c.accent}; }}

QComboBox, QAbstractSpinBox, QLineEdit {{ background: {c.raised}; border: 1px solid {c.border};
    border-radius: 8px; padding: 6px 10px; min-height: 18px; selection-background-color: {c.accent};
    selection-color: {c.on_accent}; }}
QComboBox#Small {{ padding: 1px 4px 1px 8px; min-height: 18px; border-radius: 6px; }}
QComboBox#Small::drop-down {{ width: 20px; }}
QComboBox:hover, QAbstractSpinBox:hover, QLineEdit:hover {{ border-color: {c.faint}; }}
QComboBox:focus, QAbstractSpinBox:focus, QLineEdit:focus {{ border-color: {c.accent}; }}
QComboBox:disabled, QAbstractSpinBox:disabled {{ color: {c.faint}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url({chevron}); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {c.panel}; border: 1px solid {c.border}; padding: 4px;
    outline: none; selection-background-color: {c.hover}; selection-color: {c.text}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0 0 0 8px; min-height: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {c.faint}; border-radius: 4px;
    background: {c.raised}; }}
QCheckBox::indicator:focus {{ border-color: {c.accent}; }}
QCheckBox::indicator:disabled {{ border-color: {c.border}; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; image: url({tick}); }}

QProgressBar {{ background: {c.raised}; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
QProgressBar[state="done"]::chunk {{ background: {c.good}; }}
QProgressBar[state="paused"]::chunk {{ background: {c.warning}; }}
QProgressBar[state="failed"]::chunk {{ background: {c.bad}; }}
QProgressBar[state="cancelled"]::chunk {{ background: {c.faint}; }}

QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}
QSlider#Signed::sub-page:horizontal {{ background: {c.border}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: {c.accent}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.text}; width: 10px; height: 10px; }}
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled {{ background: {c.faint}; }}

QPushButton#Place:checked {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
    font-weight: 600; }}
QListView, QPlainTextEdit {{ background: {c.panel}; border: none; outline: none; }}
QListWidget#Chips {{ background: transparent; border: none; }}
QListWidget#Chips::item {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border};
    border-radius: 7px; padding: 4px 8px; margin: 0 3px; }}
QListWidget#Chips::item:selected {{ border-color: {c.accent}; }}
QPlainTextEdit#Framed, QTreeWidget#Framed {{ background: {c.panel}; border: 1px solid {c.border};
    border-radius: 8px; outline: none; padding: 4px; }}
QPlainTextEdit#Framed:focus, QTreeWidget#Framed:focus {{ border-color: {c.accent}; }}
QTreeWidget#Framed::item {{ padding: 4px 6px; border-radius: 5px; }}
QTreeWidget#Framed::item:hover {{ background: {c.raised}; }}
QTreeWidget#Framed::item:selected {{ background: {c.hover}; color: {c.text}; }}
QTreeWidget#Framed QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none;
    padding: 4px 8px; }}
QListWidget#Ticks {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 8px;
    padding: 4px; }}
QListWidget#Ticks::item {{ padding: 4px; }}
QListWidget#Ticks::item:selected {{ background: {c.hover}; color: {c.text}; border-radius: 5px; }}
QListWidget#Ticks::indicator {{ width: 16px; height: 16px; border: 1px solid {c.faint}; border-radius: 4px;
    background: {c.raised}; }}
QListWidget#Ticks::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
    image: url({tick}); }}
QTableView {{ background: {c.panel}; border: none; outline: none; selection-background-color: {c.hover};
    selection-color: {c.text}; }}
QTableView::item {{ padding: 2px 4px; border-bottom: 1px solid {c.raised}; }}
QTableView QHeaderView {{ background: {c.panel}; }}
QTableView QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none; padding: 3px 4px;
    border-bottom: 1px solid {c.border}; }}
QTableView#Landmarks::item {{ padding: 2px 3px; border: none; }}
QListView#Views {{ background: {c.panel}; }}
QTreeView#Scans {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 8px; padding: 2px;
    outline: none; selection-background-color: {c.hover}; show-decoration-selected: 1; }}
QTreeView#Scans::item {{ padding: 3px 4px; border-radius: 5px; color: {c.text}; }}
QTreeView#Scans::item:hover {{ background: {c.hover}; }}
QTreeView#Scans::item:selected {{ background: {c.hover}; color: {c.accent}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 3px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; border: none; width: 0; height: 0; }}

QTabBar {{ background: transparent; qproperty-drawBase: 0; qproperty-elideMode: ElideNone;
    qproperty-usesScrollButtons: 0; }}
QTabBar::tab {{ background: transparent; color: {c.muted}; border: 1px solid transparent; padding: 6px 7px;
    margin: 2px 1px 4px 1px; border-radius: 7px; }}
QTabBar::tab:selected {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.border}; }}
QTabBar::tab:hover:!selected {{ background: {c.hover}; }}
QTabBar::tab:focus {{ border-color: {c.accent}; }}
"""
