"""Tables of plain text whose columns are kept apart by blanks, as a PDF saved with its layout.

The header shows how many columns there are and about where they begin. Where one ends and the next
begins may shift from page to page, so that it is looked for anew in each row: the gap that runs
through all its lines, nearest to where the column begins on that page. A row without such gaps is
not read, and said to be so; neither is a table of many such rows, or whose rows nothing parts.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parstats.documents import header_roles
from parstats.documents.bullets import MARK
from parstats.documents.document import Cell
from parstats.documents.numbering import APPENDIX, bare, is_number
from parstats.documents.paragraphs import cell
from parstats.documents.phrases import key, starts

# Lines of a header. By judgement: headers of narrow columns wrap.
_HEADER_LINES = 5
# Letters by which a column may begin aside of its header, which is often centred. By judgement.
_ASIDE = 14
# Blank lines within a table: more part it from what follows. By judgement.
_GAP = 3
# Share of the rows that may be left out before a table is. By judgement.
_MOST_UNREAD = 0.25
# The same where one blank keeps columns apart, as it does words. By judgement.
_NARROWLY_ASIDE = 5
_PHRASE = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True)
class TextTable:
    """A table in the lines of a text.

    Attributes
    ----------
    end : int; the line after its last one
    rows : tuple; of each row its first and last line, its cells, and whether a page begins with it
    unread : tuple of (int, int); first and last line of what could not be told apart
    """

    end: int
    rows: tuple[tuple[int, int, tuple[Cell, ...], bool], ...]
    unread: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class _Header:
    height: int
    starts: tuple[int, ...]
    texts: tuple[str, ...]

    @property
    def has_numbers(self) -> bool:
        return header_roles.plan_role(self.texts[0]) == "number"


def table_at(lines: Sequence[str], at: int) -> TextTable | None:
    """Return the table whose header begins at a line; None if none does.

    >>> lines = [
    ...     "TT  Nhiệm vụ        Chủ trì     Thời gian",
    ...     "1   Sửa trạm y tế   Sở Y tế     Quý I",
    ...     "    xã              tỉnh",
    ...     "2   Phát thuốc      Sở Y tế     Quý II",
    ... ]
    >>> [entry.text for entry in table_at(lines, 0).rows[1][2]]
    ['1', 'Sửa trạm y tế xã', 'Sở Y tế tỉnh', 'Quý I']
    """
    header = _header(lines, at)
    if header is None:
        return None
    end = _end(lines, at + header.height, header)
    rows: list[tuple[int, int, tuple[Cell, ...], bool]] = []
    unread: list[tuple[int, int]] = []
    for first, last, breaks in _parts(lines, at, end, header):
        again = _header(lines[:end], first)
        if again is not None and len(again.starts) == len(header.starts):
            texts = tuple(cell([text]) for text in again.texts)
            rows.append((first, first + again.height - 1, texts, breaks))
        elif cells := _cells(lines, first, last, _expected(lines, first, end, header)):
            rows.append((first, last - 1, cells, breaks))
        else:
            unread.append((first, last - 1))
    while any(entry.merged for entry in rows[-1][2]):  # headings of the text below
        end = rows.pop()[0]
    if len(unread) > _MOST_UNREAD * len(rows) or not _has_parted_rows(lines, at, end, header):
        return TextTable(end, (), ((at, end - 1),))
    return TextTable(end, tuple(rows), tuple(unread))


def _has_parted_rows(lines: Sequence[str], at: int, end: int, header: _Header) -> bool:
    """Return whether numbers or blank lines part the rows of a table."""
    first = at + header.height
    return _are_apart(lines, first, end, header) or any(
        _begins(phrases, header) for line in lines[first:end] if (phrases := _phrases(line))
    )


def _phrases(line: str) -> list[tuple[int, int, str]]:
    """Return the phrases of a line, parted by two blanks or more: first letter, end, text."""
    line = line.lstrip("\f").expandtabs(8)
    return [(match.start(), match.end(), match[0]) for match in _PHRASE.finditer(line)]


def _header(lines: Sequence[str], at: int) -> _Header | None:
    """Return the header of a table of measures that begins at a line, as high as it goes."""
    spans: list[list[tuple[int, int, str]]] = []
    best = None
    for height in range(1, _HEADER_LINES + 1):
        line = lines[at + height - 1] if at + height <= len(lines) else ""
        phrases = _with_numbers_apart(_phrases(line))
        if not phrases or (height == 1 and len(phrases) < 2) or _opens_row(phrases):
            break
        for phrase in phrases:
            over = [span for span in spans if _overlaps(span, phrase)]
            if len(over) > 1 or (best is not None and not over):
                return best
            if over:
                over[0].append(phrase)
            else:
                spans.append([phrase])
        spans.sort(key=lambda span: min(part[0] for part in span))
        texts = tuple(" ".join(part[2] for part in span) for span in spans)
        if best is not None and not _goes_on(best.texts, texts):
            return best
        if header_roles.is_plan_header(texts):
            starts_at = tuple(min(part[0] for part in span) for span in spans)
            best = _Header(height, starts_at, texts)
        elif best is not None:
            break
    return best


def _goes_on(above: Sequence[str], texts: Sequence[str]) -> bool:
    """Return whether a line completes the words of a header; else it is the first of a row."""
    return len(above) == len(texts) and all(
        header_roles.roles_in_line(text) or not header_roles.roles_in_line(old)
        for old, text in zip(above, texts, strict=True)
    )


def _with_numbers_apart(phrases: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the phrases of a header, "STT" apart from a word that one blank keeps from it."""
    match = re.match(r"(S?T{1,2}|S) (?=\S)", phrases[0][2]) if phrases else None
    if match is None:
        return phrases
    (left, end, text), *others = phrases
    after = left + match.end()
    return [(left, after - 1, match[1]), (after, end, text[match.end() :]), *others]


