"""Tables of goals: what is aimed at, one row each, with a column for every year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.documents import goal_headers, header_roles
from parstats.documents.document import Block
from parstats.documents.phrases import key, named
from parstats.plans.fields import targets
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.fields.index_targets import TargetRefused, read_index_target
from parstats.plans.fields.office_names import is_office
from parstats.plans.parse.results import goal_figures
from parstats.plans.parse.table_header import has_header, is_count, spread
from parstats.plans.records import Figure

# As a column of units writes them; "Bậc" may be a rank or how many are gained.
_UNITS = {
    **dict.fromkeys(("hang", "thu bac", "thu hang", "xep hang", "vi thu"), "hạng"),
    **dict.fromkeys(("diem", "diem so"), "điểm"),
}
_IN_BRACKETS = re.compile(r"\((%|điểm|hạng|thứ hạng)\)", re.IGNORECASE)
# "Địa điểm", "thời điểm", "điểm giao dịch" are no points of an index.
_SCORED = re.compile(
    r"(?<!dia )(?<!thoi )(?<!dac )(?<!quan )(?<!trong )\bdiem\b"
    r"(?! (?:phan tram|phuc vu|tiep nhan|giao dich|truy cap|dung|hen))"
)
# With its accents: "hàng năm" and "khách hàng" are no ranks.
_PLACE = re.compile(r"\b(?:hạng|thứ bậc|vị thứ)\b", re.IGNORECASE)
_GROUPS = {"nhom", "phan nhom", "xep loai"}
_UNIT_WORDS = 2
# Money is no goal of an index.
_MONEY = re.compile(r"\b(?:kinh phi|von|du toan|ngan sach|(?:trieu|nghin|ty) dong)\b")
_RANKED = re.compile(r"\b(?:thu hang|xep hang|thu bac|vi thu)\b")
_BARE = re.compile(
    r"^(?P<more>[>≥]+|trên|từ|đạt|ít nhất|tối thiểu|không dưới"
    r"|(?:giảm|tăng)(?:\s+thêm)?)?(?:\s*[<≤=]+)?\s*"
    r"(?P<figure>\d{1,4}(?:[.,]\d+)?)(?:\s*trở lên)?$",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:tang giam|so sanh|chenh lech)\b")
# "GĐ 2026-2030", as a key: what is to be reached at its end.
_PERIOD = re.compile(
    r"^(?:(?:muc tieu|chi tieu|ke hoach) )*(?:gd|giai doan) 20\d\d (?:den )?20\d\d$"
)
_EMPTY = re.compile(r"^[-–—.…x/]*$", re.IGNORECASE)
# "20/65" of a column of communes is how many of them.
_OF_ALL = re.compile(r"^\d{1,4}\s*/\s*\d{1,4}$")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class _Columns:
    item: int
    unit: int | None
    years: tuple[tuple[int, int | None], ...]  # column and year; None: the plan's
    headers: tuple[str, ...]
    reached: tuple[str, ...]  # headers of what was reached before
    others: tuple[tuple[int, str], ...]  # columns beside, with their role as of measures
    by_office: bool
    header_rows: tuple[tuple[str, ...], ...]  # as they stand, to know them on the next page


@dataclass
class GoalTable:
    """Walks down a table of goals: what it aims at, and the headers of what could not be read."""

    columns: _Columns
    year: int | None
    aside: list[str] = field(default_factory=list)
    goals: list[Figure] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)  # items that are offices: goals of their own
    above: str = ""  # the title of a group that names an index
    office: str = ""  # the title of a group that is an office

    @property
    def header(self) -> str:
        """The headers, each once."""
        return "; ".join(dict.fromkeys(filter(None, self.columns.headers)))

    def take(self, block: Block) -> None:
        """Take a row: the title of a group, or an item with its figures."""
        columns, texts = self.columns, [cell.text.strip() for cell in block.cells]
        if is_count(texts) or tuple(texts) in columns.header_rows:
            return
        if len(texts) != len(columns.headers):
            self._note(columns.item)
            return
        item = texts[columns.item]
        # A title over the whole row stands in every cell of it.
        filled = [
            (at, year)
            for at, year in columns.years
            if texts[at] != item and not _EMPTY.match(texts[at])
        ]
        if not filled:
            title = next((text for text in texts if _names_index(text)), "")
            self.above = title if title or any(texts) else self.above
            self.office = next(filter(is_office, texts), "") if any(texts) else self.office
        elif not item:
            self._note(columns.item)
        elif columns.by_office or is_office(item) or (self.office and not _names_index(item)):
            self.offices.append(item)
        else:
            self._take_item(item, texts, filled, block)
            self._note_beside(texts)

    def _take_item(
        self, item: str, texts: list[str], filled: list[tuple[int, int | None]], block: Block
    ) -> None:
        columns = self.columns
        subject = f"{self.above}: {item}" if self.above and not _names_index(item) else item
        unit = unit_of(item, texts[columns.unit] if columns.unit is not None else "")
        for at, year in filled:
            written = _with_unit(texts[at], unit, columns.headers[at])
            aims = targets.extract(written, cell=True) or _group(texts[at], subject)
            if not aims:
                self._note(at)
            words = f"{item}; {columns.headers[at]}: {texts[at]}"
            self.goals += goal_figures(subject, aims, block.span, year or self.year, text=words)

    def _note_beside(self, texts: Sequence[str]) -> None:
        """Keep the headers of columns that a table of goals has no place for."""
        for at, role in self.columns.others:
            header = self.columns.headers[at]
            if not role and texts[at]:
                self._note(at)
            elif texts[at] and header and header not in self.aside:
                self.aside.append(header)

    def _note(self, column: int) -> None:
        header = self.columns.headers[column]
        if header and header not in self.unknown:
            self.unknown.append(header)


def read_goal_table(blocks: Sequence[Block], year: int | None, kind: str) -> GoalTable | None:
    """Read the rows of one table, if it is one of goals alone.

    Parameters
    ----------
    blocks : rows of one table, its header first
    year : int or None; the first year of the plan; earlier columns hold what was reached
    kind : str; kind of the section that it stands in

    Returns
    -------
    GoalTable or None: None if it is another table. A row that names an index over rows that name
        none is what those are about. A cell that is no figure, rank or group makes its column one
        that was not taken. In a section on results only a column that names a later year than all
        others, and says that it is aimed at, holds goals.
    """
    if not blocks:
        return None
    blocks = _with_measured_unit(blocks)
    if has_header(blocks) and not (kind == "goals" and _asks_nothing(blocks)):
        return None
    columns = _columns(blocks, year, kind)
    if columns is None:
        return None
    table = GoalTable(columns, year, aside=list(columns.reached))
    for block in blocks[len(columns.header_rows) :]:
        table.take(block)
    return table if table.goals or table.unknown or table.offices else None


def _asks_nothing(blocks: Sequence[Block]) -> bool:
    """Return whether a header with offices and deadlines has figures of goals and no deeds."""
    headers, _ = header_of(blocks)
    roles = goal_headers.goal_roles(headers)
    items = [key(header) for header, role in zip(headers, roles, strict=True) if role == "item"]
    has_deeds = not {"task", "measure", "product", "topic", "criterion"}.isdisjoint(roles)
    # "Nội dung", "Lĩnh vực" may be what is to be done.
    is_measured = any(re.search(r"\b(?:chi tieu|muc tieu|chi so|tieu chi)\b", x) for x in items)
    return goal_headers.names_figures(roles) and is_measured and not has_deeds


def names_figures(blocks: Sequence[Block]) -> bool:
    """Return whether a table is headed as one of goals or results, and has figures below.

    Money is neither.
    """
    headers, height = header_of(blocks)
    if not goal_headers.names_figures(goal_headers.goal_roles(headers)):
        return False
    if any(_MONEY.search(key(header)) for header in headers):
        return False
    roles = goal_headers.goal_roles(headers)
    return any(
        role in goal_headers.FIGURES and _FIGURE.search(cell.text)
        for block in blocks[height:]
        for role, cell in zip(roles, block.cells, strict=False)
    )


def header_text(blocks: Sequence[Block]) -> str:
    """Return the headers of a table, each once, as a message names it."""
    return "; ".join(dict.fromkeys(filter(None, header_of(blocks)[0])))


def header_of(blocks: Sequence[Block]) -> tuple[list[str], int]:
    """Return the headers of the columns, and of how many rows they are."""
    first = spread(blocks[0].cells)
    second = blocks[1] if len(blocks) > 1 else None
    if second is None or len(second.cells) != len(first) or not _goes_on(blocks[0], second):
        return first, 1
    below = spread(second.cells)
    both = zip(first, below, strict=True)
    return [over if under in ("", over) else f"{over} {under}" for over, under in both], 2


def _columns(blocks: Sequence[Block], year: int | None, kind: str) -> _Columns | None:
    """Return what the columns hold; None if the header is not that of a table of goals."""
    headers, height = header_of(blocks)
    rows = [[cell.text.strip() for cell in block.cells] for block in blocks[height:]]
    roles = list(goal_headers.goal_roles(headers))
    item = next((at for at, role in enumerate(roles) if role in ("item", "office")), None)
    if item is None or any(_MONEY.search(key(header)) for header in headers):
        return None
    for at, header in enumerate(headers):
        # "Đơn vị" is that of measurement where no cell is an office.
        below = [row[at] for row in rows if len(row) > at]
        if at != item and key(header) == "don vi" and not any(map(looks_like_unit, below)):
            roles[at] = "measured"
    goals, reached = _years(headers, roles, rows, year, kind)
    named_aims = (headers[at] for at in (item, *(at for at, _ in goals)))
    aimed = any(map(goal_headers.is_aimed, named_aims))
    if not goals or not (aimed or kind == "goals"):
        return None
    unit = roles.index("measured") if "measured" in roles else None
    aside = {"number", "item", "measured", *goal_headers.FIGURES}
    others = [(at, role) for at, role in enumerate(roles) if at != item and role not in aside]
    return _Columns(
        item=item,
        unit=unit,
        years=tuple(goals),
        headers=tuple(headers),
        reached=tuple(reached),
        others=tuple(others),
        by_office=roles[item] == "office",
        header_rows=tuple(tuple(c.text.strip() for c in b.cells) for b in blocks[:height]),
    )


def _years(
    headers: Sequence[str],
    roles: list[str],
    rows: Sequence[Sequence[str]],
    year: int | None,
    kind: str,
) -> tuple[list[tuple[int, int | None]], list[str]]:
    """Return the columns of goals with their years, and the headers of what was reached.

    A column of several years that are no period loses its role.
    """
    done, aimed = _done(headers, roles, rows), _aimed_at(headers, roles)
    # "Năm 2023", "Tăng/giảm" beside "Mục tiêu năm 2024" is where things stood.
    is_compared = any(_CHANGE.search(key(header)) for header in headers)
    compared = min(aimed.values(), default=0) if is_compared else 0
    goals: list[tuple[int, int | None]] = []
    reached: list[str] = []
    for at, (role, text) in enumerate(zip(roles, headers, strict=True)):
        if role not in goal_headers.FIGURES:
            continue
        years = sorted(set(header_roles.years_in(text)))
        is_past = bool(years and year and years[-1] < year) or tuple(years) in done
        is_past = is_past or (role == "year" and bool(years) and years[-1] < compared)
        if role == "reached" or is_past or (kind == "review" and at not in aimed):
            reached.append(text)
        elif len(years) == 1 and (year or role == "goal"):
            goals.append((at, years[0]))
        elif role == "goal" and not years:
            goals.append((at, None))
        elif _PERIOD.match(key(text)):
            goals.append((at, years[-1]))
        else:
            roles[at] = ""  # of several years
    latest = max((y for text in reached for y in header_roles.years_in(text)), default=0)
    if kind == "review" and any((goal_year or 0) <= latest for _, goal_year in goals):
        return [], reached
    return goals, reached


def _aimed_at(headers: Sequence[str], roles: Sequence[str]) -> dict[int, int]:
    """Return the columns of goals that say so and name one year, with it."""
    return {
        at: years[0]
        for at, (header, role) in enumerate(zip(headers, roles, strict=True))
        if role == "goal" and goal_headers.is_aimed(header)
        if len(years := sorted(set(header_roles.years_in(header)))) == 1
    }


def _done(
    headers: Sequence[str], roles: Sequence[str], rows: Sequence[Sequence[str]]
) -> set[tuple[int, ...]]:
    """Return the years, () for none named, of which a column says what was reached of a plan.

    What was planned for them is no goal any more. A column without figures is still to be filled.
    """
    return {
        tuple(sorted(set(header_roles.years_in(header))))
        for at, (header, role) in enumerate(zip(headers, roles, strict=True))
        if role == "reached"
        and goal_headers.is_done(header)
        and any(_FIGURE.search(row[at]) for row in rows if len(row) > at)
    }


def _with_measured_unit(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return a table whose column "Đơn vị" is called as what it holds, if those are %, điểm, hạng.

    Elsewhere "Đơn vị" is an office.
    """
    head = blocks[0]
    at = next((at for at, cell in enumerate(head.cells) if key(cell.text) == "don vi"), None)
    if at is None:
        return blocks
    below = [block.cells[at].text.strip() for block in blocks[1:] if len(block.cells) > at]
    if any(map(looks_like_unit, below)) or not any(map(_is_measured, below)):
        return blocks
    cells = list(head.cells)
    cells[at] = replace(cells[at], paragraphs=("Đơn vị tính",))
    return [replace(head, cells=tuple(cells)), *blocks[1:]]


