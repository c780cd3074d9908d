"""The ball at work: the radius at which its rim meets the masks' outlines, by halving."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.rendering import render_mesh
from h3dstudio.methods.method import BLACK, Capture, Findings, News, SessionState
from tests.toy_method import BallSettings


class BallSession:
    """Halves the interval that the radius lies in, a step a round."""

    def __init__(self, capture: Capture, settings: BallSettings) -> None:
        self.capture, self.settings = capture, settings
        self.middle = capture.unit_sphere.translation
        self.low, self.high = 0.0, capture.unit_sphere.scale
        self.round, self.finishing, self.spent = 0, False, 0.0

    @property
    def total(self) -> int:
        return self.settings.rounds

    @property
    def seconds_left(self) -> float | None:
        return self.spent / self.round * (self.total - self.round) if self.round else None

    def step(self) -> News | None:
        if self.finishing or self.round == self.total:
            return None
        begun = time.monotonic()
        radius = (self.low + self.high) / 2
        if self._share_inside(radius) > 1 - self.settings.fill / 2:
            self.low = radius
        else:
            self.high = radius
        self.round += 1
        self.spent += time.monotonic() - begun
        return News(self.round, "halving", {"radius mm": self.high}, mesh=self.mesh, timing="halving")

    def finish(self) -> None:
        self.finishing = True

    def mesh(self) -> TriangleMesh:
        ball = trimesh.creation.icosphere(4 if self.settings.smooth else 2, (self.low + self.high) / 2)
        return TriangleMesh(np.asarray(ball.vertices) + self.middle, np.asarray(ball.faces))

    def surface(self) -> TriangleMesh:
        return self.mesh()

    def confidence(self) -> NDArray[np.float32] | None:
        return np.full(len(self.mesh().vertices), 0.1, np.float32)

    def colors(self) -> NDArray[np.uint8] | None:
        color = (200, 30, 30) if self.settings.paint == "red" else (128, 128, 128)
        return np.tile(np.array(color, np.uint8), (len(self.mesh().vertices), 1))

    def render(
        self, camera: Camera, size: tuple[int, int], *, photo: int | None = None, background: Any = BLACK
    ) -> NDArray[np.uint8]:
        mesh = self.mesh().with_colors(self.colors())
        return render_mesh(mesh, camera, size, colors="vertex", background=background)

    def findings(self) -> Findings:
        return Findings(self.round, caveats=("no head is a ball",))

    def state(self) -> SessionState | None:
        return SessionState((self.round,), {"interval": np.array([self.low, self.high])})

    def restore(self, state: SessionState) -> None:
        self.low, self.high = (float(value) for value in state.arrays["interval"])
        self.round = state.place[0]
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise ValueError("its interval is none")

    def _share_inside(self, radius: float) -> float:
        """Of points on the ball, those whose pixel is foreground in all photos."""
        rng = np.random.default_rng(self.settings.seed)
        points = rng.normal(size=(500, 3))
        points = self.middle + radius * points / np.linalg.norm(points, axis=1, keepdims=True)
        inside = np.ones(len(points), bool)
        for view in self.capture.views:
            pixel, _ = view.view.camera.project(points)
            row, column = np.round(pixel[:, ::-1]).astype(int).T
            height, width = view.mask.shape
            there = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            inside &= there & view.mask[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        return float(inside.mean())
