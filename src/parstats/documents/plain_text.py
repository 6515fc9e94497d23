"""Plain text and Markdown: prose, tables with one row or one cell per line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from parstats.documents import barred_columns, blank_columns, header_roles, legacy_letters
from parstats.documents.blank_columns import TextTable
from parstats.documents.document import Block, Cell, Document, Span, Unread
from parstats.documents.limits import refuse, refuse_length
from parstats.documents.numbering import APPENDIX, is_child, is_number, marker
from parstats.documents.paragraphs import cell
from parstats.documents.phrases import tidy
from parstats.documents.side_by_side import Columns, columns_at, is_centred

_RULE = re.compile(r"^\s*([-*_=]\s*){3,}$")
_PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?\d{1,3}(?:\s*-)?\s*$|^\s*Trang\s+\d+(?:\s*/\s*\d+)?\s*$")
_FOOTNOTE = re.compile(r"^\s*(?:<sup>\s*\d+\s*</sup>|\[\^?\d+\]:?|[¹²³⁴⁵⁶⁷⁸⁹])\s*\S")
# No link, note or mark is longer, by judgement: an open one is not looked for to the end.
_MARKS = re.compile(
    r"<sup>.{0,99}?</sup>|\[\^\d+\]|\[bookmark:[^\]]{0,99}\]|[¹²³⁴⁵⁶⁷⁸⁹]|<!--.{0,999}?-->|\*\*|__|`"
    r"|</?[bui]>"
)
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?!\w)")
_LINK = re.compile(r"!?\[([^\]]{0,500})\]\((?:https?:|www\.|mailto:|/|#)[^)\s]{0,999}\)")
_ESCAPED = re.compile(r"\\([-.*_+#()\[\]|])")
_SEPARATOR = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_AFTER_TABLE = re.compile(r"^\s*\**(?:nơi nhận|kt\.|tm\.|tl\.)", re.IGNORECASE)
_PARTED = re.compile(r"\S {2,}\S.* {2,}\S")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Blank lines between cells of a text saved from Word; more stand between two tables. By judgement.
_GAP = 3
# "...; phối hợp: Sở Y tế. Thời gian:" at the end of a full line; what it names is in the next.
_LABEL_AT_END = re.compile(r"[.;]\s+[^.;:]{3,30}:$")
# Letters. A line of so many may go on in the next: e-mail and text files wrap at 70 to 80.
_WRAPPED = 60
# The same as a share of the longest line of a narrow column. By judgement.
_FULL = 0.75


def read(path: Path) -> Document:
    """Return the blocks of a text file; spans are its lines."""
    text = _decoded(path)
    lines = text.splitlines()
    refuse_length(path, sum(map(bool, lines)), max(map(len, lines)))
    reader = _reader(text)
    form = path.suffix.lower()
    return Document(str(path), form, blocks=tuple(reader.blocks), unread=tuple(reader.unread))


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        old = legacy_letters.detect_encoding(content.decode("latin-1").splitlines())
        if old and not _CONTROL.search(content):
            legacy_letters.refuse_encoding(path, old)
        actual = f"bytes that are no text in UTF-8 (from byte {problem.start + 1})"
        refuse(path, actual, "a text in UTF-8", "save it again with the encoding UTF-8")
    if "\x00" in text:
        refuse(path, "bytes that are no text", "a text in UTF-8", "check that it is the right file")
    old = legacy_letters.detect_encoding(
        text.splitlines()
    )  # before its signs are taken for footnotes
    if old:
        legacy_letters.refuse_encoding(path, old)
    if not text.strip():
        refuse(path, "an empty file", "a plan document", "fetch or save it again")
    return unicodedata.normalize("NFC", text)


def blocks(text: str) -> list[Block]:
    r"""Return the blocks of a text.

    >>> text_blocks = blocks("I. NHIỆM VỤ\n\nTT\tNhiệm vụ\tChủ trì\n1\tRà soát\tSở A\n")
    >>> [(b.span.line_start, b.text or [c.text for c in b.cells]) for b in text_blocks]
    [(1, 'I. NHIỆM VỤ'), (3, ['TT', 'Nhiệm vụ', 'Chủ trì']), (4, ['1', 'Rà soát', 'Sở A'])]
    """
    return _reader(text).blocks


def _reader(text: str) -> _Reader:
    """Return a reader that has gone through a text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\f").split("\n")
    reader = _Reader(lines)
    reader.run()
    return reader


