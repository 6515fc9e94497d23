"""Targets in a text: operator, value, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from parstats.documents.phrases import tidy
from parstats.plans.fields.target_changes import direction, rises_by_sign
from parstats.plans.fields.target_shares import shares
from parstats.plans.fields.target_years import year_of
from parstats.plans.records import Record
from parstats.reference import csv_tables
from parstats.reference.editions import cached

#: Operators a target can have; the last three may come without a value.
OPERATORS = (">=", "<=", "=", ">", "<", "increase", "decrease", "maintain")

_NUMBER = re.compile(
    r"(?<![\w/.,-])(?P<value>\d{1,3}(?:\.\d{3}){2}|\d{1,4}(?:[.,]\d{1,3})?)"
    r"(?:\s*(?:%|phần trăm)|\s*/\s*\d{1,3}(?:[.,]\d{1,3})?(?=\s*điểm))?"
    r"(?:\s*(?:-|–|đến)\s*(?P<upper>(?!20\d\d\b)\d{1,4}(?:[.,]\d{1,3})?))?"
    r"\s*(?P<unit>%|phần trăm|‰|[^\W\d_]+(?:\s+[^\W\d_]+){2,3}/[^\W\d_]+"
    r"|[^\W\d_]+(?:\s+[^\W\d_]+)?(?:/[^\W\d_]+)?)?"
)
_PERCENT = re.compile(r"%|phần trăm")
_BEFORE = (
    (
        ">=",
        r"ít nhất|tối thiểu|không dưới|không thấp hơn|không ít hơn|không nhỏ hơn|không kém|≥|>="
        r"|(?:bằng|đạt|từ)\s+hoặc\s+(?:vượt|trên|hơn|cao hơn|lớn hơn)",
    ),
    (
        "<=",
        r"tối đa|không quá|không vượt quá|không vượt|không để quá|nhiều nhất|cao nhất|≤|<="
        r"|không trên|không hơn|không cao hơn|không lớn hơn|không nhiều hơn"
        r"|giảm(?:\s+xuống)?\s+(?:còn|xuống)",
    ),
    ("<", r"dưới|thấp hơn|nhỏ hơn|ít hơn|chưa đến|chưa tới|<"),
    (">", r"trên|hơn|vượt|cao hơn|lớn hơn|>"),
)
_BETWEEN = r"(?:\s+(?:có|là|đạt|mức|khoảng|đạt mức|thêm|lên|được|thực hiện))*\s*$"
_BEFORE_RE = [
    (op, re.compile(rf"(?:{pattern}){_BETWEEN}", re.IGNORECASE)) for op, pattern in _BEFORE
]
_NOT_OVER = re.compile(r"\bkhông\b[^.;]{0,60}\bquá\s*$", re.IGNORECASE)
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
_COUNTED = {"lần", "cuộc", "buổi", "đợt", "lớp", "lượt", "lượt người"}
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
    r"(?P<rank>\d{1,2})(?:\s*/\s*\d{1,2})?\b(?!\s*(?:bậc|điểm|hạng|%)))",
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
# What a measure serves is no target.
_AIM_ONLY = re.compile(r"(?:góp phần|nhằm|để|mục đích)\s*$", re.IGNORECASE)
# "từ 60% lên 75%": where it starts from is no target.
_FROM = re.compile(r"\btừ\s*$", re.IGNORECASE)
_TO = re.compile(
    r"^\s*(?:%|[^\W\d_]+)?\s*(?:\(?(?:của\s+|trong\s+)?năm\s+20\d\d\)?\s*)?"
    r"(?:(?:lên|xuống)\b|còn(?=\s+\d))",
    re.IGNORECASE,
)
# After "từ" a figure is the least there should be, unless it moves on from there.
_MOVES = re.compile(r"^[^.;,]*\b(?:lên|xuống|còn|thành|đến|tới|sang)\b", re.IGNORECASE)
_UNDER = re.compile(r"^\s*(?:[^\W\d_]+\s+)?đến\s+(?:dưới|hết)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$")
# A number written in letters counts after words that ask for an amount.
_SPELT = re.compile(
    r"\b(?P<cue>ít nhất|tối thiểu|tối đa|không quá)\s+"
    r"(?P<number>[^\W\d_]+)(?=\s)(?!\s+phần\b)",
    re.IGNORECASE,
)
# Time within which something is done: "trong vòng 3 ngày", "sau 05 ngày làm việc", not of a year.
_WITHIN = re.compile(
    r"(?:trong(?:\s+(?:vòng|thời hạn|thời gian|tối đa))?|chậm nhất(?:\s+(?:là|sau))?|muộn nhất|sau)"
    r"\s*$",
    re.IGNORECASE,
)
# "hồ sơ trễ quá 05 ngày", "bị từ 03 phản ánh", "của trên 500 hộ": when it is done, not how much.
_CONDITION = re.compile(r"(?:(?<!không )(?<!vượt )\bquá|\bbị từ|\bcủa trên)\s*$", re.IGNORECASE)
# "tỷ lệ người dân đi lại từ 3 lần trở lên xuống dưới 5%": of whom the share is.
_SHARE_OF = re.compile(
    r"\b(?:(?:tỷ|tỉ) lệ|giảm|số người)\s(?![^.;:,%\d]*\b(?:và|đạt)\b)[^.;:,%\d]+$", re.IGNORECASE
)
_POINTS = {"điểm", "bậc", "hạng"}
# "40 điểm trường", "12 điểm cầu": places, no points of a score.
_PLACE = re.compile(
    r"điểm\s+(?:trường|cầu|bưu điện|du lịch|dân cư|nóng|đen|truy cập|phát sóng|phát wifi|thu gom"
    r"|tiếp nhận|tiếp dân|hỗ trợ|phục vụ|giao dịch|tập kết|đón tiếp|bán hàng|công cộng|văn hóa"
    r"|quan trắc|wifi|internet)\b",
    re.IGNORECASE,
)
_PERCENT_POINTS = re.compile(r"điểm\s+(?:%|phần trăm)", re.IGNORECASE)
_SHARE_AFTER = re.compile(r"[^.;:%\d]*\d{1,3}(?:[.,]\d{1,2})?\s*(?:%|phần trăm)")
# "có chữ ký của ít nhất hai phần ba số hộ": who signs.
_OF = re.compile(r"\bcủa(?:\s+(?:ít nhất|tối thiểu|trên|hơn))?\s*$", re.IGNORECASE)
# "rút thời gian ... còn 12 ngày": a time that is cut is asked for.
_CUT = re.compile(
    r"\bxuống\s+(?:dưới|còn)\s*$"
    r"|\b(?:rút|cắt|giảm)\b[^.;,]{0,80}\b(?:còn|xuống)(?:\s+(?:dưới|khoảng))?\s*$",
    re.IGNORECASE,
)
# Words around a figure that belong to what is asked for.
_CUE_WORDS = re.compile(
    r"(?:(?:ít nhất|tối thiểu|tối đa|không quá|không dưới|không vượt quá|chậm nhất|trong|vòng|sau"
    r"|đạt|từ|trên|dưới|xuống|lên|còn|tăng|giảm|rút ngắn|cắt giảm|nâng|thêm|đủ|≥|≤|>|<)\s*)+$",
    re.IGNORECASE,
)
# Words that end a phrase begin another; of a longer one four more words are taken.
_PHRASE_END = re.compile(
    r"(?:\s(?!(?:trở|và|so|của|trong|từ|cho|đối|được|theo|tại|để|có|hoặc|trước|vào|đến|mỗi|ở|đúng|kể"
    r"|khi|là|bằng|với|nhằm|phải|do|về|trên|dưới|thuộc|lên|xuống|không|đã|đạt|hoàn|bảo|trực|giải)\b)"
    r"[^\W\d_A-ZĐ]+(?![\w/])){0,4}"
)
_UP_WORDS = re.compile(r"\s*trở (?:lên|xuống)", re.IGNORECASE)
# "chậm nhất 05 ngày trước khi": at least so long before.
_AHEAD = re.compile(r"^\s*(?:ngày|giờ)\s+(?:làm việc\s+)?trước\s+(?:khi|ngày)\b", re.IGNORECASE)
_LATEST = re.compile(r"(?:chậm|muộn) nhất\s*(?:là\s*)?$", re.IGNORECASE)
_SHORT_TIMES = {"ngày", "ngày làm việc", "giờ", "phút", "giờ làm việc"}
# A fee or a sum under which something is: no aim.
_SUMS = {"đồng", "triệu", "tỷ"}
_UNDER_SUM = re.compile(r"(?:dưới|trên|từ)\s*$", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?<![\w/.,-])\d{1,4}(?:[.,]\d{1,3})?\s*(?:%|phần trăm|bậc\b|lần\b|phần\b)"
    r"|(?<=[%/])\s*/?\s*\d{1,4}(?:[.,]\d{1,3})?\s*(?:%|phần trăm)"  # "93,1%/98%"
    r"|(?<![\w/.,-])(?<!ngày )\d{1,2}/\d{1,2}(?=\s+[^\W\d_])(?!\s+năm\b)"
)
# "05 bệnh viện": a count, unless the words around say that it is a time or a name.
_COUNT = re.compile(r"(?<![\w/.,-])(?:\d{1,3}(?:\.\d{3})+|\d{1,4})\s+(?=[^\W\d_])")
_REST = re.compile(r"[ .;]*$")
# Letters before and after a number that tell what is asked for; by judgement, as the longest
# wording has 80. A text is searched around each number, not anew from its beginning.
_NEAR = 200
# "Ban hành 02 quyết định", "- Đủ 03 hoạt động" in a cell of targets.
_DEED_BEFORE = re.compile(
    r"(?:đủ|ban hành|hoàn thành|xây dựng|mở|cấp|in|lắp|đưa|phát|có đủ|lên|xuống|tới|bổ sung|tuyển"
    r"|tuyển dụng|thành lập|trang bị|bố trí|mua|mua sắm|lắp đặt|đào tạo|bồi dưỡng|cử|nâng cấp)\s*$",
    re.IGNORECASE,
)
# "Mỗi xã 01 người".
_FOR_EACH = re.compile(r"\bmỗi\s+(?:[^\W\d_]+\s+){1,3}$", re.IGNORECASE)
_EACH_PERIOD = re.compile(rf"mỗi\s+{_PERIOD}\s+", re.IGNORECASE)
# "01 cổng, 1.500 lượt": a list of counts, of which the one before stands alone.
_COUNT_BEFORE = re.compile(
    r"(?:^|[;:,]|\s[-+•])\s*[-+•]?\s*(?P<deed>(?:[^\W\d_]+\s+){0,2}?)"
    r"(?<![\w/.,-])\d{1,3}(?:\.\d{3})*(?:\s+[^\W\d_]+(?:/[^\W\d_]+)?){1,6},\s*$"
)
_BEGINS = re.compile(r"(?:^|[;:]|\s[-+•])\s*[-+•]?\s*$")
_BASE = re.compile(r"so với (?:kết quả )?(?:năm )?(20\d\d)", re.IGNORECASE)

# What a target is compared with: "so với 85% năm 2022", "so với năm 2023 (85%)", "(hiện nay 60%)".
_COMPARED = re.compile(
    r"\bso với\s+(?:(?:mức|kết quả|tỷ lệ|con số|của|cùng kỳ|năm trước|năm|thực hiện)\s+)*"
    r"(?:(?:19|20)\d\d\s*)?(?:\(|là|đạt)?\s*"
    r"(?P<base>(?!(?:19|20)\d\d\b)\d{1,4}(?:[.,]\d{1,3})?(?:\s*(?:%|điểm|phần trăm))?)"
    r"|\(\s*(?:hiện nay|hiện tại|hiện trạng|hiện|trước đây|cùng kỳ|năm trước|đã đạt"
    r"|(?:kết quả|thực hiện)(?=[^()]*20\d\d))\b[^()%]*?"
    r"(?P<now>(?<![\d.,/])(?!(?:19|20)\d\d\b)\d{1,4}(?:[.,]\d{1,3})?(?:\s*(?:%|điểm))?)[^()]*\)",
    re.IGNORECASE,
)

# "tăng 5 bậc so với năm 2025 (hạng 19/34)": the rank that it is compared with.
_RANK_BEFORE = re.compile(
    r"(\bso với\s+(?:[^\W\d_]+\s+){0,3}20\d\d\s*)"
    r"(\([^()]{0,20}\b(?:hạng|thứ|vị trí)\s[^()]{1,30}\))",
    re.IGNORECASE,
)

_BRACKET = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?![\d%])")
_FIGURE_ALONE = re.compile(
    r"(?<![\d.,/])(?!(?:19|20)\d\d(?!\d))\d{1,4}(?:[.,]\d{1,3})?(?:\s*(?:%|điểm|phần trăm))?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A target: operator, value and unit; `base_year` of a comparison, `year` if it has its own.

    `unit` is "%" for shares, "rank" for places in a ranking, else the words after the number.
    `value` is None where the text gives a direction only.
    """

    operator: str
    value: float | None
    unit: str
    base_year: int | None = None
    year: int | None = None


