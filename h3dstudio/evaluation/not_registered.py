"""What to say of registrations that ended in the wrong place, or that no place would have suited."""

from __future__ import annotations

from collections.abc import Mapping

from h3dstudio.evaluation.cautions import Caution
from h3dstudio.evaluation.h3ds import CompatibleScores
from h3dstudio.evaluation.strict import StrictScores

CODE = "not_registered"


def about_registrations(
    published: CompatibleScores, strict: StrictScores, *, landmarks_given: bool
) -> list[Caution]:
    """A caution for each protocol whose registrations left more than two surfaces of one head may (mm)."""
    ours = {
        name: score.registration.rms
        for name, score in strict.rigid.items()
        if score.registration is not None and not score.registration.registered
    }
    theirs = {
        name: score.icp.rms / score.icp.transform.scale
        for name, score in published.scores.items()
        if not score.icp.registered
    }
    cautions = []
    if theirs:
        # Its search begins where the mesh lies: only landmarks can begin it elsewhere.
        remedy = "check the landmarks" if landmarks_given else "give landmarks, from which its ICP starts"
        cautions.append(_caution("h3ds", theirs, f"these figures say nothing about the shape: {remedy}"))
    if ours:
        remedy = "check that it is this head, in mm" + ("" if landmarks_given else ", or give landmarks")
        cautions.append(_caution("strict", ours, f"the rigid figures say nothing about the shape: {remedy}"))
    return cautions


def _caution(protocol: str, left: Mapping[str, float], consequence: str) -> Caution:
    each = ", ".join(f"{mm:.1f} mm ({name})" for name, mm in left.items())
    return Caution(
        CODE, f"{protocol} {', '.join(left)}: not registered: {each} left after ICP; {consequence}"
    )
