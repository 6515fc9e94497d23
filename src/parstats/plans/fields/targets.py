"""Targets in a text: operator, value, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parstats.documents.phrases import tidy
from parstats.plans.records import Record
from parstats.reference import csv_tables
from parstats.reference.editions import cached

#: Operators a target can have; the last three may come without a value.
OPERATORS = (">=", "<=", "=", ">", "<", "increase", "decrease", "maintain")

_NUMBER = re.compile(
    r"(?<![\w/.,-])(?P<value>\d{1,3}(?:\.\d{3}){2}|\d{1,4}(?:[.,]\d{1,3})?)"
    r"(?:\s*(?:%|phần trăm)|\s*/\s*\d{1,3}(?:[.,]\d{1,3})?(?=\s*điểm))?"
    r"(?:\s*(?:-|–|đến)\s*(?P<upper>\d{1,4}(?:[.,]\d{1,3})?))?"
    r"\s*(?P<unit>%|phần trăm|‰|[^\W\d_]+(?:\s+[^\W\d_]+)?(?:/[^\W\d_]+)?)?"
)
_PERCENT = re.compile(r"%|phần trăm")
_BEFORE = (
    (
        ">=",
        r"ít nhất|tối thiểu|không dưới|không thấp hơn|không ít hơn|≥|>="
        r"|(?:bằng|đạt|từ)\s+hoặc\s+(?:vượt|trên|hơn|cao hơn|lớn hơn)",
    ),
    (
        "<=",
        r"tối đa|không quá|không vượt quá|không vượt|không để quá|nhiều nhất|≤|<="
        r"|giảm(?:\s+xuống)?\s+(?:còn|xuống)",
    ),
    (">", r"trên|hơn|vượt|cao hơn|lớn hơn|>"),
    ("<", r"dưới|thấp hơn|nhỏ hơn|<"),
)
_BETWEEN = r"(?:\s+(?:có|là|đạt|mức|khoảng|đạt mức|thêm|lên|được|thực hiện))*\s*$"
_BEFORE_RE = [
    (op, re.compile(rf"(?:{pattern}){_BETWEEN}", re.IGNORECASE)) for op, pattern in _BEFORE
]
_NOT_OVER = re.compile(r"\bkhông\b[^.;]{0,60}\bquá\s*$", re.IGNORECASE)
_RISE = re.compile(r"\btăng(?:\s+(?:thêm|lên|tối thiểu|ít nhất|từ|trên))*\s*$", re.IGNORECASE)
_FALL = re.compile(r"\bgiảm(?:\s+(?:thêm|đi|tối thiểu|ít nhất|từ|trên))*\s*$", re.IGNORECASE)
_UP = re.compile(r"^(?:\s*[^\W\d_]+){0,4}\s*trở lên", re.IGNORECASE)
_DOWN = re.compile(r"^(?:\s*[^\W\d_]+){0,4}\s*trở xuống", re.IGNORECASE)
_CUE = re.compile(
    r"(?:ít nhất|tối thiểu|không dưới|đầy đủ|đạt|đạt từ|phấn đấu|phân đầu|hoàn thành|tối đa"
    r"|không quá|quá"
    r"|từ|trên|dưới|tổ chức|thực hiện|có|tăng|giảm|thêm|bảo đảm|đảm bảo|duy trì|còn|hơn|vượt|bằng"
    r"|≥|≤|>|<)\s*$",
    re.IGNORECASE,
)
_STRONG_CUE = re.compile(
    r"(?:ít nhất|tối thiểu|tối đa|không quá|quá|không dưới|≥|≤)(?:\s+(?:có|là|đạt))*\s*$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:số|khoản|điều|điểm|mục|mức độ|cấp độ|năm|ngày|tháng|quý|lần thứ|thứ|giai đoạn|phụ lục"
    r"|chương"
    r"|đợt|luật|lúc|khóa)\s*$",
    re.IGNORECASE,
)
_COUNTED = {"lần", "cuộc", "buổi", "đợt", "lớp"}
_PERIOD = r"(?P<period>năm|quý|tháng|tuần)\b"
_PER_PERIOD = re.compile(rf"\b(?:mỗi|hằng|hàng|một)\s+{_PERIOD}[^.;]{{0,30}}$", re.IGNORECASE)
_EACH = re.compile(rf"^\s*(?:mỗi|một|trong một)\s+{_PERIOD}", re.IGNORECASE)
_TIMES = {"năm", "ngày", "tháng", "giờ", "phút", "quý", "tuần"}
_RANK = re.compile(
    r"(?:(?:nhóm|tốp|top)\s+(?:\d{1,2}\s*[-–]\s*)?(?P<group>\d{1,2})\b(?!\s*%)"
    r"|(?<![\w/.,])(?P<of>\d{1,2})\s*/\s*(?:63|34)\b"
    r"|trong\s+(?:số\s+)?(?P<first>\d{1,2})\s+(?:tỉnh|địa phương)[^.;]{0,30}?(?:dẫn đầu|đứng đầu"
    r"|cao nhất)"
    r"|(?:xếp\s+(?:thứ|hạng|vị trí)|thứ hạng|hạng|đứng thứ|vị "
    r"trí(?:\s+thứ)?)\s+(?:từ\s+)?(?:thứ\s+)?"
    r"(?P<rank>\d{1,2})(?:\s*/\s*\d{1,2})?\b)",
    re.IGNORECASE,
)
_MEASURED = (
    r"(?:tỷ lệ|tỉ lệ|điểm(?: số)?|chỉ số|thứ hạng|thứ bậc|xếp hạng|vị trí|mức độ hài lòng"
    r"|kết quả chỉ số|số lượng)"
)
_KEEP = re.compile(
    rf"\bduy trì(?:\s+(?:ổn định|vững chắc|và nâng cao|tốt|được))*\s+{_MEASURED}", re.IGNORECASE
)
_LESS = re.compile(rf"\bgiảm\s+(?:dần\s+|mạnh\s+)?{_MEASURED}", re.IGNORECASE)
_MORE = re.compile(rf"\b(?:tăng|nâng|nâng cao)\s+(?:dần\s+|mạnh\s+)?{_MEASURED}", re.IGNORECASE)
_THAN_YEAR = re.compile(
    r"(?P<up>cao hơn|tăng(?:\s+\w+){0,2}\s+so với|cải thiện(?:\s+\w+){0,3}\s+so với)"
    r"\s+(?:kết quả\s+)?(?:năm\s+)?(?P<year>20\d\d)"
    r"|(?P<down>thấp hơn|giảm(?:\s+\w+){0,2}\s+so với)\s+(?:kết quả\s+)?(?:năm\s+)?(?P<low>20\d\d)",
    re.IGNORECASE,
)
_NONE_AT_ALL = re.compile(
    r"\bkhông để xảy ra\b|\bkhông để phát sinh\b|\bkhông để tồn đọng\b|\bkhông còn\b"
    r"|(?:bảo đảm|đảm bảo|phấn đấu)[^.;]{0,30}\bkhông có\b|\bkhông có trường hợp\b",
    re.IGNORECASE,
)
# What a measure serves is no target.
_AIM_ONLY = re.compile(r"(?:góp phần|nhằm|để|mục đích)\s*$", re.IGNORECASE)
# "từ 60% lên 75%": where it starts from is no target.
_FROM = re.compile(r"\btừ\s*$", re.IGNORECASE)
_TO = re.compile(r"^\s*(?:%|[^\W\d_]+)?\s*(?:lên|xuống)\b", re.IGNORECASE)
_UNDER = re.compile(r"^\s*(?:[^\W\d_]+\s+)?đến\s+(?:dưới|hết)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$")
# A number written in letters counts after words that ask for an amount.
_SPELT = re.compile(
    r"\b(?P<cue>ít nhất|tối thiểu|tối đa|không quá)\s+"
    r"(?P<number>[^\W\d_]+)(?=\s)",
    re.IGNORECASE,
)
_REST = re.compile(r"[ .;]*$")
# Letters before and after a number that tell what is asked for; by judgement, as the longest
# wording has 80. A text is searched around each number, not anew from its beginning.
_NEAR = 200
_BEGINS = re.compile(r"(?:^|[;:])\s*[-+•]?\s*$")
_BASE = re.compile(r"so với (?:kết quả )?(?:năm )?(20\d\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A target: operator, value and unit; `base_year` of a comparison.

    `unit` is "%" for shares, "rank" for places in a ranking, else the words after the number.
    `value` is None where the text gives a direction only.
    """

    operator: str
    value: float | None
    unit: str
    base_year: int | None = None


