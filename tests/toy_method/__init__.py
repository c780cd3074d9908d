"""A whole method in one folder, as an example: the ball that fills the masks best.

What a method of your own needs: settings (a frozen dataclass), a session (steps, mesh, state), and a `Method`
that names both. Another package offers its `METHOD` by an entry point:

    [project.entry-points."h3dstudio.methods"]
    toy-ball = "my_package:METHOD"

No other file knows it: command line, window, batch, report and project find it by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from h3dstudio.methods.method import Capture, Method, Session
from h3dstudio.methods.settings import Choice, MethodSettings, setting


@dataclass(frozen=True, kw_only=True)
class BallSettings(MethodSettings):
    """Settings of the ball."""

    method: ClassVar[str] = "toy-ball"

    rounds: int = setting(6, label="Rounds", help="How often the radius is halved in", minimum=1, maximum=40)
    fill: float = setting(
        0.5, label="Fill", help="Share of the outline that the ball reaches", minimum=0.0, maximum=1.0
    )
    paint: str = setting(
        "gray",
        label="Paint",
        help="The ball's colour",
        choices={"gray": Choice("Gray"), "red": Choice("Red", "Like a nose.")},
    )
    smooth: bool = setting(True, label="Smooth", help="A finer mesh")


def _start(capture: Capture, settings: Any) -> Session:
    from tests.toy_method.session import BallSession  # heavy libraries come with the session

    return BallSession(capture, settings)


METHOD = Method(
    id="toy-ball",
    title="Toy ball",
    hint="The ball that fills the masks best.",
    tip="Finds a radius by halving. Good for nothing but showing how a method is added.",
    settings=BallSettings,
    start=_start,
)
