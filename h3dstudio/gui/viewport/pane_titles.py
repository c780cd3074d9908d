"""What each of two pictures side by side shows, written over it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QLabel

from h3dstudio.gui.shell import theme
from h3dstudio.gui.viewport.mesh_view import MeshView

_INSET = 12


class PaneTitles(QObject):
    """Two labels at the top of their pictures; hidden while there is only one picture."""

    def __init__(self, view: MeshView) -> None:
        super().__init__(view)  # So that its connection ends with the view.
        self._view = view
        self.labels = (QLabel(view), QLabel(view))
        for label in self.labels:
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.hide()
        self.say()
        theme.current().changed.connect(self._take_colors)
        self._take_colors()

    def say(self, left: str = "", right: str = "") -> None:
        """Other words than "Reconstruction" and "Ground truth"."""
        words = (left or _tr("Reconstruction"), right or _tr("Ground truth"))
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
            label.adjustSize()
        self.place()

    def show(self, shown: bool) -> None:
        """Show or hide both."""
        for label in self.labels:
            label.setVisible(shown)
        self.place()

    def place(self) -> None:
        """Put them where their pictures are."""
        for number, label in enumerate(self.labels):
            label.move(number * self._view.width() // 2 + _INSET, _INSET)
            label.raise_()

    def _take_colors(self) -> None:
        colors = theme.current().colors
        for label in self.labels:
            label.setStyleSheet(
                f"background: {colors.panel}; color: {colors.text}; border: 1px solid {colors.border};"
                "border-radius: 8px; padding: 3px 9px;"
            )
            label.adjustSize()


def _tr(text: str) -> str:
    return QCoreApplication.translate("PaneTitles", text)
