from __future__ import annotations

import numpy as np
import pytest

from h3dstudio.errors import ProjectError
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.surface_points import SurfaceIndex, SurfacePoint
from h3dstudio.session.evaluation.alignment import Alignment
from h3dstudio.session.landmarks.editor import GROUND_TRUTH, RECONSTRUCTION, LandmarkEditor
from h3dstudio.session.project.commands import CommandStack
from tests.unit.geometry.shapes import head

SHIFT = np.eye(4)
SHIFT[:3, 3] = [10.0, 0.0, -5.0]


class Screen:
    """Shows one mesh."""

    def __init__(self, mesh: TriangleMesh | None) -> None:
        self.mesh = mesh

    def show(self, mesh: TriangleMesh) -> None:
        self.mesh = mesh


@pytest.fixture
def stack() -> CommandStack:
    return CommandStack()


def test_moves_are_undone_and_redone_exactly(stack: CommandStack) -> None:
    mesh = head(2)
    screen, told = Screen(mesh), []
    alignment = Alignment(stack, screen)
    alignment.listeners.append(lambda: told.append(alignment.motion[0, 3]))
    assert not alignment.moved
    alignment.move_to("align by landmarks", SHIFT)
    np.testing.assert_allclose(screen.mesh.vertices, mesh.vertices + SHIFT[:3, 3])
    assert alignment.given is mesh
    alignment.move_to("align by ICP", SHIFT @ SHIFT)
    np.testing.assert_allclose(screen.mesh.vertices, mesh.vertices + 2 * SHIFT[:3, 3])
    assert stack.undo_label == "align by ICP"
    stack.undo()
    stack.undo()
    assert screen.mesh is mesh
    assert not alignment.moved
    stack.redo()
    np.testing.assert_array_equal(alignment.motion, SHIFT)
    alignment.reset()
    assert screen.mesh is mesh
    assert told == [10.0, 20.0, 10.0, 0.0, 10.0, 0.0]


def test_landmarks_of_the_mesh_move_along(stack: CommandStack) -> None:
    mesh = head(2)
    landmarks = LandmarkEditor(stack)
    for layer in (RECONSTRUCTION, GROUND_TRUTH):
        landmarks.set_surface(layer, SurfaceIndex(mesh))
        landmarks.place(layer, "nose_tip", SurfacePoint.of_vertex(mesh, 5))
    alignment = Alignment(stack, Screen(mesh), landmarks)
    alignment.move_to("align", SHIFT)
    moved = landmarks.mark(RECONSTRUCTION, "nose_tip").point
    np.testing.assert_allclose(moved.position, mesh.vertices[5] + SHIFT[:3, 3])
    fixed = landmarks.mark(GROUND_TRUTH, "nose_tip").point
    np.testing.assert_allclose(fixed.position, mesh.vertices[5])
    stack.undo()
    np.testing.assert_allclose(landmarks.mark(RECONSTRUCTION, "nose_tip").point.position, mesh.vertices[5])


def test_another_mesh_is_where_it_is(stack: CommandStack) -> None:
    screen = Screen(head(2))
    alignment = Alignment(stack, screen)
    alignment.move_to("align", SHIFT)
    other = screen.mesh = head(1)
    assert not alignment.moved
    assert alignment.given is other
    stack.undo()
    assert screen.mesh is other
    nothing = Alignment(stack, Screen(None))
    nothing.move_to("align", SHIFT)
    assert nothing.given is None


def test_a_project_keeps_it(stack: CommandStack) -> None:
    mesh = head(2)
    alignment = Alignment(stack, Screen(mesh))
    assert alignment.state() == {}
    alignment.move_to("align", SHIFT)
    screen = Screen(mesh)
    again = Alignment(CommandStack(), screen)
    again.restore(alignment.state())
    assert screen.mesh is mesh  # the mesh of the project has yet to come
    again.settle()
    np.testing.assert_allclose(screen.mesh.vertices, mesh.vertices + SHIFT[:3, 3])
    again.settle()
    assert again.state() == alignment.state()
    for wrong in ([], {"motion": 3}, {"motion": [[1.0]]}, {"motion": np.diag([1, 1, -1, 1]).tolist()}):
        with pytest.raises(ProjectError):
            again.restore(wrong)
