"""How close a rendered view is to its photo; the measures lie in geometry, where training finds them too."""

from __future__ import annotations

from h3dstudio.geometry.image_metrics import ImageScore, compare_images

__all__ = ["ImageScore", "compare_images"]
