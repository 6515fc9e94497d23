"""A data folder of one's own, for people who installed the package: ``parstats init``.

It holds all that ``PARSTATS_DATA`` has to name: the published figures that come with the package,
empty reference tables to add to, the notebooks, and templates for a table of scores and a plan.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats import errors, folders, storage
from parstats.reference import csv_tables, frameworks, labels, provinces

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: The file by which a folder is known as one of ours.
MARK = ".parstats-data"
_TEMPLATES = folders.PACKAGE / "pipeline" / "templates"
# Tables of ``reference/`` that are laid out with their headers, for people to fill in; the README
# beside them names the others.
_HEADED = ("aliases", "breaks", "column_maps/spellings", "gaps", "labels", "unit_names")
_LANG_LINE = re.compile(r"^lang = .*$")
# Width of the columns of the table of scores, in letters: the longest Vietnamese name wraps to
# three lines.
_COLUMN_WIDTH = 16


@dataclass(frozen=True)
class NewFolder:
    """What `create` did: the folder, the files that were added, and those that were left alone."""

    folder: Path
    added: tuple[str, ...]
    unchanged: tuple[str, ...]


def create(folder: Path, *, lang: str = "vi") -> NewFolder:
    """Make a data folder, or add what is missing to one of ours.

    Parameters
    ----------
    folder : pathlib.Path; new, empty, or made by this function before
    lang : {"vi", "en"}; language of the README and of the notebooks' parameter

    Returns
    -------
    NewFolder: files that were there already are never changed.

    Raises
    ------
    UnknownChoice: if the language is unknown
    OutputRefused: if the folder is a file or holds other things

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     folder = create(Path(parent) / "my data", lang="en")
    ...     "raw/papi/papi_2024.csv" in folder.added, create(folder.folder).added
    (True, ())
    """
    labels.check_language(lang)
    folder = folder.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise errors.OutputRefused(f"{folder} is a file; name a folder that is new or empty")
    is_ours = (folder / MARK).is_file()
    if folder.is_dir() and any(folder.iterdir()) and not is_ours:
        message = f"{folder} holds other files; name a folder that is new or empty"
        raise errors.OutputRefused(message)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".parstats-init-"))
    try:
        staging.chmod(0o777 & ~storage.UMASK)
        _fill(staging, lang)
        names = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
        unchanged = [name for name in names if (folder / name).exists()]
        if folder.exists():  # the folder itself stays: somebody may stand in it
            names.sort(key=lambda name: name == MARK)  # ours once all the rest is there
            for name in names:
                if name not in unchanged:
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (staging / name).replace(folder / name)
        else:
            staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return NewFolder(
        folder, tuple(name for name in names if name not in unchanged), tuple(unchanged)
    )


def _fill(folder: Path, lang: str) -> None:
    """Write everything that a data folder begins with."""
    newest = frameworks.years("PAPI")[1]
    fields = {"newest": newest, "next_year": newest + 1}
    raw = folders.package_raw()
    shutil.copytree(raw, folder / "raw")
    shutil.copyfile(raw.with_name("README.md"), folder / "raw" / "README.md")
    for name, template in (("README.md", "README"), ("reference/README.md", "reference")):
        text = (_TEMPLATES / f"{template}.{lang}.md").read_text(encoding="utf-8")
        for field, value in fields.items():
            text = text.replace(f"{{{field}}}", str(value))
        storage.write_text(folder / name, text)
    for name in _HEADED:
        header = ",".join(csv_tables.columns(name)) + "\n"
        storage.write_text(folder / "reference" / f"{name}.csv", "\ufeff" + header)
    for path in sorted(storage.notebooks_folder().glob("*.ipynb")):
        storage.write_text(folder / "notebooks" / path.name, notebook_text(path, lang))
    _write_table(folder / "tables" / "papi.xlsx", newest, lang)
    _write_plan(folder / "plans" / "ke-hoach-mau.docx", newest + 1)
    storage.write_json(folder / MARK, {"parstats": storage.version(), "lang": lang})


def notebook_text(path: Path, lang: str) -> str:
    """Return a notebook with its parameter ``lang`` set and its prose in that language only.

    >>> path = storage.notebooks_folder() / "01_data_quality.ipynb"
    >>> "".join(json.loads(notebook_text(path, "en"))["cells"][1]["source"]).splitlines()[-1]
    'lang = "en"'
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    others = {f"lang-{other}" for other in labels.LANGUAGES if other != lang}
    notebook["cells"] = [
        cell for cell in notebook["cells"] if not others & set(cell["metadata"].get("tags", ()))
    ]
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            lines = "".join(cell["source"]).split("\n")
            lines = [_LANG_LINE.sub(f'lang = "{lang}"', line) for line in lines]
            cell["source"] = "\n".join(lines).splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _write_table(path: Path, newest: int, lang: str) -> None:
    """Write an empty table of the provinces by the criteria of PAPI's newest year."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    workbook = Workbook()
    sheet: Worksheet = workbook.active
    sheet.title = "PAPI"
    series = frameworks.in_year("PAPI", newest, "criterion")
    names = [frameworks.series_name(name, lang) for name in series["series"]]
    # The table is for the figures of the year to come.
    units = provinces.by_code(provinces.vintage_in_year(newest + 1)).values()
    unit_names = sorted((unit.names[lang] for unit in units), key=labels.collation_key)
    sheet.append([labels.text("table.province", lang), *names])
    for name in unit_names:
        sheet.append([name])
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = _COLUMN_WIDTH
    sheet.freeze_panes = "B2"
    storage.write_atomic(path, workbook.save)


_LETTERHEAD = ("UBND TỈNH LẠNG SƠN", "Số: 01/KH-UBND", "Lạng Sơn, ngày 15 tháng 5 năm {year}")
_PLAN_TITLE = "Khắc phục hạn chế, nâng cao Chỉ số PAPI năm {year}"
_PLAN_BASIS = "Căn cứ kết quả Chỉ số PAPI năm {year}."
_PLAN_HINT = (
    "(Văn bản mẫu, bịa ra để thử: thay bằng nội dung của cơ quan, giữ nguyên hàng đầu bảng.)"
)
_PLAN_COLUMNS = ("STT", "Tiêu chí", "Giải pháp", "Mục tiêu", "Chủ trì", "Phối hợp", "Thời hạn")


def _write_plan(path: Path, year: int) -> None:
    """Write a plan as an office would, for `parstats plan` to read."""
    import docx

    document: Any = docx.Document()
    for line in _LETTERHEAD:
        document.add_paragraph(line.format(year=year))
    document.add_heading("KẾ HOẠCH", level=1)
    document.add_paragraph(_PLAN_TITLE.format(year=year))
    document.add_paragraph(_PLAN_HINT)
    document.add_paragraph(_PLAN_BASIS.format(year=year - 1))
    for heading, measures in groupby(_plan_rows(year), key=lambda row: row["heading"]):
        document.add_heading(heading, level=2)
        table = document.add_table(rows=1, cols=len(_PLAN_COLUMNS), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, _PLAN_COLUMNS, strict=True):
            cell.text = text
        for number, measure in enumerate(measures, start=1):
            texts = [str(number), *(text for key, text in measure.items() if key != "heading")]
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
    storage.write_atomic(path, lambda part: document.save(str(part)))


def _plan_rows(year: int) -> Iterator[dict[str, str]]:
    with (_TEMPLATES / "plan.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: text.format(year=year) for key, text in row.items()}
