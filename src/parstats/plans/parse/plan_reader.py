"""Reading a whole plan document: identification, records, figures about the past."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from parstats import documents
from parstats.documents.document import Block, Unread
from parstats.documents.limits import refuse
from parstats.documents.numbering import TEXT, marker, roman_value
from parstats.documents.paragraphs import is_bullet
from parstats.documents.phrases import holds, key, phrases, starts
from parstats.plans.parse import letterhead, results, sections
from parstats.plans.parse.prose import Past, ProseReader, is_part
from parstats.plans.parse.table_rows import TableReader, has_header
from parstats.plans.records import Figure, Note, Plan, Record

_APPENDIX_NUMBER = re.compile(
    r"^\W*(?:(?:phụ\s+lục|phụ\s+biểu|biểu\s+mẫu)\b(?:\s*số)?|biểu\s+số)\s*:?\s*"
    r"((?:\d{1,2}|[IVX]{1,5})\b)?[\s.:–-]*",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"\s*\((?:kèm|ban hành)[^)]{0,500}\)\s*", re.IGNORECASE)
_SUBJECT = re.compile(r"^\W*(?:v/v|về việc)\s*:?\s*", re.IGNORECASE)
# Blocks of a title: kind of act, subject over several lines, "(Kèm theo ...)". By judgement.
_TITLE_LINES = 8


def read(path: str | os.PathLike[str], *, name: str | None = None) -> Plan:
    r"""Read a plan document.

    Parameters
    ----------
    path : path; a .docx, .pdf, .txt or .md file
    name : str, optional; what to call the plan; the file's name without its ending if not given

    Returns
    -------
    Plan: with a record for each measure, in the order of the document.

    Raises
    ------
    InvalidData: if the file cannot be read or is no plan; one problem, which says why and what to
        do

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
    document = documents.read_text(file)
    blocks = document.blocks
    plan = assemble(blocks, name or file.stem, document.unread)
    missing = _missing(plan, blocks)
    if missing:
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
    goals: list[Figure] = field(default_factory=list)  # of groups of its tables


def assemble(blocks: Sequence[Block], name: str, unread: Sequence[Unread] = ()) -> Plan:
    """Assemble a plan from the blocks of its document."""
    parts = _parts(blocks)
    for part in parts:
        _read_part(part)
    head = letterhead.letterhead(blocks)
    texts = [
        block.text or " ".join(table_cell.text for table_cell in block.cells) for block in blocks
    ]
    number, date, blank_number, blank_date = letterhead.number_and_date(head)
    mains = [part.title for part in parts if not part.appendix and part.title]
    main = " ".join(mains[-1]) if mains else ""
    titles = [" ".join(part.title) for part in parts if part.title]
    title = main or (titles[0] if titles else "")
    headings = list(dict.fromkeys(h for part in parts for h in part.headings))
    indices = letterhead.indices(" ".join(titles), headings)
    code = letterhead.province(head, texts, date)
    plan_year, baseline = letterhead.years(" ".join(titles), date, texts)
    agency = letterhead.agency(head, texts, code, date)
    district = letterhead.is_district(agency, date)
    level = letterhead.unit_level(title, indices, texts, by_district=district)
    if level == "department":
        department = letterhead.department_index(code)
        indices = tuple(
            department if index in ("PAR INDEX", "") else index for index in indices
        ) or (department,)
    records, list_type = _sectioned(parts, title, indices, level)
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
        baseline_year=baseline,
        indices=indices,
        unit_level=level,
        list_type=list_type,
        records=tuple(records),
        figures=tuple(results.figures([past for part in parts for past in part.past], baseline)),
        goals=tuple(_goals(parts, plan_year)),
        notes=tuple(_notes(parts, unread)),
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


