"""The fitted head as the base field of a scene: the prior's grid, resampled where the scene is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from h3dstudio.priors.head_prior import HeadPrior
from h3dstudio.priors.posed_head import PosedHead
from h3dstudio.surface.grid import Grid


def baked(prior: HeadPrior, head: PosedHead, grid: Grid) -> Tensor:
    """Signed distance (X, Y, Z) of the head at the nodes of a scene grid, mm of the scene.

    Tricubic: linear interpolation of the prior's coarser grid would leave stair steps in the surface. Outside
    the prior's box the distance to the box is added.
    """
    from scipy.ndimage import map_coordinates

    own = prior.grid
    samples = prior.bake(head.latent).reshape(own.shape).cpu().numpy()
    place = (head.pose.apply(grid.nodes()) - np.asarray(own.origin)) / own.spacing
    inside = np.clip(place, 0, np.asarray(own.shape) - 1)
    beyond = np.linalg.norm(place - inside, axis=1) * own.spacing
    value = map_coordinates(samples, inside.T.astype(np.float32), order=3, mode="nearest")
    field = ((value + beyond) / head.pose.scale).astype(np.float32)
    return torch.from_numpy(field.reshape(grid.shape))
