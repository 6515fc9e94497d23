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

from parstats.documents import header_roles
from parstats.documents.document import Block
from parstats.documents.numbering import ROMAN, bare, is_child, is_number, marker, number_depth
from parstats.documents.phrases import key, starts
from parstats.plans.fields import actors, targets, unit_register
from parstats.plans.fields.actors import split_units
from parstats.plans.fields.unit_phrases import leading_units
from parstats.plans.parse import splitting
from parstats.plans.parse.results import goal_figures
from parstats.plans.parse.row_joining import Columns, Row, append, goes_on, is_total, row_of
from parstats.plans.parse.sections import SILENT, indices_alone, is_surveyed
from parstats.plans.parse.shortcomings import (
    has_shortcoming_columns,
    measured_against,
    row_shortcoming,
)
from parstats.plans.parse.table_header import (
    by_quarter,
    carries_on,
    day_ends,
    fitted,
    header_height,
    is_count,
    is_second_header,
    spread,
)
from parstats.plans.records import Figure, Record, Section, Shortcoming

_CODE = re.compile(
    r"^(?P<code>(?:TCTP|TC|CSTP|CSND|Tiêu chí thành phần|Tiêu chí|Chỉ số thành phần|Chỉ số nội "
    r"dung)"
    r"\s*\d{1,2}(?:\.\d{1,2})*)\s*[.:\-–]?\s+(?=\S)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"^(?P<code>\d{1,2}(?:\.\d{1,2})+)\s*[.:]?\s+(?=\S)")
_DITTO = re.compile(r"^\W*(?:n\.?t|như trên|như nt)\W*$|^(?:[\"”“']{1,2}|//+)$", re.IGNORECASE)
_NONE = re.compile(r"^(?:[-–—.…]+|không(?:\s+có)?[\s.]*)$", re.IGNORECASE)
# "Như mục 2": what stands in the row of that number.
_AS_ITEM = re.compile(
    r"^(?:như|theo|xem)\s+(?:mục|nhiệm vụ|dòng|số|stt|điểm|ý|phần|nội dung)\b"
    r"(?:\s+(?:thứ|số))?\s*(?P<number>[\w.]*?)(?:\s+(?:trên|nêu trên|ở trên))?[\s.]*$",
    re.IGNORECASE,
)
# Columns that make no record.
_UNPLACED = {"comparison", "note", "person", "oversight"}  # that no table has a place for
_ASIDE = {"number", "group", "result", "threshold", "", *_UNPLACED}
_ASKING = {"measure", "lead", "support", "units", "deadline", "product", "target"}
_LEADING = {"lead", "units"}
_FIELDS = ("number", "criterion", "target", "measure", "lead", "support", "deadline", "product")
_NAMES = {"lead": "lead_unit", "support": "support_unit"}


@dataclass
class TableReader:
    """Reads the tables of a part; tables without a header reuse the columns before."""

    appendix: str
    year: int | None = None  # of the plan
    is_sheet: bool = False  # a workbook: it says which cells are merged, though none is
    roles: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    columns: Columns = field(default_factory=Columns)
    weak: tuple[bool, ...] = ()  # columns whose header alone does not say that they hold targets
    goals: list[Figure] = field(default_factory=list)  # targets of whole groups
    unknown: list[str] = field(default_factory=list)  # headers of columns that were not taken
    left_out: list[str] = field(default_factory=list)  # headers that no table has a place for
    # Headers of a table of results, "" where their column is taken.
    aside: tuple[str, ...] = ()
    shortcomings: list[Shortcoming] = field(default_factory=list)

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
        self.shortcomings += walk.shortcomings
        return walk.records

    def _logical(self, blocks: Sequence[Block], kind: str) -> list[Row]:
        """Return the rows without headers; rows cut by a page break are joined."""
        rows: list[Row] = []
        broken = False
        downwards = {b.table for b in blocks if any(c.merged == "up" for c in b.cells)}
        below = 0  # rows of a header that were read with the first
        for position, block in enumerate(blocks):
            if below:
                below -= 1
                continue
            height = header_height(blocks[position:])
            height = height or _shortcoming_height(blocks[position:], kind)
            if height:
                self._take_header(blocks[position : position + height], kind)
                below, broken = height - 1, True
                continue
            texts = [table_cell.text for table_cell in block.cells]
            # Plans that run over pages repeat no header: the columns of the page before go on.
            new = position == 0 or blocks[position - 1].table != block.table
            if new and not carries_on(block, self.roles):
                self.roles, self.aside = (), ()
            self._note_deeds(texts)
            self._note_aside(texts)
            if not self.roles or is_count(texts):
                continue
            stated = self.is_sheet and bool(row_number(block, self.roles))
            tells = block.tells_merges and (stated or block.table in downwards)
            taken = self._without_weak(fitted(block, self.roles))
            row = row_of(taken, self.columns, tells=tells)
            if row is None or is_total(row):
                continue
            row.issue_first, row.no_lead = self._issue_first(), not _LEADING & set(self.roles)
            broken = broken or block.breaks
            if broken:
                row.tells = False  # a merged cell may go on from the page before
            if rows and goes_on(rows[-1], row, broken=broken):
                append(rows[-1], row)
            else:
                rows.append(row)
            broken = False
        return rows

    def _note_deeds(self, texts: Sequence[str]) -> None:
        """Note columns of a table of results that hold deeds all the same."""
        for header, text in zip(self.aside, texts, strict=False):
            # Three words, by judgement: a verb and what it is done to, no grade such as "Đạt".
            is_deed = len(text.split()) >= 3 and bool(starts(key(text), "verb"))
            if header and is_deed and header not in self.unknown:
                self.unknown.append(header)

    def _take_years(self, available: Sequence[str], first: Sequence[str]) -> None:
        """Keep of which year the columns of targets are; what was planned before is a result."""
        labels = tuple(
            above if below == above else f"{above} {below}"
            for above, below in zip(first, self.headers, strict=True)
        )
        named = [sorted(set(header_roles.years_in(label))) for label in labels]
        years = [found[0] if len(found) == 1 else None for found in named]
        weak = [header_roles.may_be_target(text) for text in available]
        self.roles = tuple(
            "result"
            if role == "target" and maybe and year and self.year and year < self.year
            else role
            for role, maybe, year in zip(self.roles, weak, years, strict=True)
        )
        self.weak = tuple(
            role == "target" and maybe for role, maybe in zip(self.roles, weak, strict=True)
        )
        self.columns = Columns(
            self.roles,
            tuple(
                label if role == "target" else header
                for role, label, header in zip(self.roles, labels, self.headers, strict=True)
            ),
            years=tuple(
                year if role == "target" else None
                for role, year in zip(self.roles, years, strict=True)
            ),
        )

    def _take_result(self) -> None:
        """Take what was reached last; earlier results, and those of unclear order, are left out."""
        if self.roles.count("result") < 2:
            return
        taken = header_roles.result_column(self.columns.headers, self.roles)
        self.roles = tuple(
            "comparison" if role == "result" and at != taken else role
            for at, role in enumerate(self.roles)
        )
        self.columns = replace(self.columns, roles=self.roles)

    def _note_aside(self, texts: Sequence[str]) -> None:
        """Keep the headers of columns that are understood and that no table takes."""
        measured = not {"issue", "cause", "threshold"}.isdisjoint(self.roles)
        for role, header, text in zip(self.roles, self.headers, texts, strict=False):
            aside = role in _UNPLACED or (role == "result" and not measured)
            if aside and text and header and header not in self.left_out:
                self.left_out.append(header)

    def _without_weak(self, block: Block) -> Block:
        """Take only figures with units from columns that may hold something else; note the rest."""
        cells = list(block.cells)
        for at, is_weak in enumerate(self.weak[: len(cells)]):
            if not is_weak or not cells[at].text:
                continue
            if any(aim.unit for aim in targets.extract(cells[at].text, cell=True)):
                continue
            cells[at] = replace(cells[at], paragraphs=())
            if self.headers[at] not in self.unknown:
                self.unknown.append(self.headers[at])
        return replace(block, cells=tuple(cells))

    def _issue_first(self) -> bool:
        """Return whether the column of shortcomings stands in place of one of criteria."""
        return any(
            role == "criterion" and header_roles.plan_role(header) == "issue"
            for role, header in zip(self.roles, self.headers, strict=True)
        )

    def _take_header(self, blocks: Sequence[Block], kind: str) -> None:
        first, *lower_rows = (spread(block.cells) for block in blocks)
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
        days = day_ends(self.headers, first)
        roles = by_quarter(header_roles.plan_roles(available), available, self.headers)
        self.roles = tuple(
            "deadline" if day else role if role != "deadline" or not any(days) else ""
            for role, day in zip(roles, days, strict=True)
        )
        if kind == "review" and has_shortcoming_columns(blocks[0], kind):
            self.roles = measured_against(self.roles)
        self._take_years(available, first)
        self._take_result()
        self.columns = replace(self.columns, days=days)
        meant = "measure" in below or "measure" in over
        self.aside = tuple(
            "" if role else text for text, role in zip(self.headers, self.roles, strict=False)
        )
        if has_shortcoming_columns(blocks[0], kind):
            return
        if (kind == "review" and not meant) or (
            kind in SILENT and not meant and not header_roles.names_doers(self.roles)
        ):
            taken = ("number", "criterion", "group", "result", "threshold", *_UNPLACED)
            self.aside = tuple(
                "" if role in taken else text
                for text, role in zip(self.headers, self.roles, strict=False)
            )
            self.roles = ()
        self.unknown += [
            text
            for text, role in zip(self.headers, self.roles, strict=False)
            if text and not role and text not in self.unknown
        ]


def _shortcoming_height(blocks: Sequence[Block], kind: str) -> int:
    """Return how many of the first rows are the header of a table of shortcomings; 0 if none."""
    if not has_shortcoming_columns(blocks[0], kind):
        return 0
    goes_below = len(blocks) > 1 and blocks[1].table == blocks[0].table
    return 2 if goes_below and is_second_header(blocks[0], blocks[1]) else 1


@dataclass
class _Walk:
    """Walks down a table: groups become headings, other rows records."""

    appendix: str
    above: tuple[str, ...]
    groups: list[tuple[int, str, str]] = field(default_factory=list)
    leader: tuple[int, str] | None = None  # depth and name of a unit that heads a group
    last: Record | None = None  # with the whole measure cell, for those below that inherit it
    records: list[Record] = field(default_factory=list)
    goals: list[Figure] = field(default_factory=list)
    shortcomings: list[Shortcoming] = field(default_factory=list)

    def take(self, row: Row, following: Row | None) -> None:
        group = row.text("group")
        if group and not row.merged and row.filled == ["group"]:  # a title in the first column
            title: tuple[str, str] | None = _parted(group)
        else:
            if group:
                self._enter("", group)
            title = self._title(row, following)
        if title is not None:
            self._enter(*title)
            self._lead_by(*title)
            aim = targets.extract(row.text("target"), cell=True)
            self.goals += goal_figures(title[1], aim, row.span, text=row.text("target"))
            return
        number = bare(row.text("number"))
        if is_number(number):
            self._leave(number)
        if not self._asks(row):
            self._note_shortcoming(row, {name: row.text(name) for name in _FIELDS})
            return
        records = self._records(row)
        self._note_shortcoming(row, {"criterion": records[0].criterion, "code": records[0].code})
        self.records += records
        self.last = replace(records[0], measure=" ".join(part.measure for part in records))
        if following and number and is_child(following.text("number"), number):
            criterion = row.text("criterion") or row.text("measure")
            self._enter(number, criterion, ends_group=False)

    @staticmethod
    def _asks(row: Row) -> bool:
        """Return whether a row asks for something, and does not only say what fell short."""
        told = any(row.text(name) for name in ("issue", "cause", "result", "threshold"))
        if not told and not row.issue_first:
            return True
        return bool(row.merged & _ASKING) or any(row.text(name) for name in _ASKING)

    def _note_shortcoming(self, row: Row, values: dict[str, str]) -> None:
        """Add what a row says fell short; a merged cell says it once."""
        own = {name: row.text(name) for name in ("issue", "cause", "result", "threshold")}
        # "Không" says that nothing fell short; beside a figure missed it is only no cause.
        nothing = {name for name in ("issue", "cause") if _NONE.match(own[name])}
        own |= dict.fromkeys(nothing, "")
        if not any(own.values()) and not (row.issue_first and row.text("criterion")):
            return
        section = Section(self.appendix, (*self.above, *self._headings()))
        code, criterion = _code(values.get("criterion", ""))
        values = {"code": values.get("code") or code, "criterion": criterion} | own
        case = row_shortcoming(section, values, row.span, as_criterion=row.issue_first)
        if case is not None:
            self.shortcomings.append(case)

    def _lead_by(self, number: str, title: str) -> None:
        """Keep the unit that is the title of a group; it leads until a group as high begins."""
        depth = number_depth(number) if number else ROMAN
        name = title.rstrip(" .:")
        small = unit_register.in_small_letters(name)
        if small and leading_units(small) == small:
            self.leader = (depth, name)
        elif self.leader and depth <= self.leader[0]:
            self.leader = None

    def _group_lead(self) -> str:
        """Return the unit that is the title of the group or of the heading above; "" if none is."""
        if self.leader is None and not self.groups and self.above:
            self._lead_by(*_parted(self.above[-1]))
        return self.leader[1] if self.leader else ""

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

    def _title(self, row: Row, following: Row | None) -> tuple[str, str] | None:
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
        measured = bool(row.text("result") and row.text("threshold"))
        alone = filled[0] == "criterion" and self.last is None
        is_single = alone and not aimed and not measured
        # Plans set groups as rows: in capitals or merged cells, under Roman numbers or letters, or
        # as a number and a criterion with the measures in the rows below.
        title = display_text or number_depth(number) <= ROMAN or above or is_single
        return (bare(number), text) if title else None

    @staticmethod
    def _leads(row: Row, following: Row, name: str) -> bool:
        """Return whether the next row belongs under this one by its number."""
        below = following.text("number")
        if below:
            return is_child(bare(below), bare(row.text("number")))
        return bool(following.text(name)) and bool(following.text("lead"))

    def _records(self, row: Row) -> list[Record]:
        values, inherited = self._inherited(row)
        named = indices_alone(values["criterion"])  # a column for the index of each row
        section = Section(
            self.appendix,
            (*self.above, *self._headings()),
            index=named[0] if len(named) == 1 else "",
        )
        code, criterion = _code(values["criterion"])
        if "criterion" in inherited and self.last is not None:
            code, criterion = self.last.code, self.last.criterion
        number = values["number"]
        if not code and "." in bare(number):
            code = bare(number)
        names = {_NAMES.get(name, name) for name in inherited}
        if "criterion" in inherited:
            names.add("code")
        self._take_time(row, values, inherited)
        lead, support = values["lead"], values["support"]
        # One column for both: "Chủ trì: Sở ...; phối hợp: ...".
        lead, support, *as_written = self._units(row, lead, support, inherited)
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
            lead_as_written=as_written[0],
            support_as_written=as_written[1],
            deadline=values["deadline"],
            product=values["product"],
            surveyed=is_surveyed(criterion),
            inherited=frozenset(names),
            assumed=frozenset(names) - {_NAMES.get(name, name) for name in self._told(row)},
            span=row.span,
            text="\n".join(row.texts),
            target_parts=self.last.target_parts
            if "target" in inherited and self.last is not None
            else row.target_parts,
        )
        return [replace(record, measure=part) for part in parts]

    def _take_time(self, row: Row, values: dict[str, str], inherited: set[str]) -> None:
        """Take the deadline out of the cell of units, where no column is for it."""
        if "deadline" in row.values:
            return
        for name in ("lead", "units"):
            units, when = actors.unit_and_time("\n".join(row.values.get(name, [])))
            if when:
                row.values[name] = units.split("\n")
                values["deadline"] = when
                if name == "lead":
                    values["lead"] = row.text(name)
        if "lead" in inherited and not values["deadline"] and self.last is not None:
            values["deadline"] = self.last.deadline

    def _units(
        self, row: Row, lead: str, support: str, inherited: set[str]
    ) -> tuple[str, str, str | None, str | None]:
        """Return who leads, who supports, and the cells that say so word for word."""
        written = row.values.get("units", [])
        if not written and lead and not support and "lead" not in inherited:
            written = row.values["lead"]
        cells = [row.written(name) or None for name in ("lead", "support")]
        if written:
            first, second = split_units("\n".join(written))
            if first == " ".join(written):
                return lead or row.text("units"), support, " ".join(written), cells[1]
            return first, second, " ".join(written), ""
        if not lead and row.no_lead:
            return self._group_lead(), support, None, cells[1]
        if self.last is not None and "lead" in inherited and not _AS_ITEM.match(cells[0] or ""):
            cells[0] = self.last.lead_as_written
            if self.last.support_as_written == "":  # one cell says both
                return lead, self.last.support_unit, cells[0], ""
        if self.last is not None and "support" in inherited and not _AS_ITEM.match(cells[1] or ""):
            cells[1] = self.last.support_as_written
        return lead, support, cells[0], cells[1]

    def _headings(self) -> list[str]:
        return [f"{number}. {text}" if number else text for _, number, text in self.groups]

    def _inherited(self, row: Row) -> tuple[dict[str, str], set[str]]:
        """Return the values of a row, merged cells filled from the record above."""
        values = {name: row.text(name) for name in _FIELDS}
        above = self.last if self.last is not None else (self.records[-1] if self.records else None)
        nothing = {name for name, text in values.items() if _NONE.match(text)}
        values |= dict.fromkeys(nothing, "")
        pointed = self._pointed(values)
        values |= pointed
        if above is None:
            return values, set()
        dittos = {name for name, text in values.items() if _DITTO.match(text)}
        values |= dict.fromkeys(dittos, "")
        names = {name for name in row.merged if not values.get(name)}
        if "units" in row.merged and not row.text("units"):
            names |= _LEADING
        if not row.tells and self.last is not None:
            names |= _empty_that_inherit(row, values)
        if row.merged and row.tells and self.last is None:
            names &= row.merged
        used = {name for name, text in pointed.items() if text}
        for name in (names | dittos) - nothing - set(pointed):
            if name not in values:
                continue
            value = getattr(above, _NAMES.get(name, name))
            if value:
                values[name] = value
                used.add(name)
        return values, used

    @staticmethod
    def _told(row: Row) -> set[str]:
        """Return the cells of a row that say themselves that they stand for others."""
        signs = {
            name
            for name in _FIELDS
            if _DITTO.match(row.text(name)) or _AS_ITEM.match(row.text(name))
        }
        both = _LEADING | {"support"} if "units" in row.merged else set()
        return signs | row.merged | both

    def _pointed(self, values: dict[str, str]) -> dict[str, str]:
        """Return the cells that point to another row, with what stands there; "" if unknown."""
        pointed = {}
        for name in ("lead", "support", "deadline", "product"):
            match = _AS_ITEM.match(values[name])
            if match is None:
                continue
            number = match["number"]
            rows = [row for row in self.records if number and bare(row.number) == number]
            pointed[name] = getattr(rows[-1], _NAMES.get(name, name)) if rows else ""
        return pointed


def _empty_that_inherit(row: Row, values: dict[str, str]) -> set[str]:
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


def row_number(block: Block, roles: Sequence[str]) -> str:
    """Return the number of a row, "" if it has none."""
    cells = zip(block.cells, roles, strict=False)
    return next((bare(cell.text) for cell, role in cells if role == "number"), "")


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
