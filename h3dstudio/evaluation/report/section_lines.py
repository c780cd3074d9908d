"""Where a plane cuts a mesh: the outlines that show in profile how two surfaces differ."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.mesh import TriangleMesh

Polyline = NDArray[np.float64]


def plane_section(
    mesh: TriangleMesh, point: NDArray[np.floating], normal: NDArray[np.floating]
) -> list[Polyline]:
    """The lines (N, 3) along which the plane through `point` (3,) with `normal` (3,) cuts the mesh.

    A closed line ends where it begins. A vertex on the plane counts as above it, so every face that is cut
    has exactly two edges that are, and the pieces join where faces share an edge.
    """
    above = (mesh.vertices - np.asarray(point)) @ np.asarray(normal) >= 0
    cut = above[mesh.faces].any(axis=1) & ~above[mesh.faces].all(axis=1)
    corners = mesh.faces[cut]
    if not len(corners):
        return []
    edges = np.stack([corners, np.roll(corners, -1, axis=1)], axis=2)  # (F, 3, 2)
    crossing = above[edges[..., 0]] != above[edges[..., 1]]
    pairs = np.sort(edges[crossing].reshape(-1, 2, 2), axis=2)  # two edges of each face, lower vertex first
    unique, index = np.unique(pairs.reshape(-1, 2), axis=0, return_inverse=True)
    points = _crossings(mesh.vertices, unique, np.asarray(point), np.asarray(normal))
    return [points[chain] for chain in _chains(index.reshape(-1, 2))]


def simplified(line: Polyline, tolerance: float) -> Polyline:
    """The line (N, D) with as few of its points as keep within `tolerance` of the others.

    Source: Douglas & Peucker, "Algorithms for the reduction of the number of points", 1973.
    """
    keep = np.zeros(len(line), dtype=np.bool_)
    keep[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = _distance_to_chord(line[first + 1 : last], line[first], line[last])
        worst = int(away.argmax())
        if away[worst] > tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    return line[keep]


def _crossings(
    vertices: NDArray[np.float64],
    edges: NDArray[np.int32],
    point: NDArray[np.floating],
    normal: NDArray[np.floating],
) -> NDArray[np.float64]:
    """(E, 3) where edges (E, 2) with ends on both sides meet the plane."""
    start, end = vertices[edges[:, 0]], vertices[edges[:, 1]]
    from_start, from_end = (start - point) @ normal, (end - point) @ normal
    share = from_start / (from_start - from_end)
    return np.asarray(start + share[:, None] * (end - start))


def _chains(pieces: NDArray[np.intp]) -> list[list[int]]:
    """Pieces (N, 2) between numbered points, joined to lines; open ones are begun at an end."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    for number, (a, b) in enumerate(pieces.tolist()):
        neighbours[a].append(number)
        neighbours[b].append(number)
    ends = [at for at, around in neighbours.items() if len(around) != 2]
    used = np.zeros(len(pieces), dtype=np.bool_)
    chains = []
    for start in [*ends, *neighbours]:
        while (chain := _follow(start, pieces, neighbours, used)) is not None:
            chains.append(chain)
    return chains


def _follow(
    start: int, pieces: NDArray[np.intp], neighbours: dict[int, list[int]], used: NDArray[np.bool_]
) -> list[int] | None:
    """From `start` along unused pieces as far as they go; None where there is none."""
    chain = [start]
    while True:
        onward = next((number for number in neighbours[chain[-1]] if not used[number]), None)
        if onward is None:
            return chain if len(chain) > 1 else None
        used[onward] = True
        a, b = pieces[onward]
        chain.append(int(b if a == chain[-1] else a))


def _distance_to_chord(points: Polyline, start: Polyline, end: Polyline) -> NDArray[np.float64]:
    """(N,) distances of points (N, D) from the straight piece between two others."""
    chord = end - start
    length = float(chord @ chord)
    share = np.clip((points - start) @ chord / length, 0, 1) if length else np.zeros(len(points))
    return np.asarray(np.linalg.norm(points - start - share[:, None] * chord, axis=1))
