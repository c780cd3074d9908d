"""How close a rendered view is to its photo, inside the mask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from h3dstudio.errors import EvaluationError


@dataclass(frozen=True)
class ImageScore:
    """Attributes:
    psnr: dB over the masked pixels and three channels; inf for equal images.
    ssim: mean of the structural similarity map over the masked pixels, -1..1.
    pixels: how many pixels the mask holds.
    """

    psnr: float
    ssim: float
    pixels: int

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def compare_images(
    rendered: NDArray[np.uint8], photo: NDArray[np.uint8], mask: NDArray[np.bool_]
) -> ImageScore:
    """PSNR and SSIM of images (H, W, 3) uint8 inside mask (H, W) bool.

    SSIM: Wang et al., "Image quality assessment", TIP 2004: Gaussian window of sigma 1.5. Outside the mask
    both images are black, so that backgrounds cannot help or hurt near the contour. Raises EvaluationError
    when the sizes differ, the mask is empty, or the images are smaller than the window (11 pixels).
    """
    if rendered.shape != photo.shape or photo.shape[:2] != mask.shape or photo.ndim != 3:
        raise EvaluationError(
            f"rendered image {rendered.shape}, photo {photo.shape} and mask {mask.shape} do not fit together",
            remedy="Compare views of the same size",
        )
    if not mask.any():
        raise EvaluationError("the mask is empty, so there is nothing to compare")
    if min(mask.shape) < 11:
        raise EvaluationError(f"the image is {mask.shape[1]}x{mask.shape[0]}, expected at least 11x11 pixels")
    from skimage import metrics

    structural_similarity: Any = metrics.structural_similarity

    # Windows reach 5 pixels: what is farther from the mask changes nothing and costs time.
    box = tuple(slice(max(at.min() - 11, 0), at.max() + 12) for at in np.nonzero(mask))
    rendered, photo, mask = rendered[box], photo[box], mask[box]
    first, second = (np.where(mask[..., None], image, 0).astype(np.float64) for image in (rendered, photo))
    error = float(np.mean((first - second)[mask] ** 2))
    psnr = 10 * np.log10(255.0**2 / error) if error else float("inf")
    _, similarity = structural_similarity(
        first,
        second,
        data_range=255,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    return ImageScore(float(psnr), float(similarity[mask].mean()), int(mask.sum()))
