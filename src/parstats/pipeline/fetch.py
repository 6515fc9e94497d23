"""Download of public data sets into the raw figures; files are added, never changed.

The sets are on the Hugging Face Hub and are read with its own client, the optional extra
``fetch``. The client takes its settings from the environment when it is imported, retries long
and writes into the home folder; so it runs in a separate process, with our settings, a
temporary folder as its home, and an end when nothing more arrives.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from parstats import errors, storage
from parstats.documents.grid import clean
from parstats.errors import InvalidData
from parstats.ingest import sidecar
from parstats.reference import csv_tables

HUB = "https://huggingface.co"

_CHILD = "import sys; from parstats.pipeline.fetch import _download; _download(*sys.argv[1:])"
_CHILD_SETTINGS = {
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # Plain HTTP: the other way keeps a separate cache and settings.
    "HF_HUB_DISABLE_XET": "1",
}
_HTTP_LIBRARIES = {"httpcore", "httpx", "httpcore2", "httpx2", "requests", "urllib3"}
_UNSAFE = re.compile(r"[^\w.-]+")
_REVISION = re.compile(r"[0-9a-f]{8,64}")

# For a set whose columns are not known beforehand.
_YEAR = re.compile(r"(^|[\W_])(year|nam|năm)([\W_]|$)")
_PROVINCE = re.compile(
    r"(^|[\W_])(prov(ince)?(code|id|name)?|geo|unit|(ten|tên|ma|mã)?[ _]?t(i|ỉ)nh(id)?)([\W_]|$)"
)
_NO_FIGURES = re.compile(r"codebook|dictionary|readme", re.IGNORECASE)


class FetchFailed(errors.ParstatsError):
    """A public data set could not be added; the raw figures are unchanged."""


class NoNetwork(FetchFailed):
    """The host of a public data set could not be reached, or stopped answering."""


@dataclass(frozen=True)
class Fetched:
    """Result of a download.

    >>> Fetched((Path("vn-par-master_0123abcd.csv"),), fresh=True, revision="0123abcd").fresh
    True
    """

    # The files of the newest revision among the raw figures, new or already there.
    files: tuple[Path, ...]
    fresh: bool  # false if all of them were there already and nothing was written
    revision: str  # the revision they are of, as the host names it


def take_back(done: Fetched) -> None:
    """Remove the files a download has added, with their sidecars.

    Files that were there before it are left alone.

    >>> take_back(Fetched((), fresh=False, revision=""))
    """
    for path in done.files if done.fresh else ():
        sidecar.sidecar_path(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Source:
    """A row of reference/public_data.csv, and the host to take it from."""

    index: str
    slug: str
    repository: str
    form: str
    columns: tuple[str, ...]
    licence: str
    page: str
    host: str

    @property
    def by_hand(self) -> str:
        """Return how to go on without a download; the end of every message."""
        return (
            f"nothing was changed; a file downloaded by hand from {self.page} can be read with "
            f'`parstats ingest FILE --index "{self.index}"`'
        )


@dataclass(frozen=True)
class _Arrived:
    """A downloaded file: its path in the set, its copy here, its address."""

    name: str
    copy: Path
    url: str


def fetch(
    index: str, *, raw: Path | None = None, endpoint: str | None = None, timeout: float = 20
) -> Fetched:
    """Download the known public data set of an index into the raw figures.

    Columns are checked before anything is written; each file gets a sidecar that says where it is
    from. An older revision stays: the new sidecar says which file it replaces. `index` may be the
    name of its folder: "papi", "sipas", "par". `raw` is the folder of raw figures, that of the data
    in use if not given; `endpoint` the address of the Hub or of a mirror, else that of the
    environment variable ``HF_ENDPOINT``, else `HUB`. The download is given up after `timeout`
    seconds without anything new. Raises UnknownChoice if no public data set of the index is known;
    NoNetwork if the host cannot be reached, or stops answering; FetchFailed if the client is not
    installed, the set is gone or has other columns, or the folder cannot be written to.

    >>> fetch("PCI")
    Traceback (most recent call last):
    parstats.errors.UnknownChoice: unknown index 'PCI': expected one of papi, sipas, par
    """
    source = _source(index, endpoint)
    if importlib.util.find_spec("huggingface_hub") is None:
        raise FetchFailed(
            'the client of the Hub is not installed: pip install "parstats[fetch]"; '
            + source.by_hand
        )
    folder = (raw or storage.data_folder().raw) / source.slug
    with tempfile.TemporaryDirectory(prefix="parstats-", ignore_cleanup_errors=True) as temporary:
        answer = _ask(source, Path(temporary), timeout)
        revision = str(answer["revision"])
        arrived = [_Arrived(name, Path(copy), url) for name, copy, url in answer["files"]]
        chosen = _choose(source, arrived, answer["others"])
        named = _raw_names(source.form, revision, chosen)
        new = {
            name: file
            for name, file in named.items()
            if not _is_downloaded(source, folder / name, file.copy, revision)
        }
        _write(folder, source, new, _sidecars(folder, source, new, answer))
    return Fetched(tuple(folder / name for name in named), bool(new), revision)


def _source(index: str, endpoint: str | None) -> _Source:
    rows = csv_tables.rows("public_data")
    for row in rows:
        if str(index).casefold() in (row["slug"].casefold(), row["index"].casefold()):
            host = endpoint or os.environ.get("HF_ENDPOINT") or HUB
            columns = tuple(row["columns"].split())
            return _Source(**{**row, "columns": columns, "host": host.rstrip("/")})  # type: ignore[arg-type]
    raise errors.UnknownChoice("index", index, [row["slug"] for row in rows])


# ---- asking the host, in a separate process


def _ask(source: _Source, temporary: Path, timeout: float) -> dict[str, Any]:
    """Download the set's CSV files below `temporary`; return its revision and files."""
    log = temporary / "log.txt"
    command = [sys.executable, "-P", "-c", _CHILD, source.repository, str(temporary), str(timeout)]
    patience = str(max(1, math.ceil(timeout)))
    environment = os.environ | _CHILD_SETTINGS
    environment |= {"HF_ENDPOINT": source.host, "HF_HOME": str(temporary / "home")}
    environment |= {"HF_HUB_ETAG_TIMEOUT": patience, "HF_HUB_DOWNLOAD_TIMEOUT": patience}
    with log.open("wb") as noise:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=noise, stderr=noise
        )
        try:
            finished = _wait(process, temporary / "files", timeout)
        finally:
            process.kill()
            process.wait()
    if not finished:
        raise NoNetwork(
            f"{source.host} gave no whole answer for {source.repository} within {timeout:g} s; "
            + source.by_hand
        )
    try:
        answer = json.loads((temporary / "answer.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
        answer = {"problem": "other", "text": f"the client stopped: {last.strip()}"}
    return _checked(source, answer)


def _wait(process: subprocess.Popen[bytes], files: Path, timeout: float) -> bool:
    """Return whether the process ended before `timeout` seconds without a new byte."""
    most, since = 0, time.monotonic()
    while time.monotonic() - since <= timeout:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            return True
        size = 0
        for path in files.rglob("*"):
            # A file may be renamed between the listing and the look at it.
            with contextlib.suppress(OSError):
                size += path.stat().st_size if path.is_file() else 0
        # A download that starts anew again and again does not grow beyond what it had.
        if size > most:
            most, since = size, time.monotonic()
    return False


def _checked(source: _Source, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer if valid; else raise the error in one line."""
    problem, text = answer.get("problem"), answer.get("text", "")
    if problem == "network":
        raise NoNetwork(
            f"no connection to {source.host} for {source.repository} ({text}); {source.by_hand}"
        )
    if problem in ("401", "403", "404"):
        raise FetchFailed(
            f"{source.host} does not give out {source.repository} (HTTP status {problem}): it was "
            f"removed or renamed, or is private or given on request only; {source.by_hand}"
        )
    if problem:
        raise FetchFailed(
            f"{source.repository} could not be downloaded from {source.host} ({text}); "
            + source.by_hand
        )
    return answer


def _download(repository: str, temporary: str, timeout: str) -> None:
    """Download in a separate process; always writes answer.json."""
    try:
        answer = _collect(repository, Path(temporary) / "files", float(timeout))
    except Exception as error:
        answer = _explain(error)
    (Path(temporary) / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _collect(repository: str, files: Path, timeout: float) -> dict[str, Any]:
    import huggingface_hub as hub

    files.mkdir()
    # The sets are public: no token of the user leaves for a mirror.
    info = hub.HfApi(token=False).dataset_info(repository, timeout=timeout, token=False)
    if not _REVISION.fullmatch(info.sha or ""):
        raise ValueError("no revision")
    names = sorted(sibling.rfilename for sibling in info.siblings or ())
    csvs = [name for name in names if name.lower().endswith(".csv")]
    tables = [name for name in csvs if not _NO_FIGURES.search(Path(name).name)]
    near = [name for name in tables if "/" not in name or name.startswith("data/")]
    revision_options: dict[str, Any] = {"repo_type": "dataset", "revision": info.sha}
    arrived = []
    for name in near or tables:
        copy = hub.hf_hub_download(
            repository, name, local_dir=files, token=False, **revision_options
        )
        arrived.append((name, copy, hub.hf_hub_url(repository, name, **revision_options)))
    licence = getattr(info.card_data, "license", None) or ""
    licence = licence if isinstance(licence, str) else ", ".join(map(str, licence))
    other_names = [name for name in names if name not in tables]
    return {"revision": info.sha, "files": arrived, "others": other_names, "licence": licence}


def _explain(error: BaseException) -> dict[str, str]:
    """Return the kind and text of what went wrong: an HTTP status, "network" or "other".

    The client wraps the first error in others.
    """
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    for link in chain:
        status = getattr(getattr(link, "response", None), "status_code", None)
        if status is not None:
            return {"problem": str(status), "text": f"HTTP status {status}"}
    for link in chain:
        if type(link).__name__ == "OfflineModeIsEnabled":
            return {"problem": "network", "text": "the client is offline: HF_HUB_OFFLINE is set"}
        library = type(link).__module__.partition(".")[0]
        if library in _HTTP_LIBRARIES or isinstance(link, ConnectionError | TimeoutError):
            return {"problem": "network", "text": _line(link)}
    if isinstance(error, ValueError | TypeError | LookupError | AttributeError):
        text = "it does not answer as the Hub does; perhaps a page of the network in between"
        return {"problem": "other", "text": text}
    return {"problem": "other", "text": _line(error)}


def _line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__


# ---- choosing among what arrived


def _choose(
    source: _Source, arrived: Sequence[_Arrived], other_names: Sequence[str]
) -> list[_Arrived]:
    """Return the files that hold the figures; the same content twice counts once."""
    if not arrived:
        actual = ", ".join(other_names[:10]) or "nothing"
        raise FetchFailed(
            f"{source.repository} has changed: it holds no CSV file of figures, but {actual}; "
            + source.by_hand
        )
    headers = {file.name: _header(file.copy) for file in arrived}
    fitting = [file for file in arrived if not _missing_columns(source, headers[file.name])]
    if not fitting:
        nearest = min(arrived, key=lambda file: len(_missing_columns(source, headers[file.name])))
        actual = ", ".join(headers[nearest.name]) or "no header with rows below it"
        missing = ", ".join(_missing_columns(source, headers[nearest.name]))
        expected = ", ".join(source.columns) or "a year and a province in each row"
        raise FetchFailed(
            f"{source.repository} has changed: {nearest.name} lacks {missing}; found {actual}; "
            f"expected {expected}; nothing was changed; download it by hand from {source.page} and "
            f'say which column is which: `parstats ingest FILE --index "{source.index}" --map ...`'
        )
    return list({storage.sha256(file.copy): file for file in reversed(fitting)}.values())[::-1]


def _header(path: Path) -> list[str]:
    """Return the column names of a CSV file; none if it is no text or has no row below them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = (row for row in csv.reader(lines) if any(row))
            header = [clean(cell) for cell in next(rows, [])]
            return header if next(rows, None) else []
    except (csv.Error, UnicodeDecodeError):
        return []


def _missing_columns(source: _Source, header: Sequence[str]) -> list[str]:
    """Return the columns that are needed and not there."""
    if source.columns:
        return [column for column in source.columns if column not in header]
    requested = {"a column of years": _YEAR, "a column of provinces": _PROVINCE}
    names = [name.casefold() for name in header]
    return [what for what, shape in requested.items() if not any(map(shape.search, names))]


# ---- adding to the raw figures


def _raw_names(form: str, revision: str, chosen: Sequence[_Arrived]) -> dict[str, _Arrived]:
    """Return the file names among the raw figures."""
    start = f"{form}_{revision[:8]}"
    if len(chosen) == 1:
        return {f"{start}.csv": chosen[0]}
    stems = [Path(file.name).stem.casefold() for file in chosen]
    unique = len(set(stems)) == len(stems)
    names = {}
    for file in chosen:
        stem = Path(file.name).stem if unique else str(Path(file.name).with_suffix(""))
        names[f"{start}_{_UNSAFE.sub('_', stem)}.csv"] = file
    return names


def _about(path: Path) -> dict[str, Any]:
    """Return the content of a raw file's sidecar; empty if there is none that can be read."""
    try:
        return sidecar.load(sidecar.sidecar_path(path), path.name) or {}
    except InvalidData:
        return {}


def _is_downloaded(source: _Source, path: Path, copy: Path, revision: str) -> bool:
    """Whether a file is among the raw figures already, as its sidecar and its content say."""
    if not path.exists() and not sidecar.sidecar_path(path).exists():
        return False
    about = _about(path)
    if path.is_file() and about.get("revision") == revision:
        hashes = {storage.sha256(path), storage.sha256(copy), about.get("sha256")}
        if len(hashes) == 1:
            return True
    raise FetchFailed(
        f"{path} or its sidecar is there already and is not what {source.host} has as revision "
        f"{revision[:8]}; nothing was changed; move both away and fetch again"
    )


def _replaced(folder: Path, form: str, new: Sequence[str]) -> dict[str, list[str]]:
    """Return the older files that each new file replaces."""
    there = {path.name: _about(path) for path in sorted(folder.glob("*.csv"))}
    ours = {name: about for name, about in there.items() if about.get("form") == form}
    gone: set[str] = set()
    for about in ours.values():
        gone |= {name for name in sidecar.replaced_names(about) if isinstance(name, str)}
    pairs: dict[str, list[str]] = {name: [] for name in new}
    by_end = {name.removeprefix(f"{form}_")[8:]: name for name in reversed(new)}
    revisions = {name.removeprefix(f"{form}_")[:8] for name in new}
    for name, about in ours.items():
        if name in gone or str(about.get("revision"))[:8] in revisions:
            continue
        # A file without a successor is replaced by the first of the new files.
        end = name.removeprefix(f"{form}_")[8:]
        pairs[by_end.get(end, new[0])].append(name)
    return pairs


def _sidecars(
    folder: Path, source: _Source, new: dict[str, _Arrived], answer: dict[str, Any]
) -> dict[str, str]:
    """Return the text of the sidecar of each new file."""
    owner = source.repository.partition("/")[0]
    replaced = _replaced(folder, source.form, list(new)) if new else {}
    texts = {}
    for name, file in new.items():
        content: dict[str, Any] = {
            "title": f"{source.index}, data set {source.repository}, file {file.name}",
            "index": source.index,
            "form": source.form,
            "producer": f"{owner} on the Hugging Face Hub, a compilation of published figures",
            "page": source.page,
            "url": file.url,
            "revision": answer["revision"],
            "obtained": "compiled",
            "date_accessed": date.today().isoformat(),
            "licence": answer["licence"] or source.licence,
            "sha256": storage.sha256(file.copy),
        }
        if old := replaced[name]:
            content["replaces"] = old[0] if len(old) == 1 else old
        texts[name] = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    return texts


def _write(
    folder: Path, source: _Source, new: dict[str, _Arrived], sidecars: dict[str, str]
) -> None:
    """Add the files and their sidecars, all of them or none."""
    try:
        with contextlib.ExitStack() as undo:
            if new and not folder.exists():
                folder.mkdir()
                undo.callback(folder.rmdir)
            for name, file in new.items():
                path = folder / name
                storage.write_atomic(path, lambda part, file=file: shutil.copyfile(file.copy, part))  # type: ignore[misc]
                undo.callback(path.unlink, missing_ok=True)
                storage.write_text(sidecar.sidecar_path(path), sidecars[name])
                undo.callback(sidecar.sidecar_path(path).unlink, missing_ok=True)
            undo.pop_all()
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "make room or mend the folder and fetch again"
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            remedy = (
                "set PARSTATS_DATA to a folder of your own that holds raw/, a copy of the "
                "published figures, and fetch again"
            )
        raise FetchFailed(
            f"{folder} cannot be written to ({reason}); nothing was changed; {remedy}"
        ) from None
