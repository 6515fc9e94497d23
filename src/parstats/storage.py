"""Folders of the data, and reading and writing them atomically."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from parstats import errors, folders, formula_text
from parstats.reference import editions

if TYPE_CHECKING:
    import pandas as pd


DESCRIPTOR = "datapackage.json"
_RESOURCE = {"name": str, "path": str, "hash": str, "rows": int}
TABLE_ENDINGS = (".csv", ".parquet", ".xlsx", ".json")
_PACKAGE = folders.PACKAGE
# Letters of a cell and rows of a sheet, of Excel.
_LONGEST_CELL = 32_767
_MOST_ROWS = 2**20
# It can only be read by setting it, which other threads would notice: once, on import.
UMASK = os.umask(0)
os.umask(UMASK)


@dataclass(frozen=True)
class DataFolder:
    """The two folders of data: published figures and the tables built from them."""

    raw: Path
    processed: Path


def version() -> str:
    """Return the version of the installed package."""
    return metadata.version("parstats")


def data_folder() -> DataFolder:
    """Return the data folder in use.

    In this order: the folder named by the environment variable ``PARSTATS_DATA`` (holding ``raw/``,
    ``processed/`` and, if there is any, ``reference/``); ``data/`` of the checkout, for an editable
    install; else the figures bundled with the package, with processed tables in the user's cache,
    in a folder named by version and content of the bundled figures.

    Raises
    ------
    DataNotBuilt: if ``PARSTATS_DATA`` names a folder without ``raw/``
    """
    named = folders.named_folder()
    if named is not None and not (named / "raw").is_dir():
        raise errors.DataNotBuilt(
            f"PARSTATS_DATA names {named}, which has no folder raw/; "
            "put the published figures there, as `parstats init` does, or unset the variable"
        )
    if (root := folders.data_root()) is not None:
        return DataFolder(root / "raw", root / "processed")
    import platformdirs

    bundled = folders.package_raw()
    content = hash_files(sorted(path for path in bundled.rglob("*") if path.is_file()), bundled)
    cache = Path(platformdirs.user_cache_dir("parstats")) / f"{version()}-{content[:12]}"
    return DataFolder(bundled, cache / "processed")


def notebooks_folder() -> Path:
    """Return the folder of the project's notebooks, in the checkout or in the installed package."""
    checkout = folders.checkout()
    if checkout is not None and (checkout / "notebooks").is_dir():
        return checkout / "notebooks"
    return _PACKAGE / "_notebooks"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hash_files(paths: Iterable[Path], root: Path) -> str:
    """Return one SHA-256 over the names (relative to `root`) and contents of several files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode())
        total.update(sha256(path).encode())
    return total.hexdigest()


def code_hash(*rooms: str) -> str:
    """Return the SHA-256 over the package's own modules, reference tables and templates.

    Parameters
    ----------
    *rooms : str
        Modules and folders of the package to look at, as "build.py" or "ingest"; all of them if
        none is named.
    """
    endings = {".py", ".csv", ".j2", ".css", ".js"}
    package_files = (p for p in _PACKAGE.rglob("*") if p.suffix in endings)
    room_by_path = {path: path.relative_to(_PACKAGE).parts[0] for path in package_files}
    requested = [
        p for p, room in room_by_path.items() if room != "_data" and (not rooms or room in rooms)
    ]
    return hash_files(sorted(requested), _PACKAGE)


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file, then move it to `path` in one step.

    Parameters
    ----------
    path : pathlib.Path; where the file is to be; its folder is made if missing
    write : callable
        Called with the temporary path, which has the same ending. If it raises, `path` is as it
        was before and nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o666 & ~UMASK)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, content: str) -> None:
    """Write a text file in UTF-8 atomically."""
    write_atomic(path, lambda part: part.write_text(content, encoding="utf-8", newline="\n"))


@contextmanager
def restored_on_error(paths: Iterable[Path]) -> Iterator[None]:
    """Leave files as they were if what is done to them fails: what was there, or nothing.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> try:
    ...     with restored_on_error([path]):
    ...         write_text(path, "half of it")
    ...         raise OSError
    ... except OSError:
    ...     path.exists()
    False
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file in UTF-8, whole or not at all; the same content gives the same bytes."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def write_table(table: pd.DataFrame, path: Path, source: Mapping[str, str] | None = None) -> None:
    """Write a table in the form its ending names: .csv, .parquet, .xlsx or .json.

    Texts stay texts when a spreadsheet opens the file (`parstats.formula_text`). Letters that a
    workbook cannot hold, as the bell, become blanks there.

    Parameters
    ----------
    table : pandas.DataFrame
    path : pathlib.Path
    source : mapping, optional
        Whose figures the table is made from, by what is said of them. A workbook has it on a second
        sheet, a parquet file in the attributes that pandas reads back (``table.attrs["source"]``).
        The other two have no place that every program skips, so it lies beside them as
        `source_path` says.

    Raises
    ------
    UnknownChoice: if the file ending is not supported
    InvalidRequest: if the table does not fit into a workbook
    """
    ending = path.suffix.lower()
    writers: dict[str, Callable[[Path], object]] = {
        # The mark at the start lets Excel read Vietnamese letters.
        ".csv": lambda part: part.write_text(csv_text(table), encoding="utf-8-sig", newline=""),
        ".parquet": lambda part: _with_source(table, source).to_parquet(part, index=False),
        ".xlsx": lambda part: _write_workbook(table, part, path.name, source),
        ".json": lambda part: table.to_json(part, orient="records", force_ascii=False, indent=1),
    }
    if ending not in writers:
        raise errors.UnknownChoice("ending of an output file", path.name, TABLE_ENDINGS)
    write_atomic(path, writers[ending])
    if source and has_source_beside(path):
        write_source(path, source)


