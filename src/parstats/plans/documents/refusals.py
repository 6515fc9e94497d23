"""Refusal of files before reading, each in one line with the remedy."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NoReturn

from parstats.errors import InvalidData, Problem

# All limits are by judgement: several times what 1,000 pages take, less than what fills the memory.

#: Bytes of a file; the longest published plans have about 200 pages.
LARGEST = 64 * 2**20
#: Bytes of a text file; 1,000 pages take about 3 MB.
LARGEST_PLAIN = 8 * 2**20
#: Paragraphs and rows of a document; 1,000 pages have about 40,000.
MOST_BLOCKS = 50_000
#: Letters of a paragraph or a cell; a page has about 3,000.
LONGEST = 100_000
#: Bytes of all parts of a .docx when unpacked, pictures included.
LARGEST_UNPACKED = 256 * 2**20
#: Bytes of the text of a .docx when unpacked; 1,000 pages with tables take about a fifth of it.
LARGEST_TEXT = 96 * 2**20
#: Ratio of unpacked to packed bytes. No document is packed tighter; one long run of a letter is.
TIGHTEST = 250

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PLAIN = {".txt": ".txt", ".md": ".md", ".markdown": ".md", ".text": ".txt"}
_READABLE_ENDINGS = ".docx, .pdf, .txt or .md"


def refuse(path: Path, actual: str, expected: str, remedy: str) -> NoReturn:
    """Refuse a whole file."""
    raise InvalidData([Problem(str(path), None, None, actual, expected, remedy)]) from None


def refuse_letters(path: Path, writing: str) -> NoReturn:
    """Refuse a document whose letters mean something only in an old font."""
    font = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}[writing]
    remedy = f"convert it with UniKey's toolkit (from {writing} to Unicode) and save it again"
    refuse(path, f"text in the old writing {writing} (fonts such as {font})", "Unicode", remedy)


def check(path: Path) -> str:
    """Return the type of a file by its ending, if its first bytes agree.

    It is ".docx", ".pdf", ".txt" or ".md". Raises InvalidData if the file cannot be a plan
    document.
    """
    try:
        if path.is_dir():
            refuse(
                path,
                "a folder",
                f"a {_READABLE_ENDINGS} file",
                f"name the files in it, as {path}/*.docx",
            )
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as problem:
        refuse(path, problem.strerror or str(problem), "a readable file", "check the path")
    ending = path.suffix.lower()
    if size == 0:
        refuse(path, "an empty file", "a plan document", "fetch or save it again")
    plain = ending in _PLAIN
    most = LARGEST_PLAIN if plain else LARGEST
    if size > most:
        actual, expected = f"{size / 2**20:.3g} MB", f"at most {most / 2**20:.3g} MB"
        remedy = "cut it to the plan itself" + ("" if plain else ", or save it without pictures")
        refuse(path, actual, expected, remedy)
    if head.startswith(_OLE):
        _refuse_old_doc(path, ending)
    form = _PLAIN.get(ending, ending)
    if form not in (".docx", ".pdf", ".txt", ".md"):
        _refuse_ending(path, ending)
    if ending in (*_PLAIN, ".docx") and (other := _other_text(head)):
        _refuse_ending(path, other, under=ending)
    true_form = _by_content(head)
    if true_form != form and (true_form or form in (".docx", ".pdf")):
        _refuse_other_content(path, form, true_form)
    if form == ".docx":
        _check_package(path)
    return form


def _by_content(head: bytes) -> str:
    """Return the file type by the first bytes; "" for text or if unknown."""
    if b"%PDF-" in head:
        return ".pdf"
    return ".docx" if head.startswith(b"PK\x03\x04") else ""


def _refuse_old_doc(path: Path, ending: str) -> NoReturn:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        remedy = "open it in Word with the password and save it without one"
        refuse(path, "a file locked with a password", "one that opens without", remedy)
    remedy = (
        "open it in Word or LibreOffice and save it as .docx, or run "
        f"`soffice --headless --convert-to docx {path.name}`"
    )
    called = "a Word 97-2003 document" + ("" if ending == ".doc" else f" called {ending or 'so'}")
    refuse(path, called, _READABLE_ENDINGS, remedy)


def _other_text(head: bytes) -> str:
    """Return the ending that a text of another form should have."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    return ".html" if start.startswith((b"<!doctype html", b"<html")) else ""


