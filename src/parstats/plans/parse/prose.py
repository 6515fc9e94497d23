"""From running text to records: headings, items, and lines that say who and by when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.documents.document import Block
from parstats.documents.numbering import BULLET, PLUS, ROMAN, SMALL, TEXT
from parstats.documents.phrases import holds, key, named, phrases, starts
from parstats.plans.fields import actors, deadlines, targets
from parstats.plans.fields.actors import Actors
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.fields.unit_phrases import leading_units
from parstats.plans.parse import sections, splitting
from parstats.plans.parse.items import Item, is_counted, items_of
from parstats.plans.parse.sections import SILENT, Outline
from parstats.plans.records import Record, Section
from parstats.reference import frameworks
from parstats.reference.editions import cached

# Lengths in words, by judgement; records found are measured with `make evaluate-plans`.
# A heading over items that nothing but its place marks is not longer.
_SHORT = 20
# A heading that the document marks as one, by its number or style, is not longer.
_LONGEST = 60
# An item that asks for something is not shorter.
_FEWEST = 5
# The end of a sentence after which a letter lists what is to be done.
_OPENS = re.compile(
    r"\b(?:thuc hien|trien khai|lam|tap trung|chi dao|yeu cau|de nghi|giao|quan tam)\b.*"
    r"\b(?:viec|noi dung|nhiem vu|giai phap|cong viec|bien phap|van de|dau viec|yeu cau)"
    r"(?: [a-z]+){0,4} (?:sau|sau day|duoi day|nhu sau)\b"
)
_CRITERION = re.compile(r"^(?P<criterion>[^:;.]{3,120}?)\s*:\s*(?P<measure>(?:[^\W\d_]).+)$")


@dataclass(frozen=True, slots=True)
class Past:
    """A paragraph of a section on results and shortcomings, or on goals."""

    kind: str
    headings: tuple[str, ...]
    item: Item


@dataclass(frozen=True, slots=True)
class _Above:
    """Who leads and supports what stands below a heading or an opening sentence.

    With `opens` it is a sentence without a number, which holds until the next such paragraph.
    """

    depth: int
    lead: str
    support: str = ""
    opens: bool = False


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
    _units: list[_Above] = field(default_factory=list)
    _named: set[int] = field(default_factory=set)  # records whose sentence says who leads
    _below_unit: set[int] = field(default_factory=set)  # those whose lead is a heading above
    _over: set[int] = field(default_factory=set)  # of these, those over a label that says it too

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings above the current place."""
        return (*self.title, *self.outline.headings)

    def read(self, blocks: Sequence[Block], *, above_table: bool = False) -> None:
        """Take paragraphs that follow each other; `above_table` if a table comes next."""
        items = items_of(blocks)
        if above_table and items and _is_title(items[-1]):
            *items, title = items
        else:
            title = None
        for position, item in enumerate(items):
            self._take(item, items[position + 1] if position + 1 < len(items) else title)
        if title is not None:
            self._take_heading(title)

    def _take(self, item: Item, following: Item | None) -> None:
        if self.outline.current == "preamble" and not self.outline.stack:
            if item.number or is_counted(item):
                self.outline.kind = "measures"  # a list without a heading
            elif _opens_list(item.text):
                self._take_opening(item)
                return
        below = following if following is not None and following.depth > item.depth else None
        actors = _labels(item)
        if actors is not None and self._is_goal_line(actors, item.text):
            self.past.append(Past("goals", self.headings, item))
            return
        if actors is not None and not (below and item.text.endswith(":")):
            self._apply(actors)
            return
        owned = following is not None and _labels(following) is not None
        if below is not None and _is_aside(below):
            responsible = sections.kind(item.text, "measures") == "responsible"
            below = below if responsible else None
        if _is_heading(item, below) or _is_unit(item):
            self._take_heading(item)
        elif not _is_formality(item):
            self._take_text(item, owned=owned)

    def _take_heading(self, item: Item) -> None:
        if self.outline.current in SILENT:  # it may hold a figure
            within = len([depth for depth, _, _ in self.outline.stack if depth < item.depth])
            over = len(self.headings) - len(self.outline.stack) + within
            self.past.append(Past(self.outline.current, self.headings[:over], item))
        self._enter(item)

    def _is_goal_line(self, said: Actors, text: str) -> bool:
        """Return whether a line of a target is a goal of the plan, not of the measures above it.

        It names an index, has no measure above it, or is a score or rank below several.
        """
        if not _says_only_target(said):
            return False
        if not self._pending or _is_goal_of_index(said, text):
            return bool(targets.extract(text))
        units = {target.unit for target in targets.extract(text)}
        return len(self._pending) > 1 and not units.isdisjoint(("rank", "điểm", "bậc"))

    def _take_opening(self, item: Item) -> None:
        """Take the sentence of a letter after which its measures stand; it may say what for."""
        self.outline.kind = "measures"
        aimed = _is_goal_of_index(Actors(target=item.text), item.text)
        self.past.append(Past("goals" if aimed else "preamble", self.headings, item))

    def _take_text(self, item: Item, *, owned: bool) -> None:
        """Take text that is neither heading nor labels; `owned` if labels name its actor."""
        kind = self.outline.current
        self._units = [unit for unit in self._units if _holds_for(unit, item)]
        if kind not in SILENT and _is_goal(item):
            self.past.append(Past("goals", self.headings, item))
        elif item.depth == TEXT and item.text.endswith(":") and looks_like_unit(item.text):
            self._units = [unit for unit in self._units if unit.depth < BULLET]
            self._units.append(self._opening(item))
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
        self._units = [unit for unit in self._units if unit.depth < depth]
        name = item.text.rstrip(" .:;")
        if kind in ("organisation", "measures", "responsible"):
            said = actors.sentence_actors(item.text)
            lead = said.lead
            if not lead:  # "1. Hồ sơ đất đai (Sở A chủ trì)"
                said = actors.in_brackets(item.text)[1]
                lead = said.lead
            if not lead and looks_like_unit(name) and item.n_tokens <= _SHORT and depth > ROMAN:
                lead = name
            if lead and key(name) not in _criteria():
                self._units.append(_Above(depth, lead, said.support))
        if kind != "responsible":
            self._pending, self._closed = [], False

    def _opening(self, item: Item) -> _Above:
        """Return who a sentence such as "Sở A chủ trì, phối hợp với Sở B làm các việc sau:" names.

        It holds for the items below, whatever their depth under the heading.
        """
        said = actors.sentence_actors(item.text.rstrip(" :"))
        if not said.lead or said.lead == item.text.rstrip(" :"):
            return _Above(BULLET - 1, item.text.rstrip(" :"))
        depth = self.outline.stack[-1][0] if self.outline.stack else 0
        return _Above(depth, said.lead, said.support, opens=True)

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
            subject = actors.who(bare)
            given = Actors() if subject.lead else item.given
            over = self._units[-1] if self._units else _Above(0, "")
            above = over.lead
            lead = bracket_actors.lead or label_actors.lead or subject.lead or given.lead
            if not lead and subject.support and position:  # "...; phối hợp với Sở A làm ..."
                lead = self.records[-1].lead_unit
            self._pending.append(len(self.records))
            if lead:
                self._named.add(len(self.records))
            elif above:
                self._below_unit.add(len(self.records))
            self.records.append(
                Record(
                    section=section,
                    number=item.number,
                    code="",
                    criterion=criterion,
                    target=bracket_actors.target or label_actors.target,
                    measure=bare.strip(" ;"),
                    lead_unit=lead or above,
                    support_unit=bracket_actors.support
                    or label_actors.support
                    or subject.support
                    or given.support
                    or ("" if lead else over.support),
                    deadline=bracket_actors.deadline
                    or label_actors.deadline
                    or deadlines.find(part)
                    or item.given.deadline,
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
            record = self.records[position]
            if actors.lead and position in self._below_unit:  # a line that says it wins
                record = replace(record, lead_unit="")
            self.records[position] = _filled(record, item_actors)
        self._closed = True


@cached
def _criteria() -> frozenset[str]:
    """Return the names of criteria: some begin as a unit does, "Công chức trực tiếp ..."."""
    table = frameworks.series()
    return frozenset(key(name) for column in ("name_vi", "short_vi") for name in table[column])


def _holds_for(above: _Above, item: Item) -> bool:
    """Return whether who leads above leads an item too, by its depth."""
    return not above.opens if item.depth == TEXT else above.depth < item.depth


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


def _opens_list(text: str) -> bool:
    """Return whether a sentence of a letter says that what is to be done follows."""
    return bool(_OPENS.search(key(text)))


def _is_goal_of_index(said: Actors, text: str) -> bool:
    """Return whether a line says only what an index is to reach, not what a measure is for."""
    if not _says_only_target(said):
        return False
    return bool(named(text, "index")) and bool(targets.extract(text))


def _says_only_target(said: Actors) -> bool:
    return said == Actors(target=said.target) != Actors()


def _is_aside(item: Item) -> bool:
    """Return whether an item is a remark on the one above."""
    closing = item.depth == TEXT and bool(starts(key(item.text), "closing"))
    return closing or _labels(item) is not None


def _labels(item: Item) -> Actors | None:
    return actors.whole_line(item.text)


def _is_formality(item: Item) -> bool:
    """Return whether a paragraph belongs to the act that puts the plan in force."""
    key_text = key(item.text)
    if any(holds(key_text, phrase) for phrase in phrases("formality")):
        return True
    basis = item.depth == TEXT and bool(starts(key_text, "basis"))
    return basis and not actors.sentence_actors(item.text).lead


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


def _is_title(item: Item) -> bool:
    """Return whether the last paragraph above a table is its title, as "1. Nhiệm vụ cụ thể" is."""
    numbered = bool(item.number) and item.depth < BULLET and item.n_tokens <= _SHORT
    return numbered and not item.text.endswith((".", ";")) and not _asks(item.text)


def _asks(text: str) -> bool:
    """Return whether a sentence has an action verb or an actor."""
    return bool(starts(key(text), "verb") or actors.sentence_actors(text).lead)


def _is_unit(item: Item) -> bool:
    """Return whether a numbered line names units and nothing else, above what they do."""
    name = item.text.rstrip(" .:")
    numbered = bool(item.number) and item.depth < BULLET
    return numbered and item.n_tokens <= _SHORT and leading_units(name) == name


def _is_goal(item: Item) -> bool:
    """Return whether an item says in its first words that it is a goal: "Mục tiêu: ..."."""
    name, colon, _ = item.text.partition(":")
    # Four words, by judgement: "Mục đích, yêu cầu".
    return bool(colon) and len(name.split()) <= 4 and sections.says_only(name)


def _is_measure(item: Item) -> bool:
    """Return whether a paragraph is a measure: a list item or a sentence with an action."""
    key_text = key(item.text)
    # "./." ends the whole act: its last paragraph says who carries it out and reports.
    if item.depth == TEXT and (starts(key_text, "closing") or item.text.endswith("./.")):
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
