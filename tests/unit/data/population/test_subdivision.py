from __future__ import annotations

import numpy as np

from h3dstudio.data.population.subdivision import catmull_clark, subdivided, triangles

CUBE = np.array([[x, y, z] for x in (-1.0, 1) for y in (-1.0, 1) for z in (-1.0, 1)])
QUADS = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


def test_a_cube_becomes_what_the_paper_says() -> None:
    step = catmull_clark(QUADS, 8)
    fine = step.apply(CUBE)
    assert len(fine) == 8 + 12 + 6
    assert len(step.quads) == 24
    np.testing.assert_allclose(fine[:8], CUBE * 5 / 9)  # (Q + 2 R + 0 S) / 3, Q = 1/3, R = 2/3
    np.testing.assert_allclose(np.abs(fine[8:20]).max(axis=1), 0.75)
    np.testing.assert_allclose(np.linalg.norm(fine[20:], axis=1), 1)


def test_a_flat_grid_keeps_its_corners_and_straight_borders() -> None:
    points = np.array([[x, y, 0.0] for y in range(4) for x in range(4)])
    quads = np.array(
        [[4 * y + x, 4 * y + x + 1, 4 * y + x + 5, 4 * y + x + 4] for y in range(3) for x in range(3)]
    )
    step = catmull_clark(quads, 17)
    fine = step.apply(np.vstack([points, [9.0, 9, 9]]))
    np.testing.assert_allclose(fine[:17], np.vstack([points, [9.0, 9, 9]]))  # the last is in no face
    corners = fine[step.quads]
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=-1)
    np.testing.assert_allclose(sides, 0.5)


def test_a_triangle_repeats_its_last_corner() -> None:
    step = catmull_clark(np.array([[0, 1, 2, 2]]), 3)
    assert len(step.quads) == 3
    assert (step.quads >= 0).all()
    np.testing.assert_array_equal(triangles(np.array([[0, 1, 2, 2]])), [[0, 1, 2]])


def test_steps_multiply() -> None:
    twice = subdivided(QUADS, 8, 2)
    first = catmull_clark(QUADS, 8)
    second = catmull_clark(first.quads, 26)
    np.testing.assert_allclose(twice.apply(CUBE), second.apply(first.apply(CUBE)), atol=1e-12)
    np.testing.assert_array_equal(twice.quads, second.quads)
    np.testing.assert_array_equal(subdivided(QUADS, 8, 0).apply(CUBE), CUBE)