def extract(text: str, *, cell: bool = False) -> tuple[Target, ...]:
    """Return the distinct targets in a text, in order.

    In a cell of a column of targets a number needs no word such as "ít nhất" before it.

    >>> extract("Tỷ lệ hồ sơ đúng hạn đạt từ 98,5% trở lên; tổ chức ít nhất 02 lần/năm")
    (Target(operator='>=', value=98.5, unit='%', base_year=None, year=None),
     Target(operator='>=', value=2.0, unit='lần/năm', base_year=None, year=None))
    >>> extract("Phấn đấu nằm trong nhóm 15 tỉnh dẫn đầu")
    (Target(operator='<=', value=15.0, unit='rank', base_year=None, year=None),)
    >>> extract("Thực hiện Nghị định số 61/2018/NĐ-CP")
    ()
    >>> extract("1,5/2,0 điểm"), extract("1,5/2,0 điểm", cell=True)
    ((), (Target(operator='=', value=1.5, unit='điểm', base_year=None, year=None),))
    """
    words = _SPELT.sub(_in_digits, _without_bases(tidy(text)))
    read = sorted(_read(words, cell=cell), key=lambda case: case[:2])
    # Of one clause a target is taken once: "100% xã; đúng hạn 100%" are two.
    clauses = {(words.count(";", 0, at) if cell else 0, aim): aim for at, _, aim in read}
    return tuple(clauses.values())


