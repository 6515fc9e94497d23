"""Word documents: paragraphs with their automatic numbers, tables with their merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from parstats.documents import header_roles
from parstats.documents.document import Block, Cell, Document, Span
from parstats.documents.limits import DEEPEST, MOST_BLOCKS, refuse, refuse_length
from parstats.documents.paragraphs import cell
from parstats.documents.phrases import tidy

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HIDDEN = {f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "delText")}
# A row of a table has several paragraphs.
MOST_PARAGRAPHS = 4 * MOST_BLOCKS


def read(path: Path) -> Document:
    """Return the blocks of a .docx; spans are running numbers of paragraphs and rows."""
    import docx

    try:
        document = docx.Document(str(path))
        body = document.element.body
        paragraphs = sum(1 for _ in body.iter(f"{_W}p"))
        reader = _Reader(_Numbers(document), _heading_styles(document))
        if paragraphs <= MOST_PARAGRAPHS:
            reader.run(body)
    except Exception:  # damaged packages fail in many ways
        refuse(path, "a damaged .docx", "a whole one", "open it in Word and save it again")
    if paragraphs > MOST_PARAGRAPHS:
        refuse_length(path, paragraphs, 0)
    if not reader.blocks:
        actual, remedy = "no text", "make it text with OCR software first (ocrmypdf -l vie)"
        if not body.findall(f".//{_W}drawing") and not body.findall(f".//{_W}pict"):
            remedy = "check that it is the right file"
        else:
            actual = "pictures without text (a scan?)"
        refuse(path, actual, "a plan document", remedy)
    return Document(str(path), ".docx", blocks=tuple(reader.blocks))


def _heading_styles(document: Any) -> dict[str, int]:
    """Return the depth of the styles that are headings, by their id."""
    levels = {}
    for style in document.styles.element.findall(f"{_W}style"):
        name = style.find(f"{_W}name")
        label = (name.get(f"{_W}val") if name is not None else "") or ""
        if label.lower().startswith("heading ") and label[8:].strip().isdigit():
            levels[style.get(f"{_W}styleId")] = int(label[8:])
    return levels


@dataclass
class _Reader:
    numbers: _Numbers
    headings: dict[str, int]
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0

    def run(self, body: Any) -> None:
        for element in _children(body):
            if element.tag == f"{_W}p":
                for line in self._lines(element) if _text(element).strip() else ():
                    self._add(text=line, heading=self._heading(element))
            else:
                self._table(element, 0)

    def _add(self, text: str = "", heading: int = 0, cells: tuple[Cell, ...] = ()) -> None:
        text = tidy(text)
        if not text and not any(table_cell.text for table_cell in cells):
            return
        number = len(self.blocks) + 1
        self.blocks.append(
            Block(
                Span(number, number),
                text=text,
                cells=cells,
                table=self.tables if cells else 0,
                heading=heading,
                tells_merges=bool(cells),
            )
        )

    def _heading(self, paragraph: Any) -> int:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self.headings.get(style.get(f"{_W}val"), 0) if style is not None else 0

    def _lines(self, paragraph: Any) -> list[str]:
        """Return the lines of a paragraph, its automatic number in front."""
        text = self.numbers.before(paragraph) + _text(paragraph)
        return [line for line in text.split("\n") if line.strip()]

    def _table(self, table: Any, depth: int) -> None:
        self.tables += 1
        rows: list[tuple[Cell, ...]] = []
        nested: list[Any] = []
        loose: list[str] = []
        for row in _table_rows(table):
            cells, inner, lines = self._row(row)
            rows.append(cells)
            nested += inner
            loose += lines
        if not rows:
            return
        telling = any(
            header_roles.is_plan_header([table_cell.text for table_cell in cells]) for cells in rows
        )
        if telling or depth or len(rows[0]) > 3:
            for cells in _even(rows):
                self._add(cells=cells)
        else:  # a frame for a letterhead, a signature, or other tables
            for line in loose:
                self._add(text=line)
        for inner in nested if depth < DEEPEST else ():
            self.tables += 1
            self._table(inner, depth + 1)

    def _row(self, row: Any) -> tuple[tuple[Cell, ...], list[Any], list[str]]:
        """Return the cells of a row, the tables within them, and its lines as they stand."""
        cells: list[Cell] = [Cell()] * _grid_offset(row, "gridBefore")
        nested = []
        loose: list[str] = []
        boxes = list(_boxes(row))
        for box in boxes:
            properties = box.find(f"{_W}tcPr")
            wide, rest = _spans(properties)
            lines: list[str] = []
            for element in _children(box):
                if element.tag == f"{_W}p":
                    lines += self._lines(element)
                elif len(boxes) > 1 and not _is_telling(element):  # a list within a cell
                    lines += ["; ".join(filter(None, texts)) for texts in _texts(element)]
                else:
                    nested.append(element)
            loose += lines
            content = replace(cell(lines), n_columns=wide)
            cells.append(Cell(merged="up") if rest and not lines else content)
            cells += [Cell(merged="left")] * (wide - 1)
        cells += [Cell()] * _grid_offset(row, "gridAfter")
        return tuple(cells), nested, loose


def _is_telling(table: Any) -> bool:
    """Return whether a table within a cell is one of measures."""
    return any(header_roles.is_plan_header(texts) for texts in _texts(table))


def _texts(table: Any) -> Iterator[list[str]]:
    """Yield the texts of the cells of a table, row by row."""
    for row in _table_rows(table):
        yield [tidy(" ".join(map(_text, box.iter(f"{_W}p")))) for box in _boxes(row)]


def _even(rows: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Return the rows of one width."""
    width = max((len(row) for row in rows), default=0)
    return [row + (Cell(),) * (width - len(row)) for row in rows]


