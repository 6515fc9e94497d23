"""Converting the rows of a plan's tables to records.

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
from itertools import combinations

from parstats.documents import header_roles
from parstats.documents.document import Block, Cell, Span
from parstats.documents.numbering import ROMAN, bare, is_child, is_number, marker, number_depth
from parstats.documents.paragraphs import without_bullet
from parstats.documents.phrases import key, named, starts
from parstats.plans.fields import agencies, deadlines, targets
from parstats.plans.fields.actors import split_units
from parstats.plans.parse import splitting
from parstats.plans.parse.results import goal_figures
from parstats.plans.parse.sections import SILENT, is_surveyed
from parstats.plans.records import Figure, Record, Section

_CODE = re.compile(
    r"^(?P<code>(?:TCTP|TC|CSTP|CSND|Tiêu chí thành phần|Tiêu chí|Chỉ số thành phần|Chỉ số nội "
    r"dung)"
    r"\s*\d{1,2}(?:\.\d{1,2})*)\s*[.:\-–]?\s+(?=\S)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"^(?P<code>\d{1,2}(?:\.\d{1,2})+)\s*[.:]?\s+(?=\S)")
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
        """Return the values of a column on one line; units below each other are separated."""
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
    """Reads the tables of a part; tables without a header reuse the columns before."""

    appendix: str
    roles: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    goals: list[Figure] = field(default_factory=list)  # targets of whole groups

    def read(
        self, blocks: Sequence[Block], headings: Sequence[str], kind: str = "measures"
    ) -> list[Record]:
        """Return the records of rows that follow each other, under headings of a kind of section.

        A section on results holds no measures, whatever its tables are like, unless a column says
        that it is for them; one on purposes or goals only where somebody has to do something.
        """
        walk = _Walk(self.appendix, tuple(headings))
        rows = self._logical(blocks, kind)
        for position, row in enumerate(rows):
            walk.take(row, rows[position + 1] if position + 1 < len(rows) else None)
        self.goals += walk.goals
        return walk.records

    def _logical(self, blocks: Sequence[Block], kind: str) -> list[_Row]:
        """Return the rows without headers; rows cut by a page break are joined."""
        rows: list[_Row] = []
        broken = False
        downwards = {b.table for b in blocks if any(c.merged == "up" for c in b.cells)}
        below = 0  # rows of a header that were read with the first
        for position, block in enumerate(blocks):
            if below:
                below -= 1
                continue
            height = header_height(blocks[position:])
            if height:
                self._take_header(blocks[position : position + height], kind)
                below, broken = height - 1, True
                continue
            texts = [table_cell.text for table_cell in block.cells]
            # Plans that run over pages repeat no header: the columns of the page before go on.
            new = position == 0 or blocks[position - 1].table != block.table
            if new and not _carries_on(block, self.roles):
                self.roles = ()
            if not self.roles or _is_count(texts):
                continue
            tells = block.tells_merges and block.table in downwards
            row = _row(_fitted(block, self.roles), self.roles, self.headers, tells=tells)
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
        first, *lower_rows = (_spread(block.cells) for block in blocks)
        self.headers = tuple(
            next(
                (row[column] for row in reversed(lower_rows) if row[column : column + 1] != [""]),
                text,
            )
            for column, text in enumerate(first)
        )
        over = [header_roles.plan_role(text) for text in first]
        below = [header_roles.plan_role(text) for text in self.headers]
        available = tuple(
            text if new or not old else above
            for text, above, new, old in zip(self.headers, first, below, over, strict=True)
        )
        self.roles = _by_quarter(header_roles.plan_roles(available), available, self.headers)
        meant = "measure" in below or "measure" in over
        if (kind == "review" and not meant) or (
            kind in SILENT and not meant and not header_roles.names_doers(self.roles)
        ):
            self.roles = ()


def header_height(blocks: Sequence[Block]) -> int:
    """Return how many of the first rows are the header of a table of measures; 0 if there is none.

    Cells of the second row stand under a cell over several columns, or beside cells over both rows.
    """
    texts = [table_cell.text for table_cell in blocks[0].cells]
    second = blocks[1] if len(blocks) > 1 and blocks[1].table == blocks[0].table else None
    # Many annexes have "Đơn vị thực hiện" over "Chủ trì" and "Phối hợp": two rows of header.
    if header_roles.is_plan_header(texts):
        return 2 if second is not None and _is_second_header(blocks[0], second) else 1
    if second is None or len(second.cells) != len(texts) or not _is_under(blocks[0], second):
        return 0
    if header_roles.is_plan_header([table_cell.text for table_cell in second.cells]):
        return 0  # a header that is repeated under a group
    both = [
        below or above
        for above, below in zip(_spread(blocks[0].cells), _spread(second.cells), strict=True)
    ]
    return 2 if header_roles.is_plan_header(both) else 0


def has_header(blocks: Sequence[Block]) -> bool:
    """Return whether one of the rows names the columns of a table of measures."""
    return any(header_height(blocks[position : position + 2]) for position in range(len(blocks)))


def _spread(cells: Sequence[Cell]) -> list[str]:
    """Return the texts of a header; one over several columns stands for each of them."""
    texts: list[str] = []
    for table_cell in cells:
        texts.append(texts[-1] if table_cell.merged == "left" and texts else table_cell.text)
    return texts


def _is_under(above: Block, block: Block) -> bool:
    """Return whether a row continues a header: merged with it, or under a wide cell."""
    return any(table_cell.merged == "up" for table_cell in block.cells) or any(
        table_cell.merged == "left" for table_cell in above.cells
    )


def _is_second_header(above: Block, block: Block) -> bool:
    filled = [table_cell.text for table_cell in block.cells if table_cell.text]
    if not filled or len(block.cells) != len(above.cells):
        return False
    available = [header_roles.plan_role(text) not in ("", "number") for text in filled]
    return all(available) or (
        _is_under(above, block)
        and not is_number(block.cells[0].text)
        and all(
            ok or deadlines.looks_like_deadline(t) for ok, t in zip(available, filled, strict=True)
        )
    )


def _by_quarter(
    roles: tuple[str, ...], headers: Sequence[str], labels: Sequence[str]
) -> tuple[str, ...]:
    """Read columns such as "Quý I" under "Thời gian" as the deadline."""
    return tuple(
        "deadline"
        if header_roles.plan_role(header) == "deadline"
        and label != header
        and _QUARTER.match(label)
        else role
        for role, header, label in zip(roles, headers, labels, strict=True)
    )


def _carries_on(block: Block, roles: Sequence[str]) -> bool:
    """Return whether a table without a header continues the table of measures before.

    It has as many columns, and what it holds fits at least one of them.
    """
    if not roles:
        return False
    if block.breaks:
        return True
    if len(block.cells) != len(roles):
        return False
    texts = [table_cell.text for table_cell in block.cells]
    by_role = dict(zip(reversed(roles), reversed(texts), strict=True))
    number = by_role.get("number", "")
    if number:
        return is_number(bare(number)) or not any(texts[1:])
    if sum(header_roles.plan_role(text) not in ("", "measure", "criterion") for text in texts) > 1:
        return False  # the header of another table
    who = any(agencies.looks_like_unit(by_role.get(name, "")) for name in ("lead", "units"))
    when = deadlines.looks_like_deadline(by_role.get("deadline", ""))
    return who or when or "number" in roles


def _is_total(row: _Row) -> bool:
    """Return whether a row is a total."""
    named = key(row.text("criterion") or row.text("measure") or row.text("number"))
    phrase = starts(named, "total")
    if not phrase or row.text("lead") or row.text("deadline"):
        return False
    return phrase == named or " " in phrase


def _is_count(texts: Sequence[str]) -> bool:
    """Return whether a row only counts the columns: (1) (2) (3)."""
    filled = [text for text in texts if text]
    # Official tables number their columns under the header; two such cells may be a real row.
    return len(filled) > 2 and all(map(_COUNT.match, filled))


def _row(block: Block, roles: Sequence[str], headers: Sequence[str], *, tells: bool) -> _Row | None:
    cells = [*block.cells[: len(roles)], *[Cell()] * (len(roles) - len(block.cells))]
    values: dict[str, list[str]] = {}
    merged = set()
    for table_cell, role, header in zip(cells, roles, headers, strict=True):
        _extend(values.setdefault(role, []), table_cell, role, header)
        if table_cell.merged == "up" and role:
            merged.add(role)
    if not any(values.values()) and not merged:
        return None
    texts = [table_cell.text for table_cell in block.cells if table_cell.text]
    if not texts:
        return None if not merged else _Row(values, merged, block.span, texts, tells)
    # The title of a group stands in a cell merged over at least half of the row.
    across = sum(table_cell.merged == "left" for table_cell in cells) * 2 >= len(cells) - 1
    return _Row(values, merged, block.span, texts, tells, across)


def _extend(values: list[str], table_cell: Cell, role: str, header: str) -> None:
    """Add a cell to the values of a column; a tick under "Quý II" means that quarter.

    A bare number under "Mục tiêu (%)" or "Điểm phấn đấu" gets its unit from there.
    """
    unit = _header_unit(header)
    if role == "deadline" and _TICK.match(table_cell.text) and _QUARTER.match(header):
        values[:] = [", ".join([*values, header])]
    elif role == "target" and unit and _BARE.match(table_cell.text):
        values.append(f"{table_cell.text} {unit}")
    else:
        values.extend(table_cell.paragraphs)


def _header_unit(header: str) -> str:
    """Return the only unit a header names; "" if none or several."""
    match = _UNIT.search(header)
    if match:
        return match["unit"]
    header_unit = named(header, "header unit")
    return header_unit[0] if len(header_unit) == 1 else ""


def _goes_on(above: _Row, row: _Row, *, broken: bool) -> bool:
    """Return whether a row continues the one above, cut by the end of the page.

    It has no number, and each of its texts is below text that may go on. At a page break a
    small letter shows it, or that nobody is named to do it; elsewhere one cell only may go on.
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
    """Return whether a text that begins with a capital continues a sentence."""
    first = text.split(maxsplit=1)[0]
    return above[-1] not in ".;:" and first.isupper() and len(first) > 1


