from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from h3dstudio.gui.shell.tasks import Tasks


def test_results_and_errors_come_back_on_the_gui_thread(qtbot: QtBot) -> None:
    tasks, seen = Tasks(), []
    main = threading.get_ident()
    tasks.run(
        threading.get_ident, lambda worker: seen.append((worker != main, threading.get_ident() == main))
    )
    tasks.run(lambda: 1 / 0, None, lambda error: seen.append(type(error)))
    qtbot.waitUntil(lambda: not tasks.busy)
    assert sorted(map(str, seen)) == sorted(map(str, [(True, True), ZeroDivisionError]))


def test_an_error_nobody_asked_for_is_told(qtbot: QtBot) -> None:
    tasks = Tasks()
    with qtbot.waitSignal(tasks.failed) as told:
        tasks.run(lambda: 1 / 0)
    assert isinstance(told.args[0], ZeroDivisionError)


def test_the_latest_of_a_key_wins(qtbot: QtBot) -> None:
    tasks, gate, seen = Tasks(), threading.Event(), []
    tasks.run(lambda: gate.wait(5) and "old", seen.append, key="scan")
    tasks.run(lambda: "new", seen.append, key="scan")
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert seen == ["new"]


def test_closing_drops_what_is_still_to_come(qtbot: QtBot) -> None:
    tasks, gate, seen = Tasks(threads=1), threading.Event(), []
    ticket = tasks.run(lambda: gate.wait(5), seen.append)
    tasks.run(lambda: "never", seen.append)
    ticket.drop()
    gate.set()
    assert tasks.close()
    qtbot.wait(20)
    assert seen == []
