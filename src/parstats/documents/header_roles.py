"""What the header of a column says: its role in a table of scores or of measures, and its year."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parstats.documents.phrases import holds, key, phrases
from parstats.reference import csv_tables, labels
from parstats.reference.editions import cached, cached_up_to

#: Roles of the columns of a plan's table; the fields of a record are made from them.
PLAN_ROLES = (
    "number",
    "criterion",
    "group",
    "topic",
    "task",
    "target",
    "measure",
    "lead",
    "support",
    "units",
    "deadline",
    "product",
    "issue",
    "result",
    "note",
)

# Words of a header; a longer cell is text of a row. By judgement.
_LONGEST = 12
_ACTORS = {"lead", "support", "units", "deadline", "target", "product"}
_DEEDS = {"task", "measure"}
_TOPICS = {"criterion", "topic"}  # tables of results have these as well
_DOERS = {"lead", "support", "units", "deadline"}
_YEAR_KEY = re.compile(r"\b(?:nam )?(?:19|20)\d\d\b")
#: A year of four digits.
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DATE = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d|"
    r"(?:ngày\s*\S*\s*)?tháng\s*\S*\s*năm\s*(?:19|20)\d\d|"
    r"tháng\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d|\d+/(?:19|20)\d\d/[\w-]+|"
    # The official PAPI workbook says this on the sheet of every year.
    r"un-?\s*weighted\W*(?:19|20)\d\d\W*papi",
    re.IGNORECASE,
)


# Years that are not those of the figures. The indices come out in the year after, by criteria of
# a year before, and are set beside the year before.
_OTHER_YEARS = re.compile(
    r"\([^()]*(?:khảo sát|điều tra|survey|fieldwork)[^()]*\)|"
    r"(?:công bố|phát hành|xuất bản|cập nhật|ban hành|published|released|issued|updated?)"
    r"[^\d();,|]{0,30}(?:\d{1,2}\s*[/.-]\s*){0,2}(?:19|20)\d\d|"
    r"(?:theo\s+)?(?:bộ\s+|khung\s+)?(?:tiêu chí|chỉ tiêu đánh giá|phương pháp|criteria|framework|"
    r"methodology)[^\d();,|]{0,20}(?:19|20)\d\d|"
    r"(?:theo|căn cứ|per|under)\s+(?:quyết định|qđ|nghị quyết|thông tư|kế hoạch|decision|decree)"
    r"[^();|]{0,40}?(?:19|20)\d\d|"
    r"(?:so với|so sánh với|compared (?:with|to)|against|versus|vs\.?)[^\d();|]{0,20}(?:19|20)\d\d",
    re.IGNORECASE,
)


@cached
def _headers(*, full_header: bool) -> tuple[tuple[str, str], ...]:
    """Phrases and their meanings, longest first; with `full_header` also whole headers."""
    rows = [
        (key(row["header"]), row["role"])
        for row in csv_tables.rows("column_maps/plan_columns")
        if full_header or not row["whole"]
    ]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@cached_up_to(2**13)
def plan_role(header: str) -> str:
    """Return the role of a column by its header; "" if unknown.

    >>> [plan_role(text) for text in ("Cơ quan chủ trì thực hiện", "Mục tiêu 2024", "Kết quả 2023")]
    ['lead', 'target', 'result']
    """
    key_text = key(header)
    if not key_text or len(key_text.split()) > _LONGEST:
        return ""
    plain = " ".join(_YEAR_KEY.sub(" ", key_text).split())
    if plain != key_text and holds(key_text, "ket qua") and not holds(key_text, "du kien"):
        return "result"
    if holds(key_text, "chu tri") and holds(key_text, "phoi hop"):
        return "units"
    phrase_meanings = _headers(full_header=True)
    exact = next(
        (meaning for phrase, meaning in phrase_meanings if phrase in (key_text, plain)), ""
    )
    if exact:
        return exact
    phrase_meanings = _headers(full_header=False)
    inside = [(phrase, meaning) for phrase, meaning in phrase_meanings if holds(plain, phrase)]
    if not inside:
        return ""
    phrase, meaning = _telling(inside)
    remaining = [
        token
        for token in plain.replace(phrase, " ").split()
        if token not in phrases("header filler")
    ]
    # By judgement: three words may qualify a phrase, more make it something else.
    return meaning if len(remaining) <= max(3, len(phrase.split())) else ""


def _telling(inside: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the phrase that decides the role among several in a header.

    Who helps and who leads is said more exactly than that something is carried out.
    """
    for meaning in ("units", "support", "deadline"):
        for header_roles in inside:
            if header_roles[1] == meaning:
                return header_roles
    return inside[0]