def _append(above: _Row, row: _Row) -> None:
    for name, parts in row.values.items():
        upper_values = above.values.setdefault(name, [])
        for position, part in enumerate(parts):
            if position == 0 and upper_values and part[0] not in "-+•":
                upper_values[-1] += f" {part}"
            else:
                upper_values.append(part)
    above.texts += row.texts
    above.span = replace(above.span, line_end=row.span.line_end)


@dataclass
class _Walk:
    """Walks down a table: groups become headings, other rows records."""

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
            self.goals += goal_figures(title[1], aim, row.span)
            return
        number = bare(row.text("number"))
        if is_number(number):
            self._leave(number)
        records = self._records(row)
        self.records += records
        self.last = replace(records[0], measure=" ".join(part.measure for part in records))
        if following and number and is_child(following.text("number"), number):
            criterion = row.text("criterion") or row.text("measure")
            self._enter(number, criterion, ends_group=False)

    def _leave(self, number: str) -> None:
        """Leave groups of the depth of a number and deeper; 5 does not stand under 4."""
        depth = number_depth(number)
        self.groups = [group for group in self.groups if group[0] < depth or not group[1]]

    def _enter(self, number: str, text: str, *, ends_group: bool = True) -> None:
        depth = number_depth(number) if number else ROMAN
        outer_groups = [
            g for g in self.groups if g[0] < depth or (number and not g[1] and depth > ROMAN)
        ]
        self.groups = [*outer_groups, (depth, number, text)]
        if ends_group:
            self.last = None

    def _title(self, row: _Row, following: _Row | None) -> tuple[str, str] | None:
        """Number and text of a row that is the heading of a group; None for a record."""
        number, filled = row.text("number"), [name for name in row.filled if name not in _ASIDE]
        if number and not is_number(number) and not filled:
            return _parted(number)
        aimed = "target" in filled and len(filled) == 2  # a field with a target
        if aimed:
            filled.remove("target")
        if len(filled) != 1 or row.merged - {"number"}:
            return None
        text = row.text(filled[0])
        display_text = row.across or _is_shouted(text)
        if not number:
            return _parted(text) if display_text else None
        if not is_number(number):
            return None
        above = following is not None and self._leads(row, following, filled[0])
        is_single = filled[0] == "criterion" and self.last is None and not aimed
        # Plans set groups as rows: in capitals or merged cells, under Roman numbers or letters, or
        # as a number and a criterion with the measures in the rows below.
        title = display_text or number_depth(number) <= ROMAN or above or is_single
        return (bare(number), text) if title else None

    @staticmethod
    def _leads(row: _Row, following: _Row, name: str) -> bool:
        """Return whether the next row belongs under this one by its number."""
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
        # One column for both: "Chủ trì: Sở ...; phối hợp: ...".
        written = row.values.get("units", [])
        if not written and lead and not support and "lead" not in inherited:
            written = row.values["lead"]
        if written:
            first, second = split_units("\n".join(written))
            has_value = first != " ".join(written)
            lead, support = (first, second) if has_value else (lead or row.text("units"), support)
        parts = [values["measure"]]
        if "measure" not in inherited:
            parts = splitting.split_cell(row.values.get("measure", [])) or [""]
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
            surveyed=is_surveyed(criterion),
            inherited=frozenset(names),
            span=row.span,
            text="\n".join(row.texts),
        )
        return [replace(record, measure=part) for part in parts]

    def _headings(self) -> list[str]:
        return [f"{number}. {text}" if number else text for _, number, text in self.groups]

    def _inherited(self, row: _Row) -> tuple[dict[str, str], set[str]]:
        """Return the values of a row, merged cells filled from the record above."""
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
        used = set()
        for name in (names | dittos) - nothing:
            if name not in values:
                continue
            value = getattr(above, _NAMES.get(name, name))
            if value:
                values[name] = value
                used.add(name)
        return values, used