def _is_measured(text: str) -> bool:
    return text == "%" or key(text) in _UNITS


def _group(text: str, subject: str) -> tuple[targets.Target, ...]:
    """Return the group of PAPI that a cell names alone, 1 being the highest.

    >>> [(aim.operator, aim.value, aim.unit) for aim in _group("Nhóm trung bình cao", "PAPI")]
    [('<=', 2.0, 'nhóm')]
    >>> _group("Nhóm trung bình cao", "SIPAS"), _group("Tốt", "PAPI")
    ((), ())
    """
    if named(subject, "index") != ("PAPI",):
        return ()
    try:
        read = read_index_target(text)
    except TargetRefused:
        return ()
    return (targets.Target("<=", read.value, "nhóm"),) if read.measure == "group" else ()


def _goes_on(above: Block, block: Block) -> bool:
    """Return whether a row is the second of a header: years or units under a wide cell."""
    wide = any(cell.merged == "left" for cell in above.cells)
    below = {
        cell.text
        for over, cell in zip(above.cells, block.cells, strict=True)
        if cell.text and cell.merged != "up" and cell.text != over.text
    }
    kinds = [text for text in below if _kind_of_figures(text)]
    if wide and kinds and all(text in kinds or key(text) in _GROUPS for text in below):
        return True
    years = [text for cell in block.cells if (text := cell.text) and header_roles.years_in(text)]
    return wide and len(years) > 1 and not any(re.search(r"\d[.,]\d", text) for text in years)


