"""Principal components of many signed-distance grids, by Gram matrices, chunk by chunk from disk.

Heads are far fewer than nodes, so the eigenvectors of their N x N inner products give those of the covariance
(Turk & Pentland, "Eigenfaces for Recognition", 1991). Nodes count by exp(-|mean| / 15 mm) + .02: what
lies near surfaces decides.

Where a head's mirror image counts as a head as well, every component is symmetric or antisymmetric: with the
halves s = (x + Rx) / 2 and a = (x - Rx) / 2 of a head x, the covariance of heads and mirror images is
E[s s^T] + E[a a^T] about the mean of s. Two small problems, and twice the heads from the same samples.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.landmark_lists import MULTI_PIE, STANDARD_LISTS, partner
from h3dstudio.errors import PriorError
from h3dstudio.jobs.events import Event, Progress

CHUNK = 20_000
REACH_MM, FLOOR = 15.0, 0.02
NEAR_MM = 10.0  # a node this near to a head's surface matters to it: two cells of the grid

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

_NAMES = STANDARD_LISTS[MULTI_PIE]
MIRRORED_68 = np.array([_NAMES.index(partner(name) or name) for name in _NAMES])
"""The number that each landmark has in the mirror image."""


@dataclass(frozen=True, eq=False)
class Components:
    """Mean (nodes,) and basis (nodes, K) mm per standard deviation; scores (N, K) of the heads.

    Attributes:
        spectrum: (K,) share of the weighted variance.
        near: (nodes,) share of the heads whose surface comes near.
        odd: (K,) which components change their sign in the mirror image.
    """

    mean: F32
    basis: F32
    scores: F64
    spectrum: F32
    near: F32
    odd: NDArray[np.bool_]


def principal_components(
    samples: NDArray[np.floating],
    rows: NDArray[np.intp],
    count: int,
    *,
    shares: F64 | None = None,
    mirror: tuple[int, int, int] | None = None,
) -> Generator[Event, object, Components]:
    """The first `count` components of `samples[rows]` (N, nodes) mm; fewer when there are fewer heads.

    Args:
        shares: (N,) how much each head counts; equal where not given.
        mirror: the grid's shape, where mirror images along its first axis count as heads.

    Raises PriorError for less than three heads.
    """
    if len(rows) < 3:
        raise PriorError(
            f"{len(rows)} usable heads are left, expected at least 3",
            remedy="Give a population with more heads, or heads with fewer holes",
        )
    heads = _Samples(samples, rows, shares, mirror)
    return (yield from _decomposed(heads, min(count, len(rows) - 1), centred=True))


def moment_components(
    samples: NDArray[np.floating],
    rows: NDArray[np.intp],
    count: int,
    at: F32,
    *,
    shares: F64 | None = None,
    mirror: tuple[int, int, int] | None = None,
) -> Generator[Event, object, Components]:
    """As `principal_components`, but of second moments about zero: no score means no difference.

    Args:
        samples: differences (N, nodes) mm to something of its own for each head.
        at: (nodes,) how much a node counts.

    Scores of unit second moment; where their mean is not zero it is positive.
    """
    heads = _Samples(samples, rows, shares, mirror)
    return (yield from _decomposed(heads, min(count, len(rows)), centred=False, at=at))


class _Samples:
    """Rows of a store, half of them where the other half is the mirror image."""

    def __init__(
        self,
        samples: NDArray[np.floating],
        rows: NDArray[np.intp],
        shares: F64 | None,
        mirror: tuple[int, int, int] | None,
    ) -> None:
        self.samples, self.rows = samples, rows
        shares = np.ones(len(rows)) if shares is None else shares
        self.shares = shares / shares.sum()
        self.nodes = int(samples.shape[1])
        self.mirrored = mirror is not None
        self.shape = (1, self.nodes) if mirror is None else (mirror[0], mirror[1] * mirror[2])

    def parts(self) -> Iterator[slice]:
        """Columns of the (x, rest) grid, small enough for memory."""
        width = max(CHUNK // self.shape[0], 1)
        for start in range(0, self.shape[1], width):
            yield slice(start, min(start + width, self.shape[1]))

    @property
    def steps(self) -> int:
        return len(list(self.parts()))

    def take(self, part: slice) -> F32:
        """(N, x, columns) mm."""
        grid = self.samples.reshape(len(self.samples), *self.shape)
        return np.asarray(grid[self.rows, :, part], dtype=np.float32)

    @property
    def half(self) -> slice:
        """What of the first axis is enough: one side and the middle where the other side mirrors it."""
        return slice((self.shape[0] + 1) // 2) if self.mirrored else slice(None)

    @property
    def times(self) -> F32:
        """(x, 1) how many nodes of the grid each of those stands for."""
        kept = np.arange(self.shape[0])[self.half]
        twice = self.mirrored & (2 * kept != self.shape[0] - 1)
        return np.where(twice, 2.0, 1.0)[:, None].astype(np.float32)

    def halves(self, values: F32) -> list[F32]:
        """Symmetric and antisymmetric part (N, x, columns) of one side, or all as it is."""
        if not self.mirrored:
            return [values]
        one, other = values[:, self.half], values[:, ::-1][:, self.half]
        return [0.5 * (one + other), 0.5 * (one - other)]

    def whole(self, side: F32, sign: NDArray[np.floating] | float = 1.0) -> F32:
        """Both sides (X, ...) of what `halves` left of the first axis; the other one times `sign`."""
        if not self.mirrored:
            return side
        return np.concatenate([side, (sign * side[: self.shape[0] // 2])[::-1]])


def _decomposed(
    heads: _Samples, count: int, *, centred: bool, at: F32 | None = None
) -> Generator[Event, object, Components]:
    number, shape = len(heads.rows), heads.shape
    mean, near = np.zeros(shape, np.float32), np.empty(shape, np.float32)
    grams = [np.zeros((number, number)) for _ in range(2 if heads.mirrored else 1)]
    shares = heads.shares.astype(np.float32)
    counts = None if at is None else at.reshape(shape)
    for done, part in enumerate(heads.parts()):
        yield Progress(done, 2 * heads.steps, "components")
        values = heads.take(part)
        near[:, part] = np.tensordot(shares, np.abs(values) < NEAR_MM, axes=1)
        halves = heads.halves(values)
        if centred:
            middle = np.tensordot(shares, halves[0], axes=1)
            mean[:, part] = heads.whole(middle)
            halves[0] -= middle
        weight = np.exp(-np.abs(mean[:, part]) / REACH_MM) + FLOOR if counts is None else counts[:, part]
        if heads.mirrored:
            weight = 0.5 * (weight + weight[::-1])
        root = np.sqrt(heads.times * weight[heads.half])
        for gram, half in zip(grams, halves, strict=True):
            flat = (half * root).reshape(number, -1)
            gram += flat @ flat.T
    if heads.mirrored:
        near = np.maximum(near, near[::-1])
    scores, spectrum, odd = _leading(grams, heads.shares, count, positive=not centred)
    basis = np.empty((*shape, len(spectrum)), np.float32)
    single = (scores * heads.shares[:, None]).astype(np.float32)
    for done, part in enumerate(heads.parts(), heads.steps):
        yield Progress(done, 2 * heads.steps, "components")
        halves = heads.halves(heads.take(part))
        halves[0] -= mean[heads.half, part]
        for half, chosen, sign in zip(halves, (~odd, odd), (1.0, -1.0), strict=False):
            own = half.reshape(number, -1).T @ single[:, chosen]
            basis[:, part, chosen] = heads.whole(own.reshape(*half.shape[1:], -1), sign)
    flat_basis = basis.reshape(heads.nodes, -1)
    return Components(mean.reshape(-1), flat_basis, scores, spectrum, near.reshape(-1), odd)


def _leading(
    grams: list[F64], shares: F64, count: int, *, positive: bool
) -> tuple[F64, F32, NDArray[np.bool_]]:
    """Scores (N, count) of unit second moment, signs fixed, shares of variance, and which are odd."""
    root = np.sqrt(shares)
    values, vectors, odd = [], [], []
    for place, gram in enumerate(grams):
        value, vector = np.linalg.eigh(gram * root[:, None] * root)
        values.append(value)
        vectors.append(vector)
        odd.append(np.full(len(value), place == 1))
    value = np.concatenate(values)
    order = np.argsort(-value, kind="stable")[:count]
    lead = np.concatenate(vectors, axis=1)[:, order]
    # An eigenvector's sign is arbitrary: it is fixed, so that files repeat.
    largest = lead[np.abs(lead).argmax(axis=0), np.arange(len(order))]
    middle = root @ lead
    sign = np.where(np.abs(middle) > 1e-3, middle, largest) if positive else largest
    lead = lead * np.where(sign < 0, -1.0, 1.0)
    total = max(float(value.clip(min=0).sum()), 1e-12)
    scores = lead / np.maximum(root, 1e-12)[:, None]
    return scores, (value[order] / total).astype(np.float32), np.concatenate(odd)[order]


def with_mirror_images(
    landmarks: NDArray[np.floating], scores: F64, odd: NDArray[np.bool_]
) -> tuple[NDArray[np.floating], F64]:
    """Landmarks (2 N, 68, 3) and scores (2 N, K) of heads and their mirror images."""
    turned = landmarks[:, MIRRORED_68] * np.array([-1.0, 1.0, 1.0])
    return np.concatenate([landmarks, turned]), np.concatenate([scores, np.where(odd, -scores, scores)])


def landmark_regression(landmarks: NDArray[np.floating], scores: F64) -> tuple[F32, F32]:
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
