"""Which shared libraries are missing, and how that is said: with a loader that knows only some of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from h3dstudio.data.system_libraries import (
    CORE,
    WINDOW,
    SystemLibrary,
    missing_libraries,
    require_libraries,
    system_libraries,
)
from h3dstudio.errors import DesktopError

REPOSITORY = Path(__file__).resolve().parents[3]
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring them")


class Without:
    """A loader of a system that lacks some libraries."""

    def __init__(self, *lacking: str) -> None:
        self.lacking = lacking

    def __call__(self, name: str) -> object:
        if name in self.lacking:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        return object()


def test_the_list_names_what_qt_s_plugin_for_x_asks_for() -> None:
    packages = {one.package for one in system_libraries(WINDOW)}
    assert {"libxcb-icccm4", "libxcb-keysyms1", "libxcb-cursor0", "libxkbcommon-x11-0"} <= packages
    assert SystemLibrary("libGL.so.1", "libgl1") in system_libraries(CORE)
    assert not packages & {one.package for one in system_libraries(CORE)}
    assert system_libraries(CORE, WINDOW) == system_libraries(CORE) + system_libraries(WINDOW)


def test_the_scripts_read_the_same_list() -> None:
    for use in (CORE, WINDOW):
        command = ["bash", "-c", f"source packaging/common.sh; libraries_for {use}"]
        said = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        told = [SystemLibrary(*line.split()) for line in said.splitlines()]
        assert told == system_libraries(use)


@ON_LINUX
def test_a_missing_library_is_named_with_the_command_that_brings_it() -> None:
    load = Without("libxcb-cursor.so.0", "libxcb-icccm.so.4")
    assert [one.name for one in missing_libraries(CORE, WINDOW, load=load)] == [*load.lacking]
    assert missing_libraries(CORE, load=load) == []
    with pytest.raises(DesktopError) as caught:
        require_libraries("the window", CORE, WINDOW, load=load)
    assert str(caught.value) == (
        "the window needs system libraries that are not installed: libxcb-cursor.so.0, libxcb-icccm.so.4. "
        "On Debian or Ubuntu: sudo apt-get install libxcb-cursor0 libxcb-icccm4."
    )


def test_where_nothing_is_missing_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    require_libraries("the window", CORE, WINDOW, load=Without())
    monkeypatch.setattr(sys, "platform", "darwin")
    require_libraries("the window", CORE, WINDOW, load=Without("libGL.so.1"))
