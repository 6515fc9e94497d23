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
    "person",
    "oversight",
    "deadline",
    "product",
    "issue",
    "cause",
    "result",
    "threshold",
    "comparison",
    "note",
)

# Words of a header; a longer cell is text of a row. By judgement.
_LONGEST = 12
_ACTORS = {"lead", "support", "units", "person", "deadline", "target", "product"}
_DEEDS = {"task", "measure"}
_TOPICS = {"criterion", "topic"}  # tables of results have these as well
_DOERS = {"lead", "support", "units", "person", "deadline"}
# Persons who answer for a measure, and offices that only watch over it: beside a column of units
# in charge neither leads.
_PERSON = re.compile(r"^(?:ho ten |ten )?(?:lanh dao|nguoi|ca nhan|dong chi|can bo|chuyen vien)\b")
_OVERSIGHT = re.compile(
    r"^(?:(?:co quan|don vi|cap|nguoi) )*(?:chi dao|giam sat|theo doi|don doc|kiem tra"
    r"|kiem tra giam sat|theo doi don doc|tham dinh|phe duyet)$"
)
# Which of several columns of units leads, the surest first.
_IN_CHARGE = (("chu tri",), ("dau moi", "chiu trach nhiem", "phu trach"), ("thuc hien",))
# What a column of remedies stands beside, in a table that names nobody.
_SHORT = {"issue", "cause", "result", "threshold", "criterion", "topic"}
_REMEDY = re.compile(
    r"\b(?:khac phuc|xu ly|giai quyet|giai phap|bien phap|cai thien|phuong huong|can lam"
    r"|phai lam)\b"
)
# A column for numbers is often so narrow that it breaks "STT".
_BROKEN_NUMBER = re.compile(r"^(?:st t|s tt|s t t|t t)$")
_TIME = re.compile(r"\b(?:thoi|han|ngay|tien do|lo trinh|thang|quy)\b")
_ASKED = re.compile(r"\b(?:can dat|yeu cau)\b")
# "Chỉ tiêu năm 2023 (thực hiện)", "Thực hiện năm 2023": what was reached, not what is aimed at.
_DONE = re.compile(r"\((?:đã |ước )?(?:thực hiện|đạt được|kết quả|đã đạt)\b[^()]*\)", re.IGNORECASE)
_DONE_KEYS = {"thuc hien", "da thuc hien", "uoc thuc hien", "ket qua thuc hien", "hien trang"}
# With a year, or a figure that is to be reached, what may be aimed at: its cells decide.
_AIMED_KEYS = {"ke hoach", "muc dat", "muc ke hoach"}
_AIMED = re.compile(r"^(?:muc|ty le|chi so)(?: do)? hai long(?: [a-z]+){0,4} (?:can|phai) dat\b")
# Below "Trách nhiệm" or "Đơn vị".
_UNDER_DUTY = {"chinh": "lead", "phu": "support"}
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


_HOW_TOLD = re.compile(r" (?:qua|theo|trong|tu) .*$")
_TOLD = ("issue", "cause")


@cached_up_to(2**13)
def plan_role(header: str) -> str:
    """Return the role of a column by its header; "" if unknown.

    >>> [plan_role(text) for text in ("Cơ quan chủ trì thực hiện", "Mục tiêu 2024", "Kết quả 2023")]
    ['lead', 'target', 'result']
    >>> plan_role("Hạn chế qua đo lường SIPAS 2024")
    'issue'
    """
    key_text = _BROKEN_NUMBER.sub("stt", key(header))
    if not key_text or len(key_text.split()) > _LONGEST:
        return ""
    plain = " ".join(_YEAR_KEY.sub(" ", key_text).split())
    if special := _special_role(header, key_text, plain):
        return special
    phrase_meanings = _headers(full_header=True)
    exact = next(
        (meaning for phrase, meaning in phrase_meanings if phrase in (key_text, plain)), ""
    )
    if exact:
        return exact
    told = _HOW_TOLD.sub("", plain)  # "Hạn chế qua khảo sát" are shortcomings, however told
    if told != plain and (short := next((m for p, m in phrase_meanings if p == told), "")) in _TOLD:
        return short
    phrase_meanings = _headers(full_header=False)
    inside = [(phrase, meaning) for phrase, meaning in phrase_meanings if holds(plain, phrase)]
    if not inside:
        return ""
    if any(plain.startswith(phrase) and meaning in _DEEDS for phrase, meaning in inside):
        # "Nhiệm vụ phải hoàn thành" is a deed, "Thời gian hoàn thành nhiệm vụ" a time.
        timed = [pair for pair in inside if pair[1] != "deadline" or _TIME.search(pair[0])]
        inside = timed or inside
    phrase, meaning = _telling(inside)
    remaining = [
        token
        for token in plain.replace(phrase, " ").split()
        if token not in phrases("header filler")
    ]
    # By judgement: three words may qualify a phrase, more make it something else.
    return meaning if len(remaining) <= max(3, len(phrase.split())) else ""