def _refuse_ending(path: Path, ending: str, under: str = "") -> NoReturn:
    remedies = {
        ".doc": "open it in Word or LibreOffice and save it as .docx",
        ".rtf": "open it in Word or LibreOffice and save it as .docx",
        ".odt": "open it in LibreOffice and save it as .docx",
        ".xlsx": "copy the table into a Word document and save it as .docx",
        ".xls": "copy the table into a Word document and save it as .docx",
        ".html": "open it in a browser and save or print it as .pdf",
        ".htm": "open it in a browser and save or print it as .pdf",
        ".zip": "unpack it and name the documents in it",
    }
    images = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
    remedy = remedies.get(ending, "save it in one of these forms")
    if ending in images:
        remedy = "make it text with OCR software first (ocrmypdf -l vie) and save it as .pdf"
    actual = f"ending {ending!r}" if ending else "no ending"
    if under:
        actual = f"what belongs in a {ending} file under the ending {under!r}"
    refuse(path, actual, _READABLE_ENDINGS, remedy)


def refuse_length(path: Path, blocks: int, longest: int) -> None:
    """Refuse a document with more paragraphs, or a longer one, than any plan has."""
    remedy = "cut it to the plan itself"
    if blocks > MOST_BLOCKS:
        refuse(path, f"{blocks:,} paragraphs and rows", f"at most {MOST_BLOCKS:,}", remedy)
    if longest > LONGEST:
        remedy = "save it with a line a paragraph"
        refuse(path, f"a paragraph of {longest:,} letters", f"at most {LONGEST:,}", remedy)


def _refuse_other_content(path: Path, form: str, true_form: str) -> NoReturn:
    if true_form:
        remedy = f"call it {path.stem}{true_form}, if that is what it is"
        kind = "a packed file such as .docx" if true_form == ".docx" else "a PDF"
        refuse(
            path, f"{kind} under the ending {form}", f"content as the ending says, {form}", remedy
        )
    kind = "Word document" if form == ".docx" else "PDF"
    refuse(path, f"no {kind}", f"a {kind}", "it may be cut off or a web page; fetch it again")


def _check_package(path: Path) -> None:
    """Refuse a .docx that is damaged or would unpack to far more than a document."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        refuse(path, "a damaged or cut off .docx", "a whole one", "fetch it or save it again")
    names = {entry.filename: entry for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        remedy = "unpack it with the password and save it without one"
        refuse(path, "a file locked with a password", "one that opens without", remedy)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED or len(entries) > 20_000:
        actual = f"{unpacked / 2**20:,.0f} MB when unpacked ({len(entries):,} parts)"
        expected = f"at most {LARGEST_UNPACKED / 2**20:.0f} MB"
        refuse(path, actual, expected, "it is no document or a harmful one; do not open it")
    document = names.get("word/document.xml")
    if document is None:
        remedy = "save it as .docx in Word or LibreOffice"
        refuse(path, "a packed file without a Word document in it", "a .docx", remedy)
    text = sum(entry.file_size for entry in entries if entry.filename.endswith(".xml"))
    if text > LARGEST_TEXT:
        actual = f"{text / 2**20:,.0f} MB of text when unpacked"
        expected = f"at most {LARGEST_TEXT / 2**20:.0f} MB"
        refuse(path, actual, expected, "cut it to the plan itself")
    if text > 2**23 and text > TIGHTEST * path.stat().st_size:
        actual = f"{text / 2**20:,.0f} MB of text packed into {path.stat().st_size / 2**10:,.0f} kB"
        refuse(path, actual, "a document", "it is no document or a harmful one; do not open it")
