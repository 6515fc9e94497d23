"""From running text to records: headings, items, and lines that say who and by when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.plans.documents.blocks import Block
from parstats.plans.fields import actors, deadlines
from parstats.plans.fields.actors import Actors
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.parse import sections, splitting
from parstats.plans.parse.sections import SILENT, Outline
from parstats.plans.records import Record, Section, Span
from parstats.plans.text.numbering import BULLET, LETTER, PLUS, ROMAN, SMALL, TEXT, marker
from parstats.plans.text.words import holds, key, phrases, starts

_SHORT = 20  # words; a heading over items is not longer
_LONGEST = 60  # words of a heading the document marks as one
_FEWEST = 5  # words of an item that asks for something
_CRITERION = re.compile(r"^(?P<criterion>[^:;.]{3,120}?)\s*:\s*(?P<measure>(?:[^\W\d_]).+)$")
_PART = re.compile(r"^(?i:phần|chương|mục)\s+(?:(?i:thứ)\s+\w+|[IVX]+|\d{1,2}|[A-Z])\b(?!\s*[\d/])")
_SURVEYED = re.compile(r"\([^)]*(?:XHH|xã hội học)[^)]*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph with what stands before it taken off."""

    number: str
    depth: int
    text: str
    block: Block

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Past:
    """A paragraph of a section on results and shortcomings, or on goals."""

    kind: str
    headings: tuple[str, ...]
    item: Item


