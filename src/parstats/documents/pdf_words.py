"""Letters of a PDF page joined to words, lines and paragraphs; marks of notes taken out.

Lengths are in points, seventy-two to the inch. An em is the size of the letters at hand.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.utils.text import extract_words

from parstats.documents.document import Box, Cell
from parstats.documents.numbering import marker
from parstats.documents.paragraphs import cell
from parstats.documents.pdf_pages import Letter, direction
from parstats.documents.phrases import tidy

# Em. More parts words; less is kerning. By judgement: below a narrow blank.
_LETTER_GAP = 0.15
# Em. Lines overlap less than this; a raised or lowered letter more. By judgement.
LINE_STEP = 1 / 3
# Size of the mark of a note as a share of the text's. Word processors set a raised digit at two
# thirds, some templates at ten points beside twelve (0.83); letters of one line differ less.
_SMALLER = 0.9
# Em. The foot of a raised mark lies higher than that of its line by more; by judgement half of
# what word processors raise it by (a third).
_RAISED = 0.15
_MARK = re.compile(r"[(\[]?(?:\d{1,2}|[*†‡]{1,3})[)\]]?")
# A square or cubic metre is a unit, not a note.
_EXPONENT = re.compile(r"[23]")
# Points. Marks this near belong to the word; edges this near are one, as pdfplumber takes them.
NEAR = 3.0
_OPENING = re.compile(r"^(?:(?:căn cứ|phụ lục|nơi nhận)\b|\((?:kèm|ban hành))", re.IGNORECASE)


def words(letters: Iterable[Letter], leading: str = "right") -> tuple[list[Letter], list[Letter]]:
    """Return the words of one text direction in reading order, and apart the marks of notes.

    For `leading` ("right", "up", "down") see `parstats.documents.pdf_pages.direction`.
    """
    return _words_and_marks(_by_direction(letters).get(leading, []), leading)


def _by_direction(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    by_matrix: dict[tuple[float, float], list[Letter]] = {}
    for letter in letters:
        by_matrix.setdefault(letter["matrix"][:2], []).append(letter)
    if len(by_matrix) == 1:
        return {direction(group[0]): group for group in by_matrix.values()}
    chosen: dict[str, list[Letter]] = {}
    for letter in letters:
        chosen.setdefault(direction(letter), []).append(letter)
    return chosen


def _words_and_marks(letters: list[Letter], leading: str) -> tuple[list[Letter], list[Letter]]:
    marks: list[Letter] = []
    if leading == "right" and _has_sizes(letters):
        pieces = _words(letters, leading, by_size=True)
        marks = [piece for piece in pieces if _is_mark(piece, pieces)]
        raised = {id(letter) for mark in marks for letter in mark["chars"]}
        letters = [letter for letter in letters if id(letter) not in raised]
    return _words(letters, leading), marks


def _has_sizes(letters: Sequence[Letter]) -> bool:
    """Return whether letters are of so different sizes that some may be marks."""
    sizes = {letter["size"] for letter in letters}
    return bool(sizes) and min(sizes) < _SMALLER * max(sizes)


def _words(letters: list[Letter], leading: str, *, by_size: bool = False) -> list[Letter]:
    if not letters:
        return []
    across, along, other = ("height", "x", "y") if leading == "right" else ("width", "y", "x")
    em = statistics.median(letter[across] for letter in letters)
    joined: list[Letter] = extract_words(
        letters,
        return_chars=True,
        extra_attrs=["size"] if by_size else None,
        char_dir_rotated="btt" if leading == "up" else "ttb",
        line_dir_rotated="ltr" if leading == "up" else "rtl",
        **{f"{along}_tolerance": _LETTER_GAP * em, f"{other}_tolerance": LINE_STEP * em},
    )
    return joined


def _is_mark(word: Letter, words: Sequence[Letter]) -> bool:
    """Return whether a number or an asterisk is smaller than the word beside it, and raised."""
    if not _MARK.fullmatch(word["text"]):
        return False
    beside = [
        other
        for other in words
        if word["size"] < _SMALLER * other["size"]
        and min(abs(word["x0"] - other["x1"]), abs(other["x0"] - word["x1"])) < NEAR
        and other["top"] - word["size"] / 2 < (word["top"] + word["bottom"]) / 2
        # A lowered digit, as in a formula, stands below the line.
        and other["bottom"] - word["bottom"] > _RAISED * other["size"]
    ]
    is_exponent = _EXPONENT.fullmatch(word["text"]) and any(
        other["text"].lower().endswith("m") for other in beside
    )
    return bool(beside) and not is_exponent


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words side by side, and their position."""

    words: tuple[Letter, ...]
    size: float

    @property
    def text(self) -> str:
        """The words with single blanks."""
        return tidy(" ".join(word["text"] for word in self.words))

    @property
    def left(self) -> float:
        """Left end of the first word."""
        return float(self.words[0]["x0"])

    @property
    def right(self) -> float:
        """Right end of the words."""
        return float(max(word["x1"] for word in self.words))

    @property
    def top(self) -> float:
        """Top of the highest word."""
        return float(min(word["top"] for word in self.words))

    @property
    def bottom(self) -> float:
        """Bottom of the lowest word."""
        return float(max(word["bottom"] for word in self.words))


