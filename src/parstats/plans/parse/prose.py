"""From running text to records: headings, items, and lines that say who and by when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.documents.document import Block, Span
from parstats.documents.numbering import BULLET, LETTER, PLUS, ROMAN, SMALL, TEXT, marker
from parstats.documents.phrases import holds, key, phrases, starts
from parstats.plans.fields import actors, deadlines
from parstats.plans.fields.actors import Actors
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.parse import sections, splitting
from parstats.plans.parse.sections import SILENT, Outline
from parstats.plans.records import Record, Section

# Lengths in words, by judgement; records found are measured with `make evaluate-plans`.
# A heading over items that nothing but its place marks is not longer.
_SHORT = 20
# A heading that the document marks as one, by its number or style, is not longer.
_LONGEST = 60
# An item that asks for something is not shorter.
_FEWEST = 5
_CRITERION = re.compile(r"^(?P<criterion>[^:;.]{3,120}?)\s*:\s*(?P<measure>(?:[^\W\d_]).+)$")
_PART = re.compile(r"^(?i:phần|chương|mục)\s+(?:(?i:thứ)\s+\w+|[IVX]+|\d{1,2}|[A-Z])\b(?!\s*[\d/])")


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph without its number or bullet."""

    number: str
    depth: int
    text: str
    block: Block

    @property
    def n_tokens(self) -> int:
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
    """Reads the running text of one part of a document, in pieces if tables come between."""

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
        for position, item in enumerate(items):
            self._take(item, items[position + 1] if position + 1 < len(items) else None)

    def _take(self, item: Item, following: Item | None) -> None:
        if self.outline.current == "preamble" and item.number and not self.outline.stack:
            self.outline.kind = "measures"  # a list without a heading
        below = following if following is not None and following.depth > item.depth else None
        actors = _labels(item)
        if actors is not None and not (below and item.text.endswith(":")):
            self._apply(actors)
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
        """Take text that is neither heading nor labels; `owned` if labels name its actor."""
        kind = self.outline.current
        if item.depth == TEXT and item.text.endswith(":") and looks_like_unit(item.text):
            self._units = [unit for unit in self._units if unit[0] < BULLET]
            self._units.append((BULLET - 1, item.text.rstrip(" :")))
        elif kind in SILENT:
            self.past.append(Past(kind, self.headings, item))
        elif kind == "responsible":
            item_actors = actors.sentence_actors(item.text)
            if not item_actors.lead and looks_like_unit(item.text):
                item_actors = Actors(lead=item.text.rstrip(".;"))
            if item_actors.lead:
                self._apply(item_actors)
        elif _is_measure(item) or (owned and item.n_tokens >= _FEWEST):
            self._add(item)

    def _enter(self, item: Item) -> None:
        depth = item.depth
        kind = self.outline.enter(depth, item.text, item.block.text)
        self._units = [unit for unit in self._units if unit[0] < depth]
        name = item.text.rstrip(" .:;")
        if kind in ("organisation", "measures", "responsible"):
            lead = actors.sentence_actors(item.text).lead
            if not lead and looks_like_unit(name) and item.n_tokens <= _SHORT and depth > ROMAN:
                lead = name
            if lead:
                self._units.append((depth, lead))
        if kind != "responsible":
            self._pending, self._closed = [], False

    def _add(self, item: Item) -> None:
        if self._closed:
            self._pending, self._closed = [], False
        section = Section(self.appendix, self.headings)
        text, label_actors = actors.in_brackets(item.text)
        if label_actors == Actors():
            text, label_actors = actors.at_end(item.text)
        criterion, measure = _criterion(text)
        parts = splitting.split_item(measure)
        for position, part in enumerate(parts):
            only = actors.assigned(part) if position else None
            if only is not None:
                self.records[-1] = _filled(self.records[-1], only)
                continue
            bare, bracket_actors = actors.in_brackets(part)
            subject = actors.sentence_actors(bare)
            above = self._units[-1][1] if self._units else ""
            lead = bracket_actors.lead or label_actors.lead or subject.lead or above
            self._pending.append(len(self.records))
            if lead:
                self._named.add(len(self.records))
            self.records.append(
                Record(
                    section=section,
                    number=item.number,
                    code="",
                    criterion=criterion,
                    target=bracket_actors.target or label_actors.target,
                    measure=bare.strip(" ;"),
                    lead_unit=lead,
                    support_unit=bracket_actors.support or label_actors.support or subject.support,
                    deadline=bracket_actors.deadline
                    or label_actors.deadline
                    or deadlines.find(part),
                    product=bracket_actors.product or label_actors.product,
                    surveyed=sections.is_surveyed(item.text),
                    inherited=frozenset(),
                    span=item.block.span,
                    text=item.text,
                )
            )

    def _apply(self, actors: Actors) -> None:
        """Apply labels to the items above that lack the field.

        An item whose own sentence names who does it keeps that, and gets no support from others.
        """
        if actors.lead:
            self._over |= self._named & set(self._pending)
        for position in self._pending:
            item_actors = replace(actors, support="") if position in self._over else actors
            self.records[position] = _filled(self.records[position], item_actors)
        self._closed = True


