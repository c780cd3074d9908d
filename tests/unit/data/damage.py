"""Files as disks, editors and transfers damage them; another hundred of them every day."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator

import numpy as np

FILES = 100
"""Damaged files of each kind."""
SEED = int(os.environ.get("H3DSTUDIO_FUZZ_SEED", datetime.date.today().toordinal()))
"""Changes by day; set the variable to the seed of a failure to have its files again."""
_TOKENS = [
    *(b"nan", b"inf", b"-1", b"1e999", b"99999999999", b"0x7f", b"1,5", b"1.2.3", b"--", b"", b" ", b"\t"),
    *(
        b",",
        b";",
        b'"',
        b"'",
        b"\n",
        b"\r",
        b"\0",
        b"#",
        b"{",
        b"}",
        b"[",
        b"]",
        b"<",
        b">",
        b"&",
        b"=",
        b":",
    ),
    *(b"null", b"true", b"{}", b"[]", b'""', b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3\x28", "é😀\u2028".encode()),
    *(b"name", b"x", b"LM=9", b"\\", b"..", b"[" * 200, b"9" * 400, b"a" * 5000),
]
Change = Callable[[np.random.Generator, bytes], bytes]


def damaged(data: bytes, kind: str) -> Iterator[bytes]:
    """`FILES` damaged copies of a good file; `kind` makes them differ from those of others."""
    rng = np.random.default_rng([SEED, *kind.encode()])
    changes: list[Change] = [_flip, _cut, _drop, _repeat, _insert, _swap_lines, _replace_field, _encode]
    for _ in range(FILES):
        copy = data
        for _ in range(rng.integers(1, 4)):
            copy = changes[rng.integers(len(changes))](rng, copy)
        yield copy


def _span(rng: np.random.Generator, data: bytes) -> tuple[int, int]:
    first = int(rng.integers(len(data) + 1))
    return first, min(len(data), first + int(rng.integers(1, 60)))


def _flip(rng: np.random.Generator, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.integers(1, 6)):
        if out:
            out[rng.integers(len(out))] ^= 1 << int(rng.integers(8))
    return bytes(out)


def _cut(rng: np.random.Generator, data: bytes) -> bytes:
    return data[: rng.integers(len(data) + 1)]


def _drop(rng: np.random.Generator, data: bytes) -> bytes:
    first, last = _span(rng, data)
    return data[:first] + data[last:]


def _repeat(rng: np.random.Generator, data: bytes) -> bytes:
    first, last = _span(rng, data)
    return data[:last] + data[first:last] * int(rng.integers(1, 50)) + data[last:]


def _insert(rng: np.random.Generator, data: bytes) -> bytes:
    first, _ = _span(rng, data)
    return data[:first] + _TOKENS[rng.integers(len(_TOKENS))] + data[first:]


def _swap_lines(rng: np.random.Generator, data: bytes) -> bytes:
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _replace_field(rng: np.random.Generator, data: bytes) -> bytes:
    fields = data.split(b" " if b" " in data else b",")
    fields[rng.integers(len(fields))] = _TOKENS[rng.integers(len(_TOKENS))]
    return (b" " if b" " in data else b",").join(fields)


def _encode(rng: np.random.Generator, data: bytes) -> bytes:
    encoding = ("utf-16", "utf-8-sig", "utf-16-be", "latin-1", "utf-32")[rng.integers(5)]
    return data.decode("utf-8", "replace").encode(encoding, "replace")
