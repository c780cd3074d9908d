"""What a report says in plain language, for those who do not read tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from h3dstudio.evaluation.report.document import Headline
from h3dstudio.evaluation.report.head_frame import PARTS, HeadFrame
from h3dstudio.evaluation.report.run import ReportedRun
from h3dstudio.evaluation.report.words import duration, listed, method_name, number, photos

FEWEST = 50
"""Vertices that a part of the head must have, to be spoken of."""
REGISTRATION_ONLY = {"rescaled", "not_converged", "not_registered", "sparse"}
"""Codes of warnings that leave the figures without any registration as they are."""
MEANING = "These figures say how near two surfaces are to each other. They are no clinical judgement."


def headlines(runs: Sequence[ReportedRun]) -> tuple[Headline, ...]:
    """The few numbers at the top."""
    if len(runs) > 1:
        return tuple(_headline(run) for run in runs) if len(runs) <= 6 else ()
    run = runs[0]
    found = []
    for region, label in (("face", "Face"), ("head", "Whole head")):
        score = run.score(region)
        if score is not None:
            found.append(Headline(f"{number(score['mean_mm'])} mm", label, f"mean error, {_posed(run)}"))
    if (share := _within(run, 1.0)) is not None:
        found.append(Headline(f"{share:.1f} %", "Within 1 mm", "of what the cameras see of the head"))
    held_out = [one.ssim for one in run.facts.scores if one.held_out]
    if held_out:
        value = number(float(np.mean(held_out)), 3)
        found.append(Headline(value, "Likeness to photos", "SSIM of unused photos; 1 is identical"))
    how = f"{photos(len(run.facts.views))}, {method_name(run.facts.setting('method'))}"
    if run.facts.seconds is not None:
        found.append(Headline(duration(run.facts.seconds), "Time", how))
    return tuple(found)


def sentences(run: ReportedRun, frame: HeadFrame | None) -> list[str]:
    """What happened to one run, in order of what matters."""
    facts = run.facts
    method = method_name(facts.setting("method"))
    made = f"The head was reconstructed from {photos(len(facts.views))} by {method}"
    if facts.seconds is not None:
        made += f" in {duration(facts.seconds)}"
    out = [made + "."]
    if run.evaluation is None:
        out.append(
            "There is no reference surface to compare it with, so nothing is said about its error in mm."
        )
    else:
        out += [*_about_errors(run), *_about_parts(run, frame), _about_pose(run)]
    held_out = [one for one in facts.scores if one.held_out]
    if held_out:
        ssim = number(float(np.mean([one.ssim for one in held_out])), 2)
        out.append(
            f"{photos(len(held_out)).capitalize()} that took no part in it "
            f"{'were' if len(held_out) > 1 else 'was'} drawn from the result for comparison: "
            f"their likeness (SSIM) is {ssim}, where 1 is identical."
        )
    if run.warnings:
        out.append(_about_warnings(run))
    return out if run.evaluation is None else [*out, MEANING]


def comparison(runs: Sequence[ReportedRun]) -> list[str]:
    """Which run is nearest to the reference, and how far apart they are."""
    out = [f"{len(runs)} reconstructions are compared. All pictures have the same colour scale."]
    for region, where in (("face", "On the face"), ("head", "On the whole head")):
        means = [(float(score["mean_mm"]), run.label) for run in runs if (score := run.score(region))]
        if len(means) > 1:
            (best, winner), (worst, loser) = min(means), max(means)
            out.append(
                f"{where}, {winner} is nearest to its reference, {number(best)} mm on average; "
                f"{loser} is farthest, {number(worst)} mm."
            )
    without = [run.label for run in runs if run.evaluation is None]
    if without:
        out.append(f"Without a reference surface, and so without errors in mm: {listed(without)}.")
    moved = [run.label for run in runs if run.posed == "rigid_icp"]
    if moved:
        out.append(f"Not in their scan's frame, and moved as rigid bodies first: {listed(moved)}.")
    if len({run.facts.scan for run in runs}) > 1:
        out.append("The runs are of different heads: their errors say as much about these as about the runs.")
    return [*out, MEANING]


def _about_warnings(run: ReportedRun) -> str:
    codes = {one["code"] for one in (run.evaluation or {}).get("warnings", ())}
    others = run.notes or run.facts.caveats or codes - REGISTRATION_ONLY
    if others or run.posed != "as_given":
        return "Mind the warnings above before you rely on these figures."
    return "The warnings above concern scores after a registration; the figures given here are without any."


def part_means(run: ReportedRun, frame: HeadFrame | None) -> list[tuple[str, float, int]]:
    """Part of the head, its mean error in mm, and of how many visible vertices; small parts are left out."""
    errors = run.shown_errors
    if frame is None or run.truth is None or run.errors is None or errors is None:
        return []
    parts = frame.parts(run.truth.mesh.vertices)
    found = []
    for number_, name in enumerate(PARTS):
        chosen = run.errors.visible & (parts == number_)
        if chosen.sum() >= FEWEST:
            found.append((name, float(errors[chosen].mean()), int(chosen.sum())))
    return found


def _headline(run: ReportedRun) -> Headline:
    face, head = run.score("face"), run.score("head")
    if head is None:
        return Headline(duration(run.facts.seconds) or "–", run.label, "no reference surface")
    values = [number(one["mean_mm"]) for one in (face, head) if one is not None]
    what = "face / head" if face is not None else "head"
    return Headline(" / ".join(values) + " mm", run.label, f"{what}, mean error, {_posed(run)}")


def _posed(run: ReportedRun) -> str:
    return "as given" if run.posed == "as_given" else "after registration"


def _within(run: ReportedRun, limit: float) -> float | None:
    errors = run.errors_on("head")
    return None if errors is None else 100 * float(np.mean(errors <= limit))


def _about_errors(run: ReportedRun) -> list[str]:
    out = []
    for region, where in (
        ("face", "On the face"),
        ("head", "On the whole head, as far as the cameras see it"),
    ):
        score, errors = run.score(region), run.errors_on(region)
        if score is None:
            continue
        text = f"{where}, the surface lies {number(score['mean_mm'])} mm from the reference on average"
        if errors is not None:
            half, most = np.percentile(errors, (50, 95))
            text += f"; half of it is nearer than {half:.2f} mm, and 95 % nearer than {most:.2f} mm"
        out.append(text + ".")
    return out


def _about_parts(run: ReportedRun, frame: HeadFrame | None) -> list[str]:
    parts = sorted(part_means(run, frame), key=lambda part: part[1])
    if len(parts) < 2:
        return []
    (near, low, _), (far, high, _) = parts[0], parts[-1]
    where = f"nearest at the {near} ({low:.2f} mm) and farthest at the {far} ({high:.2f} mm)"
    return [f"Seen by parts, it is {where}."]


def _about_pose(run: ReportedRun) -> str:
    if run.posed == "as_given":
        return (
            "The two surfaces were compared where they are: nothing was moved or resized for these figures."
        )
    return (
        "The result is not where the reference is; for these figures it was moved as a rigid body, "
        "but not resized."
    )
