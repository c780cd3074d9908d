"""Keeps None alive where Qt for Python lets go of it too often.

PySide6 6.12 is compiled as for Python 3.12 and later, where None, True, False and NotImplemented are
immortal: its functions return them without taking a reference. Python 3.11 counts those, so each call, say of
`QLabel.setText`, takes one away, and after some ten thousand calls, a minute of a window's life, the
interpreter aborts with "deallocating None".
"""

from __future__ import annotations

import ctypes
import sys

_ENOUGH = 1 << 40
"""References that no session uses up: a million a second for twelve days."""


def keep_constants_alive() -> None:
    """Give the constants so many references that they never run out. Does nothing where there is no need."""
    counted = sys.implementation.name == "cpython" and sys.version_info < (3, 12)
    if not counted or hasattr(sys, "gettotalrefcount"):  # A debug build lays its objects out in another way.
        return
    for constant in (None, True, False, NotImplemented):
        if sys.getrefcount(constant) < _ENOUGH // 2:
            # The count is the first field of every object (Include/object.h); the lock is held while we add.
            ctypes.c_ssize_t.from_address(id(constant)).value += _ENOUGH