def _filled(record: Record, actors: Actors) -> Record:
    """Fill empty fields of a record from text elsewhere."""
    return replace(
        record,
        lead_unit=record.lead_unit or actors.lead,
        support_unit=record.support_unit or actors.support,
        deadline=record.deadline or actors.deadline,
        product=record.product or actors.product,
        target=record.target or actors.target,
    )


def _items(blocks: Sequence[Block]) -> list[Item]:
    """Split paragraphs into items; "PHẦN II" and the line below form one heading."""
    items: list[Item] = []
    for block in blocks:
        above = items[-1] if items else None
        if above is not None and _is_part_title(above, block.text):
            text = f"{above.text} {block.text}"
            joined_block = replace(above.block, text=text, span=joint_span([above.block, block]))
            items[-1] = replace(above, text=text, block=joined_block)
            continue
        items.append(_item(block))
    return items


def _is_part_title(part: Item, line: str) -> bool:
    """Return whether a line in capitals is the title of the part numbered above."""
    bare = part.depth == LETTER and is_part(part.text) and part.n_tokens <= 3
    return bare and line.isupper() and not marker(line)


def _is_aside(item: Item) -> bool:
    """Return whether an item is a remark on the one above."""
    closing = item.depth == TEXT and bool(starts(key(item.text), "closing"))
    return closing or _labels(item) is not None


def _labels(item: Item) -> Actors | None:
    return actors.labelled(actors.strip_brackets(item.text))


def _is_formality(item: Item) -> bool:
    """Return whether a paragraph belongs to the act that puts the plan in force."""
    key_text = key(item.text)
    if any(holds(key_text, phrase) for phrase in phrases("formality")):
        return True
    basis = item.depth == TEXT and bool(starts(key_text, "basis"))
    return basis and not actors.sentence_actors(item.text).lead


def _item(block: Block) -> Item:
    item_marker = marker(block.text)
    if item_marker is not None:
        return Item(item_marker.number, item_marker.depth, item_marker.rest, block)
    depth = TEXT
    if block.heading:
        depth = LETTER if block.heading <= 2 else ROMAN
    elif is_part(block.text):
        depth = LETTER
    elif block.text.isupper() and len(block.text.split()) <= _LONGEST and not _is_issuer(block):
        depth = ROMAN
    return Item("", depth, block.text, block)


def _is_issuer(block: Block) -> bool:
    """Return whether a line in capitals names the issuer, as above a decision."""
    return bool(starts(key(block.text), "issuer"))


def is_part(text: str) -> bool:
    """Return whether a line numbers a part of the document, as "PHẦN II"."""
    return _PART.match(text) is not None


def _is_heading(item: Item, below: Item | None) -> bool:
    """Return whether a paragraph is a heading; `below` is the deeper item after it."""
    if item.depth == TEXT:
        return False
    if item.number.startswith("Điều"):
        return below is not None or _is_formality(item) or not _asks(item.text)
    return _heads(item, below)


def _heads(item: Item, below: Item | None) -> bool:
    """Return whether a numbered or marked paragraph, no article, is a heading."""
    if item.block.heading or (item.text.isupper() and item.depth <= SMALL):
        return item.n_tokens <= _LONGEST
    if item.depth <= ROMAN:
        return item.n_tokens <= (_LONGEST if below else _SHORT)
    if item.text.endswith(":"):
        return below is not None or item.depth < BULLET
    if below is None or (below.depth == TEXT and item.text.endswith(".") and _asks(item.text)):
        return False
    return item.n_tokens <= _SHORT and item.depth < PLUS and not item.text.endswith(";")


def _asks(text: str) -> bool:
    """Return whether a sentence has an action verb or an actor."""
    return bool(starts(key(text), "verb") or actors.sentence_actors(text).lead)


def _is_measure(item: Item) -> bool:
    """Return whether a paragraph is a measure: a list item or a sentence with an action."""
    key_text = key(item.text)
    if starts(key_text, "closing") and item.depth == TEXT:
        return False
    if item.depth < TEXT:
        return len(key_text.split()) >= 2
    if item.text.endswith(":") or len(key_text.split()) < _FEWEST:
        return False
    return _asks(item.text)


def _criterion(text: str) -> tuple[str, str]:
    """Return the criterion an item names before a colon, and the measure after it.

    >>> _criterion("Về thủ tục hành chính công: Đẩy mạnh nộp hồ sơ trực tuyến.")
    ('Về thủ tục hành chính công', 'Đẩy mạnh nộp hồ sơ trực tuyến.')
    >>> _criterion("Tổ chức họp.")
    ('', 'Tổ chức họp.')
    """
    # Lists under a dimension open each item with its criterion: "Công khai: niêm yết ...".
    # 12 words, by judgement: a lead-in sentence with a colon is longer.
    match = _CRITERION.match(text)
    if match is None or len(match["criterion"].split()) > 12:
        return "", text
    if starts(key(match["criterion"]), "verb") or not starts(key(match["measure"][:80]), "verb"):
        return "", text
    if looks_like_unit(match["criterion"]):
        return "", text
    return match["criterion"], match["measure"]


def joint_span(blocks: Sequence[Block]) -> Span:
    """From the first to the last of several blocks."""
    return replace(blocks[0].span, line_end=blocks[-1].span.line_end)
