"""The formats of a report: page, Word document, PDF, notebook, workbook.

One execution of a notebook serves all of them: each format is made from the executed notebook.
"""

from parstats.reports.formats.report_info import About
from parstats.reports.formats.writer import FORMS, check, write

__all__ = ["FORMS", "About", "check", "write"]
