"""Every library has words of its own for the end of memory."""

from __future__ import annotations

import pickle

import pytest

from h3dstudio.errors import MeshError, OutOfMemory
from h3dstudio.jobs.memory_errors import is_out_of_memory
from h3dstudio.jobs.runner import failure

TORCH = (
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: "
    "you tried to allocate 53308160 bytes. Error code 12 (Cannot allocate memory)"
)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 8 GiB"),
        MemoryError(),
        RuntimeError(TORCH),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("can't start new thread"),
        ImportError("libOpen3D.so.0.20: failed to map segment from shared object"),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_the_end_of_memory_is_said_as_such_and_can_be_resumed(error: Exception) -> None:
    end = failure(error)
    assert isinstance(end.error, OutOfMemory)
    assert "memory ran out" in end.message
    assert "resume" in end.message
    assert end.resumable
    assert type(error).__name__ in end.details
    pickle.loads(pickle.dumps(end))


@pytest.mark.parametrize(
    "error", [ValueError("out of memory"), RuntimeError("singular"), MeshError("not enough memory of it")]
)
def test_other_errors_are_what_they_are(error: Exception) -> None:
    assert not is_out_of_memory(error)
    assert not failure(error).resumable
