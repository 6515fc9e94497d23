"""What a file may have at most, whatever its form, and its refusal in one line with the remedy."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import NoReturn

from parstats.errors import InvalidData, Problem

# All limits are by judgement: several times what 1,000 pages take, less than what fills the memory.

#: Bytes of a file; the longest published plans and yearbooks have about 200 pages.
LARGEST = 64 * 2**20
#: Bytes of a text file; 1,000 pages take about 3 MB.
LARGEST_PLAIN = 8 * 2**20
#: Pages of a PDF; reading takes time per page.
MOST_PAGES = 1500
#: Paragraphs and rows of a document; 1,000 pages have about 40,000.
MOST_BLOCKS = 50_000
#: Letters of a paragraph or a cell; a page has about 3,000.
LONGEST = 100_000
#: Cells of a table or a sheet; 63 provinces, 20 years and 150 columns have 190,000.
MOST_CELLS = 2_000_000
#: Cells under merged areas and links of a sheet; title rows and names of groups cover some 1,000.
MOST_MERGED = 100_000
#: Bytes of all parts of a packed file (.docx, .xlsx, .xlsb, .ods) when unpacked.
LARGEST_UNPACKED = 256 * 2**20
#: Bytes of the text of a packed file when unpacked; 1,000 pages with tables take a fifth of it.
LARGEST_TEXT = 96 * 2**20
#: Parts of a packed file.
MOST_PARTS = 20_000
#: Ratio of unpacked to packed bytes. No document is packed tighter; one long run of a letter is.
TIGHTEST = 250
#: Bytes of text from which that ratio counts; small files may be packed tighter.
TIGHT_FROM = 2**23
#: Tables within tables; deeper ones are left out. No plan has more than two.
DEEPEST = 8
#: Seconds for one file; 1,500 pages take about five minutes on a slow machine.
LONGEST_READING = 1800.0


def refuse(name: str | Path, actual: str, expected: str, remedy: str) -> NoReturn:
    """Refuse a whole file."""
    raise InvalidData([Problem(str(name), None, None, actual, expected, remedy)]) from None


class Deadline:
    """The time until which a file must be read.

    >>> Deadline("plan.pdf").check("page 1 of 40")
    """

    def __init__(self, name: str | Path) -> None:
        self._name = name
        self._end = time.monotonic() + LONGEST_READING

    def check(self, place: str) -> None:
        """Refuse the file where the time is over; `place` says how far it was read."""
        if time.monotonic() > self._end:
            actual = f"{LONGEST_READING / 60:.0f} minutes of reading, up to {place}"
            refuse(self._name, actual, "a file that is read sooner", "cut it to what counts")


def refuse_length(path: Path, blocks: int, longest: int) -> None:
    """Refuse a document with more paragraphs, or a longer one, than any plan has."""
    remedy = "cut it to the plan itself"
    if blocks > MOST_BLOCKS:
        refuse(path, f"{blocks:,} paragraphs and rows", f"at most {MOST_BLOCKS:,}", remedy)
    if longest > LONGEST:
        remedy = "save it with a line a paragraph"
        refuse(path, f"a paragraph of {longest:,} letters", f"at most {LONGEST:,}", remedy)


def refuse_cells(name: str, n_cells: int, sheet: str = "") -> None:
    """Refuse a table or a sheet with more cells than any table of scores has."""
    if n_cells > MOST_CELLS:
        actual = f"{n_cells:,} cells" + (f" in sheet {sheet}" if sheet else "")
        remedy = "delete the empty rows and columns, or copy the table into a new file"
        refuse(name, actual, f"at most {MOST_CELLS:,}", remedy)


def check_package(path: Path, name: str, form: str, main_part: str = "") -> None:
    """Refuse a packed file that is damaged or would unpack to far more than a document.

    `main_part` is the part without which it is no file of its form, as "word/document.xml".
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        refuse(name, f"a damaged or cut off {form}", "a whole one", "fetch it or save it again")
    if any(entry.flag_bits & 1 for entry in entries):
        remedy = "unpack it with the password and save it without one"
        refuse(name, "a file locked with a password", "one that opens without", remedy)
    harmful = "it is no document or a harmful one; do not open it"
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED or len(entries) > MOST_PARTS:
        actual = f"{unpacked / 2**20:,.0f} MB when unpacked ({len(entries):,} parts)"
        expected = f"at most {LARGEST_UNPACKED / 2**20:.0f} MB"
        refuse(name, actual, expected, harmful)
    if main_part and main_part not in {entry.filename for entry in entries}:
        called = {".docx": "a Word document"}.get(form, "a workbook")
        remedy = f"save it as {form} in {'Word' if form == '.docx' else 'Excel'} or LibreOffice"
        refuse(name, f"a packed file without {called} in it", f"a {form}", remedy)
    text = sum(
        entry.file_size for entry in entries if entry.filename.endswith((".xml", ".bin", ".rels"))
    )
    if text > LARGEST_TEXT:
        actual = f"{text / 2**20:,.0f} MB of text when unpacked"
        expected = f"at most {LARGEST_TEXT / 2**20:.0f} MB"
        refuse(name, actual, expected, "cut it to what counts")
    size = path.stat().st_size
    if text > TIGHT_FROM and text > TIGHTEST * size:
        actual = f"{text / 2**20:,.0f} MB of text packed into {size / 2**10:,.0f} kB"
        refuse(name, actual, "a document", harmful)