def plan_roles(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the meanings of the columns of a table.

    Where no column is for the measure, that of the tasks is, else that of the topics. Of several
    columns for the criterion the last is, and those left of it are groups.

    >>> plan_roles(["STT", "Nhiệm vụ", "Tiến độ", "Đơn vị thực hiện"])
    ('number', 'measure', 'deadline', 'lead')
    >>> plan_roles(["TT", "Nội dung", "Giải pháp", "Cơ quan phối hợp"])
    ('number', 'criterion', 'measure', 'support')
    """
    header_roles = [plan_role(header) for header in headers]
    if "measure" not in header_roles:
        _rename_first(header_roles, ("task", "topic"), "measure")
    if "criterion" not in header_roles:
        _rename_first(header_roles, ("topic", "task"), "criterion")
    if "criterion" not in header_roles:
        _rename_first(header_roles, ("issue",), "criterion")
    for column in [at for at, meaning in enumerate(header_roles) if meaning == "criterion"][:-1]:
        header_roles[column] = "group" if headers[column] != headers[column + 1] else "criterion"
    seen: set[str] = set()
    for column, meaning in enumerate(header_roles):
        if meaning in seen and meaning in ("number", "lead", "support", "deadline"):
            header_roles[column] = ""
        seen.add(meaning)
    return tuple(header_roles)


def _rename_first(header_roles: list[str], olds: Sequence[str], new: str) -> None:
    """Rename the first meaning that is one of several, tried in their order."""
    for old in olds:
        if old in header_roles:
            header_roles[header_roles.index(old)] = new
            return


def names_doers(meanings: Sequence[str]) -> bool:
    """Return whether columns name actors or deadlines."""
    return not _DOERS.isdisjoint(meanings)


def is_plan_header(cells: Sequence[str]) -> bool:
    """Return whether a row of cells names the columns of a table of measures.

    >>> is_plan_header(["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"])
    True
    >>> is_plan_header(["1", "Rà soát thủ tục", "Văn phòng Sở", "Thường xuyên"])
    False
    >>> is_plan_header(["TT", "Tiêu chí", "Chỉ tiêu", "Kết quả năm 2023"])
    False
    """
    filled = [cell for cell in cells if cell.strip()]
    header_roles = [plan_role(cell) for cell in filled]
    meanings = {meaning for meaning in header_roles if meaning}
    if len(meanings) < 3 or len(meanings) * 2 < len(set(filled)):
        return False
    return bool(meanings & _DEEDS and meanings & _ACTORS) or bool(
        meanings & _TOPICS and meanings & _DOERS
    )


# Tables of scores.


@cached
def score_roles() -> dict[str, str]:
    """Return the roles of the columns of score tables, by the words of a header and by its key."""
    return {
        key: row["role"]
        for row in csv_tables.rows("column_maps/roles")
        for key in (labels.search_key(row["header"]), row["header"].casefold())
        if key
    }


def score_role(text: str) -> str:
    """Return the role that a text names by itself, as "Tỉnh, thành phố"; empty if none.

    >>> score_role("Tỉnh, thành phố"), score_role("tinhid")
    ('province', 'code')
    """
    roles = score_roles()
    return roles.get(text.casefold()) or roles.get(labels.search_key(text), "")


# Years.


def years_in(text: str) -> list[int]:
    """Return the years a text names, except those of dates and numbered decisions.

    >>> years_in("PAPI2015"), years_in("12023"), years_in("Un-weighted2015PAPI")
    ([2015], [], [])
    >>> years_in("Chỉ số năm 2023 (Quyết định số 109/QĐ-BNV ngày 12 tháng 02 năm 2024)")
    [2023]
    """
    return [int(match) for match in YEAR.findall(_DATE.sub(" ", text))]


def figure_years(text: str) -> list[int]:
    """Return the years that the figures under a text may be of, each once.

    The years of publication, of an update, of the criteria, of a survey in brackets, and of what
    the figures are compared with are none of them.

    >>> figure_years("PAR INDEX 2023 (công bố năm 2024)"), figure_years("năm 2023, tiêu chí 2022")
    ([2023], [2023])
    >>> figure_years("PAPI 2022 và 2023")
    [2022, 2023]
    """
    return list(dict.fromkeys(years_in(without_other_years(text))))


def without_other_years(text: str) -> str:
    """Return a text without the words that say of when other things than its figures are.

    >>> without_other_years("Điểm năm 2023 theo Bộ tiêu chí 2022")
    'Điểm năm 2023'
    """
    return " ".join(_OTHER_YEARS.sub(" ", text).replace("( )", " ").split())


def without_years(text: str) -> str:
    """Return a text with its years, and the word before them, taken out.

    >>> without_years("Điểm năm 2023")
    'Điểm'
    """
    bare = re.sub(r"(?i)(năm|year)?\s*" + YEAR.pattern, " ", text)
    return " ".join(bare.split())