@dataclass
class _Reader:
    """Goes through the lines once; each method reads from the current line."""

    lines: Sequence[str]
    blocks: list[Block] = field(default_factory=list)
    at: int = 0
    tables: int = 0
    gap: bool = True
    unread: list[Unread] = field(default_factory=list)
    width: int = 0  # of the longest line
    wrapped: int = _WRAPPED

    def run(self) -> None:
        self.width = max(map(len, self.lines), default=0)
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.gap = True
                self.at += 1
            elif line.lstrip().startswith("|") and line.count("|") > 2:
                self._piped()
            elif self._is_tabbed(line):
                self._tabbed()
            elif line.startswith("\t") and not APPENDIX.match(line):
                self._cells()
            elif (
                _PARTED.search(line.strip())
                and (table := blank_columns.table_at(self.lines, self.at))
            ) or ("|" in line and (table := barred_columns.table_at(self.lines, self.at))):
                self._table(table)
            elif _counts_rows(line) and (grid := _bare_grid(self.lines, self.at)):
                self._bare_rows(*grid)
            elif columns := columns_at(self.lines, self.at):
                self._columns(columns)
            else:
                self._prose(line, self.at)
                self.at += 1

    # A row a line, cells between tabs.

    def _is_tabbed(self, line: str) -> bool:
        parts = line.split("\t")
        return len(parts) > 2 and (
            sum(bool(p.strip()) for p in parts) > 1 or bool(parts[0].strip())
        )

    def _tabbed(self) -> None:
        self.tables += 1
        width = blank = 0
        row: _TabRow | None = None
        breaks = False
        while self.at < len(self.lines):
            line = self.lines[self.at]
            parts = line.split("\t")
            if not line.strip("\n\f "):
                blank += 1
                self.at += 1
                continue
            if row is not None and row.takes(parts, width):
                # A cell with a line break in it, or the last cell of a row.
                if len(parts) == 1 and row.is_full(width) and (blank or _ends_table(line)):
                    break
                row.add(parts, self.at)
            elif len(parts) == 1 or (blank > _GAP and self._is_other(parts, width)):
                break
            else:
                self._add_row(row)
                header = header_roles.is_plan_header(parts)
                row = _TabRow([[part] for part in parts], self.at, self.at, breaks or blank > 0)
                breaks = header
                width = len(parts) if header else width or len(parts)
            blank = 0
            self.at += 1
        self._add_row(row)
        self.gap = True

    @staticmethod
    def _is_other(parts: Sequence[str], width: int) -> bool:
        """Return whether a line after many blank lines is of another table."""
        return not header_roles.is_plan_header(parts) and len(parts) != width

    def _add_row(self, row: _TabRow | None) -> None:
        if row is not None:
            self._row([cell(lines) for lines in row.cells], row.begun, row.last, row.breaks)

    def _row(self, cells: Sequence[Cell], begun: int, last: int, breaks: bool) -> None:
        span = Span(begun + 1, last + 1)
        self.blocks.append(Block(span, cells=tuple(cells), table=self.tables, breaks=breaks))

    # Columns kept apart by blanks or bars.

    def _table(self, table: TextTable) -> None:
        self.tables += 1
        for first, last, cells, breaks in table.rows:
            texts = [replace(c, paragraphs=tuple(map(_unmarked, c.paragraphs))) for c in cells]
            self._row(texts, first, last, breaks)
        for first, last in table.unread:
            reason = "a table, or a row of one, whose columns could not be told apart"
            self.unread.append(Unread(f"line {first + 1}-{last + 1}", reason, kind="table"))
        self.at = table.end
        self.gap = True

    # Markdown.

    def _piped(self) -> None:
        self.tables += 1
        while self.at < len(self.lines):
            line = self.lines[self.at].strip()
            if not line.startswith("|"):
                break
            if not _SEPARATOR.match(line):
                parts = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
                texts = [re.split(r"<br\s*/?>", _unmarked(part)) for part in parts]
                self._row([cell(lines) for lines in texts], self.at, self.at, False)
            self.at += 1
        self.gap = True

    # A cell a line, each after a tab.

    def _cells(self) -> None:
        """Rows of a table with one cell per line, if a header is found; else plain paragraphs."""
        stream = list(self._stream())
        header = next(
            (
                (first, after)
                for first in range(len(stream))
                if stream[first].gap and stream[first].text
                for after in [_chunk_end(stream, first)]
                if header_roles.is_plan_header([item.text for item in stream[first:after]])
            ),
            None,
        )
        self.tables += 1
        if header is None:
            for item in stream:
                if item.text:
                    self._paragraph(item.text, item.begun, item.last)
            return
        first, after = header
        head = stream[first:after]
        width = len(head)
        for item in stream[:first]:
            if item.text:
                self._paragraph(item.text, item.begun, item.last)
        self._row([item.cell for item in head], head[0].begun, head[-1].last, False)
        for row in _rows(stream[after:], width):
            cells = [item.cell for item in row]
            cells += [Cell()] * (width - len(cells))
            self._row(cells, row[0].begun, row[-1].last, False)

    def _stream(self) -> Iterator[_Item]:
        """Yield the cells from here to the end of the table."""
        item: _Item | None = None
        gap = True
        while self.at < len(self.lines):
            line = self.lines[self.at]
            # A title, not a sentence about the appendix. By judgement.
            if APPENDIX.match(line) and len(line.split()) < 20:
                break
            if line.startswith("\t"):
                if item is not None:
                    yield item
                for text in line.split("\t")[1:-1]:
                    yield _Item([text], self.at, self.at, gap)
                    gap = False
                item = _Item([line.split("\t")[-1]], self.at, self.at, gap)
                gap = False
            elif not line.strip():
                gap = True
            else:
                if gap and item is not None and item.text and not line.startswith(" "):
                    break
                if item is None:
                    break
                item.lines.append(line)
                item.last = self.at
                gap = False
            self.at += 1
        if item is not None:
            yield item
        self.gap = True

    # A cell a line without tabs.

    def _bare_rows(self, width: int, step: int) -> None:
        self.tables += 1
        while (table := _bare_cells(self.lines, self.at, width, step)) is not None:
            last = self.at + (width - 1) * step
            self._row([cell([_unmarked(text)]) for text in table], self.at, last, False)
            self.at = last + step
        self.gap = True

    # Prose.

    def _columns(self, columns: Columns) -> None:
        for column in (columns.left, columns.right):
            self.gap, above = not columns.is_text or column is columns.left, -1
            # Lines of a column of text are shorter, and wrapped where they are nearly full.
            longest = max(len(text) for _, text in column)
            self.wrapped = min(_WRAPPED, int(_FULL * longest)) if columns.is_text else _WRAPPED
            for at, text in column:
                self.gap = self.gap or (above >= 0 and at > above + 1)
                self._prose(text, at)
                above = at
        self.at, self.gap, self.wrapped = columns.end, True, _WRAPPED

    def _prose(self, line: str, at: int) -> None:
        centred = is_centred(line, self.width)
        self.gap = self.gap or centred
        if _RULE.match(line) or _PAGE_NUMBER.match(line) or _FOOTNOTE.match(line):
            self.gap = True
            return
        hashes = re.match(r"^\s*(#{1,6})\s+", line)
        text = tidy(_unmarked(line[hashes.end() :] if hashes else line))
        if not text:
            return
        self._paragraph(text, at, at, heading=len(hashes[1]) if hashes else 0)
        self.gap = centred

    def _paragraph(self, text: str, begun: int, last: int, heading: int = 0) -> None:
        above = self.blocks[-1] if self.blocks else None
        joins = above is not None and bool(above.text) and not heading and not above.heading
        if (
            above is not None
            and joins
            and _goes_on(above.text, text, self.wrapped, after_blank_line=self.gap)
        ):
            span = replace(above.span, line_end=last + 1)
            self.blocks[-1] = replace(above, text=f"{above.text} {text}", span=span)
            return
        self.blocks.append(Block(Span(begun + 1, last + 1), text=text, heading=heading))


