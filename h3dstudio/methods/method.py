"""What a method is: what it is called and asks for, and a session of it at work.

A new method is one folder with a `Method`, named in `registry.BUILT_IN` or in the entry-point group
`h3dstudio.methods` of another package. One loop (`run.reconstruct`) drives the sessions of all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from h3dstudio.methods.settings import MethodSettings

if TYPE_CHECKING:  # what methods are called and ask for is known without numpy: `h3dstudio --help` is quick
    import numpy as np
    from numpy.typing import NDArray

    from h3dstudio.data.scan import LoadedView
    from h3dstudio.geometry.camera import Camera
    from h3dstudio.geometry.mesh import TriangleMesh
    from h3dstudio.geometry.transforms import Similarity
    from h3dstudio.jobs.events import Log

    Arrays = Mapping[str, NDArray[Any]]

BLACK = (0, 0, 0)


@dataclass(frozen=True, eq=False)
class Capture:
    """What a head is reconstructed from, in the scan's own frame and unit.

    Attributes:
        views: photos, masks and cameras (world of the scan -> pixel).
        unit_sphere: maps the unit sphere that holds the head to the scan's frame.
        landmarks: H3DS landmark name -> point (3,), where they are known.
    """

    views: Sequence[LoadedView]
    unit_sphere: Similarity
    landmarks: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


@dataclass(frozen=True)
class Needs:
    """What a method cannot work without.

    Attributes:
        masks: of every photo.
        prior: a head prior, bundled or the user's; its setting is called `prior`.
        least_views: photos.
        gpu: a graphics card.
    """

    masks: bool = True
    prior: bool = False
    least_views: int = 1
    gpu: bool = False


@dataclass(frozen=True, eq=False)
class News:
    """What a step of a session brought.

    Attributes:
        done: steps taken so far, of the session's `total`.
        phase: what is being done, for people.
        metrics: scalars by name.
        logs: lines for the user.
        mesh: makes the surface as it is now (scan's frame): called where it is shown. May raise MeshError.
        worth_showing: show it even if the one before is still new.
        timing: the part of the run that the step's time counts for; "" counts nowhere.
    """

    done: int
    phase: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    logs: tuple[Log, ...] = ()
    mesh: Callable[[], TriangleMesh] | None = None
    worth_showing: bool = False
    timing: str = ""


@dataclass(frozen=True, eq=False)
class SessionState:
    """All that is needed to go on, without pickle.

    Attributes:
        place: how far it is; two states of one place are the same.
        arrays: by name.
        facts: plain values for JSON.
    """

    place: tuple[int, ...]
    arrays: Arrays
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Findings:
    """What a method found out beside the surface; scan's frame.

    Attributes:
        iterations: steps that changed the surface.
        latent, pose: code (K,) of a prior's head, and scan -> canonical frame.
        landmarks68: (68, 3) the Multi-PIE landmarks, on the surface.
        cameras: of the photos, where they were corrected.
        caveats: why the head may be wrong, in words.
    """

    iterations: int = 0
    latent: NDArray[np.float32] | None = None
    pose: Similarity | None = None
    landmarks68: NDArray[np.float64] | None = None
    cameras: tuple[Camera, ...] | None = None
    caveats: tuple[str, ...] = ()


class Session(Protocol):
    """A method at work on one head. It is driven by one thread, a step at a time."""

    @property
    def total(self) -> int:
        """Steps from start to end, as far as is known now."""
        ...

    @property
    def seconds_left(self) -> float | None:
        """For the steps that are left; None as long as nothing was measured."""
        ...

    def step(self) -> News | None:
        """Work a little (a second at most where that can be done). None once there is nothing left to do.

        Raises ReconstructionError where no surface can be found.
        """
        ...

    def finish(self) -> None:
        """Come to an end soon with what there is: `step` gives None after few more calls."""
        ...

    def mesh(self) -> TriangleMesh:
        """The surface as it is now, quickly; scan's frame."""
        ...

    def surface(self) -> TriangleMesh:
        """The surface as it is to be kept, finely; scan's frame. Asked for once, at the end."""
        ...

    def confidence(self) -> NDArray[np.float32] | None:
        """(V,) in [0, 1] for the vertices of `surface`; None where the method knows none."""
        ...

    def colors(self) -> NDArray[np.uint8] | None:
        """(V, 3) sRGB of the vertices of `surface`."""
        ...

    def render(
        self, camera: Camera, size: tuple[int, int], *, photo: int | None = None, background: Any = BLACK
    ) -> NDArray[np.uint8]:
        """A picture (H, W, 3) of the head as it is now, from a camera of the scan's frame.

        Args:
            size: (width, height) pixels.
            photo: index of the photo that it is compared with: in its light, and with none of its pixels.
        """
        ...

    def findings(self) -> Findings:
        """What was found beside the surface."""
        ...

    def state(self) -> SessionState | None:
        """The latest moment that it can go on from; None before there is one."""
        ...

    def restore(self, state: SessionState) -> None:
        """Go on from a state of the same method, capture and settings. Called before the first step.

        Raises ValueError for a state that is damaged.
        """
        ...


@dataclass(frozen=True, eq=False)
class Method:
    """A way to get a head.

    Attributes:
        id: on the command line and in files; never changes.
        title: as people read it.
        hint: one line, below its name in the window.
        tip: a few sentences: how it works, what it is good for.
        settings: class of its settings.
        needs: what it cannot work without.
        published: methods of `evaluation.published` whose rows are of this very method; results of others
            are never shown as if they were theirs.
        version: counts changes that change a mesh: a checkpoint of another version is refused.
        packages: whose constants decide about the mesh; they enter the checkpoint's fingerprint.
        start: makes a session. Heavy libraries are imported by this call, not before.
    """

    id: str
    title: str
    hint: str
    tip: str
    settings: type[MethodSettings]
    start: Callable[[Capture, Any], Session]
    needs: Needs = Needs()
    published: tuple[str, ...] = ()
    version: int = 1
    packages: tuple[str, ...] = ()