def text_lines(words: Sequence[Letter]) -> list[TextLine]:
    """Group words into lines, from top to bottom."""
    rows: list[list[Letter]] = []
    for word in sorted(words, key=lambda word: ((word["top"] + word["bottom"]) / 2, word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if rows:
            last = rows[-1][0]
            # Half a letter's height: lines of a cell in a smaller size overlap those beside it
            # less.
            if abs(middle - (last["top"] + last["bottom"]) / 2) < 0.5 * (
                last["bottom"] - last["top"]
            ):
                rows[-1].append(word)
                continue
        rows.append([word])
    return [
        TextLine(
            tuple(sorted(row, key=lambda word: word["x0"])),
            float(statistics.median(word["chars"][0]["size"] for word in row)),
        )
        for row in rows
    ]


def join_lines(lines: Sequence[TextLine], margin: float) -> list[str]:
    """Join lines to paragraphs; one ends where the next word would still have fitted.

    `margin` is where a full line ends at the right.
    """
    texts: list[str] = []
    above: TextLine | None = None
    steps = sorted(b.top - a.top for a, b in pairwise(lines) if b.top > a.top)
    # The lower quartile: most lines follow within a paragraph, the rest are paragraphs apart.
    usual = steps[len(steps) // 4] if steps else 0.0
    for line in lines:
        if above is not None and not _starts_paragraph(above, line, margin, usual):
            texts[-1] += f" {line.text}"
        else:
            texts.append(line.text)
        above = line
    return texts


def _starts_paragraph(above: TextLine, line: TextLine, margin: float, usual: float) -> bool:
    if marker(line.text) or opens_part(line.text):
        return True
    # White between paragraphs; Decree 30/2020/NĐ-CP asks for at least 6 points on 13 to 14.
    if line.top - above.top > 1.25 * usual and not line.text[0].islower():
        return True
    # A first line set in by more than a letter, as plans do (1 to 1.27 cm).
    if line.left - above.left > 1.5 * line.size and above.text[-1] in ".;:":
        return True
    first = line.words[0]
    # Em; a blank of Times New Roman has 0.25, and justified text stretches it.
    blank = 0.35 * above.size
    fits = above.right + blank + (first["x1"] - first["x0"]) < margin - 1
    if not fits:
        return False
    # A word that would have fitted: the writer ended the line.
    return not line.text[0].islower()


def opens_part(text: str) -> bool:
    """Return whether a line opens a part of an official letter, as "Căn cứ" or "Nơi nhận"."""
    return _OPENING.match(text) is not None


def words_cell(words: Sequence[Letter], right: float) -> Cell:
    """Make a cell from its words; lines wrapped for want of room are joined."""
    return cell(join_lines(text_lines(words), right - NEAR))


def letters_cell(letters: Sequence[Letter], box: Box) -> Cell:
    """Make a cell from the letters in its box; turned text follows in reading order."""
    chosen = _by_direction(letters)
    level, marks = _words_and_marks(chosen.get("right", []), "right")
    paragraphs = words_cell(level, box[2]).paragraphs
    turned = [
        word
        for leading in ("up", "down")
        if leading in chosen
        for word in _words(chosen[leading], leading)
    ]
    if turned:
        paragraphs += (tidy(" ".join(word["text"] for word in turned)),)
    sizes = [letter["size"] for letter in letters if letter["text"].strip()]
    return Cell(
        paragraphs,
        box=box,
        size=float(statistics.median(sizes)) if sizes else None,
        notes=tuple(mark["text"] for mark in marks),
    )
