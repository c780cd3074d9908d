"""A results table as text, CSV, LaTeX or HTML; the same content in each."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Mapping

from h3dstudio.data.text_tables import guarded
from h3dstudio.evaluation.results_table import Entry, Figure, ResultsTable, Row

NOTHING = "–"
_CSV_COLUMNS = (
    "protocol",
    "source",
    "method",
    "views",
    "face_mean_mm",
    "face_sd_mm",
    "head_mean_mm",
    "head_sd_mm",
    "n",
    "wanted",
    "reduced",
)
_LATEX = {
    "\\": r"\textbackslash{}",
    "±": r"$\pm$",
    "–": "--",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f27; margin: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
caption, h1 { text-align: left; } h1 { font-size: 1.4rem; }
th, td { padding: .35rem .9rem; border-bottom: 1px solid #dde1e8; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
tr.block th { padding-top: 1.2rem; text-align: left; color: #5d6675; font-weight: 600; }
tr.ours td { font-weight: 600; }
ul { color: #5d6675; padding-left: 1.2rem; }
"""


def as_text(table: ResultsTable) -> str:
    """Columns of spaces."""
    rows = [row for block in table.blocks for row in block.rows]
    first = max(len(row.label) for row in rows) if rows else 0
    widths = {
        views: max(len(f"{views} views"), *(len(_shown(row, views)) for row in rows)) for views in table.views
    }
    head = " " * first + "".join(f"  {f'{views} views':>{widths[views]}}" for views in table.views)
    lines = [table.title, ""]
    for block in table.blocks:
        lines += [block.title, head]
        for row in block.rows:
            cells = "".join(f"  {_shown(row, views):>{widths[views]}}" for views in table.views)
            lines.append(f"{row.label:<{first}}{cells}".rstrip())
        lines.append("")
    return "\n".join([*lines, *table.notes]) + "\n"


def as_csv(table: ResultsTable) -> str:
    """One line for each row and number of views; full precision, empty where there is no figure."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for block in table.blocks:
        for row in block.rows:
            source = "these results" if row.ours else row.label
            for views in table.views:
                if entry := row.entries.get(views):
                    counts = (entry.count, entry.wanted, entry.reduced) if row.ours else ("", "", "")
                    figures = (*_numbers(entry.face), *_numbers(entry.head))
                    words = map(guarded, (row.protocol, source, row.method, views))
                    writer.writerow([*words, *figures, *counts])
    return out.getvalue()


def as_latex(table: ResultsTable) -> str:
    """A table for a paper that loads booktabs."""
    columns = len(table.views) + 1
    lines = [
        r"\begin{table}",
        rf"\caption{{{_latex(table.title)}. {_latex(' '.join(table.notes[:2]))}}}",
        rf"\begin{{tabular}}{{l{'r' * len(table.views)}}}",
        r"\toprule",
        " & ".join(["", *(f"{_latex(views)} views" for views in table.views)]) + r" \\",
    ]
    for block in table.blocks:
        lines += [r"\midrule", rf"\multicolumn{{{columns}}}{{l}}{{\emph{{{_latex(block.title)}}}}} \\"]
        for row in block.rows:
            cells = [_latex(row.label), *(_latex(_shown(row, views)) for views in table.views)]
            lines.append(" & ".join(cells) + r" \\")
    lines += [r"\bottomrule", r"\end{tabular}", *(rf"\par {_latex(note)}" for note in table.notes[2:])]
    return "\n".join([*lines, r"\end{table}"]) + "\n"


def as_html(table: ResultsTable) -> str:
    """One page that needs nothing else."""
    columns = len(table.views) + 1
    head = "".join(f"<th>{html.escape(views)} views</th>" for views in table.views)
    lines = [f"<tr><th></th>{head}</tr>"]
    for block in table.blocks:
        lines.append(f'<tr class="block"><th colspan="{columns}">{html.escape(block.title)}</th></tr>')
        for row in block.rows:
            cells = "".join(f"<td>{html.escape(_shown(row, views))}</td>" for views in table.views)
            kind = ' class="ours"' if row.ours else ""
            lines.append(f"<tr{kind}><td>{html.escape(row.label)}</td>{cells}</tr>")
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in table.notes)
    title = html.escape(table.title)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n<table>\n"
        + "\n".join(lines)
        + f"\n</table>\n<ul>{notes}</ul>\n</body></html>\n"
    )


FORMATS: Mapping[str, Callable[[ResultsTable], str]] = {
    "text": as_text,
    "csv": as_csv,
    "latex": as_latex,
    "html": as_html,
}


def _shown(row: Row, views: str) -> str:
    """ "0.95 ± 0.10 / 2.70 ± 0.30", a star for reduced settings, the count where scans are missing."""
    entry = row.entries.get(views)
    if entry is None:
        return NOTHING
    text = f"{_figure(entry.face)} / {_figure(entry.head)}" if entry.count or not row.ours else NOTHING
    return text + _marks(entry)


def _marks(entry: Entry) -> str:
    star = "*" if entry.reduced else ""
    return star + (f" ({entry.count} of {entry.wanted})" if entry.count < entry.wanted else "")


def _figure(value: Figure | None) -> str:
    if value is None:
        return NOTHING
    return f"{value.mean:.2f}" + (f" ± {value.deviation:.2f}" if value.deviation is not None else "")


def _numbers(value: Figure | None) -> tuple[object, object]:
    if value is None:
        return "", ""
    return value.mean, "" if value.deviation is None else value.deviation


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
