"""Compare two folders of outputs: ``python -m evaluation.compare OLD NEW``.

Prints every sentence, number, table cell and picture that differs, with its file and position, so
that a change of the code which should change nothing can be shown to change nothing. Reports (html,
docx, pdf, xlsx, ipynb), tables (csv, parquet) and texts are compared by what a reader sees, not by
their bytes. ``--column OLD=NEW`` names a column that was renamed; manifests hold the provenance of
outputs (versions, hashes) and are compared by their reports alone.

Exit status: 0 if nothing differs, 1 if something does, 2 if a folder is missing.
"""

from __future__ import annotations

import argparse
import base64
import difflib
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

#: What a reader sees of a file, in order: a label of the position and the text there.
Content = list[tuple[str, str]]

_BLOCKS = [
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "li",
    "td",
    "th",
    "figcaption",
    "pre",
    "title",
    "dt",
    "dd",
    "summary",
    "option",
    "button",
]
_MAX_LINES = 20  # differences printed of one file: more are counted
_LONG = 20_000  # entries from which on an exact alignment takes minutes


def html_content(text: str) -> Content:
    """Texts of the blocks of a page, and its pictures.

    Examples
    --------
    >>> html_content("<h1>Hà Nội</h1><p>Rank <b>7</b></p>")
    [('h1', 'Hà Nội'), ('p', 'Rank 7')]
    """
    from lxml import html

    if not text.strip():
        return []
    content: Content = []
    for element in html.fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in _BLOCKS:
            if not any(child.tag in _BLOCKS for child in element.iterdescendants()):
                content.append((element.tag, " ".join(element.text_content().split())))
        elif element.tag == "img":
            picture = element.get("src", "")
            if picture.startswith("data:image"):
                picture = picture_hash(base64.b64decode(picture.partition(",")[2]))
            content.append(("img", f"{element.get('alt', '')} {picture}".strip()))
        elif element.tag in ("script", "style"):
            content.append((element.tag, element.text or ""))
        elif element.tag == "text":
            content.append(("svg text", " ".join(element.text_content().split())))
    return content


def picture_hash(data: bytes) -> str:
    """Hash of the pixels of a picture, or of its bytes where it is no raster."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data)).convert("RGBA")
    except UnidentifiedImageError:
        return f"bytes {hashlib.sha256(data).hexdigest()[:16]}"
    pixels = hashlib.sha256(image.tobytes()).hexdigest()[:16]
    return f"picture {image.width}x{image.height} {pixels}"


def _read_html(path: Path) -> Content:
    return html_content(path.read_text(encoding="utf-8"))


def _read_docx(path: Path) -> Content:
    import docx

    document = docx.Document(str(path))
    content: Content = [
        (f"paragraph ({item.style.name})", item.text) for item in document.paragraphs
    ]
    for number, table in enumerate(document.tables, 1):
        for index, row in enumerate(table.rows, 1):
            content += [(f"table {number}, row {index}", cell.text) for cell in row.cells]
    parts = (part for part in document.part.package.iter_parts() if "image" in part.content_type)
    return content + [("picture", picture_hash(part.blob)) for part in parts]


def _read_pdf(path: Path) -> Content:
    import pdfplumber

    content: Content = []
    with pdfplumber.open(path) as document:
        for number, page in enumerate(document.pages, 1):
            content += [(f"page {number}", line) for line in page.extract_text().splitlines()]
            content += [
                (f"page {number}, picture", hashlib.sha256(image["stream"].rawdata).hexdigest())
                for image in page.images
            ]
    return content


def _read_xlsx(path: Path) -> Content:
    import openpyxl

    content: Content = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        content.append(("sheet", sheet.title))
        for row in sheet.iter_rows():
            content += [
                (f"{sheet.title}!{cell.coordinate}", f"{cell.value!r} {cell.number_format}")
                for cell in row
                if cell.value is not None
            ]
    return content


def _read_notebook(path: Path) -> Content:
    """Prose and outputs; code is not what a reader of a report sees."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    content: Content = []
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            content.append((f"cell {number}", _joined(cell["source"])))
        for output in cell.get("outputs", []):
            label = f"cell {number}, output"
            content += [(label, _joined(output.get("text", "")))] if "text" in output else []
            for kind, data in sorted(output.get("data", {}).items()):
                if kind.startswith("image/") and kind != "image/svg+xml":
                    content.append((label, picture_hash(base64.b64decode(_joined(data)))))
                elif kind == "text/html":
                    content += [
                        (f"{label}, {tag}", text) for tag, text in html_content(_joined(data))
                    ]
                else:
                    content.append((f"{label}, {kind}", _joined(data)))
    return content


def _joined(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)


