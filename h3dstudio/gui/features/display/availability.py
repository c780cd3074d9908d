"""Which actions of the view make sense now: a pure function instead of conditions scattered about."""

from __future__ import annotations

from dataclasses import dataclass

SCALED = ("confidence", "error_map")
"""Modes that a mesh may come without: then it is shown in its colours."""


@dataclass(frozen=True)
class ViewFacts:
    """What the view's actions depend on.

    Attributes:
        has_mesh: whether a reconstruction is shown.
        has_truth: whether the scan has a ground truth.
        through_photo: whether the view looks through a photo's camera.
        has_quality: whether the reconstruction says how far each vertex can be trusted.
        has_errors: whether a mesh on screen was compared with the ground truth.
        on_stage: whether a head of the prior is shown instead of the scan.
    """

    scan_open: bool = False
    has_mesh: bool = False
    has_truth: bool = False
    through_photo: bool = False
    has_quality: bool = False
    has_errors: bool = False
    on_stage: bool = False


def allowed(now: ViewFacts) -> dict[str, bool]:
    """Action name -> whether it may be used."""
    shown = now.scan_open or now.on_stage or now.has_mesh
    of_the_scan = now.scan_open and not now.on_stage
    of_the_truth = now.has_truth and not now.on_stage
    return {
        **dict.fromkeys(("coloured", "shaded", "wireframe", "normals", "axes", "reset_view"), shown),
        **dict.fromkeys(("screenshot", "copy_picture"), shown),
        **dict.fromkeys(("reconstruction", "section", "ruler", "cameras"), of_the_scan),
        **dict.fromkeys(("ground_truth", "side_by_side"), of_the_truth),
        "confidence": now.has_quality and not now.on_stage,
        "error_map": now.has_errors and not now.on_stage,
        "back_to_scan": now.on_stage and now.scan_open,
        "leave_photo": now.through_photo,
    }
