"""Figures a plan reports about the past: results, thresholds, ranks, changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parstats.documents.document import Span
from parstats.documents.numbering import SMALL, TEXT
from parstats.documents.phrases import holds, key, named, tidy
from parstats.plans.fields import targets
from parstats.plans.parse.prose import Past
from parstats.plans.parse.sections import says_only
from parstats.plans.parse.several_criteria import NOT_DONE, criteria
from parstats.plans.records import Figure

_MOST = r"\s*/\s*\d{1,4}(?:[.,]\d{1,3})?"  # "/100", the most points there are
_VALUE = (
    rf"(?P<value>\d{{1,4}}(?:[.,]\d{{1,3}})?)(?:{_MOST}(?=\s*điểm))?\s*(?P<unit>%|điểm(?:\s*%)?)"
)
# "86,51/100": a score too, since no place has decimals.
_FIGURE = re.compile(
    rf"(?<![\w/.,])(?:{_VALUE}|(?P<score>\d{{1,3}}[.,]\d{{1,3}}){_MOST}(?!\s*%))", re.IGNORECASE
)
_RANK = re.compile(
    r"(?<![\d/.,])(\d{1,3})\s*/\s*(\d{1,3})(?![\d/]|[.,]\d|\s*(?:điểm|%))", re.IGNORECASE
)
# "12/65 xã chưa bố trí": how many of all, unless the words before say that it is a place.
_OF_MANY = re.compile(
    r"\s*(?:xã|phường|đơn vị|cơ quan|sở|tiêu chí|nhiệm vụ|thủ tục|TTHC|hồ sơ|văn bản|chỉ tiêu"
    r"|người|trường|bệnh viện)\b",
    re.IGNORECASE,
)
_PLACED = re.compile(r"(?:thứ|hạng|vị trí|xếp|đứng)\s*$", re.IGNORECASE)
# Scales of scores, which few rankings are as long as.
_SCALES = {10, 100}
# "bị trừ 0,5 điểm": points that were lost are no score, nor is a difference: "thấp hơn bình quân cả
# nước 2 điểm".
_LOST = re.compile(
    r"\b(?:(?:trừ|mất|hụt|kém|thiếu)\s+(?:đi\s+|thêm\s+)?"
    r"|(?:thấp|cao)\s+hơn\s+(?:so với\s+)?(?:(?:mức\s+)?(?:bình quân|trung bình)"
    r"(?:\s+[^\d\s,;.]+){0,4}\s+)?)$",
    re.IGNORECASE,
)
_SINGLE_RANK = re.compile(
    r"(?:xếp|đứng)\s+(?:thứ|hạng|vị trí)(?:\s+thứ)?\s+(\d{1,3})\b", re.IGNORECASE
)
_GRADE = re.compile(r"xếp loại\s+([^\W\d_]+)", re.IGNORECASE)
_YEAR = re.compile(r"\bnăm\s+(20\d\d)\b", re.IGNORECASE)
_YEAR_AFTER = re.compile(
    r"[\d.,/]+\s*(?:%|điểm)?\s*\(?\s*(?:của |vào |trong )?năm\s+(20\d\d)\b", re.IGNORECASE
)
_CHANGE = re.compile(
    r"(?P<way>tăng|giảm)\s*(?:thêm\s*)?(?P<value>\d+(?:[.,]\d+)?)\s*(?P<unit>%|điểm|bậc)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?P<verb>phải có|yêu cầu có|cần có|chỉ có|công nhận|được công nhận|có|chọn|đạt"
    r"|gửi)\s+(?:được\s+)?"
    r"(?P<value>\d{1,3})\s+(?P<unit>sáng kiến|mô hình|giải pháp|hội nghị|lớp|cuộc|lần|tin|bài|đề "
    r"tài)",
    re.IGNORECASE,
)
_NOT_MET = re.compile(
    r"(?:thấp hơn|dưới)\s+(?:mức|chỉ tiêu|yêu cầu|mức yêu cầu|mức chỉ tiêu)\s*$"
    rf"|{NOT_DONE}(?:\s+(?:tỷ lệ|mức|chỉ tiêu|yêu cầu))*\s*(?:từ\s+)?$",
    re.IGNORECASE,
)
_REQUIRED = re.compile(
    r"(?:quy định|yêu cầu|chỉ tiêu|kế hoạch|mục tiêu|phải)(?:\s+\w+){0,4}?\s*(?:đạt|là|từ|trên"
    r"|tối thiểu)?"
    r"(?:\s+từ)?\s*:?\s*$"
    r"|điểm tối đa(?:\s+là)?\s*:?\s*$",
    re.IGNORECASE,
)
# Kinds of sections whose figures are about the past.
_TOLD = ("review", "preamble")
_FROM = re.compile(r"(?:từ|ít nhất|tối thiểu|≥|trên)\s*$", re.IGNORECASE)
_UP = re.compile(r"^\s*trở lên", re.IGNORECASE)


_BY_YEAR = re.compile(
    r"^\W*(?:phấn đấu\s+)?(?:đến|vào|hết|cuối)(?:\s+(?:hết|cuối))*\s+(?:năm\s+)?(20\d\d)\b",
    re.IGNORECASE,
)
# Where one goal of a line may end and the next begin.
_PIECE = re.compile(r"(?<=[;,:.])\s+|\s+[-–+•]\s+|\s+(?=và\s)")

# What a sentence of goals begins with that is about more than the index of the one before.
_OWN_SUBJECT = re.compile(r"(?:mức độ|tỷ lệ|tỉ lệ|chỉ số hài lòng|sự hài lòng)\b", re.IGNORECASE)


def figures(past: Sequence[Past], baseline: int | None) -> list[Figure]:
    """Return the figures of the sections on results and shortcomings, in their order.

    `past` are paragraphs of those sections; `baseline` is the year whose results the plan answers:
    a figure without a year is of it.

    A figure is a threshold where the words before it say that it was asked for or missed, or where
    the paragraph above says that what follows was not reached; "đạt 100 %" in a list of what was
    not reached is no result. Results under a threshold are compared with it.
    """
    figures: list[Figure] = []
    threshold: tuple[int, Figure] | None = None
    for past_item, not_reached in zip(past, under_not_reached(past), strict=True):
        if past_item.kind not in _TOLD:
            continue
        depth, text = past_item.item.depth, tidy(past_item.item.text)
        if threshold is not None and depth <= threshold[0]:
            threshold = None
        if past_item.kind == "preamble" and not _is_result(text):
            continue
        item_figures = _by_criterion(text, past_item, baseline, not_reached=not_reached)
        if threshold is not None:
            item_figures = [_compared(figure, threshold[1]) for figure in item_figures]
        figures += item_figures
        requested = [figure for figure in item_figures if figure.kind == "threshold"]
        if requested and len(requested) == len(item_figures) and not not_reached:
            threshold = depth, requested[-1]
    return figures


def under_not_reached(past: Sequence[Past]) -> list[bool]:
    """Return of each paragraph whether one above it says that what follows was not reached."""
    under = []
    above: tuple[tuple[str, ...], int] | None = None  # headings and depth of what says so
    for past_item in past:
        if past_item.kind not in _TOLD:
            under.append(False)
            continue
        depth, text = past_item.item.depth, tidy(past_item.item.text)
        if above is not None and not _is_under(past_item, above):
            above = None
        under.append(above is not None)
        says_so = text.endswith(":") and _reports_not_reached(text)
        if says_so and (past_item.kind == "review" or _is_result(text)):
            above = past_item.headings, depth if depth < TEXT else SMALL
    return under


def goals(past: Sequence[Past], year: int | None) -> list[Figure]:
    """Return the targets of the sections on goals, in their order.

    `past` are paragraphs outside of measures, `year` the plan's.
    """
    figures = []
    for past_item in past:
        if past_item.kind != "goals":
            continue
        line = tidy(past_item.item.text).rstrip(" :")
        stated = _until(line) or year
        for item, text in _by_index(line):
            span = past_item.item.block.span
            figures += goal_figures(item, targets.extract(text), span, stated, text=line)
    return figures


def _until(text: str) -> int | None:
    """Return the year that a line of goals begins with, if it names no other.

    >>> _until("Đến hết năm 2026, đạt 88 điểm, thuộc nhóm 15 tỉnh"), _until("Năm 2024: 80%")
    (2026, None)
    """
    match = _BY_YEAR.match(text)
    years = set(re.findall(r"(?<!\d)20\d\d(?!\d)", text))
    return int(match[1]) if match and len(years) == 1 else None


def _by_index(text: str) -> list[tuple[str, str]]:
    """Return the parts of a line of goals that names several indices, each with its subject.

    >>> _by_index("PAR INDEX: trên 88%; SIPAS: trên 85%")
    [('PAR INDEX', 'PAR INDEX: trên 88%;'), ('SIPAS', 'SIPAS: trên 85%')]
    >>> _by_index("PAPI và SIPAS: trên 85%")
    [('PAPI và SIPAS', 'PAPI và SIPAS: trên 85%')]
    >>> [item for item, _ in _by_index("PAPI đạt 45 điểm. Mức độ hài lòng đạt trên 90%")]
    ['PAPI', 'Mức độ hài lòng']
    """
    groups: list[list[str]] = []  # pieces of the line; a group is about what it names first
    for piece in _PIECE.split(text):
        if groups and not _begins_goal(piece, groups[-1]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    if len(groups) == 1:
        return [(_item_name(text), text)]
    parts = []
    for pieces in groups:
        first = next((at for at, piece in enumerate(pieces) if named(piece, "index")), 0)
        parts.append((_item_name(" ".join(pieces[first:])), " ".join(pieces)))
    return parts


def _begins_goal(piece: str, above: Sequence[str]) -> bool:
    """Return whether a piece of a line is a goal of another index than the pieces above it."""
    if not re.search(r"\d", above[-1]):
        return False
    before, indices = named(" ".join(above), "index"), named(piece, "index")
    if indices:
        return indices != before and bool(before or _OWN_SUBJECT.match(above[0]))
    if not before or not above[-1].endswith((".", ";")) or not re.search(r"\d", piece):
        return False
    satisfied = "SIPAS" in before and holds(key(piece), "hai long")
    return _OWN_SUBJECT.match(piece) is not None and not satisfied


def goal_figures(
    item: str,
    targets: Sequence[targets.Target],
    span: Span,
    year: int | None = None,
    *,
    text: str = "",
) -> list[Figure]:
    """Return targets of a dimension or the whole index instead of a measure."""
    return [
        Figure(
            item=item,
            kind="target",
            operator=aim.operator,
            value=aim.value,
            unit=aim.unit,
            year=aim.year or year,
            rank=None,
            ranked=None,
            grade="",
            met=None,
            span=span,
            text=text,
        )
        for aim in targets
    ]


def _is_under(past_item: Past, above: tuple[tuple[str, ...], int]) -> bool:
    """Return whether a paragraph belongs under another, by headings and depth."""
    headings, depth = above
    return past_item.headings[: len(headings)] == headings and past_item.item.depth > depth


def _is_result(text: str) -> bool:
    key_text = key(text)
    told = ("chi so", "xep hang", "xep thu", "dung thu", "xep vi tri")
    return holds(key_text, "dat") and any(holds(key_text, words) for words in told)


def _reports_not_reached(text: str) -> bool:
    key_text = key(text)
    return any(
        holds(key_text, w) for w in ("khong dat", "chua dat", "chua hoan thanh", "khong hoan thanh")
    )


def _by_criterion(
    text: str, past_item: Past, baseline: int | None, *, not_reached: bool
) -> list[Figure]:
    """Return the figures of a paragraph, each under the criterion that it stands beside."""
    # A line above the sections may name several indices, each with its score and rank.
    review = past_item.kind == "review"
    parts = criteria(text) if review else [part for _, part in _by_index(text)]
    figures: list[Figure] = []
    for part in parts:
        figures += _text_figures(part, past_item, baseline, not_reached=not_reached)
        named_years = _YEAR.findall(part)
        baseline = int(named_years[-1]) if named_years else baseline
    return figures


def _text_figures(
    text: str, past_item: Past, baseline: int | None, *, not_reached: bool
) -> list[Figure]:
    item = _item_name(text)
    span = past_item.item.block.span
    blank = Figure(item, "result", "=", None, "", baseline, None, None, "", None, span, text)
    changes = list(_CHANGE.finditer(text))
    used = [match.span("value") for match in changes]
    figures: list[tuple[int, Figure]] = []
    for match in changes:
        value = _number(match["value"]) * (1 if match["way"].lower() == "tăng" else -1)
        unit = {"bậc": "rank", "%": "%"}.get(match["unit"].lower(), match["unit"].lower())
        figures.append((match.start(), replace(blank, kind="change", value=value, unit=unit)))
    for match in _FIGURE.finditer(text):
        if match.span("value") in used or _in_count_brackets(text, match):
            continue
        if _LOST.search(text[: match.start()]):
            continue
        figures.append((match.start(), _figure(text, match, blank, not_reached=not_reached)))
    for match in _COUNT.finditer(text):
        requested = match["verb"].lower() in ("phải có", "yêu cầu có", "cần có")
        kind, operator = ("threshold", ">=") if requested else ("result", "=")
        figure = replace(blank, kind=kind, operator=operator, value=_number(match["value"]))
        clause = _clause(text, match.start())
        figures.append((match.start(), replace(figure, item=clause, unit=match["unit"].lower())))
    figures.sort(key=lambda pair: pair[0])
    return _with_ranks(text, _beside_not_reached(figures), blank)


def _clause(text: str, position: int) -> str:
    """Return the words between commas around a position."""
    begin = max(text.rfind(sign, 0, position) for sign in ",;.:") + 1
    end = min((at for sign in ",;." if (at := text.find(sign, position)) > 0), default=len(text))
    return text[begin:end].strip()


def _beside_not_reached(figures: Sequence[tuple[int, Figure]]) -> list[tuple[int, Figure]]:
    """Mark results beside a missed threshold in the same sentence as not meeting it."""
    marked = []
    failed = [figure for _, figure in figures if figure.kind == "threshold" and figure.met is False]
    for position, figure in figures:
        below = figure.kind == "result" and any(
            figure.unit == threshold.unit and (figure.value or 0) < (threshold.value or 0)
            for threshold in failed
        )
        marked.append((position, replace(figure, met=False) if below else figure))
    return marked


def _in_count_brackets(text: str, match: re.Match[str]) -> bool:
    """Return whether points in brackets give the worth of a count."""
    before = text[: match.start()]
    return _unit(match) == "điểm" and before.endswith("(")


def _unit(match: re.Match[str]) -> str:
    return (match["unit"] or "điểm").lower()


def _figure(text: str, match: re.Match[str], blank: Figure, *, not_reached: bool) -> Figure:
    before, after = text[: match.start()], text[match.end() :]
    value, unit = _number(match["value"] or match["score"]), _unit(match)
    at_least = bool(_FROM.search(before) or _UP.match(after))
    failed = _NOT_MET.search(before)
    if failed or not_reached:
        operator = ">=" if at_least or _is_least(before) else "="
        return replace(
            blank, kind="threshold", operator=operator, value=value, unit=unit, met=False
        )
    if _REQUIRED.search(before):
        operator = ">=" if at_least else "="
        return replace(blank, kind="threshold", operator=operator, value=value, unit=unit)
    return replace(blank, value=value, unit=unit, year=_year_at(text, match.start(), blank.year))


def _is_least(before: str) -> bool:
    return re.search(r"(?:đảm bảo|bảo đảm)\s*$", before, re.IGNORECASE) is not None


def _year_at(text: str, position: int, default: int | None) -> int | None:
    """The year a figure is of: the one right after it, else the last before it.

    Brackets after a comparison count too.
    """
    after = _YEAR_AFTER.match(text, position)
    if after:
        return int(after[1])
    before = list(_YEAR.finditer(text[:position]))
    if not before:
        return default
    return int(before[-1][1])


def _with_ranks(
    text: str, positioned_figures: list[tuple[int, Figure]], blank: Figure
) -> list[Figure]:
    """Return the ranks printed beside results, each with the result before it."""
    figures = [figure for _, figure in positioned_figures]
    grade = _GRADE.search(text)
    for match in _RANK.finditer(text):
        rank, ranked = int(match[1]), int(match[2])
        # "2/3" is a share or a date; ranks are among five units or more. By judgement.
        if not 0 < rank <= ranked or ranked < 5:
            continue
        counted = ranked in _SCALES or _OF_MANY.match(text, match.end())
        if counted and not _PLACED.search(text[: match.start()]):
            continue
        position = _result_before(positioned_figures, match.start())
        if position is None or figures[position].rank is not None:
            figures.append(
                replace(
                    blank, rank=rank, ranked=ranked, year=_year_at(text, match.start(), blank.year)
                )
            )
        else:
            figures[position] = replace(figures[position], rank=rank, ranked=ranked)
    single = _SINGLE_RANK.search(text)
    if single and not any(figure.rank for figure in figures):
        position = _result_before(positioned_figures, single.start())
        if position is None:
            figures.append(replace(blank, rank=int(single[1])))
        else:
            figures[position] = replace(figures[position], rank=int(single[1]))
    if grade and grade[1][0].isupper():
        position = _result_before(positioned_figures, grade.start())
        if position is not None:
            figures[position] = replace(figures[position], grade=grade[1])
    return figures


def _result_before(figures: Sequence[tuple[int, Figure]], at: int) -> int | None:
    positions = [
        i for i, (start, figure) in enumerate(figures) if start < at and figure.kind == "result"
    ]
    return positions[-1] if positions else None


def _item_name(text: str) -> str:
    """Return the subject of a figure: the words before the colon or before "đạt"."""
    head = re.split(r"\s*:\s*", text, maxsplit=1)
    # 40 words, by judgement: a criterion, not a sentence that ends with a list.
    if len(head) == 2 and len(head[0].split()) <= 2 and says_only(head[0]):
        return _item_name(head[1])  # "Mục tiêu: Chỉ số PAPI đạt ..."
    if len(head) == 2 and len(head[0].split()) <= 40:
        return head[0].strip(" ,;")
    item_text = re.split(r"\s+(?:chưa đạt|không đạt|chỉ đạt|đạt|chỉ có)\b", text, maxsplit=1)[0]
    return re.sub(
        r"^(?:Trong\s+)?năm\s+20\d\d,?\s*(?:Sở\s*$)?", "", item_text, flags=re.IGNORECASE
    ).strip(" ,;")


def _compared(figure: Figure, threshold: Figure) -> Figure:
    """Join a result with the threshold above it."""
    if figure.kind != "result" or figure.value is None or threshold.value is None:
        return figure
    if figure.unit != threshold.unit:
        return figure
    return replace(figure, met=figure.value >= threshold.value)


def _number(written: str) -> float:
    return float(written.replace(",", "."))
