"""Web pages as paragraphs and tables: saved from a browser, or written by Word as HTML or MHTML.

What stands around the document (menus, footers, scripts, forms) is left out, unless it holds most
of the words: many sites put a whole page into one form. A table that only sets text side by side is
none.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree, html

from parstats.documents import header_roles, legacy_letters
from parstats.documents.block_list import BlockList, is_frame
from parstats.documents.document import Cell, Document
from parstats.documents.limits import DEEPEST, refuse
from parstats.documents.list_numbers import Level, ListNumbers
from parstats.documents.paragraphs import cell
from parstats.documents.phrases import tidy

_NOT_TEXT = {
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "button"),
    *("head", "title", "textarea", "input", "canvas", "audio", "video", "map", "datalist"),
}
_AROUND = {"nav", "menu", "header", "footer", "aside", "form", "dialog"}
# Words of the classes, ids and roles that sites give to what stands around a document.
_AROUND_WORDS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|header|footer|sidebar|aside|breadcrumbs?|banner|"
    r"copyright|comments?|related|social|share|search|login|toolbar|pagination|advert|ads|cookie)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_BLOCKS = {
    *("p", "div", "section", "article", "main", "body", "html", "center", "blockquote", "pre"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "hr"),
    *("fieldset", "address", "figure", "figcaption", "details", "summary", "caption"),
    *_AROUND,
}
_NUMBER_FORMS = {"I": "upperRoman", "i": "lowerRoman", "A": "upperLetter", "a": "lowerLetter"}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MOST_COLUMNS = 64  # that one cell covers, as in Word documents; tables of plans have fewer


def read(path: Path) -> Document:
    """Return the blocks of an .html, .htm, .mht or .mhtml; spans are running numbers.

    Raises InvalidData if there is no text in it, or its letters are none of a known encoding.
    """
    text = _decoded(path)
    # A declaration of the encoding is of no use for text that is decoded.
    page = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text) or "<p></p>")
    body = page.find("body") if page.find("body") is not None else page
    reader = _Reader(len(tidy(body.text_content())))
    reader.take(body, 0)
    reader.end_paragraph()
    if not reader.blocks.blocks:
        remedy = "open it in a browser and save it whole, or print it as .pdf"
        refuse(path, "a web page without text", "a plan document", remedy)
    return Document(str(path), ".html", blocks=tuple(reader.blocks.blocks))


# Encodings.


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    if re.match(rb"\s*(?:MIME-Version|From|Date|Content-Type)\s*:", content, re.IGNORECASE):
        return _page_of_archive(path, content)
    return decode(path, content)


def _page_of_archive(path: Path, content: bytes) -> str:
    """Return the page in an MHTML archive, which is written like a letter with attachments."""
    letter = email.message_from_bytes(content, policy=email.policy.default)
    for part in letter.walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                return decode(path, page, part.get_content_charset() or "")
    refuse(path, "an archive without a web page", "a plan document", "save the page as .html")


def decode(path: Path, content: bytes, declared: str = "") -> str:
    r"""Return the text of a page: by its mark, as UTF-8, by what it declares, as Windows-1258.

    >>> decode(Path("a.html"), "<p>Đô thị".encode("cp1258", "ignore"))
    '<p>Đô th'
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    match = _CHARSET.search(content[:4096])
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8")
    old = legacy_letters.detect_encoding(content.decode("latin-1").splitlines())
    if old:
        legacy_letters.refuse_encoding(path, old)
    for encoding in (declared, match[1].decode("ascii") if match else "", "cp1258"):
        # Pages that declare Western letters were written with Vietnamese settings.
        is_western = encoding.lower() in ("iso-8859-1", "latin1", "windows-1252", "")
        with suppress(UnicodeDecodeError, LookupError):
            return content.decode("cp1258" if is_western else encoding)
    remedy = "open it in a browser and save it again in UTF-8"
    refuse(path, "a web page in an unknown encoding", "a page in UTF-8", remedy)


# Contents.


