"""The parts of a GLB: its JSON document, its buffers, and the arrays that accessors cut out of them.

Source: glTF 2.0, sections 3.6 (buffers, accessors, sparse ones) and 4 (the container); quantised attributes:
KHR_mesh_quantization.
"""

from __future__ import annotations

import base64
import json
import struct
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_IMPLEMENTED = ("KHR_mesh_quantization",)
_HARMLESS = ("KHR_materials_", "KHR_texture_", "EXT_texture_", "MSFT_texture_", "KHR_lights_", "KHR_xmp")
"""Extensions that say how a surface looks, not where it is: nothing of them is read."""
_MOST = 2**24
"""Values of an accessor that has no bytes of its own."""


class GlbError(ValueError):
    """What is wrong with the file, and what to do about it."""

    def __init__(
        self, problem: str, remedy: str = "Check that the file is complete, or export it again"
    ) -> None:
        super().__init__(problem)
        self.remedy = remedy


class Glb:
    """A GLB file. Raises GlbError, or KeyError, IndexError, TypeError, ValueError for a document out of form.

    Attributes:
        document: the JSON object.
    """

    def __init__(self, data: bytes) -> None:
        chunks = _chunks(data)
        try:
            document = json.loads(chunks.get(b"JSON", b""))
        except (ValueError, RecursionError):
            raise GlbError("its JSON is damaged") from None
        if not isinstance(document, dict):
            raise GlbError("its JSON is no object")
        self.document: dict[str, Any] = document
        self._binary = chunks.get(b"BIN\0", b"")
        self._check_extensions()

    def _check_extensions(self) -> None:
        for name in map(str, self.document.get("extensionsRequired", [])):
            if name not in _IMPLEMENTED and not name.startswith(_HARMLESS):
                raise GlbError(f"the file needs the extension {name}, which is not read", _without(name))

    @cached_property
    def _buffers(self) -> list[bytes]:
        return [self._buffer(number, entry) for number, entry in enumerate(self.document.get("buffers", []))]

    def _buffer(self, number: int, entry: dict[str, Any]) -> bytes:
        uri = entry.get("uri")
        if uri is None and number == 0:
            return self._binary
        if isinstance(uri, str) and uri.startswith("data:") and ";base64," in uri[:200]:
            return base64.b64decode(uri.partition(",")[2])
        raise GlbError("its vertices are in another file", "Save it as one GLB file, with all data in it")

    def array(self, number: int) -> NDArray[np.float64]:
        """(N, width) the values of an accessor as they are meant: normalised integers are brought to 0..1."""
        accessor = self.document["accessors"][_index(number)]
        dtype = np.dtype(_COMPONENTS[accessor["componentType"]])
        width, count = _WIDTHS[accessor["type"]], _index(accessor["count"])
        if "bufferView" in accessor:
            raw = self._view(
                accessor["bufferView"], accessor.get("byteOffset", 0), dtype, width, count
            ).copy()
        elif "sparse" in accessor and count * width <= _MOST:
            raw = np.zeros((count, width), dtype)
        else:
            raise GlbError("an accessor has no data", "Save it without compression")
        if "sparse" in accessor:
            self._overwrite(raw, accessor["sparse"], dtype)
        values = raw.astype(np.float64)
        if accessor.get("normalized") and dtype.kind in "iu":
            values = np.maximum(values / np.iinfo(dtype).max, -1.0)
        return values

    def _overwrite(self, raw: NDArray[Any], sparse: dict[str, Any], dtype: np.dtype[Any]) -> None:
        where, what, count = sparse["indices"], sparse["values"], _index(sparse["count"])
        kind = np.dtype(_COMPONENTS[where["componentType"]])
        at = self._view(where["bufferView"], where.get("byteOffset", 0), kind, 1, count)[:, 0]
        raw[at] = self._view(what["bufferView"], what.get("byteOffset", 0), dtype, raw.shape[1], count)

    def _view(self, number: int, offset: int, dtype: np.dtype[Any], width: int, count: int) -> NDArray[Any]:
        view = self.document["bufferViews"][_index(number)]
        if "EXT_meshopt_compression" in view.get("extensions", {}):
            raise GlbError("its data are compressed by EXT_meshopt_compression", _without("meshopt"))
        buffer = self._buffers[_index(view["buffer"])]
        start = _index(view.get("byteOffset", 0)) + _index(offset)
        size = dtype.itemsize * width
        stride = _index(view.get("byteStride", 0)) or size
        end = min(_index(view.get("byteOffset", 0)) + _index(view["byteLength"]), len(buffer))
        if stride < size or (count and start + stride * (count - 1) + size > end):
            raise GlbError("its data end too early")
        return (
            np.ndarray((count, width), dtype, buffer, start, (stride, dtype.itemsize))
            if count
            else np.empty((0, width), dtype)
        )


def _chunks(data: bytes) -> dict[bytes, bytes]:
    if len(data) < 12 or data[:4] != b"glTF":
        raise GlbError("it does not begin as a GLB does")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise GlbError(f"it is of version {version} of glTF, expected 2", "Save it as glTF 2.0")
    if length > len(data):
        raise GlbError(f"it is {len(data)} bytes long, its header says {length}")
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise GlbError("a part of it ends too early")
        chunks.setdefault(kind, data[at + 8 : at + 8 + size])
        at += 8 + size
    return chunks


def _index(value: object) -> int:
    if not isinstance(value, int | float) or isinstance(value, bool) or value != int(value) or value < 0:
        raise GlbError(f"'{str(value)[:20]}' is no index")
    return int(value)


def _without(name: str) -> str:
    for known in ("Draco", "meshopt"):
        if known.lower() in name.lower():
            return f"Save it without {known} compression"
    return f"Save it without {name}"