def _names_index(text: str) -> bool:
    return bool(text and named(text, "index"))


def unit_of(item: str, stated: str) -> str:
    """Return the unit of a row: of its column, or as the item says in brackets or words."""
    plain = key(stated)
    if stated.strip() == "%" or plain in _UNITS:
        return _UNITS.get(plain, "%")
    in_brackets = _IN_BRACKETS.search(item)
    if in_brackets:
        return _UNITS.get(key(in_brackets[1]), "%")
    plain_item = key(item)
    is_open = not stated.strip() or plain == "bac"
    if is_open and _RANKED.search(plain_item):
        return "hạng"
    if is_open:
        return "điểm" if _SCORED.search(plain_item) else ""
    # "phút", "lần/năm": two words, by judgement; more are a sentence.
    return stated.strip() if len(stated.split()) <= _UNIT_WORDS else ""


def _kind_of_figures(header: str) -> str:
    """Return the unit of what stands below a header, "" if it tells none or both.

    >>> _kind_of_figures("Năm 2026 Thứ hạng"), _kind_of_figures("Điểm số"), _kind_of_figures("2026")
    ('hạng', 'điểm', '')
    >>> _kind_of_figures("Chỉ tiêu hàng năm 2026"), _kind_of_figures("Số điểm giao dịch năm 2026")
    ('', '')
    """
    is_rank, is_score = bool(_PLACE.search(header)), bool(_SCORED.search(key(header)))
    if is_rank == is_score:
        return ""
    return "hạng" if is_rank else "điểm"


def _with_unit(text: str, unit: str, header: str) -> str:
    """Return the text of a cell with the unit that its row or column states, if it has none."""
    in_header = _IN_BRACKETS.search(header)
    if not unit and in_header:
        unit = _UNITS.get(key(in_header[1]), "%")
    unit = unit or _kind_of_figures(header)
    if unit and unit not in ("%", "điểm", "hạng") and _OF_ALL.match(text):
        return f"{text} {unit}"
    bare = _BARE.match(text)
    if not unit or bare is None:
        return text
    if unit != "hạng":
        end = bare.end("figure")
        return f"{text[:end]} {unit}{text[end:]}"
    return text if bare["more"] else f"hạng {bare['figure']}"