def _without_bases(text: str) -> str:
    """Return a text with blanks in place of the figures that its targets are compared with.

    >>> _without_bases("90% (so với 85% năm 2022)")
    '90% (so với     năm 2022)'
    """
    text = _RANK_BEFORE.sub(lambda match: match[1] + " " * len(match[2]), text)
    for match in reversed(list(_COMPARED.finditer(text))):
        name = "base" if match["base"] else "now"
        begin, end = match.span(name)
        text = text[:begin] + " " * (end - begin) + text[end:]
    return text


def _read(text: str, *, cell: bool) -> list[tuple[int, int, Target]]:
    """Return the targets of a text with the positions of their figures."""
    read: list[tuple[int, int, Target]] = []
    ranked: set[int] = set()  # positions of letters
    parts = list(shares(text))
    for match in _RANK.finditer(text):
        if match["of"] and any(match.start() <= begin < match.end() for begin, _, _ in parts):
            continue
        ranked.update(range(*match.span()))
        rank_text = match["group"] or match["rank"] or match["of"] or match["first"]
        before, after = text[max(match.start() - _NEAR, 0) : match.start()], text[match.end() :]
        year = year_of(before, after[:_NEAR])
        read.append((*match.span(), Target("<=", float(int(rank_text)), "rank", year=year)))
    for begin, end, share in parts:
        ranked.update(range(begin, end))
        if not cell and _OF.search(text[:begin]):
            continue
        before, after = text[max(begin - _NEAR, 0) : begin], _after(text, end)
        operator = direction(before, "", "%") or _operator(before, after)
        read.append((begin, end, Target(operator, share, "%", year=year_of(before, after))))
    for match in _NUMBER.finditer(text):
        if match.start("value") not in ranked:
            read += [(*match.span(), target) for target in _numeric(text, match, cell=cell)]
    return read or _directions(text)


