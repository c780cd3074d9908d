"""GLB files made by hand, as other programs write them: independent of the encoder."""

from __future__ import annotations

import json
import struct
from typing import Any

from numpy.typing import NDArray

TYPES = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}


class GlbWriter:
    """Collects arrays; `bytes` closes the file. `document` may be changed before."""

    def __init__(self) -> None:
        self.binary = b""
        self.document: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [{"primitives": []}],
            "accessors": [],
            "bufferViews": [],
        }

    def array(self, values: NDArray[Any], kind: str, **extra: Any) -> int:
        """An accessor of tightly packed values; its number."""
        self.document["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(self.binary), "byteLength": values.nbytes}
        )
        view = len(self.document["bufferViews"]) - 1
        entry = {"bufferView": view, "componentType": TYPES[values.dtype.name], "count": len(values)}
        self.document["accessors"].append({**entry, "type": kind, **extra})
        self.binary += values.tobytes() + b"\0" * (-values.nbytes % 4)
        return len(self.document["accessors"]) - 1

    def primitive(self, **content: Any) -> None:
        self.document["meshes"][0]["primitives"].append(content)

    def bytes(self) -> bytes:
        self.document.setdefault("buffers", [{"byteLength": len(self.binary)}])
        text = json.dumps(self.document).encode()
        text += b" " * (-len(text) % 4)
        body = struct.pack("<I4s", len(text), b"JSON") + text
        body += struct.pack("<I4s", len(self.binary), b"BIN\0") + self.binary
        return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body
