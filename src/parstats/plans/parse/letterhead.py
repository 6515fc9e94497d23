"""Identification of a plan: province, agency, number, date, indices, years, unit level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date as day_of
from functools import cache
from itertools import pairwise

from parstats.documents.document import Block
from parstats.documents.phrases import key, named, starts
from parstats.errors import ProvinceNotMatched
from parstats.reference import csv_tables, provinces

# Blocks in which letterhead, date line and title of Decree 30/2020/NĐ-CP stand. By judgement: they
# take about 10; legal grounds ("Căn cứ ...") may come between.
_HEAD = 40
_MOTTO = re.compile("CỘNG H[ÒO][AÀ] XÃ HỘI|ĐẢNG CỘNG SẢN")
# Words of a cell of a letterhead; by judgement, longer rows are of a table of the text.
_CELL = 40
# Lines of a letterhead above the title, broken ones too. By judgement.
_LETTERHEAD = 14
_PLACE_NAME = re.compile(
    r"(?P<place>[^\W\d_][^\d,;()]{2,30}?)\s*,\s*ngày\s*(?P<day>[\d.…_]*)\s*tháng\s*(?P<month>[\d.…_]*)"
    r"\s*năm\s*(?P<year>20\d\d)",
    re.IGNORECASE,
)
# "Phú Thọ, ngày 17/4/2024" at the end of a line; "Nghị quyết 76/NQ-CP, ngày ..." is cited.
_PLACE_SHORT = re.compile(
    r"(?P<place>[A-ZĐÀ-Ỹ][^\d,;()/-]{2,30}?)\s*,\s*ngày\s*(?P<day>\d{1,2})\s*[/-]\s*"
    r"(?P<month>\d{1,2})\s*[/-]\s*(?P<year>20\d\d)\s*\.?$"
)
#: Number of an act of the administration: "12/KH-UBND".
NUMBER = re.compile(
    r"\bSố\s*:?\s*(?P<number>[\d.…_\s]*)\s*/\s*(?P<kind>(?:CTr|[A-ZĐ])[A-ZĐ]{0,3}(?:-[A-ZĐ&]+)+)"
)
#: Number of an act of the Party: "218-KH/BCSĐ".
PARTY_NUMBER = re.compile(
    r"\bSố\s*:?\s*(?P<number>[\d.…_\s]*)\s*-\s*(?P<kind>KH|CTr|CTHĐ|NQ|QĐ|CV|CT|HD)\s*/\s*"
    r"(?P<body>[A-ZĐƯ]{2,8}(?:-[A-ZĐƯ]+)*)"
)
#: Words of an act that another carries: "Kèm theo Kế hoạch số ...".
ATTACHED = re.compile(
    r"(?:kèm theo|ban hành theo|ban hành kèm theo)\s+(?:kế hoạch|quyết định|công văn|chỉ "
    r"thị)\s+số\s*:?"
    r"\s*(?P<number>[\d.…_\s]*)\s*/\s*(?P<kind>[A-ZĐ]{2,4}(?:-[A-ZĐ&]+)+)\s*,?\s*"
    r"(?:ngày\s*(?P<day>[\d.…_]*)\s*(?:/|tháng)\s*(?P<month>[\d.…_]*)\s*(?:/"
    r"|năm)\s*(?P<year>20\d\d))?"
    r"(?:\s*của\s+(?P<agency>[^)]{3,80}))?",
    re.IGNORECASE,
)
_PROVINCE_PATTERN = re.compile(
    r"\b(?:tỉnh|thành phố|TP\.?)\s+((?:[A-ZĐÀ-Ỹ][\wà-ỹđ]*)(?:\s*[-–]?\s*[A-ZĐÀ-Ỹ][\wà-ỹđ]*){0,4})"
)


def letterhead(blocks: Sequence[Block]) -> list[str]:
    """Return the first paragraphs, and the lines naming the plan of an appendix.

    Lines of a letterhead that are broken, or set beside each other, are given whole too: after
    the lines themselves.
    """
    texts = [
        part.strip()
        for block in blocks
        if (text := block.text or " | ".join(c.text for c in block.cells if c.merged != "left"))
        for part in (text.split("|") if len(text.split()) < _CELL else [text])
        if part.strip() and (block.text or len(text.split()) < _CELL)
    ]
    first = texts[:_HEAD]
    title = next((at for at, text in enumerate(first) if _is_title(text)), _LETTERHEAD)
    above = first[: min(title, _LETTERHEAD)]
    whole = [" ".join(above)] if len(above) > 1 else []
    pairs = [f"{one} {two}" for one, two in pairwise(above)]
    return [*first, *pairs, *whole, *(text for text in texts[_HEAD:] if ATTACHED.search(text))]


def above_number(head: Sequence[str]) -> list[str]:
    """Return the lines in capitals above number, date and title, without the motto.

    >>> above_number(["UBND TỈNH NGHỆ AN", "SỞ TÀI CHÍNH", "Số: 9/KH-UBND", "KẾ HOẠCH"])
    ['UBND TỈNH NGHỆ AN', 'SỞ TÀI CHÍNH']
    """
    lines = []
    for text in head[:_LETTERHEAD]:
        if _is_title(text) or re.match(r"\W*Số\b", text) or cites(text):
            break
        if text.isupper() and not _MOTTO.search(text):
            lines.append(text.strip())
    return lines


def _is_title(text: str) -> bool:
    """Return whether a line opens the title, below the letterhead."""
    return text.isupper() and bool(starts(key(text), "document"))


def number_and_date(head: Sequence[str]) -> tuple[str, str, bool, bool]:
    """Return number and date, and whether the original leaves either blank.

    Numbers of other documents inside the text do not count.

    >>> number_and_date(["Số: 12/KH-UBND", "Nghệ An, ngày 5 tháng 6 năm 2024"])
    ('12/KH-UBND', '2024-06-05', False, False)
    >>> number_and_date(["Số: 12/KH-UBND", "Nghệ An, ngày 5/6/2024"])[1]
    '2024-06-05'
    >>> number_and_date(["Số:     /KH-SNV", "Nghệ An, ngày    tháng 6 năm 2024"])
    ('', '2024-06', True, True)
    """
    number = date = ""
    blank_number = blank_date = False
    for text in head:
        attached = ATTACHED.search(text)
        # Agency and number may share a line; 16 words, by judgement, keep cited acts out.
        # The motto stands in letterheads only.
        is_short = len(text.split()) <= 16 or _MOTTO.search(text)
        number_match = attached or (NUMBER.search(text) if is_short else None)
        party = PARTY_NUMBER.search(text) if is_short and not number_match else None
        if party and not number and not cites(text):
            digits = re.sub(r"\D", "", party["number"])
            number = f"{digits}-{party['kind']}/{party['body']}" if digits else ""
            blank_number = not digits
        if number_match and not number and not cites(text):
            digits = re.sub(r"\D", "", number_match["number"])
            kind = number_match["kind"].upper().replace("CTR-", "CTr-")  # as it is written
            number = f"{digits}/{kind}" if digits else ""
            blank_number = not digits
        short = None if cites(text) else _PLACE_SHORT.search(text)
        dated = _PLACE_NAME.search(text) or short or attached
        if dated and not date and dated["year"]:
            date, blank_date = _date(dated["day"], dated["month"], dated["year"])
    return number, date, blank_number and not number, blank_date


def cites(text: str) -> bool:
    """Return whether a line cites other acts."""
    return key(text).startswith(("can cu", "thuc hien", "theo "))


def cites_act(text: str) -> bool:
    """Return whether a line says by which act a plan is made; "Thực hiện các giải pháp" is a title.

    >>> cites_act("Thực hiện Nghị quyết số 5/NQ-CP"), cites_act("Thực hiện các giải pháp")
    (True, False)
    """
    return (
        re.match(
            r"(?i)\W*(?:thực hiện|theo)\s+(?:(?:nội dung|chỉ đạo|tinh thần)\s+(?:của\s+)?)?"
            r"(?:nghị quyết|nghị định|quyết định|chỉ thị|kế hoạch|công văn|chương trình|luật|ý kiến"
            r"|thông báo|kết luận|văn bản)",
            text,
        )
        is not None
    )


def _date(day: str | None, month: str | None, year: str) -> tuple[str, bool]:
    days, months = re.sub(r"\D", "", day or ""), re.sub(r"\D", "", month or "")
    if not months or not 1 <= int(months) <= 12:
        return year, True
    if not days:
        return f"{year}-{int(months):02d}", True
    try:
        return day_of(int(year), int(months), int(days)).isoformat(), False
    except ValueError:
        return f"{year}-{int(months):02d}", True


def province(head: Sequence[str], texts: Sequence[str], date: str) -> str:
    """Return the two-digit code of a plan's province; "" if not found.

    A title or a letterhead that names it is surest, then the place of the date line, then the
    province that is named most.
    """
    lists = vintages(date)
    for text in head:
        attached = ATTACHED.search(text)
        if attached and (code := _first(_PROVINCE_PATTERN.findall(text), lists)):
            return code
    for text in head:
        place_name = _PLACE_NAME.search(text) or _PLACE_SHORT.search(text)
        if place_name and (code := _match_at_end(place_name["place"], lists)):
            named_ = _first(_PROVINCE_PATTERN.findall(" ".join(head)), lists)
            return named_ if named_ and code in ("01",) else code
    counts: Counter[str] = Counter()
    for text in (*head, *texts):
        for name in _PROVINCE_PATTERN.findall(text) + _shouted(text):
            if code := _match(name, lists):
                counts[code] += 1
    return counts.most_common(1)[0][0] if counts else ""


def _shouted(text: str) -> list[str]:
    candidates = (
        re.findall(r"\b(?:TỈNH|THÀNH PHỐ)\s+([A-ZĐÀ-Ỹ\s-]{4,24})", text) if text.isupper() else []
    )
    return [" ".join(name.split()[:size]) for name in candidates for size in (2, 3, 4)]


def vintages(date: str) -> tuple[int, ...]:
    """Return the vintages of provinces that a plan of a date may name.

    Huế has its new name since 2025, half a year before the other provinces have theirs.
    """
    if date[:7] >= "2025-07":
        return (34, 63)
    return (63, 34) if date >= "2025" else (63,)


def _first(names: Sequence[str], lists: Sequence[int]) -> str:
    return next((code for name in names if (code := _match(name, lists))), "")


def _match(name: str, lists: Sequence[int]) -> str:
    """Return the code of a province by its name; further capitalised words may stand after it."""
    tokens = name.replace("TP.", "").split()
    for vintage in lists:
        for size in range(len(tokens), 0, -1):
            try:
                named_ = " ".join(tokens[:size])
                return provinces.match_province(named_, vintage=vintage, threshold=100)
            except ProvinceNotMatched:
                continue
    return ""


def _match_at_end(place_name: str, lists: Sequence[int]) -> str:
    """Return the code of the province that ends a place, after the number of an act."""
    tokens = place_name.split()
    candidates = (_match(" ".join(tokens[first:]), lists) for first in range(len(tokens)))
    return next(filter(None, candidates), "")


def full_name(code: str, date: str) -> str:
    """A province with its class as of a date, as "tỉnh Lạng Sơn"; "" if there is no such code."""
    lists = (34, 63) if code in _renamed() and date >= "2025" else vintages(date)
    provinces_by_code = next(
        (
            vintage_provinces[code]
            for vintage in lists
            if code in (vintage_provinces := provinces.by_code(vintage))
        ),
        None,
    )
    return (
        provinces_by_code.full_name[:1].lower() + provinces_by_code.full_name[1:]
        if provinces_by_code
        else ""
    )


@cache
def _renamed() -> frozenset[str]:
    rows = csv_tables.rows("mergers")
    return frozenset(row["province"] for row in rows if row["change"] == "renamed")


def indices(title: str, headings: Sequence[str]) -> tuple[str, ...]:
    """Return the indices named by title or headings, as ordered in plan_words.csv."""
    return tuple(
        dict.fromkeys(index for text in (title, *headings) for index in named(text, "index"))
    )
