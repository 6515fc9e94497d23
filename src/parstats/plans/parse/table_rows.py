"""From the rows of a plan's tables to records.

Which empty cells stand for the cell above is a rule, not a guess row by row. Where the document
itself tells merged cells (.docx, ruled .pdf) those inherit, whatever they hold. Where it does not
(text, or a table in which no cell is merged downwards) an empty cell inherits from the record above
in the same group if it is

- the deadline;
- lead and support, when both are empty; the lead alone, when a support is named;
- the measure, when lead and support are empty too;
- the target, when measure and units are empty too, or when number and criterion are;
- number and criterion, when both are empty (a second record under the same criterion).

Nothing is inherited over a group row. What was inherited is named in `Record.inherited`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.plans.documents.blocks import Block, Cell, without_bullet
from parstats.plans.fields import agencies, deadlines, targets
from parstats.plans.fields.actors import split_units
from parstats.plans.parse import splitting
from parstats.plans.parse.results import goals_of
from parstats.plans.parse.sections import SILENT
from parstats.plans.records import Figure, Record, Section, Span
from parstats.plans.text import columns
from parstats.plans.text.numbering import ROMAN, bare, depth_of, is_child, is_number, marker
from parstats.plans.text.words import key, named, starts

_CODE = re.compile(
    r"^(?P<code>(?:TCTP|TC|CSTP|CSND|Tiêu chí thành phần|Tiêu chí|Chỉ số thành phần|Chỉ số nội "
    r"dung)"
    r"\s*\d{1,2}(?:\.\d{1,2})*)\s*[.:\-–]?\s+(?=\S)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"^(?P<code>\d{1,2}(?:\.\d{1,2})+)\s*[.:]?\s+(?=\S)")
_SURVEYED = re.compile(r"\([^)]*(?:XHH|xã hội học)[^)]*\)", re.IGNORECASE)
_COUNT = re.compile(r"^\(?(?:\d{1,2}|[A-Z])\)?(?:\s*=.*)?$")
_QUARTER = re.compile(r"^(?:quý|tháng)\b|^(?:q|t)\.?\s*(?:[IV]{1,3}|\d{1,2})\b", re.IGNORECASE)
_TICK = re.compile(r"^(?:[xX✓✔√vV●•*+]|có)$")
_UNIT = re.compile(r"\(\s*(?P<unit>%|điểm)\s*\)")
_BARE = re.compile(r"^\d{1,3}(?:[.,]\d{1,3})?$")
_DITTO = re.compile(r"^\W*(?:n\.?t|như trên|như nt)\W*$|^(?:[\"”“']{1,2}|//+)$", re.IGNORECASE)
_TWICE = re.compile(r"(?<=\S)([;,:.(]);")  # a sign that was there before the one that joins
_NONE = re.compile(r"^[-–—.…]+$")
_ASIDE = {"number", "group", "result", "note", ""}  # columns that make no record
_FIELDS = ("number", "criterion", "target", "measure", "lead", "support", "deadline", "product")
_NAMES = {"lead": "lead_unit", "support": "support_unit"}


@dataclass
class _Row:
    """A row of a table, its cells by meaning."""

    values: dict[str, list[str]]
    merged: set[str]
    span: Span
    texts: list[str]
    tells: bool
    across: bool = False

    def text(self, name: str) -> str:
        """What a column holds, on one line; units that stand below each other are parted."""
        parts = self.values.get(name, ())
        if name not in ("lead", "support", "units") or len(parts) < 2:
            return " ".join(parts)
        joined = "; ".join(map(without_bullet, parts))
        return _TWICE.sub(r"\1", joined)

    @property
    def filled(self) -> list[str]:
        """Meanings that have text."""
        return [name for name, parts in self.values.items() if parts]


@dataclass
class TableReader:
    """Reads the tables of one part of a document; columns go on into tables without a header."""

    appendix: str
    roles: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    goals: list[Figure] = field(default_factory=list)  # targets of whole groups

    def read(
        self, blocks: Sequence[Block], headings: Sequence[str], kind: str = "measures"
    ) -> list[Record]:
        """Records of rows that follow each other, under headings of a kind of section.

        A section on results holds no measures, whatever its tables are like, unless a column says
        that it is for them; one on purposes or goals only where somebody has to do something.
        """
        walk = _Walk(self.appendix, tuple(headings))
        rows = self._logical(blocks, kind)
        for place, row in enumerate(rows):
            walk.take(row, rows[place + 1] if place + 1 < len(rows) else None)
        self.goals += walk.goals
        return walk.records

    def _logical(self, blocks: Sequence[Block], kind: str) -> list[_Row]:
        """Rows without headers, with those put together that a page break cut."""
        rows: list[_Row] = []
        broken = False
        downwards = {b.table for b in blocks if any(c.merged == "up" for c in b.cells)}
        below = 0  # rows of a header that were read with the first
        for place, block in enumerate(blocks):
            if below:
                below -= 1
                continue
            height = header_height(blocks[place:])
            if height:
                self._take_header(blocks[place : place + height], kind)
                below, broken = height - 1, True
                continue
            texts = [one.text for one in block.cells]
            new = place == 0 or blocks[place - 1].table != block.table
            if new and not _carries_on(block, self.roles):
                self.roles = ()
            if not self.roles or _is_count(texts):
                continue
            tells = block.tells_merges and block.table in downwards
            row = _row(block, self.roles, self.headers, tells=tells)
            if row is None or _is_total(row):
                continue
            broken = broken or block.breaks
            if broken:
                row.tells = False  # a merged cell may go on from the page before
            if rows and _goes_on(rows[-1], row, broken=broken):
                _append(rows[-1], row)
            else:
                rows.append(row)
            broken = False
        return rows

    def _take_header(self, blocks: Sequence[Block], kind: str) -> None:
        first, *others = (_spread(block.cells) for block in blocks)
        self.headers = tuple(
            next((row[place] for row in reversed(others) if row[place : place + 1] != [""]), text)
            for place, text in enumerate(first)
        )
        over = [columns.role(text) for text in first]
        own = [columns.role(text) for text in self.headers]
        known = tuple(
            text if new or not old else above
            for text, above, new, old in zip(self.headers, first, own, over, strict=True)
        )
        self.roles = _by_quarter(columns.roles(known), known, self.headers)
        meant = "measure" in own or "measure" in over
        if (kind == "review" and not meant) or (
            kind in SILENT and not meant and not columns.names_doers(self.roles)
        ):
            self.roles = ()


def header_height(blocks: Sequence[Block]) -> int:
    """How many of the first rows are the header of a table of measures; 0 if there is none.

    Cells of the second row stand under a cell over several columns, or beside cells over both rows.
    """
    texts = [one.text for one in blocks[0].cells]
    second = blocks[1] if len(blocks) > 1 and blocks[1].table == blocks[0].table else None
    if columns.is_header(texts):
        return 2 if second is not None and _is_second_header(blocks[0], second) else 1
    if second is None or len(second.cells) != len(texts) or not _is_under(blocks[0], second):
        return 0
    if columns.is_header([one.text for one in second.cells]):
        return 0  # a header that is repeated under a group
    both = [
        below or above
        for above, below in zip(_spread(blocks[0].cells), _spread(second.cells), strict=True)
    ]
    return 2 if columns.is_header(both) else 0


def has_header(blocks: Sequence[Block]) -> bool:
    """Whether one of the rows names the columns of a table of measures."""
    return any(header_height(blocks[place : place + 2]) for place in range(len(blocks)))


def _spread(cells: Sequence[Cell]) -> list[str]:
    """Texts of a header; one over several columns stands for each of them."""
    texts: list[str] = []
    for one in cells:
        texts.append(texts[-1] if one.merged == "left" and texts else one.text)
    return texts


def _is_under(above: Block, block: Block) -> bool:
    """Whether a row goes on with a header: cells begin above it, or stand under a wide one."""
    return any(one.merged == "up" for one in block.cells) or any(
        one.merged == "left" for one in above.cells
    )


def _is_second_header(above: Block, block: Block) -> bool:
    filled = [one.text for one in block.cells if one.text]
    if not filled or len(block.cells) != len(above.cells):
        return False
    known = [columns.role(text) not in ("", "number") for text in filled]
    return all(known) or (
        _is_under(above, block)
        and not is_number(block.cells[0].text)
        and all(ok or deadlines.looks_like_deadline(t) for ok, t in zip(known, filled, strict=True))
    )


def _by_quarter(
    roles: tuple[str, ...], headers: Sequence[str], labels: Sequence[str]
) -> tuple[str, ...]:
    """Columns such as "Quý I", "Quý II" under "Thời gian" are all of the deadline."""
    return tuple(
        "deadline"
        if columns.role(header) == "deadline" and label != header and _QUARTER.match(label)
        else role
        for role, header, label in zip(roles, headers, labels, strict=True)
    )


def _carries_on(block: Block, roles: Sequence[str]) -> bool:
    """Whether the first row of a table without a header can be of the table of measures before it.

    It has as many columns, and what it holds fits at least one of them.
    """
    if not roles:
        return False
    if block.breaks:
        return True
    if len(block.cells) != len(roles):
        return False
    texts = [one.text for one in block.cells]
    by_role = dict(zip(reversed(roles), reversed(texts), strict=True))
    number = by_role.get("number", "")
    if number:
        return is_number(bare(number)) or not any(texts[1:])
    if sum(columns.role(text) not in ("", "measure", "criterion") for text in texts) > 1:
        return False  # the header of another table
    who = any(agencies.looks_like_unit(by_role.get(name, "")) for name in ("lead", "units"))
    when = deadlines.looks_like_deadline(by_role.get("deadline", ""))
    return who or when or "number" in roles


def _is_total(row: _Row) -> bool:
    """Whether a row adds up what stands above it."""
    named = key(row.text("criterion") or row.text("measure") or row.text("number"))
    said = starts(named, "total")
    if not said or row.text("lead") or row.text("deadline"):
        return False
    return said == named or " " in said


def _is_count(texts: Sequence[str]) -> bool:
    """Whether a row only counts the columns: (1) (2) (3)."""
    filled = [text for text in texts if text]
    return len(filled) > 2 and all(map(_COUNT.match, filled))


def _row(block: Block, roles: Sequence[str], headers: Sequence[str], *, tells: bool) -> _Row | None:
    cells = [*block.cells[: len(roles)], *[Cell()] * (len(roles) - len(block.cells))]
    values: dict[str, list[str]] = {}
    merged = set()
    for one, role, header in zip(cells, roles, headers, strict=True):
        _extend(values.setdefault(role, []), one, role, header)
        if one.merged == "up" and role:
            merged.add(role)
    if not any(values.values()) and not merged:
        return None
    texts = [one.text for one in block.cells if one.text]
    if not texts:
        return None if not merged else _Row(values, merged, block.span, texts, tells)
    across = sum(one.merged == "left" for one in cells) * 2 >= len(cells) - 1
    return _Row(values, merged, block.span, texts, tells, across)


def _extend(values: list[str], one: Cell, role: str, header: str) -> None:
    """Add a cell to what a column holds; a tick under "Quý II" says the quarter.

    A bare number under "Mục tiêu (%)" or "Điểm phấn đấu" gets its unit from there.
    """
    unit = _header_unit(header)
    if role == "deadline" and _TICK.match(one.text) and _QUARTER.match(header):
        values[:] = [", ".join([*values, header])]
    elif role == "target" and unit and _BARE.match(one.text):
        values.append(f"{one.text} {unit}")
    else:
        values.extend(one.paragraphs)


def _header_unit(header: str) -> str:
    """The one unit that a header says or speaks of, "" if there is none or several."""
    said = _UNIT.search(header)
    if said:
        return said["unit"]
    spoken_of = named(header, "header unit")
    return spoken_of[0] if len(spoken_of) == 1 else ""


def _goes_on(above: _Row, row: _Row, *, broken: bool) -> bool:
    """Whether a row is the rest of the one above, cut by the end of the page.

    It has no number, and each of its texts stands under text that may go on. At a page break a
    small letter tells it, or that nobody is named to do it; elsewhere one cell only may go on.
    """
    if row.text("number") or row.across or row.merged:
        return False
    filled = [name for name in row.filled if name]
    if not filled or any(not above.text(name) for name in filled):
        return False
    if not broken:
        return len(filled) == 1 and _is_rest(above.text(filled[0]), row.text(filled[0]))
    if any(row.text(name)[0].islower() for name in filled):
        return True
    if row.text("lead") or row.text("deadline"):
        return False
    return len(filled) == 1 or any(_is_cut(above.text(name), row.text(name)) for name in filled)


def _is_rest(above: str, text: str) -> bool:
    return text[0].islower() or (above[-1] not in ".;:" and text[0] not in "-+•")


def _is_cut(above: str, text: str) -> bool:
    """Whether a text that begins with a capital goes on in the middle of a sentence."""
    first = text.split(maxsplit=1)[0]
    return above[-1] not in ".;:" and first.isupper() and len(first) > 1


def _append(above: _Row, row: _Row) -> None:
    for name, parts in row.values.items():
        own = above.values.setdefault(name, [])
        for place, part in enumerate(parts):
            if place == 0 and own and part[0] not in "-+•":
                own[-1] += f" {part}"
            else:
                own.append(part)
    above.texts += row.texts
    above.span = replace(above.span, line_end=row.span.line_end)


@dataclass
class _Walk:
    """Goes down a table: groups become headings, other rows records."""

    appendix: str
    above: tuple[str, ...]
    groups: list[tuple[int, str, str]] = field(default_factory=list)
    last: Record | None = None  # with the whole measure cell, for those below that inherit it
    records: list[Record] = field(default_factory=list)
    goals: list[Figure] = field(default_factory=list)

    def take(self, row: _Row, following: _Row | None) -> None:
        if row.text("group"):
            self._enter("", row.text("group"))
        title = self._title(row, following)
        if title is not None:
            self._enter(*title)
            aim = targets.extract(row.text("target"), cell=True)
            self.goals += goals_of(title[1], aim, row.span)
            return
        number = bare(row.text("number"))
        if is_number(number):
            self._leave(number)
        found = self._records(row)
        self.records += found
        self.last = replace(found[0], measure=" ".join(part.measure for part in found))
        if following and number and is_child(following.text("number"), number):
            criterion = row.text("criterion") or row.text("measure")
            self._enter(number, criterion, ends_group=False)

    def _leave(self, number: str) -> None:
        """Leave groups of the depth of a number and deeper; 5 does not stand under 4."""
        depth = depth_of(number)
        self.groups = [group for group in self.groups if group[0] < depth or not group[1]]

    def _enter(self, number: str, text: str, *, ends_group: bool = True) -> None:
        depth = depth_of(number) if number else ROMAN
        kept = [g for g in self.groups if g[0] < depth or (number and not g[1] and depth > ROMAN)]
        self.groups = [*kept, (depth, number, text)]
        if ends_group:
            self.last = None

    def _title(self, row: _Row, following: _Row | None) -> tuple[str, str] | None:
        """Number and text of a row that is the heading of a group; None for a record."""
        number, filled = row.text("number"), [name for name in row.filled if name not in _ASIDE]
        if number and not is_number(number) and not filled:
            return _parted(number)
        aimed = "target" in filled and len(filled) == 2  # a field that has a target of its own
        if aimed:
            filled.remove("target")
        if len(filled) != 1 or row.merged - {"number"}:
            return None
        text = row.text(filled[0])
        shown = row.across or _is_shouted(text)
        if not number:
            return _parted(text) if shown else None
        if not is_number(number):
            return None
        above = following is not None and self._leads(row, following, filled[0])
        alone = filled[0] == "criterion" and self.last is None and not aimed
        title = shown or depth_of(number) <= ROMAN or above or alone
        return (bare(number), text) if title else None

    @staticmethod
    def _leads(row: _Row, following: _Row, name: str) -> bool:
        """Whether the next row stands under this one by its number."""
        below = following.text("number")
        if below:
            return is_child(bare(below), bare(row.text("number")))
        return bool(following.text(name)) and bool(following.text("lead"))

    def _records(self, row: _Row) -> list[Record]:
        values, inherited = self._inherited(row)
        section = Section(self.appendix, (*self.above, *self._headings()))
        code, criterion = _code(values["criterion"])
        if "criterion" in inherited and self.last is not None:
            code, criterion = self.last.code, self.last.criterion
        number = values["number"]
        if not code and "." in bare(number):
            code = bare(number)
        names = {_NAMES.get(name, name) for name in inherited}
        if "criterion" in inherited:
            names.add("code")
        lead, support = values["lead"], values["support"]
        written = row.values.get("units", [])
        if not written and lead and not support and "lead" not in inherited:
            written = row.values["lead"]
        if written:
            first, second = split_units("\n".join(written))
            told = first != " ".join(written)
            lead, support = (first, second) if told else (lead or row.text("units"), support)
        parts = [values["measure"]]
        if "measure" not in inherited:
            parts = splitting.of_cell(row.values.get("measure", [])) or [""]
        record = Record(
            section=section,
            number=number,
            code=code,
            criterion=criterion,
            target=values["target"],
            measure="",
            lead_unit=lead,
            support_unit=support,
            deadline=values["deadline"],
            product=values["product"],
            surveyed=_SURVEYED.search(criterion) is not None,
            inherited=frozenset(names),
            span=row.span,
            text="\n".join(row.texts),
        )
        return [replace(record, measure=part) for part in parts]

    def _headings(self) -> list[str]:
        return [f"{number}. {text}" if number else text for _, number, text in self.groups]

    def _inherited(self, row: _Row) -> tuple[dict[str, str], set[str]]:
        """Values of a row with those of the record above where its cells are merged with it."""
        values = {name: row.text(name) for name in _FIELDS}
        above = self.last if self.last is not None else (self.records[-1] if self.records else None)
        nothing = {name for name, text in values.items() if _NONE.match(text)}
        values |= dict.fromkeys(nothing, "")
        if above is None:
            return values, set()
        dittos = {name for name, text in values.items() if _DITTO.match(text)}
        values |= dict.fromkeys(dittos, "")
        names = {name for name in row.merged if not values.get(name)}
        if not row.tells and self.last is not None:
            names |= _empty_that_inherit(row, values)
        if row.merged and row.tells and self.last is None:
            names &= row.merged
        taken = set()
        for name in (names | dittos) - nothing:
            if name not in values:
                continue
            value = getattr(above, _NAMES.get(name, name))
            if value:
                values[name] = value
                taken.add(name)
        return values, taken


def _empty_that_inherit(row: _Row, values: dict[str, str]) -> set[str]:
    """The rule for empty cells, see the head of this module."""
    empty = {name for name in _FIELDS if not values[name]}
    known = set(row.values)
    units = {"lead", "support"} & known
    found = {"deadline"} & empty
    if units and units <= empty:
        found |= units
    elif "lead" in empty:
        found.add("lead")
    no_units = bool(units) and units <= empty
    if "measure" in empty and no_units:
        found.add("measure")
        if "target" in empty:
            found.add("target")
    if {"number", "criterion"} <= empty and "criterion" in known:
        found |= {"number", "criterion"} | ({"target"} & empty)
    if row.text("units"):
        found -= {"lead", "support"}
    return found & (known | {"number"})


def _is_shouted(text: str) -> bool:
    """Whether a title is in capitals; a short form alone is none."""
    return text.isupper() and len(text.split()) > 1


def _parted(text: str) -> tuple[str, str]:
    """Number and words of a heading in one cell, as "I CÔNG TÁC CHỈ ĐẠO"."""
    found = marker(text)
    if found is not None and found.number:
        return found.number, found.rest
    first, _, rest = text.partition(" ")
    if is_number(first) and rest and (depth_of(first) == ROMAN or first[0].isdigit()):
        return bare(first), rest
    return "", text


def _code(criterion: str) -> tuple[str, str]:
    """A criterion's printed code and its words.

    Examples
    --------
    >>> _code("TCTP 3.1. Công khai thủ tục")
    ('TCTP 3.1', 'Công khai thủ tục')
    """
    found = _CODE.match(criterion) or _DOTTED.match(criterion)
    if found is None:
        return "", criterion
    return found["code"], criterion[found.end() :]
