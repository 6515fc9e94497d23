"""The forms of a report: page, Word document, PDF, notebook, workbook, brief.

One execution of a notebook serves all of them: each form is made from the executed notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from parstats import errors
from parstats.reports.formats import pdf
from parstats.reports.formats.report_info import About

if TYPE_CHECKING:
    from nbformat import NotebookNode


__all__ = ["FORMS", "About", "check", "file_name", "write"]

FORMS = ("html", "docx", "pdf", "ipynb", "xlsx", "brief")
"""Names of the forms."""
_ENDINGS = {"brief": "-brief.docx"}


def file_name(stem: str, form: str) -> str:
    """Return the name of the file of a form: the stem and its ending.

    >>> file_name("20-lang-son", "html"), file_name("20-lang-son", "brief")
    ('20-lang-son.html', '20-lang-son-brief.docx')
    """
    return stem + _ENDINGS.get(form, f".{form}")


def check(forms: Iterable[str]) -> None:
    """Refuse forms that cannot be made, before any work.

    Raises UnknownChoice if there is no such form; ToolMissing if one needs a program that is not
    there: it names what to install.

    >>> check(["html", "docx"])
    >>> check(["odt"])
    Traceback (most recent call last):
    parstats.errors.UnknownChoice: unknown format 'odt': expected one of html, docx, ...
    """
    for form in forms:
        if form not in FORMS:
            raise errors.UnknownChoice("format", form, FORMS)
        if form == "pdf":
            pdf.printer()


def write(form: str, executed: NotebookNode, about: About) -> bytes:
    """Return a report in one form.

    The form is one of `FORMS`. The same outputs give the same bytes, but for PDF by another release
    of the program that prints it. Raises UnknownChoice if there is no such form, ToolMissing if it
    needs a program that is not there, ToolFailed if that program failed; the message quotes it.

    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> report = new_notebook(cells=[new_markdown_cell("# Lạng Sơn")])
    >>> write("docx", report, About("Lạng Sơn", "vi"))[:2]
    b'PK'
    """
    if form not in FORMS:
        raise errors.UnknownChoice("format", form, FORMS)
    return _writer(form)(executed, about)


def _writer(form: str) -> Callable[[NotebookNode, About], bytes]:
    """Return the function that writes a form; its libraries are imported only when it is wanted."""
    writer: Callable[[NotebookNode, About], bytes] = import_module(f"{__package__}.{form}").write
    return writer
