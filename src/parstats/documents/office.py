"""Documents in old forms turned into .docx by LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parstats.documents.limits import refuse

#: Seconds for one document. By judgement: the longest take half a minute, a first start ten
#: seconds.
LONGEST = 180.0
# Where LibreOffice is if it is not on the path.
_USUAL = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


def program() -> str:
    """Return the path of LibreOffice; "" if there is none."""
    for name in ("soffice", "libreoffice", *_USUAL):
        if available := shutil.which(name):
            return available
    return ""


@contextmanager
def as_docx(path: Path, kind: str) -> Iterator[Path]:
    """Give a .docx made of another document; it is gone afterwards.

    `kind` is what messages call the document. Raises InvalidData where there is no LibreOffice, or
    where it cannot read the document.
    """
    by_hand = "open it in Word or LibreOffice and save it as .docx"
    soffice = program()
    if not soffice:
        remedy = f"{by_hand}, or install LibreOffice, by which parstats reads it"
        refuse(path, kind, "a form that is read without LibreOffice", remedy)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # A profile of its own: one that is open elsewhere would take the call.
        command = [
            soffice,
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            *("--headless", "--norestore", "--convert-to", "docx", "--outdir", folder),
            str(path.resolve()),
        ]
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=LONGEST)
        except (subprocess.TimeoutExpired, OSError):
            refuse(path, f"{kind} that LibreOffice does not finish", "one that it reads", by_hand)
        made = Path(folder) / f"{path.stem}.docx"
        if not made.exists():
            refuse(path, f"{kind} that LibreOffice cannot read", "one that it reads", by_hand)
        yield made
