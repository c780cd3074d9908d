"""Files that come with the program: in a wheel as `h3dstudio/_resources`, in a checkout as `resources/`."""

from __future__ import annotations

from pathlib import Path

import h3dstudio
from h3dstudio.errors import H3DError

_PACKAGE = Path(h3dstudio.__file__).resolve().parent
PLACES = (_PACKAGE / "_resources", _PACKAGE.parent / "resources")

BUNDLED_PRIOR = "head_prior/linear.h3dprior"


def resource(name: str) -> Path:
    """The bundled file or folder `name`, e.g. "demo_scan". Raises H3DError when the installation lacks it."""
    for place in PLACES:
        if (place / name).exists():
            return place / name
    raise H3DError(
        f"the bundled resource {name} is missing from this installation",
        where=PLACES[0],
        remedy="Install H3D Studio again",
    )


def demo_scan() -> Path:
    """The folder of the bundled demo scan. Raises H3DError when the installation lacks it."""
    return resource("demo_scan")