def _overlaps(span: Sequence[tuple[int, int, str]], phrase: tuple[int, int, str]) -> bool:
    return any(part[0] < phrase[1] and phrase[0] < part[1] for part in span)


def _opens_row(phrases: Sequence[tuple[int, int, str]]) -> bool:
    return is_number(phrases[0][2].split(" ")[0])


def _end(lines: Sequence[str], first: int, header: _Header) -> int:
    """Return where the lines set in columns end."""
    blank = 0
    end = first
    for at in range(first, len(lines)):
        phrases = _phrases(lines[at])
        if not phrases:
            blank += 1
            continue
        if blank > _GAP and not (lines[at].startswith("\f") or _opens_row(phrases)):
            break
        if _is_page_number(phrases):
            continue
        other = _header(lines, at)
        if (other and len(other.starts) != len(header.starts)) or APPENDIX.match(phrases[0][2]):
            break
        if other is None and _is_outside(phrases, header):
            break
        blank, end = 0, at + 1
    return end


def _is_page_number(phrases: Sequence[tuple[int, int, str]]) -> bool:
    return len(phrases) == 1 and phrases[0][0] > 20 and bare(phrases[0][2].strip("- ")).isdigit()


def _is_outside(phrases: Sequence[tuple[int, int, str]], header: _Header) -> bool:
    """Return whether a line belongs to the text after the table."""
    left, _, text = phrases[0]
    if any(starts(key(text), "end", kind) for kind in ("receivers", "signature")):
        return True
    first = text.split(" ")[0]
    begins_left = left < header.starts[1] - 2
    if header.has_numbers:
        # Under the numbers stand only numbers, titles of groups in capitals, and letters.
        return begins_left and not (is_number(first) or text.isupper() or re.match(MARK, text))
    crossed = sum(left < start < phrases[0][1] - 2 for start in header.starts[1:])
    return len(phrases) == 1 and crossed > 1 and not text.isupper() and not is_number(first)


def _parts(
    lines: Sequence[str], at: int, end: int, header: _Header
) -> Iterator[tuple[int, int, bool]]:
    """Yield the lines of each row, and whether a page begins with it."""
    begun: int | None = None
    breaks = False
    is_apart = _are_apart(lines, at + header.height, end, header)
    position = at
    while position < end:
        phrases = _phrases(lines[position])
        again = _header(lines[:end], position) if phrases else None
        new_page = lines[position].startswith("\f")
        skipped = not phrases or _is_page_number(phrases)
        opens = again is not None or new_page or (bool(phrases) and _begins(phrases, header))
        if begun is not None and (opens or (skipped and is_apart)):
            yield begun, position, breaks
            begun, breaks = None, False
        breaks = breaks or new_page
        if again is not None:
            yield position, position + again.height, breaks
            breaks = position > at
            position += again.height
            continue
        if begun is None and not skipped:
            begun = position
        position += 1
    if begun is not None:
        yield begun, end, breaks


def _begins(phrases: Sequence[tuple[int, int, str]], header: _Header) -> bool:
    """Return whether a line begins a row: a number under the header of numbers, or capitals."""
    left, _, text = phrases[0]
    if left >= max(header.starts[1] - 2, 1):
        return False
    return header.has_numbers and (is_number(text.split(" ")[0]) or text.isupper())


def _are_apart(lines: Sequence[str], first: int, end: int, header: _Header) -> bool:
    """Return whether blank lines part the rows: no number does, or one in the middle of them."""
    filled = [at for at in range(first, end) if _phrases(lines[at])]
    blank = any(below - above > 1 for above, below in pairwise(filled))
    return blank and not _begins(_phrases(lines[filled[0]]), header)