@dataclass
class ProseReader:
    """Reads the running text of one part of a document, in pieces if tables stand between."""

    appendix: str
    outline: Outline = field(default_factory=Outline)
    title: tuple[str, ...] = ()
    past: list[Past] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    _pending: list[int] = field(default_factory=list)
    _closed: bool = False
    _units: list[tuple[int, str]] = field(default_factory=list)
    _named: set[int] = field(default_factory=set)  # records whose sentence says who leads
    _over: set[int] = field(default_factory=set)  # of these, those over a label that says it too

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings above the current place."""
        return (*self.title, *self.outline.headings)

    def read(self, blocks: Sequence[Block]) -> None:
        """Take paragraphs that follow each other."""
        items = _items(blocks)
        for place, item in enumerate(items):
            self._take(item, items[place + 1] if place + 1 < len(items) else None)

    def _take(self, item: Item, following: Item | None) -> None:
        if self.outline.current == "preamble" and item.number and not self.outline.stack:
            self.outline.kind = "measures"  # a list without a heading
        below = following if following is not None and following.depth > item.depth else None
        said = _labels(item)
        if said is not None and not (below and item.text.endswith(":")):
            self._apply(said)
            return
        owned = following is not None and _labels(following) is not None
        if below is not None and _is_aside(below):
            responsible = sections.kind(item.text, "measures") == "responsible"
            below = below if responsible else None
        if _is_heading(item, below):
            if self.outline.current in SILENT:  # it may hold a figure
                self.past.append(Past(self.outline.current, self.headings, item))
            self._enter(item)
        elif not _is_formality(item):
            self._take_text(item, owned=owned)

    def _take_text(self, item: Item, *, owned: bool) -> None:
        """Take what is neither a heading nor a line of labels; `owned` if one says who does it."""
        kind = self.outline.current
        if item.depth == TEXT and item.text.endswith(":") and looks_like_unit(item.text):
            self._units = [unit for unit in self._units if unit[0] < BULLET]
            self._units.append((BULLET - 1, item.text.rstrip(" :")))
        elif kind in SILENT:
            self.past.append(Past(kind, self.headings, item))
        elif kind == "responsible":
            found = actors.of_sentence(item.text)
            if not found.lead and looks_like_unit(item.text):
                found = Actors(lead=item.text.rstrip(".;"))
            if found.lead:
                self._apply(found)
        elif _is_measure(item) or (owned and item.words >= _FEWEST):
            self._add(item)

    def _enter(self, item: Item) -> None:
        depth = item.depth
        kind = self.outline.enter(depth, item.text, item.block.text)
        self._units = [unit for unit in self._units if unit[0] < depth]
        name = item.text.rstrip(" .:;")
        if kind in ("organisation", "measures", "responsible"):
            lead = actors.of_sentence(item.text).lead
            if not lead and looks_like_unit(name) and item.words <= _SHORT and depth > ROMAN:
                lead = name
            if lead:
                self._units.append((depth, lead))
        if kind != "responsible":
            self._pending, self._closed = [], False

    def _add(self, item: Item) -> None:
        if self._closed:
            self._pending, self._closed = [], False
        section = Section(self.appendix, self.headings)
        text, said = actors.in_brackets(item.text)
        if said == Actors():
            text, said = actors.at_end(item.text)
        criterion, measure = _criterion(text)
        parts = splitting.of_item(measure)
        for place, part in enumerate(parts):
            only = actors.assigned(part) if place else None
            if only is not None:
                self.records[-1] = _filled(self.records[-1], only)
                continue
            bare, own = actors.in_brackets(part)
            subject = actors.of_sentence(bare)
            above = self._units[-1][1] if self._units else ""
            lead = own.lead or said.lead or subject.lead or above
            self._pending.append(len(self.records))
            if lead:
                self._named.add(len(self.records))
            self.records.append(
                Record(
                    section=section,
                    number=item.number,
                    code="",
                    criterion=criterion,
                    target=own.target or said.target,
                    measure=bare.strip(" ;"),
                    lead_unit=lead,
                    support_unit=own.support or said.support or subject.support,
                    deadline=own.deadline or said.deadline or deadlines.find(part),
                    product=own.product or said.product,
                    surveyed=_SURVEYED.search(item.text) is not None,
                    inherited=frozenset(),
                    span=item.block.span,
                    text=item.text,
                )
            )

    def _apply(self, said: Actors) -> None:
        """Give what labels say to the items above that do not say it themselves.

        An item whose own sentence names who does it keeps that, and gets no support from others.
        """
        if said.lead:
            self._over |= self._named & set(self._pending)
        for place in self._pending:
            own = replace(said, support="") if place in self._over else said
            self.records[place] = _filled(self.records[place], own)
        self._closed = True


def _filled(record: Record, said: Actors) -> Record:
    """A record with what is said of it elsewhere and not in itself."""
    return replace(
        record,
        lead_unit=record.lead_unit or said.lead,
        support_unit=record.support_unit or said.support,
        deadline=record.deadline or said.deadline,
        product=record.product or said.product,
        target=record.target or said.target,
    )


def _items(blocks: Sequence[Block]) -> list[Item]:
    """Items of paragraphs; "PHẦN II" and the line under it are one heading."""
    items: list[Item] = []
    for block in blocks:
        above = items[-1] if items else None
        if above is not None and _is_title_of(above, block.text):
            text = f"{above.text} {block.text}"
            whole = replace(above.block, text=text, span=span_of([above.block, block]))
            items[-1] = replace(above, text=text, block=whole)
            continue
        items.append(_item(block))
    return items


def _is_title_of(part: Item, line: str) -> bool:
    """Whether a line in capitals says what the part counted in the line above is about."""
    bare = part.depth == LETTER and is_part(part.text) and part.words <= 3
    return bare and line.isupper() and not marker(line)


def _is_aside(item: Item) -> bool:
    """Whether an item says something about the one above and is no part of it."""
    closing = item.depth == TEXT and bool(starts(key(item.text), "closing"))
    return closing or _labels(item) is not None


def _labels(item: Item) -> Actors | None:
    return actors.labelled(actors.whole_in_brackets(item.text))


def _is_formality(item: Item) -> bool:
    """Whether a paragraph is of the act that puts a plan in force, not of the plan."""
    words = key(item.text)
    if any(holds(words, phrase) for phrase in phrases("formality")):
        return True
    basis = item.depth == TEXT and bool(starts(words, "basis"))
    return basis and not actors.of_sentence(item.text).lead


def _item(block: Block) -> Item:
    found = marker(block.text)
    if found is not None:
        return Item(found.number, found.depth, found.rest, block)
    depth = TEXT
    if block.heading:
        depth = LETTER if block.heading <= 2 else ROMAN
    elif is_part(block.text):
        depth = LETTER
    elif block.text.isupper() and len(block.text.split()) <= _LONGEST and not _is_issuer(block):
        depth = ROMAN
    return Item("", depth, block.text, block)


def _is_issuer(block: Block) -> bool:
    """Whether a line in capitals says who issues the document, as over a decision."""
    return bool(starts(key(block.text), "issuer"))


def is_part(text: str) -> bool:
    """Whether a line counts a part of the document, as "PHẦN II"."""
    return _PART.match(text) is not None


def _is_heading(item: Item, below: Item | None) -> bool:
    """Whether a paragraph is the heading of what comes after it; `below` stands deeper."""
    if item.depth == TEXT:
        return False
    if item.number.startswith("Điều"):
        return below is not None or _is_formality(item) or not _asks(item.text)
    return _heads(item, below)


def _heads(item: Item, below: Item | None) -> bool:
    """Whether a numbered or marked paragraph, no article, is a heading."""
    if item.block.heading or (item.text.isupper() and item.depth <= SMALL):
        return item.words <= _LONGEST
    if item.depth <= ROMAN:
        return item.words <= (_LONGEST if below else _SHORT)
    if item.text.endswith(":"):
        return below is not None or item.depth < BULLET
    if below is None or (below.depth == TEXT and item.text.endswith(".") and _asks(item.text)):
        return False
    return item.words <= _SHORT and item.depth < PLUS and not item.text.endswith(";")


def _asks(text: str) -> bool:
    """Whether a sentence says that something is done, or who does it."""
    return bool(starts(key(text), "verb") or actors.of_sentence(text).lead)


def _is_measure(item: Item) -> bool:
    """Whether a paragraph asks for something: an item of a list, or a sentence with a deed."""
    words = key(item.text)
    if starts(words, "closing") and item.depth == TEXT:
        return False
    if item.depth < TEXT:
        return len(words.split()) >= 2
    if item.text.endswith(":") or len(words.split()) < _FEWEST:
        return False
    return _asks(item.text)


def _criterion(text: str) -> tuple[str, str]:
    """The criterion an item names before a colon, and the measure after it.

    Examples
    --------
    >>> _criterion("Về thủ tục hành chính công: Đẩy mạnh nộp hồ sơ trực tuyến.")
    ('Về thủ tục hành chính công', 'Đẩy mạnh nộp hồ sơ trực tuyến.')
    >>> _criterion("Tổ chức họp.")
    ('', 'Tổ chức họp.')
    """
    found = _CRITERION.match(text)
    if found is None or len(found["criterion"].split()) > 12:
        return "", text
    if starts(key(found["criterion"]), "verb") or not starts(key(found["measure"][:80]), "verb"):
        return "", text
    if looks_like_unit(found["criterion"]):
        return "", text
    return found["criterion"], found["measure"]


def span_of(blocks: Sequence[Block]) -> Span:
    """From the first to the last of several blocks."""
    return replace(blocks[0].span, line_end=blocks[-1].span.line_end)
