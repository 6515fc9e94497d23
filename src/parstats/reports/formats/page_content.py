"""The parts of a report's page in order, for formats other than HTML.

Reading the finished page, not the notebook, is what makes all forms say the same.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from parstats.reports.formats import html

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


_BOLD, _ITALIC, _CODE = {"b", "strong"}, {"i", "em"}, {"code", "kbd", "samp"}
_UNSEEN = {"style", "script", "template", "link", "meta", "hr"}
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True)
class Run:
    """Words of one format; `href` is the address they link to."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the page has level 1."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `verbatim` is what a cell printed, its lines kept."""

    runs: Runs
    verbatim: bool = False


@dataclass(frozen=True)
class Item:
    """An entry of a list, `depth` lists deep, from 0; `number` is None without numbers."""

    runs: Runs
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True)
class Figure:
    """A picture, its description, and its width on the page in inches, 0 if it does not say."""

    content: bytes
    kind: str
    alt: str
    width: float = 0.0


@dataclass(frozen=True)
class Cell:
    """A cell of a table, over `columns` columns and `rows` rows; `unbroken` stays on one line."""

    runs: Runs
    align: str = "left"
    columns: int = 1
    rows: int = 1
    unbroken: bool = False

    @property
    def text(self) -> str:
        """Its words without formatting."""
        return plain(self.runs)


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table: rows of headings, rows of figures (a row of one wide cell heads a group), notes.

    `widths` are shares of the whole width by column, empty if the page does not say.
    """

    head: tuple[Row, ...]
    body: tuple[Row, ...]
    notes: tuple[Runs, ...] = ()
    widths: tuple[float, ...] = ()

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return max(
            (sum(cell.columns for cell in row) for row in (*self.head, *self.body)), default=0
        )


@dataclass(frozen=True)
class Cards:
    """The figures at the head of a report: what, how much, and a remark."""

    cards: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Box:
    """A highlighted box."""

    parts: tuple[Part, ...] = field(default=())


Part = Heading | Paragraph | Item | Figure | Table | Cards | Box


def plain(runs: Runs) -> str:
    """Return the words without formatting.

    >>> plain((Run("Điểm "), Run("45,00", bold=True)))
    'Điểm 45,00'
    """
    return "".join(run.text for run in runs)


def report_parts(executed: NotebookNode, about: About) -> list[Part]:
    """Return the parts of a report, in the order of its page."""
    return page_parts(html.page(executed, about, vector=False))


def page_parts(page: str) -> list[Part]:
    """Return the parts of a page.

    It is a result of `parstats.reports.formats.html.page`.

    >>> page_parts("<main><h1>Lạng Sơn</h1><p>Hạng <b>12</b></p></main>")
    [Heading(level=1, runs=(Run(text='Lạng Sơn', ...),)), Paragraph(runs=(...), ...)]
    """
    from lxml import html as lxml_html

    document = lxml_html.document_fromstring(page)
    main = document.find(".//main")
    return list(_parts(document if main is None else main))


def _parts(parent: Any) -> Iterator[Part]:
    """Yield the parts of an element; text between blocks makes a paragraph."""
    loose: list[Run] = list(_text(parent.text, Run("")))
    for child in parent:
        block = _block(child)
        if block is None:
            loose += _inline(child, Run(""))
        else:
            yield from _paragraph(loose)
            yield from block
            loose = []
        loose += _text(child.tail, Run(""))
    yield from _paragraph(loose)


def _paragraph(raw_runs: list[Run]) -> Iterator[Paragraph]:
    runs = _tidy(raw_runs)
    if runs:
        yield Paragraph(runs)


def _block(element: Any) -> Iterator[Part] | None:
    """Yield the parts of a block element; None for one within a line."""
    tag, classes = element.tag, (element.get("class") or "").split()
    if not isinstance(tag, str) or tag in _UNSEEN:
        return iter(())
    if "ps-cards" in classes:
        return iter([_cards(element)])
    if "ps-warning" in classes:
        return iter([Box(tuple(_parts(element)))])
    maker = _BLOCKS.get(tag)
    return maker(element) if maker else None


def _heading(element: Any) -> Iterator[Part]:
    yield Heading(int(element.tag[1]), _runs(element))


def _with_pictures(element: Any) -> Iterator[Part]:
    """Yield a paragraph or figure: its pictures, then its words."""
    for picture in element.iter("img", "svg", "{http://www.w3.org/2000/svg}svg"):
        yield _figure(picture)
    if element.tag != "figure":
        yield from _paragraph(list(_runs(element)))
    else:
        for caption in element.iter("figcaption"):
            yield from _paragraph(list(_runs(caption)))


def _verbatim(element: Any) -> Iterator[Part]:
    yield Paragraph((Run(element.text_content().rstrip("\n"), code=True),), verbatim=True)


def _items(element: Any, depth: int = 0) -> Iterator[Part]:
    for number, entry in enumerate(element.iterchildren("li"), start=1):
        deeper = [child for child in entry if child.tag in ("ul", "ol")]
        yield Item(_runs(entry, leave=deeper), depth, number if element.tag == "ol" else None)
        for child in deeper:
            yield from _items(child, depth + 1)