def _read_part(part: _Part) -> None:
    _take_title(part)
    prose = ProseReader(part.appendix)
    if part.appendix:
        prose.outline.kind = "measures"
        prose.title = (" ".join(part.title),) if part.title else ()
    table = TableReader(part.appendix)
    available = False
    rows: list[Record] = []
    for run in _runs(part.blocks):
        if run[0].cells:
            available = available or has_header(run)
            rows += table.read(run, prose.headings, prose.outline.current) if available else []
        else:
            prose.read(run)
    part.records = sorted([*prose.records, *rows], key=lambda record: record.span.line_start)
    part.past, part.goals = prose.past, table.goals
    headings = (heading for record in part.records for heading in record.section.headings)
    part.headings = list(dict.fromkeys(headings))


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
    texts = [block.text for block in part.blocks[: letterhead._HEAD] if block.text]
    if _take_letter(part, texts):
        return
    for position, text in enumerate(texts):
        kind = key(text)
        available = starts(kind, "document")
        # "KẾ HOẠCH" stands alone or opens a title in capitals. Lengths by judgement.
        if available and len(text.split()) < 60 and (text.isupper() or len(text.split()) <= 4):
            part.title = [text, *_title_after(texts[position + 1 :])]
            _drop_to(part, part.title[-1])
            return
    part.title = _naming(texts)


def _take_letter(part: _Part, texts: Sequence[str]) -> bool:
    """Take subject and addressees off a letter; return whether the part is one."""
    sent = next((at for at, text in enumerate(texts) if key(text).startswith("kinh gui")), None)
    if sent is None:
        return False
    subject = [_SUBJECT.sub("", text) for text in texts[:sent] if starts(key(text), "subject")]
    part.title = subject or _naming(texts)
    after = sent
    while after + 1 < len(texts) and is_bullet(texts[after + 1]):
        after += 1
    _drop_to(part, texts[after])
    return True


def _naming(texts: Sequence[str]) -> list[str]:
    """Return the first short text that names an index, in place of a title."""
    # Fewer than 70 words, by judgement: a long title, not a paragraph.
    titles = [
        t for t in texts if letterhead.indices(t, ()) and len(t.split()) < 70 and not marker(t)
    ]
    return titles[:1]


def _drop_to(part: _Part, last: str) -> None:
    """Drop the letterhead and the title, which are not headings of the text."""
    position = next(i for i, block in enumerate(part.blocks) if block.text == last)
    part.blocks = part.blocks[position + 1 :]


def _title_after(texts: Sequence[str]) -> list[str]:
    titles: list[str] = []
    for text in texts[:5]:
        key_text = key(text)
        if key_text.startswith(("can cu", "thuc hien", "kinh gui")) or marker(text) or not key_text:
            break
        if is_part(text) or (titles and text.isupper() and not titles[-1].isupper()):
            break
        if text.endswith((";", ":", ".")) and titles:
            break
        if _ATTACHED.fullmatch(text):
            break
        titles.append(text)
    return titles


# What holds for the whole plan.


def _sectioned(
    parts: Sequence[_Part], title: str, indices: Sequence[str], level: str
) -> tuple[list[Record], str]:
    """Set index and list type of the records' sections; return the plan's list type too."""
    main = not parts[0].appendix
    plan_list_type = (sections.list_type(title) if main else "") or _common_list(parts) or "general"
    only = indices[0] if len(indices) == 1 else ""
    records = []
    for part in parts:
        for record in part.records:
            titles = sections.innermost(record.section.headings, "index")
            if level == "department" and titles in ("PAR INDEX", ""):
                titles = next((index for index in indices if index.startswith("PAR ")), "")
            kind = sections.innermost(record.section.headings, "list")
            default = "general" if part.appendix and not kind and part.title else plan_list_type
            section = replace(record.section, index=titles or only, list_type=kind or default)
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
    """Return the targets of the sections on goals, then those of groups of the tables."""
    goals = results.goals([past for part in parts for past in part.past], year)
    return [*goals, *(replace(goal, year=year) for part in parts for goal in part.goals)]


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


def _notes(parts: Sequence[_Part], unread: Sequence[Unread]) -> Iterable[Note]:
    """Return the notes for review."""
    if unread:
        yield Note("pictures", {"pages": ", ".join(str(part.page) for part in unread)})
    for heading, count in _skipped_items([past for part in parts for past in part.past]).items():
        yield Note("left_out", {"n": str(count), "heading": heading})
    for part in parts:
        n_missing = sum(not record.measure for record in part.records)
        if n_missing and part.appendix:
            yield Note("no_measure_appendix", {"n": str(n_missing), "appendix": part.appendix})
        elif n_missing:
            yield Note("no_measure", {"n": str(n_missing)})
