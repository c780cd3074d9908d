"""One run as a report shows it: what was recorded, made, measured, and what must be warned of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView, Scan
from h3dstudio.evaluation.ground_truth import FACE, GroundTruth
from h3dstudio.evaluation.report.record import RunFacts
from h3dstudio.evaluation.vertex_errors import VertexErrors
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity


@dataclass(frozen=True, eq=False)
class ReportedRun:
    """Attributes:
    label: short, unique in its report; heads its columns.
    name: for files: letters, digits, `-`.
    hashes: file name -> SHA-256 of what was reported on.
    scan: None where it was not found.
    truth: the reference surface; None without one.
    evaluation: the checked content of `evaluation.json`; None without a reference.
    photos: to be shown beside the result, held-out ones last.
    cameras: view -> camera as the run left it.
    camera_errors: offsets from true cameras (see `camera_offsets`), where somebody gave such.
    notes: what a reader of this report must know of this run.
    """

    label: str
    name: str
    folder: Path
    facts: RunFacts
    mesh: TriangleMesh
    landmarks: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    scan: Scan | None = None
    truth: GroundTruth | None = None
    evaluation: Mapping[str, Any] | None = None
    errors: VertexErrors | None = None
    photos: tuple[LoadedView, ...] = ()
    cameras: Mapping[int, Camera] = field(default_factory=dict)
    camera_errors: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Everything that makes this run's figures doubtful, one sentence each."""
        found = [one["text"] for one in (self.evaluation or {}).get("warnings", ())]
        return tuple(_sentence(one) for one in (*self.notes, *self.facts.caveats, *found))

    @property
    def misplaced(self) -> bool:
        """Whether the result is not in the scan's frame, so that only registered figures say something."""
        return any(one["code"] == "misplaced" for one in (self.evaluation or {}).get("warnings", ()))

    @property
    def posed(self) -> str:
        """The alignment that pictures and headlines are of: "as_given" or "rigid_icp"."""
        registered = self.errors is not None and self.errors.truth_rigid is not None
        return "rigid_icp" if self.misplaced and registered else "as_given"

    @property
    def shown_errors(self) -> NDArray[np.floating] | None:
        """(V,) mm for every vertex of the reference, under `posed`."""
        if self.errors is None:
            return None
        return self.errors.truth_rigid if self.posed == "rigid_icp" else self.errors.truth

    def errors_on(self, region: str) -> NDArray[np.floating] | None:
        """(N,) mm of the visible reference vertices of "face", "head" or another region, under `posed`."""
        errors = self.shown_errors
        if errors is None or self.errors is None:
            return None
        if region == "head":
            return errors[self.errors.visible]
        name = FACE if region == "face" else region
        if self.truth is None or name not in self.truth.regions:
            return None
        return errors[self.errors.visible & self.truth.region_mask(name)]

    def score(self, region: str) -> Mapping[str, Any] | None:
        """The strict score of a region under `posed`; None where there is none."""
        if self.evaluation is None:
            return None
        found: Mapping[str, Any] | None = self.evaluation["strict"][self.posed].get(region)
        return found

    @property
    def placed_mesh(self) -> TriangleMesh:
        """The result where it was measured: moved as the evaluation was told, registered if misplaced."""
        motions = []
        if self.evaluation is not None:
            motions.append(self.evaluation["options"].get("moved_by"))
        head = self.score("head")
        if self.posed == "rigid_icp" and head is not None and head["registration"] is not None:
            motions.append(head["registration"]["transform"])
        mesh = self.mesh
        for matrix in motions:
            if matrix is not None:
                motion = Similarity.from_matrix(np.array(matrix, dtype=np.float64))
                mesh = mesh.with_vertices(motion.apply(mesh.vertices))
        return mesh


def _sentence(text: str) -> str:
    text = text.strip()
    if text.startswith("h3ds "):
        text = "H3DS" + text[4:]
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
