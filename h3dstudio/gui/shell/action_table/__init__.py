"""Every action of the window in tables, by menu: menus, toolbar, shortcuts, tooltips
and icons come from them. Plain data: nothing here imports Qt.

A slot is named by its path from the window ("runs.start").
"""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.gui.shell.action_table.files import FILES
from h3dstudio.gui.shell.action_table.landmarks import LANDMARKS
from h3dstudio.gui.shell.action_table.menus import MENUS, THEME_MENU, TOOLBAR
from h3dstudio.gui.shell.action_table.spec import Spec
from h3dstudio.gui.shell.action_table.timeline import TIMELINE
from h3dstudio.gui.shell.action_table.views import VIEWS
from h3dstudio.gui.shell.action_table.work import WORK

ACTIONS: Mapping[str, Spec] = {**FILES, **WORK, **LANDMARKS, **VIEWS, **TIMELINE}

__all__ = ["ACTIONS", "MENUS", "THEME_MENU", "TOOLBAR", "Spec"]
