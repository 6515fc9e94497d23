"""The parts of a report's page in their order: what the forms without HTML are written from.

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
    """Words of one look; `href` is the address that they lead to."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


Words = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the page has level 1."""

    level: int
    words: Words


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `verbatim` is what a cell printed, its lines kept."""

    words: Words
    verbatim: bool = False


@dataclass(frozen=True)
class Item:
    """An entry of a list, `depth` lists deep, from 0; `number` is None without numbers."""

    words: Words
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

    words: Words
    align: str = "left"
    columns: int = 1
    rows: int = 1
    unbroken: bool = False

    @property
    def text(self) -> str:
        """Its words without their look."""
        return plain(self.words)


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table: rows of headings, rows of figures (a row of one wide cell heads a group), notes.

    `widths` are shares of the whole width by column, empty if the page does not say.
    """

    head: tuple[Row, ...]
    body: tuple[Row, ...]
    notes: tuple[Words, ...] = ()
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
    """A box that a reader must not miss."""

    parts: tuple[Part, ...] = field(default=())


Part = Heading | Paragraph | Item | Figure | Table | Cards | Box


def plain(words: Words) -> str:
    """Words without their look.

    Examples
    --------
    >>> plain((Run("Điểm "), Run("45,00", bold=True)))
    'Điểm 45,00'
    """
    return "".join(run.text for run in words)


def of(executed: NotebookNode, about: About) -> list[Part]:
    """The parts of a report, in the order of its page.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        The executed notebook.
    about : About
        Title and language.
    """
    return of_page(html.page(executed, about, vector=False))


def of_page(page: str) -> list[Part]:
    """The parts of a page.

    Parameters
    ----------
    page : str
        As `parstats.reports.formats.html.page` gives it.

    Examples
    --------
    >>> of_page("<main><h1>Lạng Sơn</h1><p>Hạng <b>12</b></p></main>")
    [Heading(level=1, words=(Run(text='Lạng Sơn', ...),)), Paragraph(words=(...), ...)]
    """
    from lxml import html as lxml_html

    whole = lxml_html.document_fromstring(page)
    main = whole.find(".//main")
    return list(_parts(whole if main is None else main))


def _parts(parent: Any) -> Iterator[Part]:
    """Parts under an element; words and inline elements between blocks make a paragraph."""
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


def _paragraph(runs: list[Run]) -> Iterator[Paragraph]:
    words = _tidy(runs)
    if words:
        yield Paragraph(words)


def _block(element: Any) -> Iterator[Part] | None:
    """Parts of an element that stands for itself; None for one within a line."""
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
    yield Heading(int(element.tag[1]), _words(element))


def _with_pictures(element: Any) -> Iterator[Part]:
    """A paragraph or figure: its pictures, then its words."""
    for picture in element.iter("img", "svg", "{http://www.w3.org/2000/svg}svg"):
        yield _figure(picture)
    if element.tag != "figure":
        yield from _paragraph(list(_words(element)))
    else:
        for caption in element.iter("figcaption"):
            yield from _paragraph(list(_words(caption)))


def _verbatim(element: Any) -> Iterator[Part]:
    yield Paragraph((Run(element.text_content().rstrip("\n"), code=True),), verbatim=True)


def _items(element: Any, depth: int = 0) -> Iterator[Part]:
    for number, entry in enumerate(element.iterchildren("li"), start=1):
        deeper = [child for child in entry if child.tag in ("ul", "ol")]
        yield Item(_words(entry, leave=deeper), depth, number if element.tag == "ol" else None)
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
    def said(card: Any, what: str) -> str:
        return " ".join(plain(_words(part)) for part in card.find_class(what))

    return Cards(
        tuple(
            (said(card, "ps-label"), said(card, "ps-value"), said(card, "ps-note"))
            for card in element.find_class("ps-card")
        )
    )


def _table(element: Any) -> Iterator[Part]:
    rows = {part: [*element.iterchildren(part)] for part in ("thead", "tbody", "tfoot")}
    head = [_row(row) for part in rows["thead"] for row in part.iterchildren("tr")]
    bare = [*element.iterchildren("tr")]
    body = [_row(row) for part in rows["tbody"] for row in part.iterchildren("tr")]
    body += [_row(row) for row in bare]
    notes = [_words(cell) for part in rows["tfoot"] for cell in part.iter("td", "th")]
    widths = [_share(column) for group in element.iter("colgroup") for column in group.iter("col")]
    yield Table(tuple(head), tuple(body), tuple(notes), tuple(widths) if all(widths) else ())


def _row(element: Any) -> Row:
    return tuple(
        Cell(
            _words(cell),
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
    found = re.search(r"width:\s*([\d.]+)%", column.get("style") or "")
    return float(found[1]) / 100 if found else 0.0


def _words(element: Any, leave: list[Any] | None = None) -> Words:
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
        words = _SPACE.sub(" ", text)
        yield Run(words, look.bold, look.italic, look.code, look.href)


def _tidy(runs: list[Run]) -> Words:
    """Runs of the same look as one, without spaces at the ends and double ones between."""
    made: list[Run] = []
    for run in runs:
        before = made[-1].text if made else " "
        text = run.text.lstrip(" ") if before.endswith((" ", "\n")) else run.text
        if not text:
            continue
        if made and _same_look(made[-1], run):
            made[-1] = _again(run, before + text)
        else:
            made.append(_again(run, text))
    while made and not made[-1].text.strip(" \n"):
        made.pop()
    if made:
        made[-1] = _again(made[-1], made[-1].text.rstrip(" \n"))
    return tuple(made)


def _again(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.italic, run.code, run.href)


def _same_look(one: Run, other: Run) -> bool:
    return _again(one, "") == _again(other, "")


_BLOCKS: dict[str, Any] = {
    **{f"h{level}": _heading for level in range(1, 7)},
    **dict.fromkeys(("p", "figure"), _with_pictures),
    **dict.fromkeys(("ul", "ol"), _items),
    **dict.fromkeys(("div", "section", "article", "blockquote", "details", "center"), _parts),
    **{tag: lambda element: iter([_figure(element)]) for tag in ("img", "svg")},
    "pre": _verbatim,
    "table": _table,
}
