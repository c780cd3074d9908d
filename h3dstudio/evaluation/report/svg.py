"""A `Drawing` as SVG inside an HTML page."""

from __future__ import annotations

from html import escape

from h3dstudio.evaluation.report.drawing import Box, Drawing, Line, Shape


def to_svg(drawing: Drawing, identifier: str) -> str:
    """An `<svg>` element with title and description; `identifier` is unique in its page."""
    shapes = "".join(map(_shape, drawing.shapes))
    title, described = f"{identifier}-t", f"{identifier}-d"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{title} {described}" '
        f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" width="{_n(drawing.width)}pt">'
        f'<title id="{title}">{escape(drawing.title)}</title>'
        f'<desc id="{described}">{escape(drawing.description)}</desc>{shapes}</svg>'
    )


def _shape(shape: Shape) -> str:
    if isinstance(shape, Line):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        dash = f' stroke-dasharray="{" ".join(map(_n, shape.dash))}"' if shape.dash else ""
        return (
            f'<polyline points="{points}" fill="none" stroke="{shape.color}" '
            f'stroke-width="{_n(shape.width)}" stroke-linejoin="round"{dash}/>'
        )
    if isinstance(shape, Box):
        outline = f' stroke="{shape.outline}" stroke-width="0.6"' if shape.outline else ""
        return (
            f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" '
            f'height="{_n(shape.height)}" fill="{shape.fill}"{outline}/>'
        )
    turn = f' transform="rotate(-90 {_n(shape.x)} {_n(shape.y)})"' if shape.turned else ""
    weight = ' font-weight="600"' if shape.bold else ""
    return (
        f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" fill="{shape.color}" font-size="{_n(shape.size)}" '
        f'text-anchor="{shape.anchor}"{weight}{turn}>{escape(shape.text)}</text>'
    )


def _n(value: float) -> str:
    """A coordinate, short: a hundredth of a point is finer than any printer."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
