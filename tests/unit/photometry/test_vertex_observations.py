from __future__ import annotations

import numpy as np
import torch

from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.raycasting import RayCaster
from h3dstudio.photometry.vertex_observations import LEAST_COSINE, eroded, observe, visibility, without_rim
from tests.unit.geometry.shapes import sphere
from tests.unit.methods.textured_ball import CENTER
from tests.unit.photometry.lit_ball import RADIUS, ball, photo_set_of, photograph, ring, sun_from

CAMERA = ring([0])[0]
PHOTOS = photo_set_of([photograph(CAMERA, sun_from([0, 0, 1]))])


def seen_of(mesh: TriangleMesh) -> np.ndarray:
    normals = torch.from_numpy(mesh.vertex_normals()).float()
    return visibility(observe(PHOTOS, mesh, normals, RayCaster(mesh)), len(mesh.vertices))[0].numpy()


def cosines(mesh: TriangleMesh) -> np.ndarray:
    towards = CAMERA.center - mesh.vertices
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    return (mesh.vertex_normals() * towards).sum(axis=1)


def test_the_near_side_is_seen_and_nothing_else() -> None:
    mesh = ball(5)
    seen, cosine = seen_of(mesh), cosines(mesh)
    assert not seen[cosine < LEAST_COSINE].any()
    assert seen[cosine > 0.35].all()


def test_what_stands_before_hides() -> None:
    back = ball(4)
    front = sphere(15.0, 3, CENTER + np.array([0, 0, RADIUS + 40]))
    count = len(back.vertices)
    mesh = TriangleMesh(
        np.concatenate([back.vertices, front.vertices]), np.concatenate([back.faces, front.faces + count])
    )
    alone, both = seen_of(back), seen_of(mesh)[:count]
    covered = alone & ~both
    assert covered.any()
    pixel, _ = CAMERA.project(back.vertices[covered])
    middle, _ = CAMERA.project(front.vertices.mean(axis=0)[None])
    assert np.linalg.norm(pixel - middle, axis=1).max() < 30
    assert not both[np.argmax(back.vertices[:, 2])]


def test_erosion_and_rim_by_hand() -> None:
    mask = torch.zeros(1, 7, 7, dtype=torch.bool)
    mask[0, 1:6, 1:6] = True
    assert eroded(mask, 2)[0].nonzero().tolist() == [[3, 3]]
    assert eroded(torch.ones(1, 5, 5, dtype=torch.bool), 2).all()
    visible = torch.tensor([True, True, True, True, False])
    faces = torch.tensor([[0, 1, 2], [2, 3, 4]])
    assert without_rim(visible, faces).tolist() == [True, True, False, False, False]