def _special_role(header: str, key_text: str, plain: str) -> str:
    """Return the role that a year in a header, or two words together, decide; "" if none does."""
    if plain != key_text and holds(key_text, "ket qua") and not holds(key_text, "du kien"):
        return "result"
    if plain != key_text and (plain in _DONE_KEYS or _DONE.search(header)):
        return "result"
    if may_be_target(header):
        return "target"
    if holds(key_text, "chu tri") and holds(key_text, "phoi hop"):
        return "units"
    if _OVERSIGHT.match(key_text):
        return "oversight"
    return "person" if _PERSON.match(key_text) else _UNDER_DUTY.get(key_text, "")


_OFFICIAL = re.compile(r"\b(?:tham dinh|cong bo|chinh thuc|bo noi vu)\b")


def result_column(headers: Sequence[str], roles: Sequence[str]) -> int | None:
    """Return which of several columns of results tells what was reached last; None if unclear.

    >>> result_column(["Điểm năm 2022", "Điểm năm 2023"], ["result", "result"])
    1
    >>> result_column(["Điểm tự chấm", "Điểm thẩm định"], ["result", "result"])
    1
    """
    columns = [at for at, role in enumerate(roles) if role == "result"]
    official = [at for at in columns if _OFFICIAL.search(key(headers[at]))]
    candidates = official or columns
    if len(candidates) == 1:
        return candidates[0]
    years = [(max(years_in(headers[at]), default=0), at) for at in candidates]
    last = max(years, default=(0, 0))
    unique = last[0] and sum(year == last[0] for year, _ in years) == 1
    return last[1] if unique else None


