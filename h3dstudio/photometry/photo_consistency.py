"""Photos agree on the surface: patches warped through it correlate between views.

A 7x7 patch around a source pixel is carried through the surface into other views; its intensities, without
their quadratic trend (which turning light and shading explain) and divided by their own spread, should be the
same: r = J^ - I^, so |r|^2 = 2 (1 - NCC). Linearised in the depth of the patch's four corners, so that a
patch determines position and slope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from h3dstudio.geometry.transforms import Similarity
from h3dstudio.photometry.image_noise import agreement, image_noise, signal_share
from h3dstudio.photometry.photos import PhotoSet, moved_points, turned
from h3dstudio.photometry.windows import PATCH
from h3dstudio.surface.grid import Grid
from h3dstudio.surface.intersection import Hits, refine_hits
from h3dstudio.surface.normal_equations import Quadratic
from h3dstudio.surface.surface_finder import SurfaceFinder

BORDER = 8
"""Pixels from the image border inside which a warped centre is not used."""


@dataclass(frozen=True)
class PhotoOptions:
    """How photos are compared.

    Attributes:
        least_cosine: both views must see the surface at least this frontally.
        widest_baseline: radians between the two viewing rays.
        neighbours: other views a source pixel is compared with.
        robust: mean squared residual at which a pair's weight halves.
        finest: mm: no patch claims to know its depth better.
        noise_factor: spread of a patch in units of the image noise that counts as texture.
        smooth_slopes: of the photos (see `PhotoSet.sample`): they let a free surface converge in fewer steps.
        overlap: overlapping patches share information: weights are divided by the coverage times this.
    """

    least_cosine: float = 0.4
    widest_baseline: float = 1.1
    neighbours: int = 4
    robust: float = 1.0
    finest: float = 0.08
    noise_factor: float = 2.0
    least_noise: float = 0.005
    overlap: float = 1.0
    smooth_slopes: bool = False


@dataclass(frozen=True, eq=False)
class SourcePixels:
    """M pixels to be explained: view (M,), position (M, 2), their rays, and a fixed order of the other views.

    Attributes:
        level: of the pyramid that they were drawn for.
        patches: (M, Q) intensities around them there.
        priority: (M, N) which other views are preferred; drawn once, so that steps minimise one energy.
        coverage: how often the patches cover each foreground pixel.
    """

    view: Tensor
    pixel: Tensor
    origins: Tensor
    directions: Tensor
    level: int
    patches: Tensor
    priority: Tensor
    coverage: float

    def taken_by(self, photos: PhotoSet) -> SourcePixels:
        """The same pixels of the same photos, whose cameras have moved."""
        return replace(
            self, origins=photos.centers[self.view], directions=photos.directions(self.view, self.pixel)
        )

    def in_frame(self, frame: Similarity) -> SourcePixels:
        """The same pixels where `frame` has moved the world."""
        return replace(
            self, origins=moved_points(frame, self.origins), directions=turned(frame, self.directions)
        )


def draw_source_pixels(photos: PhotoSet, level: int, count: int, rng: np.random.Generator) -> SourcePixels:
    """Draw `count` foreground pixels over all views, away from the silhouette by a patch's half."""
    from scipy.ndimage import binary_erosion

    depth = min(2 + 2 * 2**level, 8)
    masks = photos.masks.cpu().numpy()
    every = np.flatnonzero(np.stack([binary_erosion(mask, iterations=depth) for mask in masks]))
    chosen = every[rng.permutation(len(every))[:count]]
    owner, row, column = np.unravel_index(chosen, masks.shape)
    view = torch.from_numpy(owner).to(photos.device)
    pixel = torch.from_numpy(np.stack([column, row], axis=1).astype(np.float32)).to(photos.device)
    priority = torch.from_numpy(rng.random((len(chosen), photos.count), dtype=np.float32)).to(photos.device)
    coverage = max(1.0, len(chosen) * PATCH**2 * 4**level / max(len(every), 1))
    patches = photos.intensity(level, view, patch_pixels(pixel, level))
    origins, directions = photos.centers[view], photos.directions(view, pixel)
    return SourcePixels(view, pixel, origins, directions, level, patches, priority, coverage)


def noise_levels(photos: PhotoSet, options: PhotoOptions) -> list[float]:
    """Spread below which a patch of each pyramid level holds no texture."""
    return [
        float(np.hypot(options.least_noise, options.noise_factor * noise)) for noise in image_noise(photos)
    ]


