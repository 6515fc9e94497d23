"""What fell short: items of sections on shortcomings, and rows of tables with columns for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parstats.documents.document import Block, Span
from parstats.documents.header_roles import plan_roles
from parstats.documents.phrases import holds, key, named, phrases, tidy
from parstats.plans.parse.causes import cause_alone, only_names_section, with_causes
from parstats.plans.parse.prose import Past
from parstats.plans.parse.results import under_not_reached
from parstats.plans.parse.several_criteria import NOT_DONE, criteria
from parstats.plans.records import Record, Section, Shortcoming

_VALUE = r"(?<![\d/.,])\d{1,4}(?:[.,]\d{1,3})?(?:\s*(?:%|điểm phần trăm|điểm))?"
_SHARE = r"(?<![\d/.,])\d{1,4}(?:[.,]\d{1,3})?\s*(?:%|điểm)"
_ACHIEVED = re.compile(rf"(?P<value>{_SHARE}(?:\s+phần trăm)?)")
_THRESHOLD = re.compile(
    r"(?:(?:mục tiêu|chỉ tiêu|yêu cầu|quy định|chuẩn|kế hoạch|mức|định mức|tối đa)"
    r"(?:\s+(?:là|đề ra|đặt ra|phải|đạt|từ|trên|ít nhất|tối thiểu|của tỉnh|quy định))*\s*:?\s*"
    r"|thấp hơn\s+(?:so với\s+)?(?:mức\s+)?(?:trung bình|bình quân)(?:\s+[^\d\s,;.()]+){0,5}?"
    r"(?:\s+là|\s*:|\s*\()\s*"
    r"|so với\s+(?:(?:mục tiêu|chỉ tiêu|yêu cầu|quy định|mức|kế hoạch)\s+)?|%\s*/\s*)"
    rf"(?P<value>{_SHARE})",
    re.IGNORECASE,
)
# What was to be reached, without the word for it: "chưa đạt 80%", "đạt từ 15% trở lên".
_MISSED = re.compile(
    rf"(?:{NOT_DONE}|(?:chưa|không)\s+(?:giảm\s+|tăng\s+)?(?:tới|đến|quá))"
    r"(?:\s+(?:được|tỷ lệ|mức|chỉ tiêu|yêu cầu|từ|tối thiểu|ít nhất))*\s*"
    rf"(?P<value>{_SHARE})"
    rf"|(?:từ|trên|≥)\s*(?P<least>{_SHARE})\s*trở lên|(?:tối thiểu|ít nhất)\s+(?P<most>{_SHARE})",
    re.IGNORECASE,
)
# In a list of what was not reached, "đạt 100%" is what should have been.
_SHOULD = re.compile(rf"(?<!chỉ )(?<!mới )\bđạt\s+(?P<value>{_SHARE})", re.IGNORECASE)
_OF = re.compile(rf"(?P<achieved>{_VALUE})\s*/\s*(?P<threshold>\d{{1,4}}(?:[.,]\d+)?\s*(?:%|điểm))")
# "bị trừ 0,5 điểm" is what was lost, not what was reached, "kém trung bình cả nước 2,4 điểm" a
# difference; "giảm 0,11 điểm" tells itself.
_CHANGE = re.compile(
    r"(?P<change>giảm|tăng|trừ|mất|(?:kém|thiếu|thấp hơn)(?:\s+[^\d\s,;.]+){0,5})\s+(?:thêm\s+)?$",
    re.IGNORECASE,
)
# "thấp hơn mức trung bình cả nước 1,5 điểm": either the average, or how far it is away.
_LOWER = re.compile(
    r"\bthấp hơn\s+(?:so với\s+)?(?:mức\s+)?(?P<average>(?:trung bình|bình quân))?"
    rf"(?:\s*[^\d\s,;.()]+){{0,5}}?\s+(?P<value>{_SHARE})",
    re.IGNORECASE,
)
# What was to fall and fell less: "mới giảm 8,6%" of 10%.
_ONLY_FELL = re.compile(r"\b(?:mới|chỉ)\s+(?:giảm|tăng)\s+(?:được\s+)?$", re.IGNORECASE)
_CAUSE = re.compile(
    r"[,;.]?\s*\(?\b(?:(?:nguyên nhân|lý do)(?:\s+(?:chủ yếu|chính))?(?:\s+(?:là|do|vì)|\s*:)*"
    r"|(?<!\w)do|vì|bởi)\s+(?P<cause>[^()]+?)\)?[\s.;]*$",
    re.IGNORECASE,
)
# Words in quotation marks are the name of a criterion, whatever they say.
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»")
# The result of a whole province: "Năm 2023, tỉnh đạt 42,85 điểm", or a place among all of them.
_WHOLE = re.compile(
    r"^\W*(?:(?:trong\s+)?năm\s+20\d\d\W*)?(?:kết quả\W*)?(?:toàn\s+)?(?:tỉnh|thành phố)\b"
    r"[^,;.]{0,40}?\b(?:đạt|được|có|xếp|đứng)\b",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:xếp|đứng)\s+(?:thứ|hạng|vị trí)\b", re.IGNORECASE)
# Where the words about a criterion end and those about its result begin.
_RESULT_AT = re.compile(
    r"\s*(?:\(\s*(?=mới|chỉ|đạt|còn)|,?\s+(?:(?:mới|chỉ|còn|chưa|không)\s+)?(?:đạt|được)\b"
    r"|\s(?:còn|chưa|vẫn|(?<!thiết )bị|gửi|chậm"
    r"|thấp|giảm|tăng(?=\s+(?:thêm\s+)?\d)|kém|thiếu|không)\b)",
    re.IGNORECASE,
)
# Words of a loss, as keys, beside those that say that something falls short.
_LOST = ("tut", "tru", "mat", "dung cuoi")
_FIRST_WORDS = re.compile(
    r"^(?:trong đó,?\s+)?(?:(?:chỉ(?!\s+(?:số|tiêu)\b)|mới|có|còn)\s+)*"
    r"(?:[\d.,]+\s*(?:%|điểm)?\s+)?(?=[\w“\"«])",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"^(?:chưa|không)\s+(?:(?:thực hiện|triển khai)\s+)?(?=giảm|tăng|tinh giản|cắt giảm)",
    re.IGNORECASE,
)
# "0,25/0,5" or "2/1,5" points in one cell: no score is above the most there is.
_PAIR = re.compile(
    r"^(\d+(?:[.,]\d+)?)\s*/\s*(\d+(?:[.,]\d+)?)(?![\d/.,])(?P<unit>\s*điểm\b)?"
    r"(?!\s*(?:%|\d|[^\W\d_]{2}))"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
# Roles of columns that say what fell short.
_COLUMNS = ("issue", "cause")
_DEEDS = {"measure", "task", "lead", "support", "units", "deadline"}


def has_shortcoming_columns(block: Block, kind: str) -> bool:
    """Return whether a row is the header of a table of shortcomings alone.

    In a section on shortcomings a result beside what it is measured against, or what was aimed at,
    is enough.
    """
    texts = [cell.text for cell in block.cells]
    roles = plan_roles(texts)
    if "criterion" not in roles or not _DEEDS.isdisjoint(_named_roles(texts)):
        return False
    figures = "result" in roles and not {"threshold", "target"}.isdisjoint(roles)
    causes = any(name in roles for name in _COLUMNS)
    return (causes and ("result" in roles or "number" in roles)) or (figures and kind == "review")


def measured_against(roles: Sequence[str]) -> tuple[str, ...]:
    """Return the roles of a table of shortcomings: the one aim beside a result is its threshold.

    >>> measured_against(["criterion", "target", "result"])
    ('criterion', 'threshold', 'result')
    """
    one = "result" in roles and "threshold" not in roles and list(roles).count("target") == 1
    return tuple("threshold" if one and role == "target" else role for role in roles)


def row_shortcoming(
    section: Section, values: dict[str, str], span: Span, *, as_criterion: bool
) -> Shortcoming | None:
    """Return what a row says fell short; None if it says nothing of it, or all was reached.

    `as_criterion` says that the column of shortcomings stands in place of one of criteria.
    """
    achieved, threshold = values.get("result", ""), values.get("threshold", "")
    cause, words = values.get("cause", ""), values.get("issue", "")
    if as_criterion:
        words, values = values.get("criterion", ""), values | {"criterion": ""}
    is_unsure = False
    if pair := None if achieved and threshold else _PAIR.match(achieved or threshold):
        achieved, threshold = sorted((pair[1], pair[2]), key=_amount)
        threshold += " điểm" if pair["unit"] else ""
    if not threshold and (words or "/" in achieved):
        read = _read_figures(_without_names(achieved or words), not_reached=False)
        if not achieved or all(read[:2]):
            achieved, threshold, is_unsure = read
    reached = _figure(achieved), _figure(threshold)
    met = None not in reached and reached[0] >= reached[1]  # type: ignore[operator]
    told = bool(cause or words or (achieved and threshold))
    if not told or (met and not cause and not words):
        return None
    return Shortcoming(
        section=section,
        code=values.get("code", ""),
        criterion=values.get("criterion", ""),
        achieved=achieved,
        threshold=threshold,
        cause=cause,
        span=span,
        text=words,
        is_unsure=is_unsure,
    )


def item_shortcomings(
    past: Sequence[Past], appendix: str
) -> tuple[list[Shortcoming], list[tuple[Span, str]]]:
    """Return what the items of sections on shortcomings say fell short, in their order.

    Beside them stand the paragraphs that only say why, of which it is not sure what they explain.
    """
    told: list[Shortcoming] = []
    causes: list[tuple[Past, str, int]] = []  # with how many shortcomings stand above
    for case, not_reached in zip(past, under_not_reached(past), strict=True):
        if case.kind != "review":
            continue
        if cause := cause_alone(case):
            causes.append((case, cause, len(told)))
        else:
            told += _of_item(case, appendix, not_reached)
    return with_causes(told, causes)


def answered(
    shortcomings: Iterable[Shortcoming], records: Sequence[Record]
) -> tuple[Shortcoming, ...]:
    """Return shortcomings with the positions of the measures of the same row."""
    places: dict[tuple[str, Span], list[int]] = {}
    for position, record in enumerate(records):
        places.setdefault((record.section.appendix, record.span), []).append(position)
    return tuple(
        replace(case, records=tuple(places.get((case.section.appendix, case.span), ())))
        for case in shortcomings
    )


def _of_item(case: Past, appendix: str, not_reached: bool) -> list[Shortcoming]:
    """Return what a paragraph says fell short: of each criterion that it gives figures of."""
    text = tidy(case.item.text)
    if text.endswith(":") or only_names_section(text) or not _falls_short(text):
        return []
    masked = _without_names(text)
    cause = _cause(masked)
    told = text[: cause.start()] if cause else text
    shortcomings: list[Shortcoming] = []
    begin = 0
    for part in criteria(masked[: len(told)]):
        begin = masked.index(part, begin)
        achieved, threshold, is_unsure = _read_figures(part, not_reached)
        shortcomings.append(
            Shortcoming(
                section=Section(appendix, case.headings),
                code=case.item.number,
                criterion=_criterion(told[begin : begin + len(part)]),
                achieved=achieved,
                threshold=threshold,
                cause=text[slice(*cause.span("cause"))].strip(" .;") if cause else "",
                span=case.item.block.span,
                text=text,
                is_unsure=is_unsure,
            )
        )
    return shortcomings


def _read_figures(text: str, not_reached: bool) -> tuple[str, str, bool]:
    """Return what was reached and what was to be, and whether several figures leave it open.

    >>> _read_figures("mới đạt 52,4%/70%", not_reached=False)
    ('52,4%', '70%', False)
    >>> _read_figures("đạt 52,4% rồi 60%, mục tiêu 70%", not_reached=False)
    ('', '', True)
    """
    pairs = list(_OF.finditer(text))
    if len(pairs) > 1:  # of several criteria: the words stand for themselves
        return "", "", True
    if pairs:
        achieved, threshold = pairs[0]["achieved"], pairs[0]["threshold"]
        if "%" in threshold and "%" not in achieved:
            achieved += "%"
        return achieved.strip(), threshold.strip(), False
    return _told_figures(text, not_reached)


def _without_names(text: str) -> str:
    """Return a text of the same length with the words in quotation marks covered.

    >>> _without_names("Tiêu chí “A do B” đạt 1 điểm")
    'Tiêu chí “xxxxxx” đạt 1 điểm'
    """
    return _QUOTED.sub(lambda name: f"{name[0][0]}{'x' * (len(name[0]) - 2)}{name[0][-1]}", text)


def _cause(text: str) -> re.Match[str] | None:
    """Return the words of a sentence that say why.

    A "do" before the points that were reached belongs to the name of the criterion, if another
    follows them, or none.
    """
    cause = _CAUSE.search(text)
    if cause is None or _OF.search(text[: cause.start()]):
        return cause
    pair = _OF.search(text, cause.start("cause"))
    return _CAUSE.search(text, pair.end()) if pair else cause


def _falls_short(text: str) -> bool:
    """Return whether a sentence tells of a criterion, not of an index as a whole."""
    key_text = key(text)
    if named(text[:60], "index") or len(key_text.split()) < 4:
        return False
    # The name of a kind of points, and words that only hold one for a lack: "nhiệm vụ chủ yếu".
    told = re.sub(r"\b(?:diem tru|(?:chu|trong|thiet|tat|cot) yeu)\b", "", key_text)
    if any(holds(told, phrase) for phrase in (*phrases("falls short"), *_LOST)):
        return True
    if _WHOLE.search(text) or (_RANKED.search(text) and not _THRESHOLD.search(text)):
        return False
    return bool(_ACHIEVED.search(text) or _OF.search(text))


def _told_figures(text: str, not_reached: bool) -> tuple[str, str, bool]:
    """Return what was reached and what was to be, as written; "" if it is none or several.

    >>> _told_figures("Chưa đạt 80% mà chỉ đạt 63,63%", not_reached=False)
    ('63,63%', '80%', False)
    >>> _told_figures("Đạt 82,15%, giảm 2,1% so với năm 2023", not_reached=False)
    ('82,15%', '', False)
    """
    limits = [(match.span("value"), match["value"]) for match in _THRESHOLD.finditer(text)]
    patterns = (_MISSED, _SHOULD) if not_reached else (_MISSED,)
    for match in (match for pattern in patterns for match in pattern.finditer(text)):
        name = next(name for name, value in match.groupdict().items() if value)
        limits.append((match.span(name), match[name]))
    achieved, changes = [], []
    for match in _ACHIEVED.finditer(text):
        if any(begin <= match.start() < end for (begin, end), _ in limits):
            continue
        change = _CHANGE.search(text[: match.start()])
        if change is None or _ONLY_FELL.search(text[: match.start()]):
            achieved.append(match["value"])
        elif change["change"].lower() in ("giảm", "tăng"):
            changes.append(f"{change[0]}{match['value']}".strip())
    lower = _LOWER.search(text) if len(achieved) == 1 else None
    if lower and _unit_of(lower["value"]) == _unit_of(achieved[0]):
        is_above = _amount_of(achieved[0]) >= _amount_of(lower["value"])
        if is_above and any(span == lower.span("value") for span, _ in limits):
            return achieved[0], "", True  # how far it is away, it seems
        if lower["average"] and not is_above:
            return "", "", True
    distinct = [_distinct(achieved or changes), _distinct([value for _, value in limits])]
    if any(len(values) > 1 for values in distinct):
        return "", "", True  # a sentence does not tell which is meant
    return "".join(distinct[0]).strip(), "".join(distinct[1]).strip(), False


def _amount_of(written: str) -> float:
    return _figure(written) or 0.0


def _unit_of(written: str) -> str:
    return written.lstrip("0123456789., ").lower()


def _distinct(values: Sequence[str]) -> list[str]:
    """Return the values that differ in more than blanks."""
    return list({re.sub(r"\s", "", value): value for value in values}.values())


def _criterion(text: str) -> str:
    """Return the words about the criterion: those before a colon or before the result."""
    name, colon, _ = _without_names(text).partition(":")
    # 40 words, by judgement, as in the results: a criterion, not a sentence that ends with a list.
    if colon and len(name.split()) <= 40:
        return text[: len(name)].strip(" ,.;")
    subject = _FIRST_WORDS.sub("", text)
    if denied := _DENIED.match(subject):  # "Chưa giảm đủ 10% biên chế, ..."
        return re.split(r"[,;.]\s|\s\(", subject[denied.end() :])[0].strip(" ,.;:")
    match = _RESULT_AT.search(_without_names(subject))
    words = subject[: match.start()] if match else re.split(r"[,;.]\s", subject)[0]
    return words.strip(" ,.;:")


def _amount(written: str) -> float:
    return float(written.replace(",", "."))


def _figure(text: str) -> float | None:
    match = _NUMBER.search(text)
    return float(match[0].replace(",", ".")) if match else None


def _named_roles(texts: Sequence[str]) -> set[str]:
    return set(plan_roles([text for text in texts if text])) - {"criterion"}
