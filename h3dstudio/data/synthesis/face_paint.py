"""Lips, brows, lashes, eyes and close-cropped hair, painted where the anatomy says they are.

Everything is placed on the mean head, where the front view (x, y) of the face is nearly flat.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.synthesis.solid_noise import SolidNoise
from h3dstudio.data.synthesis.subject import HeadAnatomy

F32 = NDArray[np.float32]

IRIS_MM, PUPIL_MM = 5.9, 2.1
# Height y of the hairline over the depth z, on the mean head, in mm: nape, ear, sideburn, temple, forehead.
HAIRLINE = np.array(
    [
        (-90, -44), (-55, -48), (-32, -40), (-21, -24), (-16, -6), (16, -2), (26, 2), (30, 22),
        (35, 44), (52, 57), (70, 70), (83, 82), (95, 87), (130, 87),
    ]
)  # fmt: skip
WORN = ("hair", "cloth", "frame")
"""Parts that are added to a head: hair of its colour, woven cloth, plain dark plastic."""
REACH_MM = 12.0  # paint reaches no farther from its line
SCLERA = np.array([0.56, 0.52, 0.50], dtype=np.float32)
CLOTH = np.array([0.10, 0.13, 0.22], dtype=np.float32)
PLASTIC = np.array([0.05, 0.04, 0.04], dtype=np.float32)
MOUTH = np.array([0.20, 0.05, 0.045], dtype=np.float32)


class FacePaint:
    """Paints over skin colours. `strength` as for skin: features fade with it, but slower."""

    def __init__(
        self, anatomy: HeadAnatomy, hair: F32, iris: F32, noise: SolidNoise, strength: float
    ) -> None:
        self._anatomy, self._noise = anatomy, noise
        self._hair, self._iris = hair, iris
        self._amount = float(np.clip(strength, 0, 1) ** 0.6)
        # Weakly textured heads are shaved as well: cropped hair would be their richest texture.
        self._hair_amount = float(np.clip((strength - 0.3) / 0.4, 0, 1))
        self._marks = anatomy.landmarks68.astype(np.float32)

    def apply(self, colors: F32, points: F32, posed: F32, part: NDArray[np.intp]) -> None:
        """Change linear colours (N, 3) in place.

        Args:
            points: (N, 3) on the mean head.
            posed: (N, 3) the same points on the head as it is: eyes look ahead whatever its shape.
            part: (N,) part of each.
        """
        for k, name in enumerate(self._anatomy.part_names):
            where = np.flatnonzero(part == k)
            if name.startswith("eyeball"):
                colors[where] = self._eye(colors[where], posed[where])
            elif name.startswith("eye_socket"):
                colors[where] *= np.array([0.62, 0.45, 0.42], dtype=np.float32)
            elif name in WORN:
                colors[where] = self._worn(name, points[where])
            elif name == "mouth_socket":
                colors[where] = MOUTH
            else:
                colors[where] = self._skin(colors[where], points[where])

    def _worn(self, name: str, points: F32) -> F32:
        if name == "hair":
            return self._hair_color(points)
        grain = np.exp(0.25 * self._noise.octaves(points, (5.0, 1.6), 52)[:, None])
        return np.asarray((CLOTH if name == "cloth" else PLASTIC) * grain, dtype=np.float32)

    def _skin(self, colors: F32, points: F32) -> F32:
        colors = colors * self._flush(points)
        colors = _mix(
            colors, colors * np.array([0.80, 0.47, 0.46], np.float32), 0.9 * self._amount * self._lips(points)
        )
        colors = _mix(colors, self._hair_color(points), self._amount * self._brows(points))
        colors = _mix(colors, self._hair * 0.5, 0.75 * self._amount * self._lashes(points))
        return _mix(colors, self._hair_color(points), self._hair_amount * self._crop(points))

    def _flush(self, points: F32) -> F32:
        """Blood in cheeks, nose tip, ears and chin: a factor (N, 3)."""
        marks = self._marks
        spots = [(marks[30], 14.0, 0.30), (marks[8], 16.0, 0.10)]
        for eye, mouth in ((36, 48), (45, 54)):
            cheek = 0.45 * marks[eye] + 0.55 * marks[mouth]
            spots.append((cheek + np.sign(cheek[0]) * np.array([8, 0, 0], np.float32), 20.0, 0.26))
        for side in (-1, 1):
            spots.append((np.array([side * 80.0, 10.0, 5.0], np.float32), 24.0, 0.28))
        redness = np.zeros(len(points), dtype=np.float32)
        for center, radius, amount in spots:
            squared = ((points - center) ** 2).sum(axis=1) / radius**2
            redness += amount * np.exp(-squared)
        redness *= self._amount
        return np.exp(-redness[:, None] * np.array([0.15, 1.0, 0.9], np.float32))

    def _lips(self, points: F32) -> F32:
        outer = self._marks[48:60]
        inside = -_polygon_distance(points[:, :2], _smooth_closed(outer[:, :2]))
        ragged = 0.25 * self._noise(points, 1.6, 24)
        front = points[:, 2] > outer[:, 2].min() - 4
        lines = 1 + 0.10 * self._noise(points * np.array([1, 0.25, 0.25], np.float32), 0.9, 25)
        return _step(inside + ragged, -0.6, 1.4) * front * lines

    def _brows(self, points: F32) -> F32:
        out = np.zeros(len(points), dtype=np.float32)
        for first, last in ((17, 22), (22, 27)):
            arch = self._marks[first:last, :2]
            line = _resample(arch, 60)
            distance, along = _polyline_distance(points[:, :2], line)
            inward = along if first == 17 else 1 - along  # 0 at the temple, 1 at the nose
            half = 1.6 + 3.0 * np.sin(np.pi * np.clip(0.12 + 0.80 * inward, 0, 1)) ** 0.8
            # Hairs run outwards and up; stretched noise draws them.
            turn = np.array([[0.8, 0.6], [-0.6, 0.8]], np.float32)
            if first == 22:
                turn = turn * np.array([[1, -1], [-1, 1]], np.float32)
            strokes = points.copy()
            strokes[:, :2] = points[:, :2] @ turn.T * np.array([0.22, 1.0], np.float32)
            hairs = self._noise(strokes, 1.0, 26)
            cover = _step(half - distance + 0.4 * hairs, -1.4, 2.2)
            front = points[:, 2] > self._marks[first:last, 2].min() - 12
            out = np.maximum(out, cover * np.clip(0.80 + 0.08 * hairs, 0, 1) * front)
        return out

    def _lashes(self, points: F32) -> F32:
        out = np.zeros(len(points), dtype=np.float32)
        for first in (36, 42):
            lid = self._marks[first : first + 6]
            ring = np.vstack([_smooth_closed(lid[:, :2])[:, :], _smooth_closed(lid[:, :2])[:1]])
            distance, _ = _polyline_distance(points[:, :2], ring)
            upper = _step(points[:, 1] - lid[:, 1].mean(), -2.0, 1.5)
            front = points[:, 2] > lid[:, 2].min() - 6
            out = np.maximum(out, _step(0.9 - distance, -0.5, 0.5) * (0.35 + 0.65 * upper) * front)
        return out

    def _crop(self, points: F32) -> F32:
        """Close-cropped hair: everything above the hairline, thinning out at its edge."""
        x, y, z = points.T
        line = np.interp(z, HAIRLINE[:, 0], HAIRLINE[:, 1]).astype(np.float32)
        along = 2.0 * self._noise.octaves(points, (9.0, 4.0), 32)
        hairs = self._noise(points, 0.9, 36)
        # Single hairs stand before the dense edge: the threshold is crossed by noise first.
        cover = _step(y - line + along + 2.5 * hairs, -3, 9)
        tilted = z - 3 + 0.22 * (y - 8)
        ear = _step(1 - (tilted / 18.5) ** 2 - ((y - 8) / 31) ** 2, -0.15, 0.1) * (np.abs(x) > 66)
        return cover * np.clip(0.86 + 0.10 * hairs, 0, 1) * (1 - ear)

    def _hair_color(self, points: F32) -> F32:
        shade = np.exp(
            0.22 * self._noise(points, 0.9, 38) + 0.22 * self._noise.octaves(points, (9.0, 3.5), 39)
        )
        return self._hair * shade[:, None]

    def _eye(self, colors: F32, points: F32) -> F32:
        """Iris and pupil looking ahead, veins towards the corners."""
        center = (points.min(axis=0) + points.max(axis=0)) / 2
        offset = points - center
        radius = np.hypot(offset[:, 0], offset[:, 1])
        radius = np.where(offset[:, 2] > 0, radius, 99.0).astype(np.float32)
        angle = np.arctan2(offset[:, 1], offset[:, 0])
        circle = np.column_stack([3 * np.cos(angle), 3 * np.sin(angle), 0.15 * radius]).astype(np.float32)
        fibres = np.exp(0.30 * self._noise.octaves(circle, (0.35, 0.18), 42))[:, None]
        veins = np.clip(self._noise(points, 1.4, 45) - 0.8, 0, 1) * _step(radius, 6, 11)
        white = SCLERA * np.exp(-veins[:, None] * np.array([0.1, 0.7, 0.7], np.float32))
        limbus = 1 - 0.6 * _step(radius, IRIS_MM - 1.3, IRIS_MM - 0.2)[:, None]
        inner = 1 + 0.5 * _step(-radius, -3.8, -2.2)[:, None]
        eye = _mix(
            white, self._iris * fibres * limbus * inner, _step(-radius, -IRIS_MM - 0.3, -IRIS_MM + 0.3)
        )
        eye = _mix(eye, np.full_like(eye, 0.008), _step(-radius, -PUPIL_MM - 0.25, -PUPIL_MM + 0.25))
        bare = np.full_like(eye, 1) * colors.mean(axis=0)
        return _mix(bare, eye, np.full(len(eye), self._amount, dtype=np.float32))


def _mix(below: F32, above: F32, amount: NDArray[np.floating]) -> F32:
    """`above` over `below` with opacity (N,)."""
    cover = np.clip(amount, 0, 1).astype(np.float32)[:, None]
    return np.asarray(below + cover * (above - below), dtype=np.float32)


def _step(x: NDArray[np.floating], low: float, high: float) -> F32:
    """Smooth step from 0 at `low` to 1 at `high`."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def _resample(line: F32, count: int) -> F32:
    """`count` points along a cubic spline through an open line (K, 2)."""
    from scipy.interpolate import CubicSpline

    return np.asarray(
        CubicSpline(np.arange(len(line)), line)(np.linspace(0, len(line) - 1, count)), np.float32
    )


