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

from parstats.plans.documents.blocks import Block, Cell
from parstats.plans.facts.actors import split_units
from parstats.plans.records import Record, Section, Span
from parstats.plans.segments import splitting
from parstats.plans.text import columns
from parstats.plans.text.numbering import ROMAN, bare, depth_of, is_child, is_number, marker

_CODE = re.compile(
    r"^(?P<code>(?:TCTP|TC|CSTP|CSND|Tiêu chí thành phần|Tiêu chí|Chỉ số thành phần|Chỉ số nội "
    r"dung)"
    r"\s*\d{1,2}(?:\.\d{1,2})*)\s*[.:\-–]?\s+(?=\S)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"^(?P<code>\d{1,2}(?:\.\d{1,2})+)\s*[.:]?\s+(?=\S)")
_SURVEYED = re.compile(r"\([^)]*(?:XHH|xã hội học)[^)]*\)", re.IGNORECASE)
_COUNT = re.compile(r"^\(?(?:\d{1,2}|[A-Z])\)?(?:\s*=.*)?$")
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
        return " ".join(self.values.get(name, ()))

    @property
    def filled(self) -> list[str]:
        """Meanings that have text."""
        return [name for name, parts in self.values.items() if parts]


@dataclass
class TableReader:
    """Reads the tables of one part of a document; columns go on into tables without a header."""

    appendix: str
    roles: tuple[str, ...] = ()

    def read(self, blocks: Sequence[Block], headings: Sequence[str]) -> list[Record]:
        """Records of rows that follow each other, under the headings above the table."""
        walk = _Walk(self.appendix, tuple(headings))
        rows = self._logical(blocks)
        for place, row in enumerate(rows):
            walk.take(row, rows[place + 1] if place + 1 < len(rows) else None)
        return walk.records

    def _logical(self, blocks: Sequence[Block]) -> list[_Row]:
        """Rows without headers, with those put together that a page break cut."""
        rows: list[_Row] = []
        after_header = broken = False
        downwards = {b.table for b in blocks if any(c.merged == "up" for c in b.cells)}
        for block in blocks:
            texts = [one.text for one in block.cells]
            if columns.is_header(texts):
                self.roles = columns.roles(_spread(block.cells))
                after_header = broken = True
                continue
            if after_header and _is_second_header(texts):
                named = [columns.role(text) if text else "" for text in texts]
                joined = [new or old for new, old in zip(named, self.roles, strict=False)]
                self.roles = tuple(joined)
                continue
            if not self.roles or _is_count(texts):
                continue
            row = _row(block, self.roles, tells=block.tells_merges and block.table in downwards)
            if row is None:
                continue
            broken = broken or block.breaks
            if broken:
                row.tells = False  # a merged cell may go on from the page before
            if rows and _goes_on(rows[-1], row, broken=broken):
                _append(rows[-1], row)
            else:
                rows.append(row)
            after_header = broken = False
        return rows


def has_header(blocks: Sequence[Block]) -> bool:
    """Whether one of the rows names the columns of a table of measures."""
    return any(columns.is_header([one.text for one in block.cells]) for block in blocks)


def _spread(cells: Sequence[Cell]) -> list[str]:
    """Texts of a header; one over several columns stands for each of them."""
    texts: list[str] = []
    for one in cells:
        texts.append(texts[-1] if one.merged == "left" and texts else one.text)
    return texts


def _is_second_header(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text]
    return bool(filled) and all(columns.role(text) not in ("", "number") for text in filled)


def _is_count(texts: Sequence[str]) -> bool:
    """Whether a row only counts the columns: (1) (2) (3)."""
    filled = [text for text in texts if text]
    return len(filled) > 2 and all(map(_COUNT.match, filled))


def _row(block: Block, roles: Sequence[str], *, tells: bool) -> _Row | None:
    cells = [*block.cells[: len(roles)], *[Cell()] * (len(roles) - len(block.cells))]
    values: dict[str, list[str]] = {}
    merged = set()
    for one, role in zip(cells, roles, strict=True):
        values.setdefault(role, []).extend(one.paragraphs)
        if one.merged == "up" and role:
            merged.add(role)
    if not any(values.values()) and not merged:
        return None
    texts = [one.text for one in block.cells if one.text]
    if not texts:
        return None if not merged else _Row(values, merged, block.span, texts, tells)
    across = sum(one.merged == "left" for one in cells) * 2 >= len(cells) - 1
    return _Row(values, merged, block.span, texts, tells, across)


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

    def take(self, row: _Row, following: _Row | None) -> None:
        title = self._title(row, following)
        if title is not None:
            self._enter(*title)
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
        number, filled = row.text("number"), [name for name in row.filled if name != "number"]
        if number and not is_number(number) and not filled:
            return _parted(number)
        if len(filled) != 1 or row.merged - {"number"}:
            return None
        text = row.text(filled[0])
        shown = row.across or _is_shouted(text)
        if not number:
            return _parted(text) if shown else None
        if not is_number(number):
            return None
        above = following is not None and self._leads(row, following, filled[0])
        alone = filled[0] == "criterion" and self.last is None
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
        if row.text("units"):
            lead, support = split_units(row.text("units"))
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
        if above is None:
            return values, set()
        names = {name for name in row.merged if not values.get(name)}
        if not row.tells and self.last is not None:
            names |= _empty_that_inherit(row, values)
        if row.merged and row.tells and self.last is None:
            names &= row.merged
        taken = set()
        for name in names:
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
