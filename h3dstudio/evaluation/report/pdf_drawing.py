"""A `Drawing` in a PDF, as lines and letters, not as pixels."""

from __future__ import annotations

from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from h3dstudio.evaluation.report.drawing import Box, Drawing, Line, Shape, Words
from h3dstudio.evaluation.report.pdf_text import BOLD, REGULAR, WIDE, register_fonts, runs_of


class Sketch(Flowable):  # type: ignore[misc]
    """A drawing in the flow of a page, `factor` times its size."""

    def __init__(self, drawing: Drawing, factor: float = 1.0) -> None:
        super().__init__()
        self.drawing, self.factor = drawing, factor
        self.width, self.height = drawing.width * factor, drawing.height * factor

    def wrap(self, *_: float) -> tuple[float, float]:
        """ReportLab asks how large it is."""
        return self.width, self.height

    def draw(self) -> None:
        """ReportLab says when."""
        canvas = self.canv
        canvas.saveState()
        canvas.scale(self.factor, self.factor)
        canvas.translate(0, self.drawing.height)  # y is upwards in a PDF
        canvas.setLineJoin(1)
        for shape in self.drawing.shapes:
            _draw(canvas, shape)
        canvas.restoreState()


def _draw(canvas: Any, shape: Shape) -> None:
    if isinstance(shape, Line):
        _line(canvas, shape)
    elif isinstance(shape, Box):
        canvas.setFillColor(shape.fill)
        if shape.outline:
            canvas.setStrokeColor(shape.outline)
            canvas.setLineWidth(0.6)
            canvas.setDash()
        canvas.rect(
            shape.x, -shape.y - shape.height, shape.width, shape.height, stroke=bool(shape.outline), fill=1
        )
    else:
        _words(canvas, shape)


def _line(canvas: Any, line: Line) -> None:
    if len(line.points) < 2:
        return
    canvas.setStrokeColor(line.color)
    canvas.setLineWidth(line.width)
    canvas.setDash(list(line.dash))
    path = canvas.beginPath()
    path.moveTo(line.points[0][0], -line.points[0][1])
    for x, y in line.points[1:]:
        path.lineTo(x, -y)
    canvas.drawPath(path, stroke=1, fill=0)


def _words(canvas: Any, words: Words) -> None:
    pieces = [(piece, _font(standard, words.bold)) for piece, standard in runs_of(words.text)]
    widths = [stringWidth(piece, font, words.size) for piece, font in pieces]
    canvas.saveState()
    canvas.translate(words.x, -words.y)
    if words.turned:
        canvas.rotate(90)
    canvas.setFillColor(words.color)
    x = -sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    for (piece, font), width in zip(pieces, widths, strict=True):
        canvas.setFont(font, words.size)
        canvas.drawString(x, 0, piece)
        x += width
    canvas.restoreState()


def _font(standard: bool, bold: bool) -> str:
    if standard or not register_fonts():
        return BOLD if bold else REGULAR
    return WIDE
