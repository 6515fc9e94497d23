"""A workbook in the binary form .xlsb, written record by record; no library at hand writes it.

The records are those of [MS-XLSB], the published description of the form.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.'
    'macroEnabled.main"/></Types>'
)


def write(
    path: Path, sheet: str, rows: Iterable[Sequence[str | float]], *, far_cell: bool = False
) -> Path:
    """Write one sheet of texts and numbers; with `far_cell` the last place is filled too."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _links("officeDocument", "xl/workbook.bin"))
        package.writestr("xl/_rels/workbook.bin.rels", _links("worksheet", "worksheets/sheet1.bin"))
        package.writestr("xl/workbook.bin", _book(sheet))
        package.writestr(
            "xl/worksheets/sheet1.bin", _sheet([list(row) for row in rows], far_cell=far_cell)
        )
    return path


def _links(kind: str, target: str) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}relationships"><Relationship '
        f'Id="rId1" Type="{_OFFICE}{kind}" Target="{target}"/></Relationships>'
    )


def _record(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, size = len(content), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _book(sheet: str) -> bytes:
    bundle = struct.pack("<II", 0, 1) + _text("rId1") + _text(sheet)
    return _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)


def _sheet(rows: list[list[str | float]], *, far_cell: bool) -> bytes:
    last = (len(rows) - 1, max(map(len, rows)) - 1)
    content = _record(129) + _record(148, struct.pack("<IIII", 0, last[0], 0, last[1]))
    content += _record(145)
    for number, row in enumerate(rows):
        content += _record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(value, str):
                content += _record(6, place + _text(value))
            else:
                content += _record(5, place + struct.pack("<d", value))
    if far_cell:
        content += _record(0, struct.pack("<IIHHBI", 1_048_575, 0, 300, 0, 0, 0))
        content += _record(6, struct.pack("<II", 16_383, 0) + _text("x"))
    return content + _record(146) + _record(130)