def unread_figures(text: str) -> tuple[str, ...]:
    """Return the shares, counts and steps in a cell of targets that are in none of its targets.

    >>> unread_figures("100% số xã; gấp 2 lần năm trước"), unread_figures("Tăng từ 60% lên 75%")
    (('2 lần',), ())
    >>> unread_figures("ít nhất 20 trường, 05 bệnh viện"), unread_figures("93,1%/98%")
    (('05',), ('98%',))
    """
    text = _without_bases(tidy(text))
    used = [(begin, end) for begin, end, _ in _read(text, cell=True)]
    counts = [match for match in _COUNT.finditer(text) if _may_be_count(text, match)]
    figures = sorted((*_FIGURE.finditer(text), *counts), key=lambda match: match.span())
    unread = {
        match.start(): match[0].strip(" /")
        for match in figures
        if not any(begin < match.end() and match.start() < end for begin, end in used)
        and not _FROM.search(text[: match.start()])
    }
    return tuple(unread.values())


def _may_be_count(text: str, match: re.Match[str]) -> bool:
    """Return whether a number before a word may say how many; no year, time or name of an act."""
    number = _NUMBER.match(text, match.start())
    if number is None or _REFERENCE.search(text[: match.start()]):
        return False
    unit = _unit(text, number)
    is_year = 1900 <= number_value(number["value"], unit) <= 2100
    return bool(unit) and not is_year and re.split(r"[/ ]", unit)[0] not in _TIMES


