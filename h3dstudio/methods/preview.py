"""The photo beside the method's own picture from the same camera, now and then while a run goes on."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from h3dstudio.data.scan import LoadedView
from h3dstudio.errors import H3DError
from h3dstudio.geometry.camera import Camera
from h3dstudio.jobs.events import Preview
from h3dstudio.methods.method import Capture, Session

HEIGHT = 240
"""Pixels of the pictures."""
SECONDS, SHARE = 2.0, 0.03
"""Least time between two; and the share of the run's time that making them may take."""


class Previews:
    """Makes the previews of one run."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._next = 0.0

    def made(self, step: int, session: Session, *, last: bool = False) -> Preview | None:
        """A preview; None where it is too soon (never for the last), or nothing is to be seen."""
        begun = time.monotonic()
        if begun < self._next and not last:
            return None
        view = self._capture.views[0]
        try:
            image = beside_photo(view, session)
        except H3DError:  # no surface now, or none that can be drawn: the run goes on
            return None
        ended = time.monotonic()
        self._next = ended + max(SECONDS, (ended - begun) / SHARE)
        return Preview(step, image, f"View {view.view.index}: photo and reconstruction")


def beside_photo(view: LoadedView, session: Session) -> NDArray[np.uint8]:
    """(HEIGHT, W, 3): the photo at the left, the session's picture from its camera at the right."""
    from PIL import Image

    height, width = view.mask.shape
    size = (max(1, round(width * HEIGHT / height)), HEIGHT)
    photo = np.asarray(Image.fromarray(view.image).resize(size, Image.Resampling.BILINEAR))
    camera = view.view.camera
    factors = np.diag([size[0] / width, size[1] / height, 1.0])
    small = Camera(factors @ camera.intrinsics, camera.rotation, camera.translation)
    return np.concatenate([photo, session.render(small, size)], axis=1)
