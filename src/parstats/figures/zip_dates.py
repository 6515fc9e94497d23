"""Removing dates from ZIP archives (.docx, .xlsx), so that equal content gives equal files."""

from __future__ import annotations

import io
import re
import zipfile

# The first day that such an archive can name.
_DAY = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_DATES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def dateless(content: bytes) -> bytes:
    """Return the archive without times of writing, in its properties and entries.

    It is a .docx or .xlsx.

    >>> buffer = io.BytesIO()
    >>> with zipfile.ZipFile(buffer, "w") as archive:
    ...     archive.writestr("a.xml", "<a/>")
    >>> zipfile.ZipFile(io.BytesIO(dateless(buffer.getvalue()))).getinfo("a.xml").date_time[0]
    1980
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == _PROPERTIES:
                data = _DATES.sub(b"", data)
            target.writestr(undated_entry(name, 0o600), data)
    return buffer.getvalue()


def undated_entry(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    """Return the head of an entry of an archive: compressed, without the time of writing.

    >>> undated_entry("a.txt").date_time[:3]
    (1980, 1, 1)
    """
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = mode << 16
    return entry
