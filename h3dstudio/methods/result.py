"""What a reconstruction ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.geometry.camera import Camera
from h3dstudio.geometry.mesh import TriangleMesh
from h3dstudio.geometry.rendering import PAPER
from h3dstudio.geometry.transforms import Similarity
from h3dstudio.methods.method import Session


@dataclass(frozen=True, eq=False)
class ReconstructionResult:
    """A head.

    Attributes:
        mesh: in the scan's own frame and unit, with vertex colours.
        iterations: steps that changed the surface.
        image_metrics: PSNR and SSIM inside the mask, on training and held-out views.
        timings: seconds by phase.
        latent: code of the prior's head (K,); with `pose` (scan -> canonical frame); None without prior.
        landmarks68: the Multi-PIE landmarks (68, 3) that the prior's head suggests, on the mesh; None without
            prior.
        cameras: of the photos in the scan's frame, where they were corrected.
        caveats: why the head may be wrong, in words; none where nothing speaks against it.
        session: that made it, for pictures.
    """

    mesh: TriangleMesh
    iterations: int
    image_metrics: Mapping[str, Any] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    latent: NDArray[np.float32] | None = None
    pose: Similarity | None = None
    landmarks68: NDArray[np.float64] | None = None
    cameras: tuple[Camera, ...] | None = None
    caveats: tuple[str, ...] = ()
    session: Session | None = None

    def render(self, camera: Camera, size: tuple[int, int]) -> NDArray[np.uint8]:
        """The head as a photo (H, W, 3) from a camera in the scan's frame; size is (width, height)."""
        from h3dstudio.geometry.rendering import render_mesh

        if self.session is None:
            return render_mesh(self.mesh, camera, size, colors="vertex")
        return self.session.render(camera, size, background=PAPER)