def extract(text: str, *, cell: bool = False) -> tuple[Target, ...]:
    """Return the distinct targets in a text, in order.

    In a cell of a column of targets a number needs no word such as "ít nhất" before it.

    >>> extract("Tỷ lệ hồ sơ đúng hạn đạt từ 98,5% trở lên; tổ chức ít nhất 02 lần/năm")
    (Target(operator='>=', value=98.5, unit='%', base_year=None),
     Target(operator='>=', value=2.0, unit='lần/năm', base_year=None))
    >>> extract("Phấn đấu nằm trong nhóm 15 tỉnh dẫn đầu")
    (Target(operator='<=', value=15.0, unit='rank', base_year=None),)
    >>> extract("Thực hiện Nghị định số 61/2018/NĐ-CP")
    ()
    >>> extract("1,5/2,0 điểm"), extract("1,5/2,0 điểm", cell=True)
    ((), (Target(operator='=', value=1.5, unit='điểm', base_year=None),))
    """
    text = _SPELT.sub(_in_digits, tidy(text))
    targets_read: list[tuple[int, Target]] = []
    ranked: set[int] = set()  # positions of letters
    for match in _RANK.finditer(text):
        ranked.update(range(*match.span()))
        rank_text = match["group"] or match["rank"] or match["of"] or match["first"]
        targets_read.append((match.start(), Target("<=", float(int(rank_text)), "rank")))
    for match in _NUMBER.finditer(text):
        if match.start("value") not in ranked:
            targets_read += [(match.start(), target) for target in _numeric(text, match, cell=cell)]
    if not targets_read:
        targets_read = _directions(text)
    return tuple(
        dict.fromkeys(target for _, target in sorted(targets_read, key=lambda item: item[0]))
    )


