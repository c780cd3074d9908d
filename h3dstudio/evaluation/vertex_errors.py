"""The error of every vertex, for heat maps and histograms: made, written and read back."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.atomic import write_bytes
from h3dstudio.errors import EvaluationError

Errors = NDArray[np.float32]
LARGEST_BYTES = 2**31


@dataclass(frozen=True, eq=False)
class VertexErrors:
    """Unsigned distances to the other surface in mm, float32, in the vertex order of the mesh files.

    Attributes:
        truth: (V,) ground-truth vertex -> predicted surface, as given.
        truth_rigid: (V,) the same after the head's rigid registration; None without one.
        prediction: (P,) predicted vertex -> ground-truth surface, as given.
        prediction_rigid: (P,) the same after the head's rigid registration; None without one.
        visible: (V,) bool, which ground-truth vertices any camera sees: what the strict scores count.
    """

    truth: Errors
    truth_rigid: Errors | None
    prediction: Errors
    prediction_rigid: Errors | None
    visible: NDArray[np.bool_]


def write_errors(path: str | os.PathLike[str], errors: VertexErrors) -> bytes:
    """Write an .npz, whole or not at all; returns its bytes. Raises OutputError."""
    arrays = {one.name: getattr(errors, one.name) for one in fields(errors)}
    present = {name: array for name, array in arrays.items() if array is not None}
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **present)
    write_bytes(path, stream.getvalue())
    return stream.getvalue()


def read_errors_file(path: str | os.PathLike[str]) -> VertexErrors:
    """Read what `write_errors` wrote. Raises EvaluationError when it is missing or damaged."""
    file = Path(path)
    try:
        with zipfile.ZipFile(file) as archive:
            # A few kilobytes of zeros can unpack to any size.
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BYTES:
                raise ValueError("it would unpack to more than 2 GB")
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return _checked(arrays)
    except FileNotFoundError:
        raise EvaluationError(
            "there are no vertex errors", where=file, remedy="Evaluate the mesh again"
        ) from None
    except Exception as error:  # a damaged zip raises almost anything
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
        raise EvaluationError(
            f"the vertex errors are damaged ({reason})", where=file, remedy="Evaluate the mesh again"
        ) from error


def _checked(arrays: dict[str, NDArray[np.generic]]) -> VertexErrors:
    truth, prediction = _distances(arrays, "truth"), _distances(arrays, "prediction")
    truth_rigid = _distances(arrays, "truth_rigid", len(truth)) if "truth_rigid" in arrays else None
    rigid = "prediction_rigid" in arrays
    prediction_rigid = _distances(arrays, "prediction_rigid", len(prediction)) if rigid else None
    visible = arrays["visible"]
    if visible.dtype != np.bool_ or visible.shape != truth.shape:
        raise ValueError(f"visible has shape {visible.shape} of {visible.dtype}")
    return VertexErrors(truth, truth_rigid, prediction, prediction_rigid, visible.astype(np.bool_))


def _distances(arrays: dict[str, NDArray[np.generic]], name: str, count: int | None = None) -> Errors:
    array = arrays[name]
    fits = array.ndim == 1 and count in (None, len(array))
    if array.dtype != np.float32 or not fits:
        raise ValueError(f"{name} has shape {array.shape} of {array.dtype}")
    errors = np.asarray(array, dtype=np.float32)
    if not (np.isfinite(errors).all() and (errors >= 0).all()):
        raise ValueError(f"{name} holds what is no distance")
    return errors
