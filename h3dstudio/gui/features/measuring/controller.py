"""The section plane and the ruler: their actions, their bars under the view, what they draw."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from h3dstudio.gui.features.scan.controller import ScanController
from h3dstudio.gui.viewport.cut import SectionPlane
from h3dstudio.gui.viewport.page import ViewportPage
from h3dstudio.gui.viewport.picking import Picker
from h3dstudio.gui.viewport.ruler import Ruler, title
from h3dstudio.gui.viewport.section import Section
from h3dstudio.session.evaluation.measures import Measures
from h3dstudio.session.project.commands import CommandStack


class MeasuringController(QObject):
    """Slots of the measuring actions."""

    def __init__(
        self,
        page: ViewportPage,
        commands: CommandStack,
        actions: Mapping[str, QAction],
        scans: ScanController,
    ) -> None:
        super().__init__(page)
        self._page = page
        self.measures = Measures(commands)
        picker = Picker(page.view)
        self.cut, self._ruler = Section(page.view, picker), Ruler(page.view, picker, self.measures)
        bar = page.section_bar
        bar.faced.connect(self.cut.face)
        bar.put.connect(self.cut.put)
        bar.flipped.connect(self.cut.flip)
        bar.cut_away.connect(self.cut.cut_away)
        self.cut.moved.connect(self._follow)
        self.measures.listeners.append(self._list)
        self._ruler.waiting.connect(page.ruler_bar.show_waiting)
        page.ruler_bar.removed.connect(self.measures.remove)
        page.ruler_bar.cleared.connect(self.measures.clear)
        scans.opened.connect(self.forget)
        _exclude(actions["ruler"], actions["place_landmarks"])

    def section(self, shown: bool) -> None:
        """Cut through what is shown."""
        self.cut.show(shown)
        self._page.section_bar.setVisible(shown)

    @property
    def plane(self) -> SectionPlane | None:
        """The section plane, where there is one."""
        return self.cut.plane

    def recall(self, plane: SectionPlane) -> None:
        """Let the section plane stand there, now or when it is switched on."""
        self.cut.recall(plane)
        self._page.section_bar.show_plane(plane)

    def ruler(self, on: bool) -> None:
        """Measure with clicks."""
        self._ruler.switch(on)
        self._page.ruler_bar.setVisible(on)

    def forget(self) -> None:
        """Another scan was opened: its surfaces are others."""
        self.measures.forget()

    def _follow(self) -> None:
        if self.cut.cut is not None:
            self._page.section_bar.show_place(self.cut.cut.share)

    def _list(self) -> None:
        self._page.ruler_bar.show_measures(
            [title(number, one) for number, one in enumerate(self.measures.items)]
        )


def _exclude(one: QAction, other: QAction) -> None:
    """A click can mean only one thing: switching either on switches the other off."""
    one.toggled.connect(lambda on: other.setChecked(False) if on else None)
    other.toggled.connect(lambda on: one.setChecked(False) if on else None)