def trend_basis(order: int, device: torch.device | str = "cpu") -> Tensor:
    """(PATCH^2, B) orthonormal polynomials of the patch up to `order`."""
    axis = np.arange(PATCH) - (PATCH - 1) / 2
    v, u = (grid.ravel() for grid in np.meshgrid(axis, axis, indexing="ij"))
    powers = [u**i * v**j for i in range(order + 1) for j in range(order + 1 - i)]
    basis, _ = np.linalg.qr(np.stack(powers, axis=1))
    return torch.from_numpy(basis).float().to(device)


@dataclass(frozen=True, eq=False)
class VisibleSources:
    """Source pixels whose ray meets the surface, and the other views (S, K) that see it too (`seen`)."""

    index: Tensor
    hits: Hits
    other: Tensor
    seen: Tensor


@dataclass(frozen=True, eq=False)
class Comparison:
    """What all parts of the photo term share: photos, the field that they are compared through, and how.

    Attributes:
        samples: (nodes,) of the field on `grid`, mm.
        finder: casts at the field's surface.
        noise: standard deviation of the log intensity at the level that is compared.
        trend: order of the polynomial that is taken off every patch: 1 for light that changes slowly, 2 where
            it turns with the subject.
    """

    photos: PhotoSet
    grid: Grid
    samples: Tensor
    finder: SurfaceFinder
    noise: float
    trend: int
    options: PhotoOptions

    @cached_property
    def basis(self) -> Tensor:
        return trend_basis(self.trend, self.photos.device)


def find_visible(comparison: Comparison, sources: SourcePixels) -> VisibleSources:
    """Cast the source rays, and choose up to `options.neighbours` other views for each hit."""
    photos, grid, samples = comparison.photos, comparison.grid, comparison.samples
    finder, options = comparison.finder, comparison.options
    depth = finder.depth(sources.origins, sources.directions)
    index = torch.nonzero(torch.isfinite(depth))[:, 0]
    hits = refine_hits(grid, samples, sources.origins[index], sources.directions[index], depth[index])
    index, hits = index[hits.good], _select(hits, hits.good)
    directions = sources.directions[index]
    candidate = _candidates(photos, hits, sources.view[index], directions, options)
    priority = sources.priority[index] * candidate
    other = priority.topk(min(options.neighbours, photos.count - 1), dim=1)
    seen = other.values > 0
    row, slot = torch.nonzero(seen, as_tuple=True)
    view = other.indices[row, slot]
    toward = functional.normalize(photos.centers[view] - hits.points[row], dim=1)
    blocked = finder.occluded(hits.points[row] + 0.5 * grid.spacing * toward, toward)
    seen = seen.clone()
    seen[row, slot] = ~blocked
    keep = seen.any(dim=1)
    return VisibleSources(index[keep], _select(hits, keep), other.indices[keep], seen[keep])


def _candidates(
    photos: PhotoSet, hits: Hits, view: Tensor, directions: Tensor, options: PhotoOptions
) -> Tensor:
    """(S, N) bool: views that face the hit, at a useful baseline, with its pixel inside the photo."""
    width, height = photos.size
    frontal = -(hits.normal * directions).sum(dim=1) > options.least_cosine
    columns = []
    for other in range(photos.count):
        toward = functional.normalize(photos.centers[other] - hits.points, dim=1)
        index = torch.full_like(view, other)
        pixel, depth = photos.project(index, hits.points)
        inside = (
            (pixel > BORDER).all(dim=1) & (pixel[:, 0] < width - BORDER) & (pixel[:, 1] < height - BORDER)
        )
        columns.append(
            frontal
            & inside
            & (depth > 0)
            & (view != other)
            & ((toward * hits.normal).sum(dim=1) > options.least_cosine)
            & (-(toward * directions).sum(dim=1) > float(np.cos(options.widest_baseline)))
        )
    return torch.stack(columns, dim=1)


@dataclass(frozen=True)
class PhotoReport:
    """Mean correlation of the compared patches, how many pairs there were, and their mean texture weight.

    Attributes:
        attainable: the correlation that photos of the same surface would have, for all their noise.
    """

    correlation: float
    pairs: int
    texture: float
    attainable: float = 1.0

    @property
    def agreement(self) -> float:
        return agreement(self.correlation, self.attainable)


