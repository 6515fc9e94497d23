"""Reading a CSV file as text, with every fault named by its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from parstats import formula_text
from parstats.errors import InvalidData, Problem

_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_REMEDY_ENCODING = "save it as CSV in UTF-8 (in Excel: 'CSV UTF-8 (Comma delimited)')"
_DIGITS = re.compile(r"^-?\d+$")


def read(
    path: Path,
    name: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    rows_needed: bool = True,
) -> pd.DataFrame:
    """Read a CSV file in UTF-8 with comma separators, every cell as text.

    `name` is what messages call the file; headers `required` must, `optional` may be there.
    Surrounding blanks and the marks of `parstats.formula_text` are removed; the index is the row as
    a spreadsheet numbers it (the header is row 1). Raises InvalidData if the file is empty (with
    `rows_needed` also a header without rows), in another encoding, with another separator, with
    missing, unknown or repeated headers, or has rows of another length than the header.
    """
    text = _decode(path, name)
    filled = _filled_rows(text, name)
    if not filled:
        raise InvalidData(
            [_file_problem(name, "an empty file", "a header row and data", "fill it")]
        )
    header_row, header = filled[0]
    header = [cell.strip() for cell in header]
    _check_header(name, header_row, header, required, optional)
    _check_lengths(name, header, filled[1:])
    if len(filled) == 1 and rows_needed:
        raise InvalidData(
            [_file_problem(name, "a header without rows", "data rows", "add the figures")]
        )
    rows = [[cell.strip() for cell in cells] for _, cells in filled[1:]]
    return pd.DataFrame(rows, columns=header, index=[row for row, _ in filled[1:]], dtype="str")


def _filled_rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with its number."""
    filled: list[tuple[int, list[str]]] = []
    row = 0
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            if any(map(str.strip, cells)):
                filled.append((row, [formula_text.unescape(cell) for cell in cells]))
    except csv.Error:
        actual = "quotation marks that do not match"
        remedy = "check the quotation marks of this row and of its cells"
        problem = Problem(name, row + 1, None, actual, "whole cells between them, or none", remedy)
        raise InvalidData([problem]) from None
    return filled


def _file_problem(name: str, actual: str, expected: str, remedy: str) -> Problem:
    return Problem(name, None, None, actual, expected, remedy)


def _decode(path: Path, name: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InvalidData(
            [_file_problem(name, reason, "a readable file", "check the path")]
        ) from None
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise InvalidData([_file_problem(name, f"{encoding} text", "UTF-8", _REMEDY_ENCODING)])
    if b"\x00" in content[:4096]:
        actual = "a binary file (a workbook?)" if content[:2] == b"PK" else "a binary file"
        raise InvalidData([_file_problem(name, actual, "a CSV file", _REMEDY_ENCODING)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        row = content[: problem.start].count(b"\n") + 1
        actual = f"byte 0x{content[problem.start]:02X}, which is not UTF-8"
        raise InvalidData(
            [Problem(name, row, None, actual, "text in UTF-8", _REMEDY_ENCODING)]
        ) from None


def _check_header(
    name: str, row: int, header: list[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    allowed = [*required, *optional]
    written = ",".join(header)
    for separator, separator_name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in written:
            problem = Problem(
                name, row, None, f"{separator_name} between the columns", "commas", _REMEDY_ENCODING
            )
            raise InvalidData([problem])
    problems = [
        Problem(
            name,
            row,
            column,
            "no such column; the file has " + (", ".join(filter(None, header)) or "none"),
            f"the columns {', '.join(required)}",
            f"add a column named {column}, or rename the one that holds it",
        )
        for column in required
        if column not in header
    ]
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            actual = f"the header {column!r} {header.count(column)} times"
            problems.append(Problem(name, row, column, actual, "each once", "keep one of them"))
        if column not in allowed:
            actual = f"the header {column!r}"
            remedy = "rename or remove the column"
            problems.append(Problem(name, row, column, actual, ", ".join(allowed), remedy))
    if problems:
        raise InvalidData(problems)


def _check_lengths(name: str, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    problems = []
    for row, cells in rows:
        if len(cells) == len(header):
            continue
        column, remedy = None, "check the commas of this row"
        actual = f"{len(cells)} cells"
        pair = [cell.strip() for cell in cells[-2:]]
        if len(cells) == len(header) + 1 and all(_DIGITS.match(cell) for cell in pair):
            actual += f", the last two being {pair[0]} and {pair[1]} (a decimal comma?)"
            column, remedy = header[-1], f"write {pair[0]}.{pair[1]}, with a decimal point"
        problems.append(Problem(name, row, column, actual, f"{len(header)} cells", remedy))
    if problems:
        raise InvalidData(problems)
