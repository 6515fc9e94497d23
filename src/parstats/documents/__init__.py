"""The one reader of files: PDF, Word, workbooks and text, to tables and blocks with their place."""

from parstats.documents.document import Block, Cell, Document, Grid, Row, Span, Unread
from parstats.documents.reader import read_tables, read_text

__all__ = [
    "Block",
    "Cell",
    "Document",
    "Grid",
    "Row",
    "Span",
    "Unread",
    "read_tables",
    "read_text",
]