def as_written(record: Record) -> str:
    """Return the words of a record's targets: its cell, else those of its product or measure.

    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Record, Section
    >>> record = Record(Section(), "1", "", "", "", "Mở lớp ở ít nhất 03 xã", "", "", "", "",
    ...                 False, frozenset(), Span(1, 1), "")
    >>> as_written(record)
    'ít nhất 03 xã'
    """
    if record.target:
        return record.target
    for written, cell in ((record.product, True), (record.measure, False)):
        text = tidy(written)
        read = _read(_without_bases(text), cell=cell)
        if read:
            start = min(begin for begin, _, _ in read)
            cue = _CUE_WORDS.search(text[:start])
            end = max(end for _, end, _ in read)
            if cell:  # whole clauses of a cell
                return _clauses_around(text, start, end)
            end += len(_PHRASE_END.match(text[end:])[0])  # type: ignore[index]
            words = text[cue.start() if cue else start : end]
            return words + (up[0] if (up := _UP_WORDS.match(text[end:])) else "")
    return ""


def _clauses_around(text: str, start: int, end: int) -> str:
    """Return the clauses of a text in which something begins and ends.

    >>> _clauses_around("Báo cáo; 100% xã có Ban hoạt động; sổ", 9, 13)
    '100% xã có Ban hoạt động'
    """
    signs = [match.start() for match in re.finditer(r"[;.](?=\s|$)", text)]
    begin = max((at + 1 for at in signs if at < start), default=0)
    stop = min((at for at in signs if at >= end), default=len(text))
    return text[begin:stop].strip(" ;")


