"""An HTML page taken apart again."""

from __future__ import annotations

import base64
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Attributes: `texts` by tag, `tables` (caption -> label -> cells), `images`, `links`, `headings`."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.images: list[dict[str, str]] = []
        self.addresses: list[str] = []
        self.identifiers: list[str] = []
        self.tables: dict[str, dict[str, list[str]]] = {}
        self.text = ""
        self._caption, self._row = "", []
        self.tags: dict[str, int] = {}
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.addresses += [values[name] for name in ("src", "href", "action", "data") if name in values]
        self.identifiers += [values["id"]] if "id" in values else []
        if tag == "img":
            self.images.append(values)
        if tag == "tr":
            self._row = []
        if tag in ("th", "td"):
            self._row.append("")
        if tag in ("h1", "h2", "h3"):
            self.headings.append((int(tag[1]), ""))
        if tag == "caption":
            self._caption = ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1] == tag, (self.open, tag)
        self.open.pop()
        if tag == "caption":
            self.tables[self._caption] = {}
        if tag == "tr" and self._row:
            self.tables[self._caption].setdefault(self._row[0], []).extend(self._row[1:])

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += data
        for tag in reversed(self.open):
            if tag in ("th", "td"):
                self._row[-1] += data
            elif tag == "caption":
                self._caption += data
            elif tag in ("h1", "h2", "h3"):
                level, text = self.headings[-1]
                self.headings[-1] = (level, text + data)
            else:
                continue
            break

    def pictures(self) -> list[bytes]:
        """The bytes of every embedded picture."""
        return [base64.b64decode(image["src"].partition(",")[2]) for image in self.images]