@dataclass
class _Reader:
    """Goes through the page; text of inline elements is gathered until a block begins or ends."""

    n_letters: int
    blocks: BlockList = field(default_factory=BlockList)
    pieces: list[str] = field(default_factory=list)
    heading: int = 0

    def take(self, element: Any, depth: int) -> None:
        """Add an element's text and what is in it."""
        self.pieces.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and not self._is_left_out(child):
                self._take_child(child, depth)
            self.pieces.append(child.tail or "")

    def _take_child(self, child: Any, depth: int) -> None:
        if child.tag == "br":
            self.pieces.append("\n")
        elif child.tag not in _BLOCKS:
            self.take(child, depth)
        elif depth < 50 * DEEPEST:  # browsers nest divisions far deeper than tables
            self.end_paragraph()
            if child.tag == "table":
                self._table(child, depth)
            elif child.tag in ("ul", "ol"):
                self._list(child, depth, 0)
            else:
                self.heading = int(child.tag[1]) if re.fullmatch("h[1-6]", child.tag) else 0
                self.take(child, depth + 1)
            self.end_paragraph()
            self.heading = 0

    def end_paragraph(self, number: str = "") -> None:
        """Add the text gathered so far, a line a paragraph."""
        lines = [line for line in map(tidy, _lines(self.pieces)) if line]
        self.pieces = []
        for position, line in enumerate(lines):
            self.blocks.add_paragraph(line if position else f"{number}{line}", self.heading)

    def _is_left_out(self, element: Any) -> bool:
        """Return whether an element is not shown, or stands around the document."""
        tag = element.tag.lower()
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "")
        if tag in _NOT_TEXT or hidden:
            return True
        names = " ".join(element.get(name) or "" for name in ("class", "id", "role"))
        around = tag in _AROUND or _AROUND_WORDS.search(names) or _is_link_list(element)
        if not around or tag in ("table", "tr", "td", "th", "p"):
            return False
        return len(tidy(element.text_content())) * 2 < self.n_letters

    def _list(self, element: Any, depth: int, level: int) -> None:
        numbers = _list_numbers(element, level)
        for item in element:
            if item.tag in ("ul", "ol"):  # browsers take a list in a list for a deeper one
                self._list(item, depth, level + 1)
            elif isinstance(item.tag, str) and not self._is_left_out(item):
                value = item.get("value") or ""
                number = numbers.next("", level, int(value) if value.isdigit() else None)
                self._item(item, number, depth, level)

    def _item(self, item: Any, number: str, depth: int, level: int) -> None:
        first = len(self.blocks.blocks)
        self.pieces.append(item.text or "")
        for child in item:
            if child.tag in ("ul", "ol"):
                self.end_paragraph(number if len(self.blocks.blocks) == first else "")
                self._list(child, depth, level + 1)
            elif child.tag in ("p", "div") and len(self.blocks.blocks) == first:
                self.take(child, depth + 1)
                self.end_paragraph(number)
            elif isinstance(child.tag, str) and not self._is_left_out(child):
                self._take_child(child, depth + 1)
            self.pieces.append(child.tail or "")
        self.end_paragraph(number if len(self.blocks.blocks) == first else "")

    def _table(self, table: Any, depth: int) -> None:
        rows = _rows(table)
        has_inner = any(box.find(".//table") is not None for row in rows for box in row)
        texts = [[_words(box) for box in row] for row in rows]
        telling = len(rows) > 1 and any(map(header_roles.is_plan_header, texts))
        cells = [] if has_inner and not telling else _placed(rows)
        if is_frame(cells):
            for box in (box for row in rows for box in row):
                self.take(box, depth + 1)
                self.end_paragraph()
            return
        for caption in table.findall("caption"):
            self.blocks.add_paragraph(_words(caption))
        self.blocks.add_table(cells)


def _lines(pieces: Sequence[str]) -> list[str]:
    """Return the lines of gathered text; line breaks of the source are blanks."""
    lines = [""]
    for piece in pieces:
        if piece == "\n":
            lines.append("")
        else:
            lines[-1] += re.sub(r"[ \t\r\n\f]+", " ", piece)
    return lines


def _is_link_list(element: Any) -> bool:
    """Return whether a list is a menu: all its words are links."""
    if element.tag not in ("ul", "ol"):
        return False
    text = tidy(element.text_content())
    links = tidy(" ".join(link.text_content() for link in element.iter("a")))
    return bool(text) and len(links.replace(" ", "")) >= 0.9 * len(text.replace(" ", ""))


def _list_numbers(element: Any, level: int) -> ListNumbers:
    if element.tag == "ul" or "list-style" in (element.get("style") or ""):
        about = Level("bullet", "")
    else:
        form = _NUMBER_FORMS.get(element.get("type") or "", "decimal")
        start = element.get("start") or "1"
        sign = ")" if form == "lowerLetter" else "."
        about = Level(form, f"%{level + 1}{sign}", int(start) if start.isdigit() else 1)
    return ListNumbers({"": {level: about}})


# Tables.


def _rows(table: Any) -> list[list[Any]]:
    """Return the cells of the shown rows of a table, without those of tables within it."""
    rows = [
        row
        for part in table
        if isinstance(part.tag, str)
        for row in ([part] if part.tag == "tr" else part.findall("tr"))
    ]
    return [
        [box for box in row if box.tag in ("td", "th") and not _is_hidden(box)]
        for row in rows
        if not _is_hidden(row)
    ]


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _placed(rows: Sequence[Sequence[Any]]) -> list[tuple[Cell, ...]]:
    """Return cells by row and column, those under merged ones marked."""
    placed: list[tuple[Cell, ...]] = []
    reach: dict[int, tuple[int, bool]] = {}  # by column: rows to come under a cell, its first
    for at, boxes in enumerate(rows):
        row: list[Cell] = []
        for box in (*boxes, None):
            while (below := reach.get(len(row), (0, True)))[0]:
                reach[len(row)] = (below[0] - 1, below[1])
                row.append(Cell(merged="up"))
            if box is None:
                continue
            wide, high = (
                min(_span(box, "colspan"), _MOST_COLUMNS),
                min(_span(box, "rowspan"), len(rows) - at),
            )
            content = cell(_cell_lines(box))
            for column in range(len(row), len(row) + wide):
                reach[column] = (high - 1, column == len(row))
            row.append(Cell(content.paragraphs, n_rows=high, n_columns=wide))
            row += [Cell(merged="left")] * (wide - 1)
        placed.append(tuple(row))
    return placed


def _span(box: Any, name: str) -> int:
    value = (box.get(name) or "1").strip()
    return max(int(value), 1) if value.isdigit() else 1


def _cell_lines(box: Any) -> Iterator[str]:
    """Yield the lines of a cell, lists with their numbers; a table in it is a row a line."""
    reader = _Reader(0)
    for table in box.findall(".//table"):
        lines = ["; ".join(filter(None, map(_words, row))) for row in _rows(table)]
        paragraph = etree.Element("div")
        for line in lines:
            etree.SubElement(paragraph, "p").text = line
        paragraph.tail = table.tail
        table.getparent().replace(table, paragraph)
    reader.take(box, 1)
    reader.end_paragraph()
    return (block.text for block in reader.blocks.blocks)


def _words(box: Any) -> str:
    return tidy(box.text_content())