def table_content(table: pd.DataFrame, renamed: dict[str, str]) -> Content:
    """Columns and cells of a table, renamed columns under their new name.

    Examples
    --------
    >>> table_content(pd.DataFrame({"ci_low": [0.5]}), {"ci_low": "sens_low"})
    [('columns', 'sens_low'), ('row 1, sens_low', '0.5')]
    """
    table = table.rename(columns=renamed)
    content: Content = [("columns", ", ".join(map(str, table.columns)))]
    for number, row in enumerate(table.itertuples(index=False), 1):
        cells = zip(table.columns, row, strict=True)
        content += [(f"row {number}, {name}", str(value)) for name, value in cells]
    return content


def _read_manifest(path: Path) -> Content:
    """Which reports there are and how they ended: hashes and versions are provenance."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or "reports" not in document:
        return [("json", json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False))]
    facts = ("status", "message", "notebook", "title", "lang", "figures")
    return [
        (f"{stem}, {fact}", str(report.get(fact)))
        for stem, report in sorted(document["reports"].items())
        for fact in facts
    ]


def _read_text(path: Path) -> Content:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [(f"line {number}", line) for number, line in enumerate(lines, 1)]


_READERS: dict[str, Callable[[Path], Content]] = {
    ".docx": _read_docx,
    ".html": _read_html,
    ".ipynb": _read_notebook,
    ".json": _read_manifest,
    ".pdf": _read_pdf,
    ".xlsx": _read_xlsx,
}


def read(path: Path, root: Path, renamed: dict[str, str]) -> Content:
    """What a reader sees of a file; paths of its own folder, the version and times are left out."""
    if path.suffix == ".csv":
        try:
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            content = table_content(table, renamed)
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            content = _read_text(path)
    elif path.suffix == ".parquet":
        content = table_content(pd.read_parquet(path), renamed)
    else:
        content = _READERS.get(path.suffix, _read_text)(path)
    names = {str(root), str(root.resolve())}
    return [(label, _without(text, names)) for label, text in content]


def _without(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = text.replace(name, "FOLDER")
    text = re.sub(r"parstats \d+\.\d+\.\d+", "parstats VERSION", text)
    text = re.sub(r"\b0x[0-9a-f]+\b", "ADDRESS", text)
    return re.sub(r"\b\d+(\.\d+)? s\b|\d:\d\d:\d\d", "TIME", text)


def differences(old: Content, new: Content) -> Iterator[str]:
    """Lines of what is only in one of two contents, with their positions.

    Examples
    --------
    >>> list(differences([("p", "rank 7")], [("p", "rank 8")]))
    ['- p: rank 7', '+ p: rank 8']
    """
    if len(old) == len(new):
        pairs = zip(old, new, strict=True)
        steps = [([before], [after]) for before, after in pairs if before != after]
    else:
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > _LONG)
        steps = [
            (old[old_start:old_end], new[new_start:new_end])
            for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes()
            if kind != "equal"
        ]
    for before, after in steps:
        yield from (f"- {label}: {text}" for label, text in before)
        yield from (f"+ {label}: {text}" for label, text in after)


def compare(old: Path, new: Path, renamed: dict[str, str]) -> tuple[int, list[str]]:
    """Compare two folders.

    Returns
    -------
    tuple of int and list of str
        Files compared, and lines to print: a heading for each file that differs, then what differs.
    """
    names = [
        {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and path.parent.name != "logs"  # times and memory of each run
        }
        for folder in (old, new)
    ]
    lines = [f"only in {old}: {name}" for name in sorted(names[0] - names[1])]
    lines += [f"only in {new}: {name}" for name in sorted(names[1] - names[0])]
    for name in sorted(names[0] & names[1]):
        if (old / name).read_bytes() == (new / name).read_bytes():
            continue
        contents = read(old / name, old, renamed), read(new / name, new, {})
        changed = [] if contents[0] == contents[1] else list(differences(*contents))
        if changed:
            lines += [f"{name}: {len(changed)} lines differ", *changed[:_MAX_LINES]]
    return len(names[0] | names[1]), lines


def main(arguments: list[str] | None = None) -> int:
    """Print what differs and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.compare", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--column", action="append", default=[], metavar="OLD=NEW")
    options = parser.parse_args(arguments)
    for folder in (options.old, options.new):
        if not folder.is_dir():
            print(f"{folder}: no such folder", file=sys.stderr)
            return 2
    renamed = dict(pair.split("=", 1) for pair in options.column)
    count, lines = compare(options.old, options.new, renamed)
    print(
        "\n".join(
            [*lines, f"{count} files compared, {'some differ' if lines else 'no difference'}"]
        )
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