def _expected(lines: Sequence[str], at: int, end: int, header: _Header) -> list[int]:
    """Return where the columns begin on the page of a line, by the phrases near the header's."""
    first = next((n for n in range(at, -1, -1) if lines[n].startswith("\f")), 0)
    last = next((n for n in range(at + 1, end) if lines[n].startswith("\f")), end)
    near: list[list[int]] = [[] for _ in header.starts]
    for line in lines[first:last]:
        for left, _, _ in _phrases(line):
            asides = [abs(left - start) for start in header.starts]
            if min(asides) < _ASIDE:
                near[asides.index(min(asides))].append(left)
    expected = [
        statistics.mode(begun) if begun else start
        for begun, start in zip(near, header.starts, strict=True)
    ]
    return sorted(expected)


def _cells(
    lines: Sequence[str], first: int, last: int, expected: Sequence[int]
) -> tuple[Cell, ...] | None:
    """Return the cells of a row; None where no gaps run through its lines."""
    texts = [line.lstrip("\f").expandtabs(8).rstrip() for line in lines[first:last]]
    texts = [text for text in texts if text and not _is_page_number(_phrases(text))]
    width = max(*map(len, texts), expected[-1]) + 1
    cuts = _cuts(texts, width, expected)
    if cuts is None:
        return _across(texts, len(expected))
    columns = [
        [text[left:right].strip() for text in texts] for left, right in pairwise([0, *cuts, width])
    ]
    is_clear = all(map(_is_whole, columns)) and not any(_is_torn(texts[0], cut) for cut in cuts)
    return tuple(map(cell, columns)) if is_clear else None


def _is_torn(text: str, cut: int) -> bool:
    """Return whether the first line of a row is cut between two words of a sentence.

    One blank parts words and, in a full line, columns; a column begins with a capital or a figure.

    >>> _is_torn("Giáo dục tiểu học Xây", 13), _is_torn("Giáo dục tiểu học Xây", 18)
    (True, False)
    """
    left, right = text[:cut].rstrip(), text[cut:].lstrip()
    return bool(left and right) and len(text) - len(left) - len(right) < 2 and right[0].islower()


def _is_whole(lines: Sequence[str]) -> bool:
    """Return whether lines are one cell: without white in it, as between cells beside a merged one.

    >>> _is_whole(["", "Sở", "Y tế", ""]), _is_whole(["Sở Y tế", "", "Sở Nội vụ"])
    (True, False)
    """
    filled = [at for at, line in enumerate(lines) if line]
    return not filled or len(filled) == filled[-1] - filled[0] + 1


def _cuts(texts: Sequence[str], width: int, expected: Sequence[int]) -> list[int] | None:
    """Return where the columns of a row begin: nearest to where they should, all together.

    They begin in gaps that run through all lines, and every gap of two blanks in a line parts
    columns. The best way up to each gap is kept, column by column.
    """
    blank = "".join(
        " " if all(text[at : at + 1] in ("", " ") for text in texts) else "x" for at in range(width)
    )
    gaps = [match.span() for match in re.finditer(" +", blank)]
    wide = [match.span() for text in texts for match in re.finditer(r"(?<=\S) {2,}(?=\S)", text)]
    ways: dict[tuple[int, int], tuple[int, list[int]]] = {(-1, 0): (0, [])}
    for start in expected[1:]:
        best: dict[tuple[int, int], tuple[int, list[int]]] = {}
        for gap in gaps:
            cut = max(gap[0], min(start, gap[1]))
            aside = abs(cut - start)
            if aside > (_ASIDE if gap[1] - gap[0] > 1 else _NARROWLY_ASIDE):
                continue
            for before, (cost, cuts) in ways.items():
                if before[0] <= gap[0] and not _skips(wide, before, gap):
                    at = max(cut, *cuts[-1:], 0)
                    if gap not in best or cost + aside < best[gap][0]:
                        best[gap] = (cost + aside, [*cuts, at])
        ways = best
    ends = [way for gap, way in ways.items() if not _skips(wide, gap, (width, width))]
    return min(ends)[1] if ends else None


def _skips(
    wide: Sequence[tuple[int, int]], before: tuple[int, int], after: tuple[int, int]
) -> bool:
    """Return whether a gap of a line lies between two gaps, so that it would part no columns."""
    return any(before[1] <= left and right <= after[0] for left, right in wide)


def _across(texts: Sequence[str], width: int) -> tuple[Cell, ...] | None:
    """Return the cells of a title over all columns, with its number; None if it is none."""
    phrases = [phrase for text in texts for phrase in _phrases(text)]
    words = " ".join(phrase[2] for phrase in phrases).split(" ")
    has_number = is_number(words[0])
    if len(texts) > 2 or len(phrases) > len(texts) + has_number:
        return None
    title = " ".join(words[1:] if has_number else words)
    if not has_number and not title.isupper():
        return None
    number = Cell((words[0],)) if has_number else Cell()
    return (number, Cell((title,)), *[Cell(merged="left")] * (width - 2))