def extract_from_record(record: Record) -> tuple[Target, ...]:
    """Return the targets of a record: of its target cell, else of its product, else of its measure.

    A target without a base year takes the one its criterion compares with.

    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Record, Section
    >>> record = Record(Section(), "1", "", "", "", "Trả lời 100% kiến nghị", "", "", "", "",
    ...                 False, frozenset(), Span(1, 1), "")
    >>> extract_from_record(record)
    (Target(operator='=', value=100.0, unit='%', base_year=None),)
    """
    written = record.target or ""
    targets_read = extract(written, cell=True)
    if not written:
        targets_read = extract(record.product) or extract(record.measure)
    base = _BASE.search(record.criterion)
    if base is None:
        return targets_read
    year = int(base[1])
    return tuple(
        Target(target.operator, target.value, target.unit, year)
        if target.base_year is None and target.operator in ("increase", "decrease", "maintain")
        else target
        for target in targets_read
    )


@cached
def _numerals() -> dict[str, str]:
    return {
        row["words"]: row["meaning"]
        for row in csv_tables.rows("plan_words")
        if row["kind"] == "numeral"
    }


def _in_digits(match: re.Match[str]) -> str:
    written = match["number"]
    return f"{match['cue']} {_numerals().get(written.lower(), written)}"


def _numeric(text: str, match: re.Match[str], *, cell: bool) -> list[Target]:
    before, after = _before(text, match), _after(text, match.end("value"))
    after_number = _after(text, match.end("upper")) if match["upper"] else after
    unit = _with_period(_unit(text, match), before, after_number)
    if unit != "%" and not _is_requested(text, match, unit, cell=cell):
        return []
    if _FROM.search(before) and _TO.match(after):
        return []
    low = _value(match["value"], unit)
    base = _BASE.search(after[:60])
    operator = _operator(before, re.sub(r"^\s*(?:%|phần trăm)", "", after_number))
    change = operator in ("increase", "decrease")
    if match["upper"] and not change:
        return [Target(">=", low, unit), Target("<=", _value(match["upper"], unit), unit)]
    return [Target(operator, low, unit, int(base[1]) if base and change else None)]


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(match.start() - _NEAR, 0) : match.start()]


