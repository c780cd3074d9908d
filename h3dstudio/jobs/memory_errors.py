"""Memory errors: the many ways in which libraries say that memory ran out."""

from __future__ import annotations

from h3dstudio.errors import OutOfMemory

_PHRASES = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "unable to allocate",
    "bad_alloc",
    "failed to map segment",  # a library that is loaded when there is none left
    "can't start new thread",  # no room for its stack
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error`, or what it came from, says that memory ran out."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError | OutOfMemory):
            return True
        if isinstance(seen, RuntimeError | ImportError | OSError) and says_out_of_memory(str(seen)):
            return True
        seen = seen.__cause__
    return False


def says_out_of_memory(text: str) -> bool:
    """Whether a library's message says so."""
    return any(phrase in text.lower() for phrase in _PHRASES)


def out_of_memory(error: BaseException) -> OutOfMemory:
    """What a user is told instead of `error`."""
    detail = (str(error).strip().splitlines() or [""])[0][:160]
    return OutOfMemory(
        f"memory ran out{f' ({detail})' if detail else ''}",
        remedy="Close other programs, or choose a lower quality or fewer views; then resume it",
    )
