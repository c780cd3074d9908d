"""Do a scan's photos, masks and cameras belong together, and if not: why?

The hull of all masks must cover each of them (see `geometry.silhouette_consistency`). Where it does not, what
usually goes wrong is tried out: the correction after which it does names the cause. Nothing is corrected.
May import `geometry` and the rest of `data`.
"""

from h3dstudio.data.view_consistency.assumptions import Cause
from h3dstudio.data.view_consistency.check import ViewConsistency, check_consistency
from h3dstudio.data.view_consistency.words import trusted

__all__ = ["Cause", "ViewConsistency", "check_consistency", "trusted"]
