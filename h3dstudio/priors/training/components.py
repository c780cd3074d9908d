"""Principal components of many signed-distance grids, by the Gram matrix, chunk by chunk from disk.

Heads are far fewer than nodes, so the eigenvectors of their N x N inner products give those of the covariance
(Turk & Pentland, "Eigenfaces for Recognition", 1991). Nodes count by exp(-|mean| / 15 mm) + .02: what
lies near surfaces decides.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import PriorError
from h3dstudio.jobs.events import Event, Progress

CHUNK = 20_000
REACH_MM, FLOOR = 15.0, 0.02
NEAR_MM = 10.0  # a node this near to a head's surface matters to it: two cells of the grid

F32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Components:
    """Mean (nodes,) and basis (nodes, K) mm per standard deviation; scores (N, K) of the heads.

    Attributes:
        spectrum: (K,) share of the weighted variance.
        near: (nodes,) share of the heads whose surface comes near.
    """

    mean: F32
    basis: F32
    scores: NDArray[np.float64]
    spectrum: F32
    near: F32


def principal_components(
    samples: NDArray[np.float16], rows: NDArray[np.intp], count: int
) -> Generator[Event, object, Components]:
    """The first `count` components of `samples[rows]` (N, nodes) mm; fewer when there are fewer heads.

    Raises PriorError for less than three heads.
    """
    heads, nodes = len(rows), samples.shape[1]
    if heads < 3:
        raise PriorError(
            f"{heads} usable heads are left, expected at least 3",
            remedy="Give a population with more heads, or heads with fewer holes",
        )
    count = min(count, heads - 1)
    mean, near = np.empty(nodes, np.float32), np.empty(nodes, np.float32)
    gram = np.zeros((heads, heads))
    steps = 2 * len(list(_chunks(nodes)))
    for done, part in enumerate(_chunks(nodes)):
        yield Progress(done, steps, "components")
        values = samples[rows, part].astype(np.float32)
        near[part] = (np.abs(values) < NEAR_MM).mean(axis=0)
        mean[part] = values.mean(axis=0)
        values -= mean[part]
        values *= np.sqrt(np.exp(-np.abs(mean[part]) / REACH_MM) + FLOOR)
        gram += values @ values.T
    scores, spectrum = _leading(gram, count)
    basis = np.empty((nodes, count), np.float32)
    single = scores.astype(np.float32) / heads
    for done, part in enumerate(_chunks(nodes), steps // 2):
        yield Progress(done, steps, "components")
        basis[part] = (samples[rows, part].astype(np.float32) - mean[part]).T @ single
    return Components(mean, basis, scores, spectrum, near)


def _leading(gram: NDArray[np.float64], count: int) -> tuple[NDArray[np.float64], F32]:
    """Scores (N, count) of unit variance, signs fixed, and the shares of variance (count,)."""
    values, vectors = np.linalg.eigh(gram)
    values, vectors = values[::-1], vectors[:, ::-1]
    lead = vectors[:, :count]
    # An eigenvector's sign is arbitrary: the largest entry is made positive, so that files repeat.
    lead = lead * np.sign(lead[np.abs(lead).argmax(axis=0), np.arange(count)])
    total = max(float(values.clip(min=0).sum()), 1e-12)
    return lead * np.sqrt(len(gram)), (values[:count] / total).astype(np.float32)


def _chunks(nodes: int) -> Iterator[slice]:
    for start in range(0, nodes, CHUNK):
        yield slice(start, min(start + CHUNK, nodes))


def landmark_regression(landmarks: NDArray[np.floating], scores: NDArray[np.float64]) -> tuple[F32, F32]:
    """Mean (68, 3) and basis (68, 3, K) of landmarks (N, 68, 3) mm over scores (N, K), by ridge regression.

    NaN marks what is unknown of a head. Raises PriorError for a landmark that no head knows.
    """
    heads, size = scores.shape
    mean = np.zeros((landmarks.shape[1], 3), np.float32)
    basis = np.zeros((landmarks.shape[1], 3, size), np.float32)
    for mark in range(landmarks.shape[1]):
        known = np.isfinite(landmarks[:, mark]).all(axis=1)
        if not known.any():
            raise PriorError(f"no head of the population has landmark {mark}")
        design = np.column_stack([np.ones(int(known.sum())), scores[known]])
        normal = design.T @ design
        # Scores have unit variance: a few heads' worth of shrinking, unless all heads are known.
        normal[np.diag_indices(size + 1)] += 1e-6 * heads if known.all() else 0.1 * heads
        normal[0, 0] -= 0 if known.all() else 0.1 * heads - 1e-6 * heads
        solved = np.linalg.solve(normal, design.T @ landmarks[known, mark].astype(np.float64))
        mean[mark], basis[mark] = solved[0], solved[1:].T
    return mean, basis