def source_path(path: Path) -> Path:
    """Return the path of the file that says whose figures a table is made from.

    >>> source_path(Path("shares.csv")).name
    'shares.csv.source.yml'
    """
    return path.with_name(f"{path.name}.source.yml")


def has_source_beside(path: Path) -> bool:
    """Whether the form of a table has no place for its source, so that it lies beside the file.

    >>> has_source_beside(Path("shares.csv")), has_source_beside(Path("shares.xlsx"))
    (True, False)
    """
    return path.suffix.lower() in (".csv", ".json")


def write_source(path: Path, source: Mapping[str, str]) -> None:
    """Write beside a table whose figures it is made from, and the hash of the table."""
    # A JSON text is a YAML text too, whatever letters are in it.
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in source.items()]
    write_text(source_path(path), "\n".join([*lines, f"sha256: {sha256(path)}"]) + "\n")


def _with_source(table: pd.DataFrame, source: Mapping[str, str] | None) -> pd.DataFrame:
    if source:
        table = table.copy(deep=False)
        table.attrs = {**table.attrs, "source": dict(source)}
    return table


def csv_text(table: pd.DataFrame) -> str:
    r"""Return a table as CSV in which texts stay texts when a spreadsheet opens it.

    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"text": ["=1+1"], "change": [-1.5]}))
    "text,change\n'=1+1,-1.5\n"
    """
    write = partial(formula_text.escape_table(table).to_csv, index=False, lineterminator="\n")
    content = str(write())
    # Before Python 3.13 a cell with a carriage return alone is not quoted, and would end its row.
    return str(write(quoting=csv.QUOTE_NONNUMERIC)) if "\r" in content else content


def _write_workbook(
    table: pd.DataFrame, part: Path, name: str, source: Mapping[str, str] | None
) -> None:
    import pandas as pd
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def fitting(value: Any) -> Any:
        if isinstance(value, str) and len(value) > _LONGEST_CELL:
            _refuse_workbook(name, f"a text of {len(value):,} letters", f"{_LONGEST_CELL:,}")
        return ILLEGAL_CHARACTERS_RE.sub(" ", value) if isinstance(value, str) else value

    if len(table) >= _MOST_ROWS:
        _refuse_workbook(name, f"{len(table):,} rows", f"{_MOST_ROWS - 1:,}")
    fitted = table.map(fitting)
    with pd.ExcelWriter(part, engine="openpyxl") as writer:
        fitted.to_excel(writer, index=False)
        if source:
            lines = pd.DataFrame(list(source.items()), columns=["what", "source"])
            lines.map(fitting).to_excel(writer, index=False, sheet_name="source")
            writer.sheets["source"].column_dimensions["A"].width = 16
            writer.sheets["source"].column_dimensions["B"].width = 100
        formula_text.keep_text(writer.book)


def _refuse_workbook(name: str, actual: str, most: str) -> NoReturn:
    raise errors.InvalidRequest(
        f"{name}: found {actual}; a workbook holds at most {most}; write .csv, .parquet or .json"
    )


def read_descriptor(processed: Path) -> dict[str, Any]:
    """Return the descriptor of the processed tables, which names the file of each.

    Raises
    ------
    DataNotBuilt: if it is missing or cannot be read
    """
    path = processed / DESCRIPTOR
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for item in content["resources"]:
            if not all(isinstance(item[key], type_) for key, type_ in _RESOURCE.items()):
                raise ValueError(f"found {item!r:.80}, expected name, path, hash and rows")
        dict(content["parstats"]["raw"])
    except FileNotFoundError:
        message = f"no processed data in {processed}; run `parstats build`"
        raise errors.DataNotBuilt(message) from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as problem:
        reason = f"it lacks {problem}" if isinstance(problem, KeyError) else problem
        message = f"{path} cannot be read ({reason}); run `parstats build --force`"
        raise errors.DataNotBuilt(message) from None
    return dict(content)