@dataclass(frozen=True, eq=False)
class ComparedPatches:
    """P pairs of a source patch, carried through the surface, and what another photo shows there.

    Attributes:
        surface: (S, Q, 3) points under the pixels of every source patch.
        row, slot: (P,) which of the S sources, and which of its other photos; `other` (P,) is that photo.
        intensity, values: (P, Q) of source and other photo, without trend, over their spread.
        image_gradient: (P, Q, 2) of the other photo; `other_spread` (P,).
        texture: (P,) in [0, 1]; `error` (P,) mean squared difference; `variance` of all of them.
        attainable: mean correlation that is left by noise where the patches show the same.
    """

    surface: Tensor
    row: Tensor
    slot: Tensor
    other: Tensor
    intensity: Tensor
    values: Tensor
    image_gradient: Tensor
    other_spread: Tensor
    texture: Tensor
    error: Tensor
    variance: float
    attainable: float

    @property
    def correlation(self) -> float:
        return float((self.values * self.intensity).mean()) if len(self.row) else 0.0

    def slope(self, image_slope: Tensor, basis: Tensor) -> Tensor:
        """Change (P, Q) of `values` by an unknown that changes the intensities by `image_slope` (P, Q)."""
        slope = detrended(image_slope, basis) / self.other_spread[:, None]
        return slope - self.values * (slope * self.values).mean(dim=1, keepdim=True)


def compare_patches(
    comparison: Comparison, sources: SourcePixels, visible: VisibleSources
) -> ComparedPatches:
    """All pairs of `visible`, at the pyramid level of the sources."""
    photos, noise, basis = comparison.photos, comparison.noise, comparison.basis
    level, view = sources.level, sources.view[visible.index]
    origins = sources.origins[visible.index]
    ray = patch_rays(photos, view, sources.pixel[visible.index], level)
    surface, smooth = patch_on_surface(comparison.grid, comparison.samples, ray, origins, visible.hits, level)
    intensity, spread = normalised_patch(sources.patches[visible.index], basis, noise)
    row, slot = torch.nonzero(visible.seen & smooth[:, None], as_tuple=True)
    other = visible.other[row, slot]
    target, _ = photos.project(other, surface[row])
    values, image_gradient = photos.sample(level, other, target, smooth=comparison.options.smooth_slopes)
    values, other_spread = normalised_patch(values, basis, noise)
    error = ((values - intensity[row]) ** 2).mean(dim=1)
    texture = (1 - noise**2 / spread[row] ** 2) * (1 - noise**2 / other_spread**2)
    variance = max(float(error.median()) / 2, 0.02) if len(error) else 1.0
    own = noise / comparison.options.noise_factor
    left = signal_share(spread[row], noise, own) * signal_share(other_spread, noise, own)
    return ComparedPatches(
        surface,
        row,
        slot,
        other,
        intensity[row],
        values,
        image_gradient,
        other_spread,
        texture,
        error,
        variance,
        float(left.sqrt().mean()) if len(row) else 1.0,
    )


def photo_term(
    comparison: Comparison, sources: SourcePixels, visible: VisibleSources
) -> tuple[Quadratic, PhotoReport]:
    """The quadratic of all patches at the sources' level; points are the patches' corners on the surface."""
    photos, options = comparison.photos, comparison.options
    hits, directions = visible.hits, sources.directions[visible.index]
    pairs = compare_patches(comparison, sources, visible)
    row, slot, error = pairs.row, pairs.slot, pairs.error
    along = _pixel_per_depth(photos, pairs.other, hits.points[row], directions[row])
    residual = pairs.values - pairs.intensity
    slope = pairs.slope((pairs.image_gradient @ along[:, :, None])[:, :, 0], comparison.basis)
    damped = sources.coverage * options.overlap * 2 * pairs.variance
    weight = pairs.texture / (1 + (error / options.robust) ** 2) / damped
    per_mm = slope / hits.slope[row][:, None]  # dt = -df / slope
    information = (per_mm**2).sum(dim=1) * weight
    weight = weight / (1 + information * options.finest**2)

    corner = _corner_shares(photos.device)
    products = (corner[:, :, None] * corner[:, None]).reshape(-1, 16)
    hessian = ((per_mm**2) @ products) * weight[:, None]
    gradient = -((per_mm * residual) @ corner) * weight[:, None]
    blocks = _summed_slots(visible.seen.shape, row, slot, hessian).reshape(-1, 4, 4)
    slopes = _summed_slots(visible.seen.shape, row, slot, gradient)
    ends = [0, PATCH - 1, PATCH * (PATCH - 1), PATCH**2 - 1]
    used = blocks.diagonal(dim1=1, dim2=2).sum(dim=1) > 1e-6
    texture = float(pairs.texture.mean()) if len(row) else 0.0
    report = PhotoReport(pairs.correlation, len(row), texture, pairs.attainable)
    return Quadratic(pairs.surface[:, ends][used], blocks[used], slopes[used]), report


