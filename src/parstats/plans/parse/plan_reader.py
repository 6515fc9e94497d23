"""Reading a whole plan document: identification, records, figures about the past."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from pathlib import Path

from parstats import documents, storage
from parstats.documents.document import Block, Span, Unread
from parstats.documents.limits import refuse
from parstats.documents.numbering import TEXT, marker, roman_value
from parstats.documents.paragraphs import is_bullet
from parstats.documents.phrases import holds, key, phrases, starts
from parstats.plans.fields import unit_register
from parstats.plans.parse import issuer, letterhead, results, sections
from parstats.plans.parse.goal_table import header_text, names_figures, read_goal_table
from parstats.plans.parse.items import is_part
from parstats.plans.parse.named_years import names_year, plan_years
from parstats.plans.parse.plan_and_done import read_plan_and_done
from parstats.plans.parse.prose import Past, ProseReader
from parstats.plans.parse.shortcomings import (
    answered,
    has_shortcoming_columns,
    item_shortcomings,
)
from parstats.plans.parse.table_header import has_header, header_height
from parstats.plans.parse.table_rows import TableReader
from parstats.plans.records import Figure, Note, Plan, Record, Section, Shortcoming

_APPENDIX_NUMBER = re.compile(
    r"^\W*(?:(?:phụ\s+lục|phụ\s+biểu|biểu\s+mẫu)\b(?:\s*số)?|biểu\s+số)\s*:?\s*"
    r"((?:\d{1,2}|[IVX]{1,5})\b)?[\s.:–-]*",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"\s*\((?:kèm|ban hành)[^)]{0,500}\)\s*", re.IGNORECASE)
# "Biểu 1. Các nội dung đạt thấp": the title of a table.
_CAPTION = re.compile(r"^\W*(?:biểu|bảng|danh mục)\s+(?:số\s+)?(?:\d|[IVX]+\b)", re.IGNORECASE)
_SUBJECT = re.compile(r"^\W*(?:v/v|về việc)\s*:?\s*", re.IGNORECASE)
# Forms that say which cells are merged: an empty cell that is not is empty.
_WORKBOOKS = {".xlsx", ".xlsm", ".ods"}
# "tỉnh đạt 86,47 điểm, xếp thứ 41/63": a result, where an act is only cited.
_CITED_RESULT = re.compile(
    r"\bđạt\s+(?:[^\W\d_]+\s+){0,2}\d{1,3}(?:[.,]\d+)?\s*(?:%|điểm|/)"
    r"|\b(?:xếp|đứng)\s+(?:thứ|hạng|vị trí)(?:\s+[^\W\d_]+)?\s+\d",
    re.IGNORECASE,
)
# Blocks of a title: kind of act, subject over several lines, "(Kèm theo ...)". By judgement.
_TITLE_LINES = 8


def read(path: str | os.PathLike[str], *, name: str | None = None, ocr: bool = False) -> Plan:
    r"""Read a plan document.

    Parameters
    ----------
    path : path; a file of a form that `parstats.documents.read_text` reads
    name : str, optional; what to call the plan; the file's name without its ending if not given
    ocr : bool; whether pages that are pictures are recognised (the extra "ocr"), some seconds each

    Returns
    -------
    Plan: with a record for each measure, in the order of the document.

    Raises
    ------
    InvalidData: if the file cannot be read or is no plan; one problem, which says why and what to
        do
    ToolMissing: if `ocr` is wanted and not installed

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.txt"
    >>> _ = path.write_text(
    ...     "KẾ HOẠCH\n\nNâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024\n\nI. NHIỆM VỤ, GIẢI PHÁP\n\n"
    ...     "1. Niêm yết phí tại bộ phận một cửa.\n\n2. Tổ chức đối thoại ít nhất 02 lần/năm.\n",
    ...     encoding="utf-8",
    ... )
    >>> plan = read(path)
    >>> plan.province, plan.plan_year, [record.measure for record in plan.records]
    ('40', 2024, ['Niêm yết phí tại bộ phận một cửa.', 'Tổ chức đối thoại ít nhất 02 lần/năm.'])
    """
    file = Path(path)
    document = documents.read_text(file, ocr=ocr)
    blocks = document.blocks
    plan = replace(
        assemble(blocks, name or file.stem, document.unread, is_sheet=document.form in _WORKBOOKS),
        path=str(path),
        sha256=storage.sha256(file),
        n_pages=document.n_pages,
    )
    missing = _missing(plan, blocks)
    if missing:
        tables = (
            f"; {part.place}: {part.reason}" for part in document.unread if part.kind == "table"
        )
        missing += "".join(tables)
        expected = "a plan to improve PAPI, SIPAS, PAR INDEX or a like index"
        refuse(file, f"no plan ({missing})", expected, "check that it is the right file")
    return plan


@dataclass
class _Part:
    """The main text or an appendix."""

    appendix: str
    blocks: list[Block] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    goals: list[Figure] = field(default_factory=list)  # of its tables
    unknown: list[str] = field(default_factory=list)  # headers of columns that were not taken
    left_out: list[str] = field(default_factory=list)  # headers that no table has a place for
    shortcomings: list[Shortcoming] = field(default_factory=list)
    lost: list[tuple[str, Span, str]] = field(default_factory=list)  # tables: note, place, headers


def assemble(
    blocks: Sequence[Block], name: str, unread: Sequence[Unread] = (), *, is_sheet: bool = False
) -> Plan:
    """Assemble a plan from the blocks of its document; `is_sheet` if that is a workbook."""
    parts = _parts(blocks)
    for part in parts:
        _take_title(part)
    head = letterhead.letterhead(blocks)
    texts = [
        block.text or " ".join(table_cell.text for table_cell in block.cells) for block in blocks
    ]
    number, date, blank_number, blank_date = letterhead.number_and_date(head)
    mains = [part.title for part in parts if not part.appendix and part.title]
    main = " ".join(mains[-1]) if mains else ""
    titles = [" ".join(part.title) for part in parts if part.title]
    title = main or (titles[0] if titles else "")
    plan_year, until_year, baseline = plan_years(" ".join(titles), date, texts)
    for part in parts:
        _read_part(part, plan_year, is_sheet=is_sheet)
    headings = list(dict.fromkeys(h for part in parts for h in part.headings))
    indices = letterhead.indices(" ".join(titles), headings)
    code = letterhead.province(head, texts, date)
    agency = issuer.agency(head, texts, code, date)
    level = _level(title, indices, texts, agency, date)
    named = {index: _served(index, level, code, agency) for index in ("", *indices)}
    indices = tuple(dict.fromkeys(named[index] for index in indices)) or tuple(
        filter(None, [named[""]])
    )
    records, list_type = _sectioned(parts, title, indices, named)
    plan_figures = tuple(results.figures([past for part in parts for past in part.past], baseline))
    return Plan(
        name=name,
        province=code,
        agency=agency,
        number=number,
        date=date,
        blank_number=blank_number,
        blank_date=blank_date,
        title=title,
        plan_year=plan_year,
        until_year=until_year,
        baseline_year=baseline,
        indices=indices,
        unit_level=level,
        list_type=list_type,
        records=tuple(records),
        figures=plan_figures,
        goals=tuple(_goals(parts, plan_year)),
        shortcomings=answered((case for part in parts for case in part.shortcomings), records),
        notes=(
            *_notes(parts, unread),
            *_out_of_time(records, date),
            *_guessed_year(" ".join(titles), plan_year, texts),
            *_cited_results(blocks, plan_figures),
        ),
    )


# Parts of a document.


def _parts(blocks: Sequence[Block]) -> list[_Part]:
    """Return the main text and the appendices, without the text after the signature."""
    parts = [_Part("")]
    ended = False
    for position, block in enumerate(blocks):
        match = _appendix(block.text)
        if match is not None:
            number, rest = match
            parts.append(_Part(number or str(len(parts)), title=[rest] if rest else []))
            ended = False
            continue
        if block.text and _is_end(block.text):
            ended = True
        if ended and (act := _attached_to(blocks[position : position + _TITLE_LINES])):
            # A decision or a letter carries the plan; a plan carries further lists.
            parts.append(_Part(str(len(parts)) if act == "ke hoach" else ""))
            ended = False
        if not ended or block.cells:
            parts[-1].blocks.append(block)
    return [part for part in parts if part.blocks] or parts


def _appendix(text: str) -> tuple[str, str] | None:
    """Number ("" if it has none) and title of a line that opens an appendix."""
    match = _APPENDIX_NUMBER.match(text) if text else None
    # 40 words, by judgement: number and title on one line, not a sentence about the appendix.
    if match is None or len(text.split()) >= 40 or text.endswith((";", ",")):
        return None
    rest = text[match.end() :].strip()
    if rest[:1].islower():  # a sentence about the appendix
        return None
    written = (match[1] or "").upper()
    number = written.lstrip("0") if written.isdigit() else str(roman_value(written) or "")
    return number, rest


def _attached_to(blocks: Sequence[Block]) -> str:
    """Return the kind of act that carries the document titled here; "" if none."""
    title = blocks[0].text
    if not title.isupper() or not starts(key(title), "document"):
        return ""
    for block in blocks[1:]:
        attached = _ATTACHED.search(block.text) if block.text else None
        if attached:
            key_text = key(attached[0])
            return next((act for act in phrases("document") if holds(key_text, act)), "")
    return ""


def _is_end(text: str) -> bool:
    item_marker = marker(text)
    key_text = key(item_marker.rest if item_marker else text)
    return any(starts(key_text, "end", meaning) for meaning in ("receivers", "signature"))


def _read_part(part: _Part, year: int | None, *, is_sheet: bool) -> None:
    """Read the text and the tables below a part's title; `year` is the plan's."""
    prose = ProseReader(part.appendix)
    if part.appendix:
        prose.outline.kind = "measures"
        prose.title = (" ".join(part.title),) if part.title else ()
    table = TableReader(part.appendix, year, is_sheet)
    available = False
    rows: list[Record] = []
    runs = _runs(part.blocks)
    for position, run in enumerate(runs):
        if run[0].cells:
            kind = prose.outline.current
            others = _without_goal_tables(part, run, year, (kind, prose.headings))
            if not others:
                continue
            available = available or has_header(others)
            available = available or has_shortcoming_columns(others[0], kind)
            rows += table.read(others, prose.headings, kind) if available else []
        else:
            prose.read(run, above_table=position + 1 < len(runs))
    part.records = sorted([*prose.records, *rows], key=lambda record: record.span.place)
    part.past = prose.past
    part.goals += table.goals
    part.unknown += table.unknown
    part.left_out += table.left_out
    in_text, causes = item_shortcomings(prose.past, part.appendix)
    told = [*part.shortcomings, *in_text, *table.shortcomings]
    part.lost += [("cause_unplaced", span, words) for span, words in causes]
    part.shortcomings = sorted(told, key=lambda case: case.span.line_start)
    part.lost += _tables_without(part)
    headings = (heading for record in part.records for heading in record.section.headings)
    part.headings = list(dict.fromkeys(headings))


def _tables_without(part: _Part) -> list[tuple[str, Span, str]]:
    """Return the tables of goals or results of which nothing was taken."""
    spans = [
        *(record.span for record in part.records),
        *(goal.span for goal in part.goals),
        *(case.span for case in part.shortcomings),
        *(span for _, span, _ in part.lost),
    ]
    taken = {span.place for span in spans}
    lost = []
    rows = [block for block in part.blocks if block.cells]
    for _, table in groupby(rows, key=lambda block: block.table):
        blocks = list(table)
        is_taken = any(block.span.place in taken for block in blocks)
        if not is_taken and names_figures(blocks):
            lost.append(("figures_unread", blocks[0].span, header_text(blocks)))
    return lost


def _without_goal_tables(
    part: _Part, run: Sequence[Block], year: int | None, under: tuple[str, tuple[str, ...]]
) -> list[Block]:
    """Take the tables of goals out of a run of rows, and those of what was planned and done.

    `under` is the kind of their section and its headings. Returns the other rows.
    """
    others: list[Block] = []
    kind, headings = under
    for _, rows in groupby(run, key=lambda block: block.table):
        blocks = list(rows)
        if kind == "review" and _take_done(part, blocks, headings):
            continue
        is_lacks = kind == "review" and has_shortcoming_columns(blocks[0], kind)
        table = None if is_lacks else read_goal_table(blocks, year, kind)
        if table is None:
            others += blocks
            continue
        part.goals += table.goals
        part.unknown += table.unknown
        part.left_out += table.aside
        if table.offices:
            part.lost.append(("goals_of_units", blocks[0].span, table.header))
    return others


def _take_done(part: _Part, blocks: Sequence[Block], headings: tuple[str, ...]) -> bool:
    """Take a table of what was planned and done in a section on results; whether it is one."""
    table = read_plan_and_done(blocks, Section(part.appendix, headings))
    if table is None:
        return False
    part.shortcomings += table.shortcomings
    if table.unsure:
        part.lost.append(("done_unsure", blocks[0].span, "; ".join(table.unsure)))
    elif not table.shortcomings:
        part.lost.append(("all_done", blocks[0].span, header_text(blocks)))
    return True


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks in runs of paragraphs and runs of rows."""
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and bool(runs[-1][0].cells) == bool(block.cells):
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _take_title(part: _Part) -> None:
    """The lines of a part's title; an appendix loses them, so that they are no headings."""
    if part.appendix:
        while part.blocks and part.blocks[0].text and len(part.title) < _TITLE_LINES:
            text = part.blocks[0].text
            if marker(text) and not text.isupper():
                break
            if marker(text) and re.match(r"^[IVXA]+[.)]", text):
                break
            part.blocks.pop(0)
            title_text = _ATTACHED.sub("", text).strip()
            if title_text and not title_text.startswith("("):
                part.title.append(title_text)
        return
    at_head = [block for block in _before_measures(part.blocks) if block.text]
    texts = [block.text for block in at_head]
    if _take_letter(part, texts):
        return
    for position, text in enumerate(texts):
        kind = key(text)
        available = starts(kind, "document")
        # "KẾ HOẠCH" stands alone or opens a title in capitals. Lengths by judgement.
        if available and len(text.split()) < 60 and (text.isupper() or len(text.split()) <= 4):
            part.title = [text, *_title_after(_up_to_table(part, at_head[position]))]
            _drop_to(part, at_head[position + len(part.title) - 1])
            return
    part.title = _naming(texts)