def _empty_that_inherit(row: _Row, values: dict[str, str]) -> set[str]:
    """Return the empty cells that inherit; see the rule in the module docstring."""
    empty = {name for name in _FIELDS if not values[name]}
    available = set(row.values)
    units = {"lead", "support"} & available
    inheriting_fields = {"deadline"} & empty
    if units and units <= empty:
        inheriting_fields |= units
    elif "lead" in empty:
        inheriting_fields.add("lead")
    no_units = bool(units) and units <= empty
    if "measure" in empty and no_units:
        inheriting_fields.add("measure")
        if "target" in empty:
            inheriting_fields.add("target")
    if {"number", "criterion"} <= empty and "criterion" in available:
        inheriting_fields |= {"number", "criterion"} | ({"target"} & empty)
    if row.text("units"):
        inheriting_fields -= {"lead", "support"}
    return inheriting_fields & (available | {"number"})


def _is_shouted(text: str) -> bool:
    """Return whether a title is in capitals; a short form alone is none."""
    return text.isupper() and len(text.split()) > 1


def _parted(text: str) -> tuple[str, str]:
    """Number and words of a heading in one cell, as "I CÔNG TÁC CHỈ ĐẠO"."""
    item_marker = marker(text)
    if item_marker is not None and item_marker.number:
        return item_marker.number, item_marker.rest
    first, _, rest = text.partition(" ")
    if is_number(first) and rest and (number_depth(first) == ROMAN or first[0].isdigit()):
        return bare(first), rest
    return "", text