def _smooth_closed(ring: F32, per_edge: int = 8) -> F32:
    """A periodic cubic spline through a closed ring (K, 2)."""
    from scipy.interpolate import CubicSpline

    closed = np.vstack([ring, ring[:1]])
    spline = CubicSpline(np.arange(len(closed)), closed, bc_type="periodic")
    return np.asarray(spline(np.arange(len(ring) * per_edge) / per_edge), np.float32)


def _polyline_distance(points: F32, line: F32) -> tuple[F32, F32]:
    """Distance (N,) to a densely sampled line (K, 2) and the place along it in [0, 1].

    Beyond REACH_MM the distance is only known to be at least that: hardly any of a head is near its lips.
    """
    from scipy.spatial import cKDTree

    distance = np.full(len(points), REACH_MM, dtype=np.float32)
    along = np.zeros(len(points), dtype=np.float32)
    low, high = line.min(axis=0) - REACH_MM, line.max(axis=0) + REACH_MM
    near = np.flatnonzero(((points > low) & (points < high)).all(axis=1))
    found, nearest = cKDTree(line).query(points[near], workers=1)
    distance[near], along[near] = found, nearest / (len(line) - 1)
    return distance, along


def _polygon_distance(points: F32, ring: F32) -> F32:
    """Signed distance (N,) to a densely sampled closed ring (K, 2), negative inside."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    distance, _ = _polyline_distance(points, ring)
    inside = np.zeros(len(points), dtype=np.bool_)
    near = np.flatnonzero(((points > low) & (points < high)).all(axis=1))
    x, y = points[near].T
    crossed = np.zeros(len(near), dtype=np.bool_)
    for (ax, ay), (bx, by) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if ay == by:
            continue
        straddles = (ay > y) != (by > y)
        crossed ^= straddles & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    inside[near] = crossed
    return np.where(inside, -distance, distance).astype(np.float32)
