"""What a reconstruction ends with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from h3dstudio.appearance.model import Appearance
from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.transforms import Similarity


@dataclass(frozen=True, eq=False)
class ReconstructionResult:
    """A head.

    Attributes:
        mesh: in the scan's own frame and unit, with vertex colours.
        iterations: Gauss-Newton steps taken.
        image_metrics: PSNR and SSIM inside the mask, on training and held-out views.
        timings: seconds by phase.
        latent: code of the prior's head (K,); with `pose` (scan -> canonical frame); None without prior.
        landmarks68: the Multi-PIE landmarks (68, 3) that the prior's head suggests, on the mesh; None without
            prior.
        cameras: of the photos in the scan's frame, where they were corrected.
        doubts: why the head may be wrong, in words; none where nothing speaks against it.
    """

    mesh: TriangleMesh
    iterations: int
    image_metrics: dict[str, object] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    appearance: Appearance | None = None
    frame: Similarity = field(default_factory=Similarity.identity)
    latent: NDArray[np.float32] | None = None
    pose: Similarity | None = None
    landmarks68: NDArray[np.float64] | None = None
    doubts: tuple[str, ...] = ()
    cameras: tuple[Camera, ...] | None = None

    def render(self, camera: Camera, size: tuple[int, int]) -> NDArray[np.uint8]:
        """The head as a photo (H, W, 3) from a camera in the scan's frame; size is (width, height)."""
        from h3dstudio.geometry.rendering import render_mesh

        if self.appearance is None:
            return render_mesh(self.mesh, camera, size, colors="vertex")
        return self.appearance.render(camera.in_frame(self.frame), size)