def _code(criterion: str) -> tuple[str, str]:
    """Return a criterion's printed code and its words.

    >>> _code("TCTP 3.1. Công khai thủ tục")
    ('TCTP 3.1', 'Công khai thủ tục')
    """
    match = _CODE.match(criterion) or _DOTTED.match(criterion)
    if match is None:
        return "", criterion
    return match["code"], criterion[match.end() :]


def _fitted(block: Block, roles: Sequence[str]) -> Block:
    """Fit a row with too many cells to the columns, as of a text with a cell on each line.

    Of its empty cells those are dropped without which the rest fits the columns best.
    """
    width, cells = len(roles), block.cells
    surplus = len(cells) - width
    if surplus <= 0 or block.tells_merges:
        return block
    empty = [position for position, table_cell in enumerate(cells) if not table_cell.text]
    # Of 12 empty cells at most 924 selections are tried; rows of plans have fewer.
    if len(empty) < surplus or len(empty) > 12:
        rest = tuple(text for table_cell in cells[width - 1 :] for text in table_cell.paragraphs)
        return replace(block, cells=(*cells[: width - 1], Cell(rest)))
    candidates = [
        tuple(table_cell for position, table_cell in enumerate(cells) if position not in dropped)
        for dropped in combinations(empty, surplus)
    ]
    return replace(block, cells=max(candidates, key=lambda cells: _fit(cells, roles)))


def _fit(cells: Sequence[Cell], roles: Sequence[str]) -> int:
    """Return how many filled cells look like what their column holds."""
    points = 0
    for table_cell, meaning in zip(cells, roles, strict=True):
        if not table_cell.text:
            continue
        unit, deadline = (
            agencies.looks_like_unit(table_cell.text),
            deadlines.looks_like_deadline(table_cell.text),
        )
        if meaning == "number":
            points += 2 if is_number(table_cell.text) else -2
        elif meaning in ("lead", "support", "units"):
            points += 2 if unit else -1
        elif meaning == "deadline":
            points += 2 if deadline else -1
        elif meaning:
            points += 1 if not (deadline or is_number(table_cell.text)) else -1
    return points