def extract_from_record(record: Record, year: int | None = None) -> tuple[Target, ...]:
    """Return the targets of a record: of its target cell, else of its product, else of its measure.

    A target without a base year takes the one its criterion compares with. `year` is the plan's:
    a figure in brackets of a year before is what was reached, as in "95% (năm 2023: 80%)".

    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Record, Section
    >>> record = Record(Section(), "1", "", "", "", "Trả lời 100% kiến nghị", "", "", "", "",
    ...                 False, frozenset(), Span(1, 1), "")
    >>> extract_from_record(record)
    (Target(operator='=', value=100.0, unit='%', base_year=None, year=None),)
    """
    written = record.target or ""
    if record.target_parts:
        targets_read = tuple(
            aim if aim.year else replace(aim, year=column_year)
            for column_year, text in record.target_parts
            for aim in extract(_ahead(text, year), cell=True)
        )
    else:
        targets_read = extract(_ahead(written, year), cell=True)
    if not written:
        targets_read = extract(_ahead(record.product, year), cell=True)
        targets_read = targets_read or extract(_ahead(record.measure, year))
    base = _BASE.search(record.criterion)
    if base is None:
        return targets_read
    return tuple(
        replace(target, base_year=int(base[1]))
        if target.base_year is None and target.operator in ("increase", "decrease", "maintain")
        else target
        for target in targets_read
    )


def _ahead(text: str, year: int | None) -> str:
    """Return a text with blanks in place of the figures in brackets on years before the plan's.

    >>> _ahead("95% (năm 2023: 80%)", 2024), _ahead("95% (năm 2025: 98%)", 2024)
    ('95% (năm 2023:    )', '95% (năm 2025: 98%)')
    """
    if year is None:
        return text
    for match in reversed(list(_BRACKET.finditer(text))):
        years = [int(named) for named in _YEAR.findall(match[0])]
        if years and max(years) < year:
            blank = _FIGURE_ALONE.sub(lambda figure: " " * len(figure[0]), match[0])
            text = text[: match.start()] + blank + text[match.end() :]
    return text


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
    if unit in _SHORT_TIMES and _WITHIN.search(before) and not match["upper"]:
        return _within(text, match, unit)
    if not cell and unit.split(" ")[0] in _SUMS and _UNDER_SUM.search(before):
        return []
    if unit != "%" and not _is_requested(text, match, unit, cell=cell):
        return []
    if _FROM.search(before) and _TO.match(after):
        return []
    low, year = number_value(match["value"], unit), year_of(before, after_number)
    base = _BASE.search(after[:60])
    change = _change(text, match, unit)
    if match["upper"] and not change:
        high = number_value(match["upper"], unit)
        return [Target(">=", low, unit, year=year), Target("<=", high, unit, year=year)]
    operator = change or _operator(before, re.sub(r"^\s*(?:%|phần trăm)", "", after_number))
    return [Target(operator, low, unit, int(base[1]) if base and change else None, year)]


def _change(text: str, match: re.Match[str], unit: str) -> str:
    """Return whether a number is by how much something rises or falls; "" if it is neither."""
    if rises_by_sign(_before(text, match), _after(text, match.end("value")), unit):
        return "increase"
    after = text[match.end() : match.end() + _NEAR]
    return direction(_before(text, match), after, unit)


def _within(text: str, match: re.Match[str], unit: str) -> list[Target]:
    """Return the time within which something is done, or at least how long before an event."""
    ahead = _AHEAD.match(_after(text, match.end("value")))
    if ahead and not _LATEST.search(_before(text, match)):
        return []
    return [Target(">=" if ahead else "<=", number_value(match["value"], unit), unit)]


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(match.start() - _NEAR, 0) : match.start()]


def _after(text: str, end: int) -> str:
    return text[end : end + _NEAR]


def _is_requested(text: str, match: re.Match[str], unit: str, *, cell: bool) -> bool:
    """Return whether a number without a unit is a requested amount."""
    before = _before(text, match)
    if _is_condition(text, match, unit, cell=cell):
        return False
    first = re.split(r"[/ ]", unit, maxsplit=1)[0].lower()
    if cell and first and first not in _TIMES | _POINTS and _is_next_count(before):
        return True
    if _REFERENCE.search(before) and not _STRONG_CUE.search(before):
        return False
    if 1900 <= number_value(match["value"], unit) <= 2100:
        return False
    if cell and (_BEGINS.search(before) or _CUE.search(before)):
        return bool(unit) or _REST.match(text, match.end("value")) is not None
    cue = _STRONG_CUE if first in _TIMES or not first else _CUE
    asked = (cue, _STRONG_CUE, _CUT, *([_DEED_BEFORE] if cell else []))
    is_asked = any(words.search(before) for words in asked)
    return bool(unit) and bool(is_asked or _change(text, match, unit))