def _after(text: str, end: int) -> str:
    return text[end : end + _NEAR]


def _is_requested(text: str, match: re.Match[str], unit: str, *, cell: bool) -> bool:
    """Return whether a number without a unit is a requested amount."""
    before = _before(text, match)
    if _REFERENCE.search(before) and not _STRONG_CUE.search(before):
        return False
    if 1900 <= _value(match["value"], unit) <= 2100:
        return False
    if cell and (_BEGINS.search(before) or _CUE.search(before)):
        return bool(unit) or _REST.match(text, match.end("value")) is not None
    first = re.split(r"[/ ]", unit, maxsplit=1)[0].lower()
    cue = _STRONG_CUE if first in _TIMES or not first else _CUE
    return bool(cue.search(before)) and bool(unit)


def _unit(text: str, match: re.Match[str]) -> str:
    full_match = text[match.start("value") : match.end()]
    if _PERCENT.search(full_match):
        return "%"
    tokens = (match["unit"] or "").split()
    stops = {
        "trở",
        "và",
        "so",
        "của",
        "trong",
        "từ",
        "cho",
        "đối",
        "được",
        "theo",
        "tại",
        "để",
        "có",
        "hoặc",
    }
    unit_tokens: list[str] = []
    for token in tokens:
        if token.lower() in stops:
            break
        unit_tokens.append(token)
    single = {
        "điểm",
        "bậc",
        "lần",
        "lần/năm",
        "ngày",
        "tháng",
        "năm",
        "cuộc",
        "lớp",
        "buổi",
        "đợt",
        "tin",
        "bài",
    }
    if unit_tokens and unit_tokens[0].lower() in single:
        unit_tokens = unit_tokens[:1]
    return " ".join(unit_tokens).lower()


def _with_period(unit: str, before: str, after: str) -> str:
    """Return a count by the period it is asked for in, as "lần/năm" of "mỗi năm ít nhất 01 lần"."""
    if unit not in _COUNTED:
        return unit
    match = _PER_PERIOD.search(before) or _EACH.match(after.removeprefix(f" {unit}"))
    return f"{unit}/{match['period'].lower()}" if match else unit


def _operator(before: str, after: str) -> str:
    """Return the operator around a number; "=" if there is none."""
    match = (
        (">=", _UP.match(after) or (_FROM.search(before) and _UNDER.match(after))),
        ("<=", _DOWN.match(after) or _NOT_OVER.search(before)),
        ("increase", _RISE.search(before)),
        ("decrease", _FALL.search(before)),
        *((operator, pattern.search(before)) for operator, pattern in _BEFORE_RE),
    )
    return next((operator for operator, targets_read in match if targets_read), "=")


def _value(written: str, unit: str) -> float:
    """Parse a number; a point before three digits separates thousands, except in shares."""
    if _THOUSANDS.match(written) and unit not in ("%", "điểm"):
        return float(written.replace(".", ""))
    return float(written.replace(",", "."))


def _directions(text: str) -> list[tuple[int, Target]]:
    """Return the targets without a number."""
    than = _THAN_YEAR.search(text)
    if than:
        operator, year = (">", than["year"]) if than["up"] else ("<", than["low"])
        return [(than.start(), Target(operator, None, "", int(year)))]
    none = _NONE_AT_ALL.search(text)
    if none:
        return [(none.start(), Target("=", 0.0, ""))]
    base = _BASE.search(text)
    year_ = int(base[1]) if base else None
    for operator, pattern in (("maintain", _KEEP), ("decrease", _LESS), ("increase", _MORE)):
        for match in pattern.finditer(text):
            if not _AIM_ONLY.search(_before(text, match)):
                return [(match.start(), Target(operator, None, "", year_))]
    return []