def _figure(element: Any) -> Figure:
    if element.tag != "img":
        from lxml import etree

        return Figure(etree.tostring(element), "image/svg+xml", element.get("aria-label") or "")
    about, _, data = (element.get("src") or "").partition(",")
    kind = about.removeprefix("data:").partition(";")[0]
    content = base64.b64decode(data) if about.endswith("base64") else unquote_to_bytes(data)
    # A figure is drawn for 100 pixels to an inch.
    width = element.get("width") or ""
    return Figure(content, kind, element.get("alt") or "", float(width) / 100 if width else 0.0)


def _cards(element: Any) -> Cards:
    def as_text(card: Any, what: str) -> str:
        return " ".join(plain(_runs(part)) for part in card.find_class(what))

    return Cards(
        tuple(
            (as_text(card, "ps-label"), as_text(card, "ps-value"), as_text(card, "ps-note"))
            for card in element.find_class("ps-card")
        )
    )


def _table(element: Any) -> Iterator[Part]:
    rows = {part: [*element.iterchildren(part)] for part in ("thead", "tbody", "tfoot")}
    head = [_row(row) for part in rows["thead"] for row in part.iterchildren("tr")]
    bare = [*element.iterchildren("tr")]
    body = [_row(row) for part in rows["tbody"] for row in part.iterchildren("tr")]
    body += [_row(row) for row in bare]
    notes = [_runs(cell) for part in rows["tfoot"] for cell in part.iter("td", "th")]
    widths = [_share(column) for group in element.iter("colgroup") for column in group.iter("col")]
    yield Table(tuple(head), tuple(body), tuple(notes), tuple(widths) if all(widths) else ())


def _row(element: Any) -> Row:
    return tuple(
        Cell(
            _runs(cell),
            _align(cell),
            int(cell.get("colspan") or 1),
            int(cell.get("rowspan") or 1),
            "nowrap" in (cell.get("style") or ""),
        )
        for cell in element.iterchildren("td", "th")
    )


def _align(cell: Any) -> str:
    classes, look = (cell.get("class") or "").split(), cell.get("style") or ""
    for side in ("right", "center"):
        if f"gt_{side}" in classes or re.search(rf"text-align:\s*{side}", look):
            return side
    return "left"


def _share(column: Any) -> float:
    match = re.search(r"width:\s*([\d.]+)%", column.get("style") or "")
    return float(match[1]) / 100 if match else 0.0


def _runs(element: Any, leave: list[Any] | None = None) -> Runs:
    return _tidy(list(_within(element, Run(""), leave or [])))


def _within(element: Any, look: Run, leave: list[Any]) -> Iterator[Run]:
    yield from _text(element.text, look)
    for child in element:
        if child not in leave:
            yield from _inline(child, look)
        yield from _text(child.tail, look)


def _inline(element: Any, look: Run) -> Iterator[Run]:
    tag = element.tag
    if not isinstance(tag, str) or tag in _UNSEEN or tag in ("img", "svg"):
        return
    if tag == "br":
        yield Run("\n")
        return
    inner = Run(
        "",
        bold=look.bold or tag in _BOLD,
        italic=look.italic or tag in _ITALIC,
        code=look.code or tag in _CODE,
        href=(element.get("href") or "") if tag == "a" else look.href,
    )
    yield from _within(element, inner, [])
    if tag in _BLOCKS:  # blocks within a line are parted by a space
        yield Run(" ")


def _text(text: str | None, look: Run) -> Iterator[Run]:
    if text:
        runs = _SPACE.sub(" ", text)
        yield Run(runs, look.bold, look.italic, look.code, look.href)


def _tidy(runs: list[Run]) -> Runs:
    """Join runs of the same format, and strip spaces."""
    tidied: list[Run] = []
    for run in runs:
        before = tidied[-1].text if tidied else " "
        text = run.text.lstrip(" ") if before.endswith((" ", "\n")) else run.text
        if not text:
            continue
        if tidied and _same_look(tidied[-1], run):
            tidied[-1] = _again(run, before + text)
        else:
            tidied.append(_again(run, text))
    while tidied and not tidied[-1].text.strip(" \n"):
        tidied.pop()
    if tidied:
        tidied[-1] = _again(tidied[-1], tidied[-1].text.rstrip(" \n"))
    return tuple(tidied)


def _again(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.italic, run.code, run.href)


def _same_look(first: Run, other: Run) -> bool:
    return _again(first, "") == _again(other, "")


_BLOCKS: dict[str, Any] = {
    **{f"h{level}": _heading for level in range(1, 7)},
    **dict.fromkeys(("p", "figure"), _with_pictures),
    **dict.fromkeys(("ul", "ol"), _items),
    **dict.fromkeys(("div", "section", "article", "blockquote", "details", "center"), _parts),
    **{tag: lambda element: iter([_figure(element)]) for tag in ("img", "svg")},
    "pre": _verbatim,
    "table": _table,
}