def _goes_on(above: str, text: str, wrapped: int, *, after_blank_line: bool) -> bool:
    """Return whether a line continues the paragraph above."""
    if marker(text) or APPENDIX.match(text):
        return False
    if above[-1] in ".;:!?/":
        wraps = len(above) >= wrapped and not after_blank_line
        return wraps and _LABEL_AT_END.search(above) is not None
    if text[0].islower():
        return True
    if after_blank_line:
        return False
    shouted = above.isupper() and text.isupper() and marker(above) is not None
    return shouted or (len(above) >= wrapped and not above.isupper())


def _ends_table(line: str) -> bool:
    """Return whether a line without a tab ends a table, as the receivers or an appendix."""
    return bool(_AFTER_TABLE.match(line) or APPENDIX.match(line))


def _unmarked(text: str) -> str:
    """Strip Markdown, addresses of links and footnote marks from a line."""
    return _ITALIC.sub(r"\1", _ESCAPED.sub(r"\1", _LINK.sub(r"\1", _MARKS.sub("", text))))


# Rows of cells on separate lines, without tabs.


def _bare_grid(lines: Sequence[str], at: int) -> tuple[int, int] | None:
    """Return the columns, and lines from cell to cell, of a table whose header begins at a line.

    An empty cell is an empty line, so that each row has as many lines as the header; a table of
    which the first row shows otherwise is none.
    """
    for step in (1, 2):
        width = 0
        while header_roles.plan_role("".join(lines[at + width * step : at + width * step + 1])):
            width += 1
        header = _bare_cells(lines, at, width, step) if width > 2 else None
        if header is None or not header_roles.is_plan_header(header):
            continue
        first = _bare_cells(lines, at + width * step, width, step)
        if first is not None and is_number(first[0]):
            return width, step
    return None