def _children(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, also in content controls and revisions."""
    for element in parent:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _children(element)


def _table_rows(table: Any) -> Iterator[Any]:
    for element in table:
        if element.tag == f"{_W}tr":
            if element.find(f"{_W}trPr/{_W}del") is None:
                yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _table_rows(element)


def _boxes(row: Any) -> Iterator[Any]:
    for element in row:
        if element.tag == f"{_W}tc":
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
            yield from _boxes(element)


def _grid_offset(row: Any, name: str) -> int:
    levels = row.find(f"{_W}trPr/{_W}{name}")
    return _number(levels, 0) if levels is not None else 0


def _number(element: Any, default: int) -> int:
    value = element.get(f"{_W}val")
    return min(int(value), 64) if value and value.isdigit() else default


def _spans(properties: Any) -> tuple[int, bool]:
    """Return the columns a cell covers, and whether it is the rest of one above."""
    if properties is None:
        return 1, False
    wide = properties.find(f"{_W}gridSpan")
    down = properties.find(f"{_W}vMerge")
    rest = down is not None and down.get(f"{_W}val") != "restart"
    return max(1, _number(wide, 1)) if wide is not None else 1, rest


def _text(paragraph: Any) -> str:
    """Return the text of a paragraph without deleted words, field codes and footnote marks."""
    parts: list[str] = []

    def walk(element: Any) -> None:
        for child in element:
            tag = child.tag
            if tag in _HIDDEN or not isinstance(tag, str):
                continue
            if tag == f"{_W}t":
                parts.append(child.text or "")
            elif tag in (f"{_W}br", f"{_W}cr"):
                parts.append("\n")
            elif tag == f"{_W}tab":
                parts.append(" ")
            elif tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{_W}r" and _is_raised(child):
                continue
            elif tag not in (f"{_W}footnoteReference", f"{_W}txbxContent"):
                walk(child)

    walk(paragraph)
    return "".join(parts)


def _is_raised(run: Any) -> bool:
    """Return whether a run is the mark of a footnote typed by hand."""
    raised = run.find(f"{_W}rPr/{_W}vertAlign")
    if raised is None or raised.get(f"{_W}val") != "superscript":
        return False
    text = "".join(t.text or "" for t in run.findall(f"{_W}t")).strip()
    return text.strip("()[]").isdigit()


class _Numbers:
    """Automatic numbers, which are not part of a paragraph's text."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._by_style = {
            style.get(f"{_W}styleId"): numbered
            for style in document.styles.element.findall(f"{_W}style")
            if (numbered := style.find(f"{_W}pPr/{_W}numPr")) is not None
        }
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {
            item.get(f"{_W}abstractNumId"): _numbering_levels(item)
            for item in numbering.findall(f"{_W}abstractNum")
        }
        for item in numbering.findall(f"{_W}num"):
            link = item.find(f"{_W}abstractNumId")
            if link is not None:
                self._levels[item.get(f"{_W}numId")] = abstract.get(link.get(f"{_W}val"), {})

    def before(self, paragraph: Any) -> str:
        """Return the automatic number or bullet of a paragraph, with a blank; "" if none."""
        numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
        if numbered is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            numbered = self._by_style.get(style.get(f"{_W}val")) if style is not None else None
        if numbered is None:
            return ""
        link, depth = numbered.find(f"{_W}numId"), numbered.find(f"{_W}ilvl")
        number = link.get(f"{_W}val") if link is not None else ""
        level = _number(depth, 0) if depth is not None else 0
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        form, text, start = levels[level]
        if form == "bullet":
            return "- " if level == 0 else "+ "
        if form == "none":
            return ""
        counts = self._counts.setdefault(number, {})
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [available for available in counts if available > level]:
            del counts[deeper]
        for numbering_level in range(level + 1):
            level_format, _, first = levels.get(numbering_level, ("decimal", "", 1))
            text = text.replace(
                f"%{numbering_level + 1}",
                _written(counts.get(numbering_level, first), level_format),
            )
        return f"{text} "


def _numbering_levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    levels = {}
    for level in abstract.findall(f"{_W}lvl"):
        form, text, start = (level.find(f"{_W}{n}") for n in ("numFmt", "lvlText", "start"))
        levels[int(level.get(f"{_W}ilvl") or 0)] = (
            (form.get(f"{_W}val") if form is not None else "decimal") or "decimal",
            (text.get(f"{_W}val") if text is not None else "") or "",
            _number(start, 1) if start is not None else 1,
        )
    return levels


def _written(count: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman"):
        written = ""
        for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
            written += letters * (count // value)
            count %= value
        return written if form == "upperRoman" else written.lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (count - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    return str(count)