def _summed_slots(shape: torch.Size, row: Tensor, slot: Tensor, values: Tensor) -> Tensor:
    """Values (M, C) at (row, slot) of a table of `shape` -> the sum of each row (shape[0], C).

    Slot by slot: `index_add_` sums in any order on a GPU, and the same seed could give another mesh.
    """
    table = values.new_zeros(*shape, values.shape[1])
    table[row, slot] = values
    total = values.new_zeros(shape[0], values.shape[1])
    for part in table.unbind(dim=1):
        total += part
    return total


def _patch_pixels(device: torch.device) -> Tensor:
    """(PATCH^2, 2) pixel offsets, u fastest."""
    axis = torch.arange(PATCH, device=device) - (PATCH - 1) / 2
    v, u = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([u, v], dim=-1).reshape(-1, 2)


def _corner_shares(device: torch.device) -> Tensor:
    """(PATCH^2, 4) bilinear share of the patch's corners in each pixel."""
    u, v = (_patch_pixels(device) / (PATCH - 1) + 0.5).unbind(dim=1)
    return torch.stack([(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v], dim=1)


def patch_pixels(center: Tensor, level: int) -> Tensor:
    """(S, Q, 2) the pixels of the patches around (S, 2), full resolution."""
    return center[:, None] + _patch_pixels(center.device) * 2.0**level


def patch_rays(photos: PhotoSet, view: Tensor, center: Tensor, level: int) -> Tensor:
    """Rays (S, Q, 3) of any length through the patches around pixels (S, 2) of views (S,)."""
    pixels = patch_pixels(center, level)
    homogeneous = torch.cat([pixels, torch.ones_like(pixels[..., :1])], dim=2)
    return homogeneous @ photos.back_projection[view].transpose(1, 2)


def patch_on_surface(
    grid: Grid, samples: Tensor, ray: Tensor, origins: Tensor, hits: Hits, level: int
) -> tuple[Tensor, Tensor]:
    """World points (S, Q, 3) of patch pixels, and whether the surface under the patch is in one piece (S,).

    Level 0 patches span 4 mm: the tangent plane. Coarser ones follow the surface by one Newton step from the
    plane.
    """
    height = ((hits.points - origins) * hits.normal).sum(dim=1, keepdim=True)
    slope = (ray * hits.normal[:, None]).sum(dim=2)
    depth = height / slope
    smooth = torch.ones(len(ray), dtype=torch.bool, device=ray.device)
    if level >= 1:
        on_plane = origins[:, None] + depth[..., None] * ray
        value = grid.value(samples, on_plane.reshape(-1, 3)).reshape(depth.shape)
        length = ray.norm(dim=2)
        rate = (slope / length).clamp(max=-0.3)
        step = -value / rate
        near = step.abs() < 3.0 * 2**level
        depth = torch.where(near, depth + step / length, depth)
        smooth = near.float().mean(dim=1) > 0.8
    return origins[:, None] + depth[..., None] * ray, smooth


def _pixel_per_depth(photos: PhotoSet, view: Tensor, points: Tensor, directions: Tensor) -> Tensor:
    """(M, 2) pixels the projection moves per mm along the source ray."""
    matrix = photos.projection[view]
    pixel, depth = photos.project(view, points)
    moved = torch.einsum("nij,nj->ni", matrix[..., :3], directions)
    return (moved[:, :2] - pixel * moved[:, 2:]) / depth[:, None]


def detrended(patch: Tensor, basis: Tensor) -> Tensor:
    return patch - (patch @ basis) @ basis.T


def normalised_patch(patch: Tensor, basis: Tensor, noise: float) -> tuple[Tensor, Tensor]:
    """Patch (M, Q) without trend over its spread, and the spread (M,)."""
    patch = detrended(patch, basis)
    spread = ((patch**2).mean(dim=1) + noise**2).sqrt()
    return patch / spread[:, None], spread


def _select(hits: Hits, keep: Tensor) -> Hits:
    return Hits(hits.points[keep], hits.depth[keep], hits.normal[keep], hits.slope[keep], hits.good[keep])