def _counts_rows(text: str) -> bool:
    """Return whether a text is the header of the column of numbers, as "STT"."""
    return len(text.split()) <= 3 and not marker(text) and header_roles.plan_role(text) == "number"


def _bare_cells(lines: Sequence[str], at: int, width: int, step: int) -> list[str] | None:
    """Return the cells of the row that begins at a line; None if no row does.

    A row begins with a number or the word for it, and so does the next, or it is empty;
    one that begins with an empty cell goes on with the row above and has another below.
    """
    end = at + width * step
    table = [line.strip() for line in lines[at:end:step]]
    between = lines[at + 1 : end : step] if step > 1 else ()
    if not table or any(map(str.strip, between)):
        return None
    after = "".join(lines[end : end + 1]).strip()
    if not table[0] and any(table) and is_number(after):
        return table
    if not (is_number(table[0]) or _counts_rows(table[0])):
        return None
    if is_number(after) or not after or step > 1 or marker(after) or after.isupper():
        return [*table, *[""] * (width - len(table))]
    return None


# Rows from a stream of cells.


@dataclass
class _TabRow:
    """A row with cells between tabs, on one line or, with breaks in cells, on several."""

    cells: list[list[str]]
    begun: int
    last: int
    breaks: bool

    def is_full(self, width: int) -> bool:
        return len(self.cells) >= width

    def takes(self, parts: Sequence[str], width: int) -> bool:
        """Return whether a line belongs to this row."""
        if self.is_full(width):
            return len(parts) == 1
        return len(self.cells) + len(parts) - 1 <= width

    def add(self, parts: Sequence[str], at: int) -> None:
        self.cells[-1].append(parts[0])
        self.cells += [[part] for part in parts[1:]]
        self.last = at


@dataclass
class _Item:
    """A cell on its own lines."""

    lines: list[str]
    begun: int
    last: int
    gap: bool

    @property
    def text(self) -> str:
        return tidy(" ".join(map(_unmarked, self.lines)))

    @property
    def cell(self) -> Cell:
        return cell(map(_unmarked, self.lines))


def _chunk_end(stream: Sequence[_Item], first: int) -> int:
    """Return the end of the block of cells that begins at `first`."""
    after = first + 1
    while after < len(stream) and not stream[after].gap:
        after += 1
    return after


def _rows(stream: Iterable[_Item], width: int) -> Iterator[list[_Item]]:
    """Yield the cells put together to rows."""
    row: list[_Item] = []
    for item in stream:
        if row and _starts_row(row, item, width):
            yield from _table_rows(row)
            row = []
        row.append(item)
    yield from _table_rows(row)


def _table_rows(row: list[_Item]) -> Iterator[list[_Item]]:
    if any(item.text for item in row):
        yield row


def _starts_row(row: Sequence[_Item], item: _Item, width: int) -> bool:
    numbered = is_number(item.text)
    if len(row) >= width:
        return item.gap or numbered
    if not item.text and not any(entry.text for entry in row):
        return item.gap
    if numbered and len(row) >= 2:
        return item.gap or (_is_title(row) and is_child(item.text, row[0].text))
    return item.gap and not item.text and len(row) > 2 and _is_title(row)


def _is_title(row: Sequence[_Item]) -> bool:
    """Return whether a row has a number and a title only."""
    texts = [item.text for item in row]
    return is_number(texts[0]) and not any(texts[2:])