def _take_letter(part: _Part, texts: Sequence[str]) -> bool:
    """Take subject and addressees off a letter; return whether the part is one."""
    sent = next((at for at, text in enumerate(texts) if key(text).startswith("kinh gui")), None)
    if sent is None:
        return False
    subject = [_SUBJECT.sub("", text) for text in texts[:sent] if starts(key(text), "subject")]
    part.title = subject or _naming(texts)
    last = next(block for block in part.blocks if block.text == texts[sent])
    for block in part.blocks[part.blocks.index(last) + 1 :]:
        if not block.text or not is_bullet(block.text):
            break
        last = block
    _drop_to(part, last)
    return True


def _naming(texts: Sequence[str]) -> list[str]:
    """Return the first short text that names an index, in place of a title."""
    # Fewer than 70 words, by judgement: a long title, not a paragraph.
    titles = [
        t for t in texts if letterhead.indices(t, ()) and len(t.split()) < 70 and not marker(t)
    ]
    return titles[:1]


def _drop_to(part: _Part, last: Block) -> None:
    """Drop the letterhead and the title, which are not headings of the text."""
    position = next(i for i, block in enumerate(part.blocks) if block is last)
    part.blocks = part.blocks[position + 1 :]


def _before_measures(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the blocks at the head of a part, without a table of measures and what is below."""
    at_head = blocks[: letterhead._HEAD]
    heads = (n for n, block in enumerate(at_head) if block.cells and header_height(blocks[n:]))
    return at_head[: next(heads, len(at_head))]


def _up_to_table(part: _Part, first: Block) -> list[str]:
    """Return the paragraphs below one, before the next table: what stands below that is its own."""
    position = next(i for i, block in enumerate(part.blocks) if block is first)
    below = part.blocks[position + 1 :]
    return [block.text for block in takewhile(lambda block: not block.cells, below)]


def _title_after(texts: Sequence[str]) -> list[str]:
    titles: list[str] = []
    for text in texts[:5]:
        key_text = key(text)
        cited = key_text.startswith(("can cu", "kinh gui")) or letterhead.cites_act(text)
        if cited or marker(text) or not key_text:
            break
        if is_part(text) or (titles and text.isupper() and not titles[-1].isupper()):
            break
        if text.endswith((";", ":", ".")) and titles:
            break
        if _ATTACHED.fullmatch(text) or _CAPTION.match(text):
            break
        titles.append(text)
    return titles


# What holds for the whole plan.


def _level(title: str, indices: Sequence[str], texts: Sequence[str], agency: str, date: str) -> str:
    """Return whose score the plan is about."""
    return issuer.unit_level(
        title,
        indices,
        texts,
        by_district=issuer.is_district(agency, date),
        by_commune=issuer.is_commune(agency),
    )


def _served(index: str, level: str, province: str, agency: str) -> str:
    """Return the index that a name means in a plan about a level: that unit's own if it has one."""
    if level == "department" and index in ("PAR INDEX", ""):
        return issuer.department_index(province)
    if level in ("district", "commune"):
        return issuer.own_index(index, agency)
    return index


def _out_of_time(records: Sequence[Record], date: str) -> Iterable[Note]:
    """Return a note of the units that there were not when the plan was issued."""
    units = "; ".join(f"{record.lead_unit}; {record.support_unit}" for record in records)
    gone = unit_register.out_of_time(units, date) if date else ()
    if gone:
        yield Note("units_out_of_time", {"units": ", ".join(gone)})


def _guessed_year(title: str, year: int | None, texts: Sequence[str]) -> Iterable[Note]:
    """Return a note where the year of a plan is only that of its issue."""
    if year is not None and not names_year(title, texts):
        yield Note("year_of_issue", {"year": str(year)})


def _cited_results(blocks: Sequence[Block], figures: Sequence[Figure]) -> Iterable[Note]:
    """Return a note of each paragraph that cites an act with a result of which nothing was read."""
    read = {figure.span.place for figure in figures}
    for block in blocks:
        cited = key(block.text).startswith("can cu") if block.text else False
        if cited and block.span.place not in read and _CITED_RESULT.search(block.text):
            span = block.span
            place = f"{span.page}:{span.line_start}" if span.page else str(span.line_start)
            yield Note("cited_result", {"place": place, "columns": block.text})


def _sectioned(
    parts: Sequence[_Part], title: str, indices: Sequence[str], named: Mapping[str, str]
) -> tuple[list[Record], str]:
    """Set index and list type of the records' sections; return the plan's list type too."""
    main = not parts[0].appendix
    plan_list_type = (sections.list_type(title) if main else "") or _common_list(parts) or "general"
    only = indices[0] if len(indices) == 1 else ""
    records = []
    for part in parts:
        for record in part.records:
            titles = sections.innermost(record.section.headings, "index")
            titles = named.get(titles, titles)
            kind = sections.innermost(record.section.headings, "list")
            default = "general" if part.appendix and not kind and part.title else plan_list_type
            own = named.get(record.section.index, record.section.index)
            several = not own and bool(sections.indices_alone(record.criterion))
            section = replace(
                record.section,
                index=own or ("" if several else titles or only),
                list_type=kind or default,
            )
            records.append(replace(record, section=section))
    return records, plan_list_type


def _common_list(parts: Sequence[_Part]) -> str:
    """Return the list type that the headings over most records name."""
    named = Counter(
        kind
        for part in parts
        for record in part.records
        if (kind := sections.innermost(record.section.headings, "list"))
    )
    return named.most_common(1)[0][0] if named else ""


def _goals(parts: Sequence[_Part], year: int | None) -> list[Figure]:
    """Return the targets of the sections on goals, then those of the tables."""
    goals = results.goals([past for part in parts for past in part.past], year)
    return [
        *goals,
        *(replace(goal, year=goal.year or year) for part in parts for goal in part.goals),
    ]


def _missing(plan: Plan, blocks: Sequence[Block]) -> str:
    """Return what this document lacks to be a plan; "" if it is one."""
    text = " ".join(block.text or " ".join(c.text for c in block.cells) for block in blocks)
    key_text = key(text)
    report = starts(key(plan.title), "not a plan") if plan.title else ""
    if report and not holds(key(plan.title), "ke hoach"):
        return f"its title says {' '.join(plan.title.split()[:2]).lower()}"
    lacks = []
    if not any(holds(key_text, phrase) for phrase in phrases("reform")):
        lacks.append("it names no index and no administrative reform")
    if not any(holds(key_text, phrase) for phrase in phrases("plan")):
        lacks.append("no word of plans or measures")
    if not plan.records:
        lacks.append(
            "no table with columns of measures, units and deadlines, and no list of measures under "
            "a heading such as NHIỆM VỤ, GIẢI PHÁP"
        )
    return "; ".join(lacks)


def _skipped_items(past: Sequence[Past]) -> Counter[str]:
    """Count items with an action verb that were skipped because of their heading.

    Of headings only that could be the name of a field too, as "Kết quả giải quyết hồ sơ".
    """
    titles: Counter[str] = Counter()
    for past_item in past:
        texts = [(at.rest if (at := marker(text)) else text, text) for text in past_item.headings]
        silent = next(
            (pair for pair in texts if sections.kind(pair[0], "") in sections.SILENT), None
        )
        item = past_item.item.depth < TEXT and starts(key(past_item.item.text), "verb")
        if silent is not None and item and not sections.says_only(silent[0]):
            titles[silent[1]] += 1
    return titles


def _unread_notes(unread: Sequence[Unread]) -> Iterable[Note]:
    """Return what could not be read, one note for each kind and kind of place."""
    places: dict[str, list[str]] = {}
    for part in unread:
        unit, _, place = part.place.partition(" ")
        places.setdefault(f"{part.kind}_{unit}", []).append(place)
    for name, where in places.items():
        yield Note(name, {"places": ", ".join(dict.fromkeys(where))})


def _notes(parts: Sequence[_Part], unread: Sequence[Unread]) -> Iterable[Note]:
    """Return the notes for review."""
    pictures = [str(part.page) for part in unread if part.kind == "picture"]
    if pictures:
        yield Note("pictures", {"pages": ", ".join(pictures)})
    yield from _unread_notes([part for part in unread if part.kind not in ("", "picture")])
    unknown = list(dict.fromkeys(header for part in parts for header in part.unknown))
    if unknown:
        yield Note("columns", {"columns": "; ".join(unknown)})
    left_out = list(dict.fromkeys(header for part in parts for header in part.left_out))
    if left_out:
        yield Note("columns_aside", {"columns": "; ".join(left_out)})
    for name, span, headers in (case for part in parts for case in part.lost):
        place = f"{span.page}:{span.line_start}" if span.page else str(span.line_start)
        yield Note(name, {"place": place, "columns": headers})
    for heading, count in _skipped_items([past for part in parts for past in part.past]).items():
        yield Note("left_out", {"n": str(count), "heading": heading})
    for part in parts:
        n_missing = sum(not record.measure for record in part.records)
        if n_missing and part.appendix:
            yield Note("no_measure_appendix", {"n": str(n_missing), "appendix": part.appendix})
        elif n_missing:
            yield Note("no_measure", {"n": str(n_missing)})