def _is_next_count(before: str) -> bool:
    """Return whether a count in a cell is one of each, or follows one that stands alone.

    >>> _is_next_count("Mỗi xã "), _is_next_count("01 cổng, ")
    (True, True)
    >>> _is_next_count("ít nhất 20 trường, "), _is_next_count("90%, ")
    (False, False)
    """
    if each := _FOR_EACH.search(before):
        return not _REFERENCE.search(before) or _EACH_PERIOD.fullmatch(each[0]) is not None
    listed = _COUNT_BEFORE.search(before)
    return listed is not None and (not listed["deed"] or bool(_DEED_BEFORE.search(listed["deed"])))


def _is_condition(text: str, match: re.Match[str], unit: str, *, cell: bool) -> bool:
    """Return whether a number tells of whom a share is, or when something is done."""
    before = _before(text, match)
    if unit not in _POINTS and _SHARE_OF.search(before) and _SHARE_AFTER.match(text, match.end()):
        return True
    return not cell and bool(_CONDITION.search(before)) and not _NOT_OVER.search(before)


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
        "trước",
        "vào",
        "đến",
        "mỗi",
        "ở",
        "đúng",
        "kể",
    }
    unit_tokens: list[str] = []
    for token in tokens:
        if token.lower() in stops or (unit_tokens and token.lower() == "năm"):
            break
        unit_tokens.append(token)
    if match["unit"] and (place := _PLACE.match(text, match.start("unit"))):
        return " ".join(place[0].lower().split())
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
    for time in ("ngày", "giờ"):
        if [token.lower() for token in unit_tokens[:2]] == [time, "làm"]:
            return f"{time} làm việc"
    if match["unit"] and _PERCENT_POINTS.match(text, match.start("unit")):
        return "điểm %"
    if unit_tokens and unit_tokens[0].lower() in single:
        # "02 lớp tập huấn/năm" are "lớp/năm"
        _, per, period = unit_tokens[-1].partition("/")
        unit_tokens = [unit_tokens[0] + per + period if len(unit_tokens) > 1 else unit_tokens[0]]
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
        (
            ">=",
            _UP.match(after)
            or (_FROM.search(before) and (_UNDER.match(after) or not _MOVES.match(after))),
        ),
        ("<=", _DOWN.match(after) or _NOT_OVER.search(before)),
        *((operator, pattern.search(before)) for operator, pattern in _BEFORE_RE),
    )
    return next((operator for operator, targets_read in match if targets_read), "=")


def number_value(written: str, unit: str) -> float:
    """Parse a number; a point before three digits separates thousands, except in shares.

    >>> number_value("1.250", "hồ sơ"), number_value("1.250", "điểm"), number_value("62,5", "%")
    (1250.0, 1.25, 62.5)
    """
    if _THOUSANDS.match(written) and unit not in ("%", "điểm"):
        return float(written.replace(".", ""))
    return float(written.replace(",", "."))


def _directions(text: str) -> list[tuple[int, int, Target]]:
    """Return the targets without a number."""
    than = _THAN_YEAR.search(text)
    if than:
        operator, year = (">", than["year"]) if than["up"] else ("<", than["low"])
        return [(*than.span(), Target(operator, None, "", int(year)))]
    base = _BASE.search(text)
    year_ = int(base[1]) if base else None
    for operator, pattern in (("maintain", _KEEP), ("decrease", _LESS), ("increase", _MORE)):
        for match in pattern.finditer(text):
            if not _AIM_ONLY.search(_before(text, match)):
                return [(*match.span(), Target(operator, None, "", year_))]
    return []