def may_be_target(header: str) -> bool:
    """Return whether a column may hold targets, though its header alone does not say so.

    >>> may_be_target("Kế hoạch năm 2024"), may_be_target("Mức hài lòng cần đạt")
    (True, True)
    >>> may_be_target("Kế hoạch"), may_be_target("Chỉ tiêu năm 2024")
    (False, False)
    """
    key_text = key(header)
    plain = " ".join(_YEAR_KEY.sub(" ", key_text).split())
    return (plain != key_text and plain in _AIMED_KEYS) or bool(_AIMED.search(key_text))


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

    Of several columns for who leads, that of the unit in charge does, wherever it stands.

    >>> plan_roles(["Giải pháp", "Người phụ trách", "Cơ quan thực hiện"])
    ('measure', 'person', 'lead')
    """
    header_roles = _in_charge(headers, [plan_role(header) for header in headers])
    if "measure" not in header_roles:
        _rename_first(header_roles, ("task", "topic"), "measure")
    if "criterion" not in header_roles:
        _rename_first(header_roles, ("topic", "task"), "criterion")
    if "criterion" not in header_roles:
        _rename_first(header_roles, ("issue", "cause"), "criterion")
    if not {"target", "result", "issue", "cause"} & set(header_roles):
        # What is asked for is a target where nothing stands beside it that was reached.
        header_roles = [
            "target" if role == "threshold" and _ASKED.search(key(header)) else role
            for role, header in zip(header_roles, headers, strict=True)
        ]
    for column in [at for at, meaning in enumerate(header_roles) if meaning == "criterion"][:-1]:
        header_roles[column] = "group" if headers[column] != headers[column + 1] else "criterion"
    seen: set[str] = set()
    for column, meaning in enumerate(header_roles):
        if meaning in seen and meaning in ("number", "lead", "support", "deadline"):
            header_roles[column] = ""
        seen.add(meaning)
    return tuple(header_roles)


def _in_charge(headers: Sequence[str], roles: list[str]) -> list[str]:
    """Return the roles with one column for who leads.

    A column of persons leads where none is of units. Of several of units the one in charge leads;
    who carries out beside it supports, if no column says who does, else it has no place.
    """
    leading = [at for at, role in enumerate(roles) if role == "lead"]
    if not leading and "units" not in roles:
        leading = [at for at, role in enumerate(roles) if role == "person"]
    if not leading:
        return roles
    chosen = min(leading, key=lambda at: (_rank(headers[at]), at))
    others = [at for at in leading if at != chosen and headers[at] != headers[chosen]]
    surer = [at for at in others if _rank(headers[at]) > _rank(headers[chosen])]
    roles = ["note" if at in others else role for at, role in enumerate(roles)]
    roles[chosen] = "lead"
    if len(surer) == 1 and "support" not in roles and not _PERSON.match(key(headers[surer[0]])):
        roles[surer[0]] = "support"
    return roles


def _rank(header: str) -> int:
    """Return how little a header says that its units are in charge."""
    key_text = key(header)
    ranks = (n for n, names in enumerate(_IN_CHARGE) if any(holds(key_text, x) for x in names))
    return next(ranks, 1)


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
    >>> is_plan_header(["TT", "Tiêu chí", "Điểm đạt", "Hướng khắc phục"])
    True
    """
    filled = [cell for cell in cells if cell.strip()]
    header_roles = [plan_role(cell) for cell in filled]
    meanings = {meaning for meaning in header_roles if meaning}
    if _names_remedies(filled, header_roles):
        return True
    if len(meanings) < 3 or len(meanings) * 2 < len(set(filled)):
        return False
    return bool(meanings & _DEEDS and meanings & _ACTORS) or bool(
        meanings & _TOPICS and meanings & _DOERS
    )


def _names_remedies(filled: Sequence[str], roles: Sequence[str]) -> bool:
    """Return whether a column of remedies stands beside what fell short, and all are known."""
    named = [text for text, role in zip(filled, roles, strict=True) if role == "measure"]
    if not any(_REMEDY.search(key(text)) for text in named) or _SHORT.isdisjoint(roles):
        return False
    return sum(bool(role) for role in roles) * 4 >= 3 * len(roles) and len(roles) > 1


def roles_in_line(text: str) -> tuple[str, ...]:
    """Return the roles of the headers that a line consists of; none if it has other words as well.

    >>> roles_in_line("STT Nhiệm vụ Cơ quan chủ trì Thời gian")
    ('number', 'task', 'lead', 'deadline')
    >>> roles_in_line("Nhiệm vụ của Sở Y tế trong thời gian tới")
    ()
    """
    tokens = key(text).split()
    roles: list[str] = []
    known = dict(_headers(full_header=True))
    at = n_other = 0
    while at < len(tokens):
        ends = range(min(len(tokens), at + _LONGEST), at, -1)
        phrase = next((p for end in ends if (p := " ".join(tokens[at:end])) in known), "")
        n_other += not phrase and tokens[at] not in phrases("header filler")
        roles += [known[phrase]] if phrase else []
        at += len(phrase.split()) or 1
    # By judgement: a header has a word beside those known, a sentence several.
    return tuple(roles) if n_other * 4 <= len(tokens) else ()


def is_column_name(text: str) -> bool:
    """Return whether a text is the name of a column of measures, without other words.

    >>> is_column_name("Cơ quan chủ trì"), is_column_name("Chủ trì Sở Nội vụ")
    (True, False)
    """
    if not plan_role(text):
        return False
    rest = f" {_BROKEN_NUMBER.sub('stt', key(text))} "
    for phrase, _ in _headers(full_header=True):
        rest = rest.replace(f" {phrase} ", " ")
    return all(token in phrases("header filler") for token in rest.split())


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
