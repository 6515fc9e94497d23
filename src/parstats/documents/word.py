"""Word documents: paragraphs with their automatic numbers, tables with their merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from parstats.documents import header_roles
from parstats.documents.block_list import BlockList, is_frame
from parstats.documents.document import Cell, Document
from parstats.documents.limits import DEEPEST, MOST_BLOCKS, refuse, refuse_length
from parstats.documents.list_numbers import Level, ListNumbers
from parstats.documents.paragraphs import cell
from parstats.documents.phrases import tidy

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HIDDEN = {
    f"{_W}{name}"
    for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "delText", "footnoteReference")
}
_SIGNS = {
    **{f"{_W}{name}": "\n" for name in ("br", "cr")},
    **{f"{_W}{name}": " " for name in ("tab", "ptab")},
    f"{_W}noBreakHyphen": "-",
    f"{_W}softHyphen": "",
    f"{_W}txbxContent": "",
}
# What stands around paragraphs, rows and cells: content controls, revisions, marks of programs.
_AROUND = {
    f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
}
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Letters of the font Symbol that are signs of text; its bullets keep their place for private use.
_SYMBOLS = {0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB9: "≠", 0x2D: "-"}
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
    if not reader.blocks.blocks:
        actual, remedy = "no text", "make it text with OCR software first (ocrmypdf -l vie)"
        if not body.findall(f".//{_W}drawing") and not body.findall(f".//{_W}pict"):
            remedy = "check that it is the right file"
        else:
            actual = "pictures without text (a scan?)"
        refuse(path, actual, "a plan document", remedy)
    return Document(str(path), ".docx", blocks=tuple(reader.blocks.blocks))


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
    blocks: BlockList = field(default_factory=BlockList)

    def run(self, body: Any, depth: int = 0) -> None:
        for element in _children(body):
            if element.tag == f"{_W}tbl":
                self._table(element, depth)
                continue
            # A text box stands before the paragraph that it is fastened to.
            for box in _text_boxes(element) if depth < DEEPEST else ():
                self.run(box, depth + 1)
            for line in self._lines(element) if _text(element).strip() else ():
                self.blocks.add_paragraph(line, self._heading(element))

    def _heading(self, paragraph: Any) -> int:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self.headings.get(style.get(f"{_W}val"), 0) if style is not None else 0

    def _lines(self, paragraph: Any) -> list[str]:
        """Return the lines of a paragraph, its automatic number in front."""
        text = self.numbers.before(paragraph) + _text(paragraph)
        return [line for line in text.split("\n") if line.strip()]

    def _table(self, table: Any, depth: int) -> None:
        rows: list[tuple[Cell, ...]] = []
        nested: list[Any] = []
        loose: list[str] = []
        for row in _table_rows(table):
            cells, inner, lines = self._row(row)
            rows.append(cells)
            nested += inner
            loose += lines
        if is_frame(rows) and not depth:
            for line in loose:
                self.blocks.add_paragraph(line)
        else:
            self.blocks.add_table(rows)
        for inner in nested if depth < DEEPEST else ():
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
                    for content in _text_boxes(element):
                        lines += [line for p in content.iter(f"{_W}p") for line in self._lines(p)]
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


def _children(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, also in content controls and revisions."""
    for element in parent:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in _AROUND:
            yield from _children(element)


def _table_rows(table: Any) -> Iterator[Any]:
    for element in table:
        if element.tag == f"{_W}tr":
            if element.find(f"{_W}trPr/{_W}del") is None:
                yield element
        elif element.tag in _AROUND:
            yield from _table_rows(element)


def _boxes(row: Any) -> Iterator[Any]:
    for element in row:
        if element.tag == f"{_W}tc":
            yield element
        elif element.tag in _AROUND:
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
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _HIDDEN or not isinstance(tag, str):
            continue
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag == f"{_W}sym":
            yield _symbol(child)
        elif tag == f"{_MC}AlternateContent":
            yield from _pieces(_alternative(child))
        elif tag != f"{_W}r" or not (_is_raised(child) or _is_hidden(child)):
            yield from _pieces(child)


def _symbol(element: Any) -> str:
    """Return a letter of a font of symbols, where Word keeps it: at U+F000 and its number."""
    code = int(element.get(f"{_W}char") or "F0B7", 16)
    if element.get(f"{_W}font") == "Symbol" and code & 0xFF in _SYMBOLS:
        return _SYMBOLS[code & 0xFF]
    return chr(code if code > 0xFF else 0xF000 + code)


def _alternative(element: Any) -> Any:
    """Return the first version of what Word writes twice, for itself and for older programs.

    An older program's version counts where only that has words.
    """
    versions = [version for version in element if isinstance(version.tag, str)]
    texts = (version for version in versions if version.find(f".//{_W}t") is not None)
    return next(texts, versions[0] if versions else ())


def _text_boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes fastened to a paragraph, each once."""
    for child in element:
        if child.tag in _HIDDEN or not isinstance(child.tag, str):
            continue
        if child.tag == f"{_W}txbxContent":
            yield child
        else:
            is_double = child.tag == f"{_MC}AlternateContent"
            yield from _text_boxes(_alternative(child) if is_double else child)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false")


def _is_raised(run: Any) -> bool:
    """Return whether a run is the mark of a footnote typed by hand."""
    raised = run.find(f"{_W}rPr/{_W}vertAlign")
    if raised is None or raised.get(f"{_W}val") != "superscript":
        return False
    text = "".join(t.text or "" for t in run.findall(f"{_W}t")).strip()
    return text.strip("()[]").isdigit()


class _Numbers:
    """The lists that the paragraphs of a document belong to."""

    def __init__(self, document: Any) -> None:
        self._by_style = {
            style.get(f"{_W}styleId"): numbered
            for style in document.styles.element.findall(f"{_W}style")
            if (numbered := style.find(f"{_W}pPr/{_W}numPr")) is not None
        }
        self._numbers = ListNumbers(_lists(document))

    def before(self, paragraph: Any) -> str:
        """Return the automatic number or bullet of a paragraph, with a blank; "" if none."""
        numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
        if numbered is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            numbered = self._by_style.get(style.get(f"{_W}val")) if style is not None else None
        if numbered is None:
            return ""
        link, depth = numbered.find(f"{_W}numId"), numbered.find(f"{_W}ilvl")
        name = (link.get(f"{_W}val") if link is not None else "") or ""
        return self._numbers.next(name, _number(depth, 0) if depth is not None else 0)


def _lists(document: Any) -> dict[str, dict[int, Level]]:
    """Return the levels of each list, by its number in the document."""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return {}
    abstract = {
        item.get(f"{_W}abstractNumId"): _numbering_levels(item)
        for item in numbering.findall(f"{_W}abstractNum")
    }
    return {
        item.get(f"{_W}numId") or "": abstract.get(link.get(f"{_W}val"), {})
        for item in numbering.findall(f"{_W}num")
        if (link := item.find(f"{_W}abstractNumId")) is not None
    }


def _numbering_levels(abstract: Any) -> dict[int, Level]:
    levels = {}
    for level in abstract.findall(f"{_W}lvl"):
        form, text, start = (level.find(f"{_W}{n}") for n in ("numFmt", "lvlText", "start"))
        levels[int(level.get(f"{_W}ilvl") or 0)] = Level(
            (form.get(f"{_W}val") if form is not None else "decimal") or "decimal",
            (text.get(f"{_W}val") if text is not None else "") or "",
            _number(start, 1) if start is not None else 1,
        )
    return levels
