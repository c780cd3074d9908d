"""How far the search for the prior's head is, as a session's state and back."""

from __future__ import annotations

import numpy as np
import torch

from h3dstudio.grid_solver.state import head_arrays, head_from
from h3dstudio.methods.method import SessionState
from h3dstudio.priors.fitting.head_finder import HeadFit

FITTING = 0
"""First number of the place of such a state; a scene's is larger."""


def fit_state(fit: HeadFit, steps: int) -> SessionState:
    """`steps` of the session were taken to come to it."""
    phase = (fit.silhouette is not None) + bool(fit.agreement)
    levels = sorted(fit.agreement)
    arrays = {
        **{f"head_{name}": value for name, value in head_arrays(fit.head).items()},
        **{f"silhouette_{name}": value for name, value in head_arrays(fit.silhouette).items()},
        "levels": np.array(levels, np.int64),
        "agreement": np.array([fit.agreement[level] for level in levels], np.float64),
        "steps": np.int64(steps),
    }
    return SessionState((FITTING, phase), arrays)  # type: ignore[arg-type]


def fit_from(state: SessionState, device: torch.device) -> tuple[HeadFit, int] | None:
    """The search and its steps; None for a state of a scene. Raises ValueError or KeyError where damaged."""
    if "steps" not in state.arrays:
        return None
    parts = {
        part: {
            name.removeprefix(f"{part}_"): value
            for name, value in state.arrays.items()
            if name.startswith(f"{part}_")
        }
        for part in ("head", "silhouette")
    }
    head, silhouette = (head_from(parts[part], device) for part in ("head", "silhouette"))
    if head is None:
        raise ValueError("its head is missing")
    levels, agreement = state.arrays["levels"].tolist(), state.arrays["agreement"].tolist()
    known = dict(zip(levels, agreement, strict=True))
    return HeadFit(head, silhouette, known), int(state.arrays["steps"])
