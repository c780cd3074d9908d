"""Small tables of numbers: the scores of one mesh, and those of several runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from h3dstudio.evaluation.evaluate import Evaluation
from h3dstudio.evaluation.strict import THRESHOLDS, StrictScore
from h3dstudio.gui.shell.texts import translator
from h3dstudio.session.evaluation.evaluated_runs import RunRow

_tr = translator("ScoreTable")
_Align = Qt.AlignmentFlag


class NumberTable(QTableWidget):
    """As high as its rows; the first column takes what the numbers leave.

    Its texts are shortened where there is too little of it, or, where they are `whole`, the table scrolls.
    """

    whole = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def fill(self, head: Sequence[str], rows: Sequence[Sequence[str]], tips: Sequence[str]) -> None:
        """Show these; `tips` are the rows' tooltips."""
        self.setColumnCount(len(head))
        self.setRowCount(len(rows))
        for number, (row, tip) in enumerate(zip(rows, tips, strict=True)):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_side(column))
                item.setToolTip(tip)
                self.setItem(number, column, item)
        mode = QHeaderView.ResizeMode
        for column in range(len(head)):
            first = mode.Fixed if self.whole else mode.Stretch
            resize = first if column == 0 else mode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, resize)
            title = QTableWidgetItem(head[column])
            title.setTextAlignment(_side(column))
            self.setHorizontalHeaderItem(column, title)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.columnCount():
            self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        height = header.sizeHint().height() + 24 * self.rowCount() + 4
        if self.whole:
            numbers = sum(header.sectionSize(column) for column in range(1, self.columnCount()))
            needed = self.sizeHintForColumn(0)
            header.resizeSection(0, max(needed, self.viewport().width() - numbers))
            height += 12 if needed + numbers > self.viewport().width() else 0
        self.setFixedHeight(height)


class ScoreTable(NumberTable):
    """Both protocols for one mesh: a row for each figure, a column for each part of the head."""

    whole = True

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Replace what is shown."""
        names = list(dict.fromkeys(("face", "head", *evaluation.strict.as_given)))
        rows, tips = [], []
        for label, tip, value in _figures(evaluation):
            rows.append([label, *(value(name) for name in names)])
            tips.append(tip)
        self.fill(["", *(name.replace("_", " ") for name in names)], rows, tips)


Value = Callable[[str], str]


def _figures(evaluation: Evaluation) -> list[tuple[str, str, Value]]:
    """(label, explanation, text by the name of what is scored)."""
    given, rigid, h3ds = evaluation.strict.as_given, evaluation.strict.rigid, evaluation.h3ds.scores

    def strict(read: Callable[[StrictScore], float | None], digits: int = 2) -> Value:
        return lambda name: _text(read(given[name]) if name in given else None, digits)

    def f_score(position: int) -> Value:
        return strict(lambda score: 100 * score.f_scores[position].f, 1)

    complete = strict(lambda score: 100 * score.completeness, 1)

    def after_icp(name: str) -> str:
        return _text(rigid[name].mean if name in rigid else None)

    def published(name: str) -> str:
        return _text(h3ds[name].mean if name in h3ds else None)

    def resized(name: str) -> str:
        return _text(h3ds[name].scale if name in h3ds else None, 3)

    tr, near = _tr, _tr("How much of both surfaces lies within {0:g} mm of the other")
    shares = [(tr("F {0:g} mm, %").format(mm), near.format(mm)) for mm in THRESHOLDS]
    return [
        (tr("Strict, mm"), tr("Visible ground truth to surface, mean, as given"), strict(lambda s: s.mean)),
        (tr("… rigid ICP"), tr("The same after a rigid registration"), after_icp),
        (tr("H3DS, mm"), tr("The published protocol: nearest vertex after ICP with scale"), published),
        (tr("… resized by"), tr("What the ICP of the published protocol scaled the mesh by"), resized),
        (tr("Hausdorff 95"), tr("The larger 95th percentile, mm"), strict(lambda s: s.hausdorff95)),
        *((label, tip, f_score(position)) for position, (label, tip) in enumerate(shares)),
        (tr("Normals, °"), tr("Mean angle between the normals"), strict(lambda s: s.normal_angle, 1)),
        (tr("Complete, %"), tr("Visible ground truth with a surface within 5 mm"), complete),
    ]


class RunTable(NumberTable):
    """The runs of the scan, and published figures. `chosen(Path)` when a run is double-clicked."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: list[Path | None] = []
        self.cellDoubleClicked.connect(self._choose)

    def show_rows(self, rows: Sequence[RunRow], *, strict: bool = False) -> None:
        """Replace what is shown; the figures are those of the published protocol, or the `strict` ones."""
        self._folders = [row.folder for row in rows]
        head = [_tr("Run"), _tr("Face"), _tr("Head")]
        texts = []
        for row in rows:
            pair = (row.strict_face, row.strict_head) if strict else (row.face, row.head)
            texts.append([row.name, *map(_text, pair)])
        self.fill(head, texts, [_told(row) for row in rows])
        for number, row in enumerate(rows):
            for column in range(len(head)) if row.folder is None else ():
                if (item := self.item(number, column)) is not None:
                    font = item.font()
                    font.setItalic(True)
                    item.setFont(font)

    def _choose(self, row: int, _column: int) -> None:
        if (folder := self._folders[row]) is not None:
            self.chosen.emit(folder)


def _told(row: RunRow) -> str:
    """The tooltip of a row."""
    views = _tr("%n views", row.views) if row.views is not None else ""
    return "\n".join(part for part in (f"{row.name}  {views}".strip(), row.note) if part)


def _side(column: int) -> Qt.AlignmentFlag:
    return (_Align.AlignLeft if column == 0 else _Align.AlignRight) | _Align.AlignVCenter


def _text(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
