"""The sidecar of a raw file: the source of its figures, and the hash of the checked file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from parstats import storage
from parstats.errors import InvalidData, Problem, UnknownChoice
from parstats.reference import frameworks

REQUIRED = ("title", "form", "producer", "page", "obtained", "date_accessed", "licence", "sha256")
FORMS = (
    "scores",
    "printed",
    "statistics",
    "conflicts",
    "vn-par-master",
    "vn-sipas-provincial",
    "vn-provinces-papi",
    "plans",
    "measures",
    "targets",
    "shortcomings",
    "overrides",
)
OBTAINED = ("official", "compiled", "press")
# Bytes of a sidecar and lists within lists, by judgement: the longest has 870 bytes, and `years` is
# a list in the mapping.
_LARGEST = 64 * 2**10
_DEEPEST = 4


@dataclass(frozen=True)
class Sidecar:
    """Content of a sidecar.

    Attributes
    ----------
    title, producer, page, licence : str
        What the figures are, who made them, where they are, under which terms.
    form, obtained : str
        How to read the file: one of `FORMS`; how the figures were obtained: one of `OBTAINED`.
    date_accessed, sha256 : str; ISO date; hash of the file when the sidecar was written
    replaces : tuple of str; names of files in the same folder that this one replaces
    index : str; index it says its figures are of, empty if it does not say
    coded_by : str; of measures: who coded the rows, one of `parstats.schema.models.CODED_BY`
    """

    title: str
    form: str
    producer: str
    page: str
    obtained: str
    date_accessed: str
    licence: str
    sha256: str
    replaces: tuple[str, ...] = ()
    index: str = ""
    coded_by: str = ""


def sidecar_path(raw: Path) -> Path:
    """Return the path of the sidecar of a raw file: its name with ``.yml`` after it."""
    return raw.with_name(raw.name + ".yml")


def read(raw: Path, name: str) -> Sidecar:
    """Read the sidecar of a raw file.

    `name` is what messages call the raw file. Raises InvalidData if the sidecar is missing, is no
    YAML mapping, lacks a key or has a value that is not allowed.
    """
    sidecar_name = f"{name}.yml"
    content = load(sidecar_path(raw), sidecar_name)
    if content is None:
        remedy = (
            f"write {sidecar_name} with {', '.join(REQUIRED)}: `parstats check {raw} --sidecar` "
            "makes a draft of it"
        )
        raise InvalidData(
            [Problem(name, None, None, "no sidecar", "one that tells its source", remedy)]
        )
    problems = _type_problems(content, sidecar_name)
    if problems:
        raise InvalidData(problems)
    problems = [
        Problem(sidecar_name, None, key, "nothing", "a value", "add it")
        for key in REQUIRED
        if content.get(key) in (None, "")
    ]
    for key, allowed in (("form", FORMS), ("obtained", OBTAINED)):
        if content.get(key) is not None and content[key] not in allowed:
            expected = f"one of {', '.join(allowed)}"
            problems.append(
                Problem(sidecar_name, None, key, f"{content[key]!r:.80}", expected, "mend it")
            )
    written_value = content.get("date_accessed")
    if written_value not in (None, "") and not _is_iso_date(str(written_value)):
        expected = "a date as 2026-01-31"
        problems.append(
            Problem(
                sidecar_name, None, "date_accessed", repr(str(written_value)), expected, "mend it"
            )
        )
    if problems:
        raise InvalidData(problems)
    return Sidecar(
        **{key: str(content[key]) for key in REQUIRED},
        replaces=tuple(replaced_names(content)),
        index=str(content.get("index") or ""),
        coded_by=str(content.get("coded_by") or ""),
    )


class _Loader(yaml.SafeLoader):
    """Reads what a sidecar needs: no aliases, which a few lines can make vast, nothing deep."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias, and nodes within nodes beyond what a sidecar has."""
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias (*)", problem_mark=mark)
        if self.depth == _DEEPEST:
            raise yaml.MarkedYAMLError(problem="lists in lists", problem_mark=mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def load(path: Path, name: str) -> dict[str, Any] | None:
    """Return the keys of a sidecar as they are written; None if there is no file.

    Raises InvalidData if it is no YAML mapping of plain values, or longer than any sidecar.
    """
    try:
        with path.open("rb") as file:
            written = file.read(_LARGEST + 1)
        if len(written) > _LARGEST:
            raise ValueError(f"more than {_LARGEST // 1024} kB")
        content = yaml.load(written.decode("utf-8"), _Loader)
    except FileNotFoundError:
        return None
    except (yaml.YAMLError, ValueError, OSError) as error:  # a ValueError: 2026-13-45
        actual = " ".join(str(error).split())
        raise InvalidData([Problem(name, None, None, actual, "YAML in UTF-8", "mend it")]) from None
    if not isinstance(content, dict):
        raise InvalidData([Problem(name, None, None, "no keys", "key: value lines", "mend it")])
    return content


def replaced_names(content: dict[str, Any]) -> list[Any]:
    """Return what a sidecar says its file replaces, be it one name or a list."""
    older = content.get("replaces") or []
    return older if isinstance(older, list) else [older]


def _type_problems(content: dict[str, Any], sidecar_name: str) -> list[Problem]:
    """List values of the wrong type, and names that lead to other folders."""
    problems = []
    for key in (*REQUIRED, "index", "coded_by"):
        value = content.get(key)
        if not _is_plain(value):
            actual = "a number or yes or no" if isinstance(value, int) else f"{value!r:.80}"
            remedy = "write it on one line, in quotes if it is text"
            expected = "a date as 2026-01-31" if key == "date_accessed" else "a text"
            problems.append(Problem(sidecar_name, None, key, actual, expected, remedy))
    for older in replaced_names(content):
        if not isinstance(older, str) or older in ("", "..") or not _is_name(older):
            actual, expected = f"{older!r:.80}", "the name of a file beside it"
            remedy = "name a file of this folder, or take it out"
            problems.append(Problem(sidecar_name, None, "replaces", actual, expected, remedy))
    return problems


def _is_plain(value: Any) -> bool:
    if isinstance(value, int):  # a number of 100 digits is none of a sidecar, and slow to write
        return not isinstance(value, bool) and value.bit_length() < 333
    return isinstance(value, str | float | date | None)


def _is_name(text: str) -> bool:
    return text.isprintable() and Path(text).name == text and "\\" not in text


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


#: What a person has to say of a file, with what is asked for.
ASKED = {
    "title": "what the figures are, as: {index} 2025, scores of the provinces",
    "producer": "who measured them",
    "page": "address of the page or document, or how the file reached you",
    "obtained": "official (file of the producer), compiled (by others from several) or press",
    "licence": "terms of use, or: none found",
}


def draft(raw: Path, index: str, form: str, about: Mapping[str, str] | None = None) -> str:
    """Return a sidecar for a file, with the keys a person has to fill in left empty.

    Parameters
    ----------
    raw : pathlib.Path; the file
    index : str
    form : str; one of `FORMS`
    about : mapping, optional; values of keys of `ASKED`, to be filled in already

    Notes
    -----
    ``parstats build`` refuses the file until every key has a value.

    Raises
    ------
    UnknownChoice: if a key is none of them
    """
    values = dict(about or {})
    for key in values:
        if key not in ASKED:
            raise UnknownChoice("key of a sidecar", key, ASKED)
    lines = {
        # A JSON text is a YAML text too, whatever letters are in it.
        key: f"{key}: {json.dumps(values[key], ensure_ascii=False)}"
        if key in values
        else f"{key}:  # {hint.format(index=index)}"
        for key, hint in ASKED.items()
    }
    return f"""\
# Fill in what is empty, then put this file beside the other in data/raw/{frameworks.slug(index)}/.
{lines["title"]}
index: {index}
form: {form}
{lines["producer"]}
{lines["page"]}
{lines["obtained"]}
date_accessed: {date.today().isoformat()}
{lines["licence"]}
# replaces: NAME.csv  # if its figures replace those of another file of the same kind
sha256: {storage.sha256(raw)}
"""


def check_unchanged(raw: Path, name: str, sidecar: Sidecar) -> None:
    """Refuse a raw file that is not the one its sidecar was written for.

    Raises InvalidData if the hash differs.
    """
    actual_hash = storage.sha256(raw)
    if actual_hash != sidecar.sha256:
        raise InvalidData(
            [
                Problem(
                    name,
                    None,
                    None,
                    f"SHA-256 {actual_hash[:12]}...",
                    f"{sidecar.sha256[:12]}... as in {name}.yml",
                    "restore the file; if the change is meant, say so in the sidecar "
                    f"and set sha256: {actual_hash}",
                )
            ]
        )
