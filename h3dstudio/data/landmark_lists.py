"""Which points there are to place: the six of H3DS, the 68 of Multi-PIE, and whose mirror image each is."""

from __future__ import annotations

from h3dstudio.data.landmarks import H3DS_LANDMARKS, H3DS_OF_68

H3DS, MULTI_PIE = "H3DS", "Multi-PIE 68"


def _sixty_eight() -> tuple[str, ...]:
    """Names in the order of Multi-PIE (0-based), left and right the subject's.

    The six of H3DS keep their names, so that what was placed under one list is placed under the other;
    pairs are numbered so that they differ by "left" and "right" alone.
    """
    right_jaw = [f"right_jaw_{n}" for n in range(1, 9)]
    names = [*right_jaw, "chin", *(_swap(name) for name in reversed(right_jaw))]
    right_brow = [f"right_brow_{n}" for n in range(1, 6)]
    names += [*right_brow, *(_swap(name) for name in reversed(right_brow))]
    names += ["nose_bridge_1", "nose_bridge_2", "nose_bridge_3", "nose_tip"]
    names += ["right_nostril_1", "right_nostril_2", "nose_base", "left_nostril_2", "left_nostril_1"]
    eye = ("outer_corner", "upper_outer", "upper_inner", "inner_corner", "lower_inner", "lower_outer")
    names += [f"right_eye_{part}" for part in eye]
    names += [f"left_eye_{eye[place]}" for place in (3, 2, 1, 0, 5, 4)]
    upper = ["right_lips", "right_upper_lip_1", "right_upper_lip_2", "upper_lip"]
    lower = ["right_lower_lip_1", "right_lower_lip_2", "lower_lip"]
    names += [*upper, *(_swap(name) for name in reversed(upper[:3]))]
    names += [*(_swap(name) for name in lower[:2]), "lower_lip", *reversed(lower[:2])]
    inner = ["right_inner_lip", "right_inner_upper_lip", "inner_upper_lip"]
    names += [*inner, *(_swap(name) for name in reversed(inner[:2]))]
    names += ["left_inner_lower_lip", "inner_lower_lip", "right_inner_lower_lip"]
    for name, place in H3DS_OF_68.items():
        names[place] = name
    return tuple(names)


def partner(name: str) -> str | None:
    """The landmark on the other side, None for one in the middle: "right_eye" -> "left_eye"."""
    return _swap(name) if _swap(name) != name else None


def _swap(name: str) -> str:
    words = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
    return "_".join(words.get(word, word) for word in name.split("_"))


STANDARD_LISTS: dict[str, tuple[str, ...]] = {H3DS: H3DS_LANDMARKS, MULTI_PIE: _sixty_eight()}
"""Lists that are always there and cannot be edited."""
