"""The form of a file, by its ending and its first bytes, before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from parstats.documents import limits
from parstats.documents.limits import refuse

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word and Excel 97-2003, and locked newer files
_PACKED = b"PK\x03\x04"
_TEXTS = (".txt", ".md", ".csv", ".tsv")


@dataclass(frozen=True)
class Purpose:
    """What a file is read for.

    Attributes
    ----------
    content : str; what the file should hold, as messages say it
    expected : str; its forms, as messages say them
    forms : mapping of str to str; forms by ending
    remedies : mapping of str to str; what to do with files of other endings
    remedy : str; what to do with all others
    """

    content: str
    expected: str
    forms: Mapping[str, str]
    remedies: Mapping[str, str]
    remedy: str


#: Documents read for their sentences and tables of measures.
PLAN = Purpose(
    "a plan document",
    ".docx, .pdf, .txt or .md",
    {
        **{ending: ending for ending in (".docx", ".pdf", ".txt", ".md")},
        ".text": ".txt",
        ".markdown": ".md",
    },
    {
        ".doc": "open it in Word or LibreOffice and save it as .docx",
        ".rtf": "open it in Word or LibreOffice and save it as .docx",
        ".odt": "open it in LibreOffice and save it as .docx",
        ".xlsx": "copy the table into a Word document and save it as .docx",
        ".xls": "copy the table into a Word document and save it as .docx",
        ".html": "open it in a browser and save or print it as .pdf",
        ".htm": "open it in a browser and save or print it as .pdf",
        ".zip": "unpack it and name the documents in it",
        **dict.fromkeys(
            (".jpg", ".jpeg", ".png", ".tif", ".tiff"),
            "make it text with OCR software first (ocrmypdf -l vie) and save it as .pdf",
        ),
    },
    "save it in one of these forms",
)
#: Files read for tables of scores.
TABLE = Purpose(
    "a table",
    "a table as CSV, workbook or PDF",
    {
        **{ending: ending for ending in (".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".ods", ".pdf")},
        ".dta": ".dta",
        ".txt": ".csv",
        ".xlsm": ".xlsx",
    },
    {
        ".doc": "save it as PDF, or copy the table into a spreadsheet",
        ".docx": "copy the table into a spreadsheet and save it as .xlsx",
        ".html": "copy the table into a spreadsheet and save it as .xlsx",
        ".json": "save it as CSV",
        ".parquet": "save it as CSV",
    },
    "save it as .xlsx or as CSV",
)


def form_of(path: Path, name: str, purpose: Purpose) -> str:
    """Return the form of a file by its ending, as ".docx", if its first bytes agree.

    Raises InvalidData if it cannot be read, is too large, or cannot be what its ending says.
    """
    try:
        if path.is_dir():
            remedy = f"name the files in it, as {path}/*.docx"
            if purpose is TABLE:
                remedy = "name a file in it"
            refuse(name, "a folder", purpose.expected, remedy)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as problem:
        refuse(name, problem.strerror or str(problem), "a readable file", "check the path")
    ending = path.suffix.lower()
    if size == 0:
        refuse(name, "an empty file", purpose.content, "fetch or save it again")
    form = purpose.forms.get(ending, "")
    _check_size(name, size, form)
    if head.startswith(_OLE) and form != ".xls":
        _refuse_old_office(path, name, ending, purpose)
    if not form:
        _refuse_ending(name, ending, purpose)
    _check_content(path, name, form, head, purpose)
    return form


def _check_size(name: str, size: int, form: str) -> None:
    plain = form in (".txt", ".md")
    most = limits.LARGEST_PLAIN if plain else limits.LARGEST
    if size > most:
        actual, expected = f"{size / 2**20:.3g} MB", f"at most {most / 2**20:.3g} MB"
        remedy = "cut it to what counts" + ("" if plain else ", or save it without pictures")
        refuse(name, actual, expected, remedy)


def _refuse_old_office(path: Path, name: str, ending: str, purpose: Purpose) -> NoReturn:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        remedy = "open it in Word or Excel with the password and save it without one"
        refuse(name, "a file locked with a password", "one that opens without", remedy)
    if purpose is TABLE:
        actual = f"an Excel 97-2003 workbook called {ending or 'so'}"
        refuse(name, actual, purpose.expected, f"call it {path.stem}.xls")
    remedy = (
        "open it in Word or LibreOffice and save it as .docx, or run "
        f"`soffice --headless --convert-to docx {path.name}`"
    )
    called = "a Word 97-2003 document" + ("" if ending == ".doc" else f" called {ending or 'so'}")
    refuse(name, called, purpose.expected, remedy)


def _refuse_ending(name: str, ending: str, purpose: Purpose, under: str = "") -> NoReturn:
    actual = f"ending {ending!r}" if ending else "no ending"
    if under:
        actual = f"what belongs in a {ending} file under the ending {under!r}"
    refuse(name, actual, purpose.expected, purpose.remedies.get(ending, purpose.remedy))


def _check_content(path: Path, name: str, form: str, head: bytes, purpose: Purpose) -> None:
    """Refuse a file whose first bytes are those of another form."""
    if (other := _marked_text(head)) and form in (*_TEXTS, ".docx", ".xls"):
        _refuse_ending(name, other, purpose, under=path.suffix.lower())
    true_form = _by_content(head)
    packed = form in (".docx", ".xlsx", ".xlsb", ".ods")
    expected = {".pdf": ".pdf", ".xls": ".xls"}.get(form, ".zip" if packed else "")
    if true_form != expected and (true_form or expected):
        _refuse_other_content(path, name, form, true_form)
    main_parts = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".ods": "content.xml"}
    if packed:
        limits.check_package(path, name, form, main_parts.get(form, "xl/workbook.bin"))


def _by_content(head: bytes) -> str:
    """Return the form by the first bytes; "" for text or if unknown."""
    if b"%PDF-" in head:
        return ".pdf"
    if head.startswith(_OLE):
        return ".xls"
    return ".zip" if head.startswith(_PACKED) else ""


def _marked_text(head: bytes) -> str:
    """Return the ending that a text with marks of another form should have."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    return ".html" if start.startswith((b"<!doctype html", b"<html")) else ""


def _refuse_other_content(path: Path, name: str, form: str, true_form: str) -> NoReturn:
    kinds = {
        ".zip": "a packed file such as .docx or .xlsx",
        ".pdf": "a PDF",
        ".xls": "an Excel 97-2003 workbook",
    }
    if true_form:
        ending = {".zip": ".docx" if form in (".txt", ".md") else ".xlsx"}.get(true_form, true_form)
        refuse(
            name,
            f"{kinds[true_form]} under the ending {path.suffix.lower()}",
            f"content as the ending says, {form}",
            f"call it {path.stem}{ending}, if that is what it is",
        )
    kind = {".docx": "Word document", ".pdf": "PDF"}.get(form, "workbook")
    refuse(name, f"no {kind}", f"a {kind}", "it may be cut off or a web page; fetch it again")
