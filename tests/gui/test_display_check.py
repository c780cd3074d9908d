"""What the studio says where its window cannot be opened: with a loader and an environment made up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from h3dstudio.errors import DesktopError
from h3dstudio.gui.display_check import check_display, qt_platform

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a display is a Linux matter")


class System:
    """A loader whose X server answers, or not, and whose libraries are there, or not."""

    def __init__(self, *lacking: str, answers: bool = True) -> None:
        self.lacking, self.answers = lacking, answers
        self.asked: list[str] = []
        self.closed: list[object] = []

    def __call__(self, name: str) -> Any:
        self.asked.append(name)
        if name in self.lacking:
            raise OSError(name)

        def open_display(_: object) -> int | None:
            return 17 if self.answers else None

        def close_display(connection: object) -> None:
            self.closed.append(connection)

        return SimpleNamespace(XOpenDisplay=open_display, XCloseDisplay=close_display)


def test_with_all_there_it_is_silent_and_leaves_no_connection() -> None:
    system = System()
    check_display({"DISPLAY": ":1"}, system)
    assert system.closed == [17]


@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ""}, {"HOME": "/root"}])
def test_without_a_display_another_command_is_offered(environment: dict[str, str]) -> None:
    with pytest.raises(DesktopError, match=r"no display .*DISPLAY.*WAYLAND_DISPLAY.*h3dstudio reconstruct"):
        check_display(environment, System())


def test_missing_libraries_are_named_before_the_display_is_asked() -> None:
    with pytest.raises(DesktopError, match=r"libxcb-cursor\.so\.0.*apt-get install libxcb-cursor0"):
        check_display({"DISPLAY": ":1"}, System("libxcb-cursor.so.0", answers=False))


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(DesktopError, match="the display :7 cannot be opened"):
        check_display({"DISPLAY": ":7"}, System(answers=False))
    with pytest.raises(DesktopError, match="DISPLAY is not set"):
        check_display({"QT_QPA_PLATFORM": "xcb"}, System(answers=False))


def test_other_platforms_need_no_x() -> None:
    for environment in ({"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":1"}):
        system = System("libxcb-cursor.so.0", answers=False)
        check_display(environment, system)
        assert not [name for name in system.asked if "xcb" in name]
    with pytest.raises(DesktopError, match="apt-get install libgl1"):
        check_display({"QT_QPA_PLATFORM": "offscreen"}, System("libGL.so.1"))


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"QT_QPA_PLATFORM": "xcb:foo=1;wayland", "WAYLAND_DISPLAY": "w"}, "xcb"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, "wayland"),
        ({"DISPLAY": ":0"}, "xcb"),
        ({}, ""),
    ],
)
def test_the_platform_is_qt_s_own_choice(environment: dict[str, str], platform: str) -> None:
    assert qt_platform(environment) == platform


def test_the_studio_ends_with_one_line_in_place_of_an_abort() -> None:
    """For real: Qt's own end would be signal 6 and a hint at "reinstalling the application"."""
    code = "import sys; from h3dstudio.__main__ import main; sys.exit(main(['studio']))"
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "DISPLAY": ":4242"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("h3dstudio: error: the ")
    assert done.stderr.count("\n") == 1
