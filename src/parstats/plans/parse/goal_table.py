"""Tables of goals: what is aimed at, one row each, with a column for every year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.documents import header_roles
from parstats.documents.document import Block
from parstats.documents.phrases import key, named
from parstats.plans.fields import targets
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.parse.results import goal_figures
from parstats.plans.parse.table_header import has_header, is_count, spread
from parstats.plans.records import Figure

# Headers, as keys, of the column that names what is aimed at.
_ITEM = re.compile(
    r"^(?:ten |cac |noi dung |danh muc )*(?:chi tieu|muc tieu|chi so|tieu chi|linh vuc|noi dung)"
    r"(?: (?:thanh phan|cu the|chu yeu|noi dung|phan dau|danh gia|linh vuc|va|chi so|tieu chi))*$"
)
# An item that is called so is aimed at; "Chỉ số", "Nội dung" may be the head of any table.
_AIMED = re.compile(r"\b(?:chi tieu|muc tieu|phan dau)\b")
_UNIT = re.compile(r"^(?:don vi(?: tinh| do)?|dvt)$")
_NUMBER = re.compile(r"^(?:stt|tt|so tt|so thu tu|st t|s tt)$")
# What a column of a year holds that is no goal: what was reached, or how far that is.
_REACHED = re.compile(
    r"\b(?:thuc hien|ket qua|hien trang|da dat|dat duoc|uoc|so sanh|so voi|tang giam|co so|goc)\b"
)
_GOAL = re.compile(
    r"\b(?:muc tieu|chi tieu|ke hoach|kh|phan dau|den nam|den het nam|den|lo trinh)\b"
)
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
_EMPTY = re.compile(r"^[-–—.…x/]*$", re.IGNORECASE)


@dataclass(frozen=True)
class _Columns:
    item: int
    number: int | None
    unit: int | None
    years: tuple[tuple[int, int | None], ...]  # column and year; None: the plan's
    headers: tuple[str, ...]
    aside: tuple[str, ...]  # headers of what was reached before
    height: int


@dataclass
class GoalTable:
    """Walks down a table of goals: what it aims at, and the headers of what could not be read."""

    columns: _Columns
    year: int | None
    aside: list[str] = field(default_factory=list)
    goals: list[Figure] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    above: str = ""  # the title of a group that names an index

    def take(self, block: Block) -> None:
        """Take a row: the title of a group, or an item with its figures."""
        columns, texts = self.columns, [cell.text.strip() for cell in block.cells]
        if is_count(texts):
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
        elif not item:
            self._note(columns.item)
        else:
            self._take_item(item, texts, filled, block)

    def _take_item(
        self, item: str, texts: list[str], filled: list[tuple[int, int | None]], block: Block
    ) -> None:
        columns = self.columns
        subject = f"{self.above}: {item}" if self.above and not _names_index(item) else item
        unit = _unit(item, texts[columns.unit] if columns.unit is not None else "")
        for at, year in filled:
            aims = targets.extract(_with_unit(texts[at], unit, columns.headers[at]), cell=True)
            if not aims:
                self._note(at)
            self.goals += goal_figures(subject, aims, block.span, year or self.year)

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
        that was not taken.
    """
    if kind == "review" or not blocks:
        return None
    blocks = _with_measured_unit(blocks)
    if has_header(blocks):
        return None
    columns = _columns(blocks, year, kind)
    if columns is None:
        return None
    table = GoalTable(columns, year, aside=list(columns.aside))
    for block in blocks[columns.height :]:
        table.take(block)
    return table if table.goals or table.unknown else None


def _columns(blocks: Sequence[Block], year: int | None, kind: str) -> _Columns | None:
    """Return what the columns hold; None if the header is not that of a table of goals."""
    first = spread(blocks[0].cells)
    headers, height = first, 1
    second = blocks[1] if len(blocks) > 1 else None
    if second is not None and len(second.cells) == len(first) and _goes_on(blocks[0], second):
        below = spread(second.cells)
        headers = [
            over if under in ("", over) else f"{over} {under}"
            for over, under in zip(first, below, strict=True)
        ]
        height = 2
    keys = [key(header) for header in headers]
    item = next((at for at, text in enumerate(keys) if _ITEM.match(text)), None)
    if item is None:
        return None
    unit = next((at for at, text in enumerate(keys) if _UNIT.match(text)), None)
    number = next((at for at, text in enumerate(keys) if _NUMBER.match(text)), None)
    goals: list[tuple[int, int | None]] = []
    reached: list[str] = []
    for at, text in enumerate(headers):
        if at in (item, unit, number):
            continue
        years = sorted(set(header_roles.years_in(text)))
        is_goal = bool(_GOAL.search(keys[at]))
        if _REACHED.search(keys[at]) or (years and year and years[-1] < year):
            reached.append(text)
        elif len(years) == 1 and (year or is_goal):
            goals.append((at, years[0]))
        elif is_goal and not years:
            goals.append((at, None))
    aimed = any(_AIMED.search(keys[at]) for at in (item, *(at for at, _ in goals)))
    if not goals or not (aimed or kind == "goals") or any(map(_MONEY.search, keys)):
        return None
    return _Columns(item, number, unit, tuple(goals), tuple(headers), tuple(reached), height)


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


def _unit(item: str, stated: str) -> str:
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
    bare = _BARE.match(text)
    if not unit or bare is None:
        return text
    if unit != "hạng":
        end = bare.end("figure")
        return f"{text[:end]} {unit}{text[end:]}"
    return text if bare["more"] else f"hạng {bare['figure']}"