def raw_hashes(raw: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in the folders of published figures, by "papi/a.csv".

    Notes (.md) and hidden files are left out; what is no file, as a folder or a broken link, has an
    empty hash. A file whose size and times are those of an earlier look is not read again.
    """
    hash_by_name = {}
    for folder in sorted(path for path in raw.iterdir() if path.is_dir()):
        for path in sorted(folder.iterdir()):
            if not path.name.startswith(".") and path.suffix.lower() != ".md":
                hash_by_name[f"{folder.name}/{path.name}"] = _hash_of_file(path)
    return hash_by_name


def data_version(folder: str) -> str:
    """Return the version of the published figures that the processed tables were built from.

    Eight digits of a hash over the hashes that ``parstats build`` recorded of the files of an index
    and of the reference tables of the data folder (of frameworks, its own): the same figures have
    the same version on every machine, whatever figures of other indices there are.

    Parameters
    ----------
    folder : str; name of the index's folder of published figures, as "papi"

    Returns
    -------
    str: empty if nothing was built from such a folder.

    Examples
    --------
    >>> len(data_version("papi")), data_version("no-such-index")
    (8, '')
    """
    try:
        built_from = read_descriptor(data_folder().processed)["parstats"]
    except errors.DataNotBuilt:
        return ""
    files = {name: h for name, h in built_from["raw"].items() if name.startswith(f"{folder}/")}
    if not files:
        return ""
    reference = {
        name: content
        for name, content in built_from.get("reference", {}).items()
        if not name.startswith("frameworks/") or name == f"frameworks/{folder}.csv"
    }
    content = json.dumps([files, reference], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def reference_hashes() -> dict[str, str]:
    """Return the SHA-256 of each reference table of the data folder, by "frameworks/papi.csv".

    The facts that the package remembers of these tables are looked at again where one changed.

    >>> all(len(content) == 64 for content in reference_hashes().values())
    True
    """
    editions.refresh()
    return {name: _hash_of_file(path) for name, path in editions.overlay_files().items()}


def _hash_of_file(path: Path) -> str:
    if not path.is_file():
        return ""
    status = path.stat()
    return _hash_at(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


@lru_cache(maxsize=2**12)
def _hash_at(path: Path, *_status: int) -> str:
    """Return the SHA-256 of a file, remembered as long as its status is the same."""
    return sha256(path)


def read_processed(name: str) -> pd.DataFrame:
    """Return one processed table, its content checked against the descriptor.

    Parameters
    ----------
    name : str; name of the table, as "scores"

    Raises
    ------
    DataNotBuilt: if the tables were never built, the published figures or the reference tables of
        the data folder have changed since, or a file is not the one that the descriptor was
        written for
    """
    folder = data_folder()
    descriptor = read_descriptor(folder.processed)
    built_from = descriptor["parstats"]
    _check_same(folder.raw, raw_hashes(folder.raw), built_from["raw"])
    reference = folders.reference_folder() or folder.raw
    _check_same(reference, reference_hashes(), built_from.get("reference", {}))
    resources = {item["name"]: item for item in descriptor["resources"]}
    if name not in resources:
        raise errors.DataNotBuilt(f"no table {name} in {folder.processed}; run `parstats build`")
    path = folder.processed / resources[name]["path"]
    try:
        content = path.read_bytes()
    except OSError:
        raise errors.DataNotBuilt(f"{path} is missing; run `parstats build --force`") from None
    if hashlib.sha256(content).hexdigest() != resources[name]["hash"].removeprefix("sha256:"):
        raise errors.DataNotBuilt(
            f"{path} is not the file that {DESCRIPTOR} describes; run `parstats build --force`"
        )
    return _table(content).copy(deep=False)


def _check_same(folder: Path, present: dict[str, str], built_from: dict[str, str]) -> None:
    """Refuse tables that were built from other files of a folder than there are now."""
    if present == built_from:
        return
    changed = sorted(
        name for name in {*present, *built_from} if present.get(name) != built_from.get(name)
    )
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    raise errors.DataNotBuilt(
        f"{folder / changed[0]}{more} changed since the tables were built; run `parstats build`"
    )


def read_all() -> None:
    """Read every processed table, so that it need not be parsed again in this process or its forks.

    Raises
    ------
    DataNotBuilt: as `read_processed`
    """
    for item in read_descriptor(data_folder().processed)["resources"]:
        read_processed(item["name"])


@lru_cache(maxsize=32)
def _table(content: bytes) -> pd.DataFrame:
    """Return the table in the bytes of a parquet file, parsed once in a process.

    Copies of it are cheap and safe to change: pandas copies a column when it is written to.
    """
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content))
